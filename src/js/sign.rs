//! Signing.

use serde::Deserialize;
use wasm_bindgen::JsValue;
use wasm_bindgen::prelude::wasm_bindgen;

use super::key::read_key;
use super::memory::{self, Memory};
use super::outcome::Refusal;
use super::verify::OneOrMore;
use super::{duration, read_options, time};
use crate::token;

/// `SignOptions` of the package.
#[derive(Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
struct SignOptions {
    expires_in: Option<f64>,
    not_before: Option<f64>,
    issuer: Option<String>,
    audience: OneOrMore,
    subject: Option<String>,
    r#type: Option<String>,
    key_id: Option<String>,
    jwt_id: Option<bool>,
}

const KNOWN: &[&str] = &[
    "expiresIn",
    "notBefore",
    "issuer",
    "audience",
    "subject",
    "type",
    "keyId",
    "jwtId",
    "now",
];

/// A key, and what is added to the claims.
#[wasm_bindgen]
#[derive(Debug)]
pub struct Signer {
    signer: token::Signer,
    jwt_id: bool,
}

#[wasm_bindgen]
impl Signer {
    /// From a JWK and `SignOptions`.
    ///
    /// # Errors
    /// As [`failure`](super::failure).
    #[wasm_bindgen(constructor)]
    pub fn new(key: JsValue, options: JsValue) -> Result<Signer, JsValue> {
        let make = || -> Result<Self, Refusal> {
            let options: SignOptions = read_options(options, KNOWN)?;
            let mut key = read_key(key)?;
            if let Some(id) = options.key_id {
                key = key.with_id(&id)?;
            }
            let jwt_id = options.jwt_id.unwrap_or(false);
            let options = token::SignOptions {
                expires_in: options.expires_in.map(duration).transpose()?,
                not_before: options.not_before.map(duration).transpose()?,
                issuer: options.issuer,
                audiences: options.audience.0,
                subject: options.subject,
                token_type: options.r#type,
                jwt_id,
            };
            Ok(Self {
                signer: token::Signer::new(key, options)?,
                jwt_id,
            })
        };
        make().map_err(|refusal| refusal.to_js())
    }

    /// Signs the claims whose JSON is in the first `length` bytes of the
    /// input; the outcome's text is the token. False: see
    /// [`failure`](super::failure).
    #[must_use]
    pub fn sign(&self, length: usize, now: f64) -> bool {
        let mut random = [0; 16];
        let random_missing = self.jwt_id && getrandom::fill(&mut random).is_err();
        memory::run(|memory| {
            if random_missing {
                return Err(Refusal::Argument("this runtime gives no random bytes"));
            }
            let claims = Memory::input_text(&memory.input, length)?;
            memory.text = self.signer.sign_json(claims, time(now)?, random)?;
            memory.publish_text();
            Ok(())
        })
    }
}
