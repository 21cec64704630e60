//! Makes keys as JSON. If the outcome's text is a secret, JavaScript must
//! [wipe](memory::wipe) the text after reading it.

use zeroize::Zeroize as _;

use super::error::CallError;
use super::memory::{self, Memory};
use portcullis::encoding::base64url;
use portcullis::error::{KeyProblem, TokenError};
use portcullis::key::{Algorithm, SecretJwk, SecretKey};

/// The algorithm that the first `length` bytes of the input name, and the bytes
/// after the name.
fn algorithm(memory: &Memory, length: usize) -> Result<(Algorithm, &[u8]), CallError> {
    let name = memory::input_text(&memory.input, length)?;
    let algorithm = Algorithm::from_name(name).ok_or(TokenError::from(KeyProblem::Unsupported))?;
    let rest = memory.input.get(length..).unwrap_or_default();
    Ok((algorithm, rest))
}

/// Makes a JWK from a secret. The input holds the algorithm's name in `name` bytes,
/// then the secret in `length` bytes; the input is wiped. The outcome's text is the
/// JWK. False on failure; the facts then hold the reason, `key_invalid` if the secret
/// is too short or the algorithm is not an HMAC.
#[must_use]
pub fn secret_key(name: usize, length: usize) -> bool {
    memory::run_and_wipe(|memory| {
        let (algorithm, rest) = algorithm(memory, name)?;
        let secret = rest.get(..length).ok_or(CallError::BEYOND_INPUT)?;
        // The key is not used: making it checks the algorithm and the secret.
        SecretKey::new(algorithm, secret)?;
        // The capacity is enough for the whole JWK: a string that grows would leave
        // a copy of the secret in the freed memory.
        let room = secret.len().saturating_mul(2).saturating_add(64);
        let mut jwk = String::with_capacity(room);
        jwk.push_str("{\"kty\":\"oct\",\"k\":\"");
        base64url::encode_onto(secret, &mut jwk);
        jwk.push_str("\",\"alg\":\"");
        jwk.push_str(algorithm.name());
        jwk.push_str("\"}");
        if jwk.len() > SecretJwk::MAX_LENGTH {
            jwk.zeroize();
            return Err(TokenError::from(KeyProblem::Malformed).into());
        }
        memory.text = jwk;
        memory.publish_text();
        Ok(())
    })
    .is_some()
}

/// Generates a key. The input holds the algorithm's name in `name` bytes, then 64
/// random bytes; the input is wiped. The outcome's text is the JWK, with this name as
/// `alg`. False on failure;
/// the facts then hold the reason.
#[must_use]
pub fn generate_key(name: usize) -> bool {
    memory::run_and_wipe(|memory| {
        let (algorithm, rest) = algorithm(memory, name)?;
        let random = rest.first_chunk().ok_or(CallError::BEYOND_INPUT)?;
        let mut jwk = SecretJwk::generate(algorithm, random)?;
        if memory::input_text(&memory.input, name)? != algorithm.name() {
            jwk = jwk.with_fully_specified_algorithm();
        }
        let mut jwk = jwk.to_json();
        memory.text = core::mem::take(&mut *jwk);
        memory.publish_text();
        Ok(())
    })
    .is_some()
}

/// Extracts the public part of the JWK in the first `length` bytes of the input; the
/// input is wiped. The outcome's text is the public JWK. False on failure; the facts
/// then hold the reason, `key_invalid` if the key has no public part.
#[must_use]
pub fn public_key(length: usize) -> bool {
    memory::run_and_wipe(|memory| {
        let jwk = SecretJwk::from_json(memory::input_text(&memory.input, length)?)?;
        memory.text = jwk.public()?.to_json();
        memory.publish_text();
        Ok(())
    })
    .is_some()
}
