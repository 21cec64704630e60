//! Verifying.

use serde::{Deserialize, Deserializer, de};
use wasm_bindgen::JsValue;
use wasm_bindgen::prelude::wasm_bindgen;

use super::key::read_keys;
use super::memory::{self, Memory};
use super::outcome::Refusal;
use super::{duration, read_options, time};
use crate::error::{KeyProblem, TokenError};
use crate::key::Algorithm;
use crate::token::{self, Policy};

/// `VerifyOptions` of the package.
#[derive(Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
struct VerifyOptions {
    algorithms: Option<Vec<String>>,
    issuer: OneOrMore,
    audience: OneOrMore,
    subject: Option<String>,
    r#type: Option<String>,
    leeway: Option<f64>,
    max_age: Option<f64>,
    required_claims: Option<Vec<String>>,
    max_token_length: Option<u32>,
}

const KNOWN: &[&str] = &[
    "algorithms",
    "issuer",
    "audience",
    "subject",
    "type",
    "leeway",
    "maxAge",
    "requiredClaims",
    "maxTokenLength",
    "now",
];

/// A string or an array of strings.
#[derive(Default)]
pub(crate) struct OneOrMore(pub(crate) Vec<String>);

impl<'de> Deserialize<'de> for OneOrMore {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        struct Visitor;
        impl<'de> de::Visitor<'de> for Visitor {
            type Value = OneOrMore;
            fn expecting(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
                f.write_str("a string or an array of strings")
            }
            fn visit_unit<E>(self) -> Result<OneOrMore, E> {
                Ok(OneOrMore::default())
            }
            fn visit_str<E>(self, one: &str) -> Result<OneOrMore, E> {
                Ok(OneOrMore(vec![one.into()]))
            }
            fn visit_seq<A: de::SeqAccess<'de>>(self, mut seq: A) -> Result<OneOrMore, A::Error> {
                let mut all = Vec::new();
                while let Some(one) = seq.next_element()? {
                    all.push(one);
                }
                if all.is_empty() {
                    // Asking for none of them is not asking for anything.
                    return Err(de::Error::custom("an empty array"));
                }
                Ok(OneOrMore(all))
            }
        }
        from.deserialize_any(Visitor)
    }
}

impl VerifyOptions {
    fn into_policy(self) -> Result<Policy, Refusal> {
        let mut policy = Policy {
            issuers: self.issuer.0,
            audiences: self.audience.0,
            subject: self.subject,
            token_type: self.r#type,
            ..Policy::default()
        };
        if let Some(names) = self.algorithms {
            let algorithms: Option<Vec<_>> = names
                .iter()
                .map(|name| Algorithm::from_name(name))
                .collect();
            policy.algorithms = Some(algorithms.ok_or(TokenError::from(KeyProblem::Unsupported))?);
        }
        if let Some(seconds) = self.leeway {
            policy.leeway = duration(seconds)?;
        }
        if let Some(seconds) = self.max_age {
            policy.max_age = Some(duration(seconds)?);
        }
        if let Some(claims) = self.required_claims {
            policy.required_claims = claims;
        }
        if let Some(length) = self.max_token_length {
            policy.max_token_length = usize::try_from(length).unwrap_or(usize::MAX);
        }
        Ok(policy)
    }
}

/// A key or a set of them, and what is asked of tokens.
#[wasm_bindgen]
#[derive(Debug)]
pub struct Verifier {
    verifier: token::Verifier,
    longest: usize,
}

#[wasm_bindgen]
impl Verifier {
    /// From a JWK or a JWK Set, and `VerifyOptions`.
    ///
    /// # Errors
    /// As [`failure`](super::failure).
    #[wasm_bindgen(constructor)]
    pub fn new(key: JsValue, options: JsValue) -> Result<Verifier, JsValue> {
        let make = || {
            let policy = read_options::<VerifyOptions>(options, KNOWN)?.into_policy()?;
            let longest = policy.max_token_length;
            let verifier = token::Verifier::new(read_keys(key)?, policy);
            Ok(Self { verifier, longest })
        };
        make().map_err(|refusal: Refusal| refusal.to_js())
    }

    /// The longest token in bytes.
    #[wasm_bindgen(getter)]
    #[must_use]
    pub fn longest(&self) -> usize {
        self.longest
    }

    /// Verifies the token in the first `length` bytes of the input; its JSON
    /// is then as [`decode`](super::inspect::decode) leaves it. False: see
    /// [`failure`](super::failure).
    #[must_use]
    pub fn verify(&self, length: usize, now: f64) -> bool {
        memory::run(|memory| {
            let token = Memory::input_text(&memory.input, length)?;
            self.verifier
                .verify_into(token, time(now)?, &mut memory.json)?;
            memory.publish_json();
            Ok(())
        })
    }
}
