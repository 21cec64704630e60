//! Verifies tokens.

use super::error::CallError;
use super::memory;
use super::{duration, text, time};
use portcullis::error::{KeyProblem, TokenError};
use portcullis::key::{Algorithm, KeySet};
use portcullis::token::{self, Policy};

/// A key or a set of keys, and the policy that tokens must meet.
#[derive(Debug)]
pub struct Verifier {
    verifier: token::Verifier,
    longest: usize,
}

fn algorithms(names: &[String]) -> Result<Vec<Algorithm>, CallError> {
    let known: Option<Vec<_>> = names
        .iter()
        .map(|name| Algorithm::from_name(name).filter(|algorithm| algorithm.is_built_in()))
        .collect();
    Ok(known.ok_or(TokenError::from(KeyProblem::Unsupported))?)
}

/// Reads a JSON object with the member `key`, a JWK or a JWK Set, and the options of
/// `VerifyOptions` that are not numbers.
fn read(text: &str, mut policy: Policy) -> Result<Verifier, CallError> {
    let mut key = None;
    text::read_object(text, |name, value| {
        match name {
            "key" => key = Some(text::key(value)),
            "algorithms" => policy.algorithms = Some(algorithms(&text::strings(value)?)?),
            "issuer" => policy.issuers = text::strings(value)?,
            "audience" => policy.audiences = text::strings(value)?,
            "subject" => policy.subject = Some(text::string(value)?),
            "type" => policy.token_type = Some(text::string(value)?),
            "requiredClaims" => policy.required_claims = text::strings(value)?,
            // An unknown option must fail: it may ask for a check that is not made here.
            _ => return Err(CallError::Argument("there is no such option")),
        }
        Ok(())
    })?;
    let longest = policy.max_token_length;
    let key = key.ok_or(TokenError::from(KeyProblem::Malformed))?;
    let algorithms = policy.algorithms.as_deref().unwrap_or_default();
    let keys = KeySet::from_json_for(key, algorithms)?;
    Ok(Verifier {
        verifier: token::Verifier::new(keys, policy),
        longest,
    })
}

impl Verifier {
    /// Reads a key and options as JSON from the first `length` bytes of the input; the
    /// input is wiped. The options that are numbers are arguments: `leeway` and
    /// `max_age` in seconds, `max_token_length` in bytes. NaN means that the option is
    /// not set. `None` on failure; the facts then hold the reason.
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
                // `as` saturates; JavaScript has checked that the number is whole.
                #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
                let length = max_token_length as usize;
                policy.max_token_length = length;
            }
            read(memory::input_text(&memory.input, length)?, policy)
        })
    }

    /// The longest token that is accepted, in bytes.
    #[must_use]
    pub fn longest(&self) -> usize {
        self.longest
    }

    /// Verifies the token in the first `length` bytes of the input. `now` is in seconds
    /// since the epoch. The facts then say where header and claims are, as after
    /// [`decode`](super::inspect::decode). False on failure; the facts then hold the
    /// reason.
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
