//! Verifies the tokens of itsdangerous' `TimedJSONWebSignatureSerializer`.

use zeroize::Zeroizing;

use super::error::CallError;
use super::memory;
use super::{text, time};
use portcullis::encoding::base64url;
use portcullis::error::{KeyProblem, TokenError};
use portcullis::key::Algorithm;
use portcullis::token::legacy::LegacyVerifier;

/// Reads `{"algorithm":…,"secrets":[…],"salt":…}`. Secrets and salt are bytes in
/// base64url; `salt` may be missing.
fn read(text: &str) -> Result<LegacyVerifier, CallError> {
    let mut algorithm = None;
    let mut secrets = Vec::new();
    let mut salt = None;
    text::read_object(text, |name, value| {
        match name {
            "algorithm" => algorithm = Algorithm::from_name(&text::string(value)?),
            "salt" => salt = Some(octets(&text::string(value)?)?),
            "secrets" => {
                for secret in text::strings(value)?.into_iter().map(Zeroizing::new) {
                    secrets.push(octets(&secret)?);
                }
            }
            _ => return Err(CallError::Argument("there is no such option")),
        }
        Ok(())
    })?;
    let algorithm = algorithm.ok_or(TokenError::from(KeyProblem::Unsupported))?;
    let salt = salt.as_ref().map(|salt| salt.as_slice());
    Ok(LegacyVerifier::new(algorithm, &secrets, salt)?)
}

fn octets(text: &str) -> Result<Zeroizing<Vec<u8>>, CallError> {
    let octets = base64url::decode(text.as_bytes()).map(Zeroizing::new);
    octets.map_err(|_| CallError::Argument("not base64url"))
}

/// Verifies a token. The input holds secrets and options as JSON in `options` bytes,
/// then the token in `length` bytes; the input is wiped. `now` is in seconds since
/// the epoch. The outcome's text is `{"header":…,"payload":…}`. False on failure; the
/// facts then hold the reason.
#[must_use]
pub fn verify_legacy(options: usize, length: usize, now: f64) -> bool {
    memory::run_and_wipe(|memory| {
        let verifier = read(memory::input_text(&memory.input, options)?)?;
        let rest = memory.input.get(options..).unwrap_or_default();
        let token = verifier.verify(memory::input_text(rest, length)?, time(now)?)?;
        let mut json = String::from("{\"header\":");
        json.push_str(token.header_json());
        json.push_str(",\"payload\":");
        json.push_str(token.payload_json());
        json.push('}');
        memory.text = json;
        memory.publish_text();
        Ok(())
    })
    .is_some()
}
