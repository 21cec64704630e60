//! Signs tokens.

use super::error::CallError;
use super::memory;
use super::{duration, text, time};
use portcullis::error::{KeyProblem, TokenError};
use portcullis::key::{SecretJwk, SecretKey};
use portcullis::token::{self, SignOptions};

/// A key, and the options for the claims that signing adds.
#[derive(Debug)]
pub struct Signer {
    signer: token::Signer,
    jwt_id: bool,
}

/// Reads a JSON object with the member `key`, a JWK, and the options of `SignOptions`
/// that are not numbers.
fn read(text: &str, mut options: SignOptions) -> Result<Signer, CallError> {
    let mut key = None;
    let mut key_id = None;
    text::read_object(text, |name, value| {
        match name {
            "key" => {
                let jwk = SecretJwk::from_json(text::key(value))?;
                key = Some(SecretKey::from_jwk(&jwk)?);
            }
            "issuer" => options.issuer = Some(text::string(value)?),
            "audience" => options.audiences = text::strings(value)?,
            "subject" => options.subject = Some(text::string(value)?),
            "type" => options.token_type = Some(text::string(value)?),
            "keyId" => key_id = Some(text::string(value)?),
            "jwtId" => options.jwt_id = text::flag(value)?,
            _ => return Err(CallError::Argument("there is no such option")),
        }
        Ok(())
    })?;
    let mut key = key.ok_or(TokenError::from(KeyProblem::Malformed))?;
    if let Some(id) = key_id {
        key = key.with_id(&id)?;
    }
    let jwt_id = options.jwt_id;
    Ok(Signer {
        signer: token::Signer::new(key, options)?,
        jwt_id,
    })
}

impl Signer {
    /// Reads a key and options as JSON from the first `length` bytes of the input; the
    /// input is wiped. The options that are numbers are arguments, in seconds; NaN
    /// means that the option is not set. `None` on failure; the facts then hold the
    /// reason.
    #[must_use]
    pub fn read(length: usize, expires_in: f64, not_before: f64) -> Option<Signer> {
        let given = |seconds: f64| {
            if seconds.is_nan() {
                Ok(None)
            } else {
                duration(seconds).map(Some)
            }
        };
        memory::run_and_wipe(|memory| {
            let options = SignOptions {
                expires_in: given(expires_in)?,
                not_before: given(not_before)?,
                ..SignOptions::default()
            };
            read(memory::input_text(&memory.input, length)?, options)
        })
    }

    /// Signs the claims whose JSON is in the first `length` bytes of the input. With
    /// the option `jwtId`, the next 16 bytes must be random. `now` is in seconds since
    /// the epoch. The outcome's text is the token. False on failure; the facts then
    /// hold the reason.
    #[must_use]
    pub fn sign(&self, length: usize, now: f64) -> bool {
        memory::run(|memory| {
            let random = if self.jwt_id {
                let rest = memory.input.get(length..);
                *rest
                    .and_then(|rest| rest.first_chunk())
                    .ok_or(CallError::BEYOND_INPUT)?
            } else {
                [0; 16]
            };
            let claims = memory::input_text(&memory.input, length)?;
            memory.text = self.signer.sign_json(claims, time(now)?, random)?;
            memory.publish_text();
            Ok(())
        })
        .is_some()
    }
}
