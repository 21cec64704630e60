//! Verifying.

use super::error::CallError;
use super::memory;
use super::{duration, text, time};
use portcullis::error::{KeyProblem, TokenError};
use portcullis::key::{Algorithm, KeySet};
use portcullis::token::{self, Policy};

/// A key or a set of them, and what is asked of tokens.
#[derive(Debug)]
pub struct Verifier {
    verifier: token::Verifier,
    longest: usize,
}

fn algorithms(names: &[String]) -> Result<Vec<Algorithm>, CallError> {
    let known: Option<Vec<_>> = names
        .iter()
        .map(|name| Algorithm::from_name(name))
        .collect();
    Ok(known.ok_or(TokenError::from(KeyProblem::Unsupported))?)
}

/// Reads `{"key":…}`, a JWK or a JWK Set, and beside it of `VerifyOptions`
/// those that are text.
fn read(text: &str, mut policy: Policy) -> Result<Verifier, CallError> {
    let mut keys = None;
    text::read_object(text, |name, value| {
        match name {
            "key" => keys = Some(KeySet::from_json(text::key(value))?),
            "algorithms" => policy.algorithms = Some(algorithms(&text::strings(value)?)?),
            "issuer" => policy.issuers = text::strings(value)?,
            "audience" => policy.audiences = text::strings(value)?,
            "subject" => policy.subject = Some(text::string(value)?),
            "type" => policy.token_type = Some(text::string(value)?),
            "requiredClaims" => policy.required_claims = text::strings(value)?,
            // A check that is not known is a check that is not made.
            _ => return Err(CallError::Argument("there is no such option")),
        }
        Ok(())
    })?;
    let longest = policy.max_token_length;
    let keys = keys.ok_or(TokenError::from(KeyProblem::Malformed))?;
    Ok(Verifier {
        verifier: token::Verifier::new(keys, policy),
        longest,
    })
}

impl Verifier {
    /// From the first `length` bytes of the input, which are wiped: a key and
    /// options as JSON. The options that are numbers come as such, NaN where
    /// there is none. Nothing: see the facts.
    #[must_use]
    pub fn read(
        length: usize,
        leeway: f64,
        max_age: f64,
        max_token_length: f64,
    ) -> Option<Verifier> {
        memory::run_and_wipe(|memory| {
            let mut policy = Policy::default();
            if !leeway.is_nan() {
                policy.leeway = duration(leeway)?;
            }
            if !max_age.is_nan() {
                policy.max_age = Some(duration(max_age)?);
            }
            if !max_token_length.is_nan() {
                // `as` saturates; the other side has seen that it is whole.
                #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
                let length = max_token_length as usize;
                policy.max_token_length = length;
            }
            read(memory::input_text(&memory.input, length)?, policy)
        })
    }

    /// The longest token in bytes.
    #[must_use]
    pub fn longest(&self) -> usize {
        self.longest
    }

    /// Verifies the token in the first `length` bytes of the input; header and
    /// claims are then as [`decode`](super::inspect::decode) leaves them.
    /// False: see the facts.
    #[must_use]
    pub fn verify(&self, length: usize, now: f64) -> bool {
        memory::run(|memory| {
            let token = memory::input_bytes(&memory.input, length)?;
            self.verifier
                .verify_into(token, time(now)?, &mut memory.reader)?;
            memory.publish_json();
            Ok(())
        })
        .is_some()
    }
}
