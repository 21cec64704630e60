//! Keys, as JSON. A text that is a secret is to be [wiped](memory::wipe) when
//! it was read.

use zeroize::Zeroize as _;

use super::error::CallError;
use super::memory::{self, Memory};
use portcullis::encoding::base64url;
use portcullis::error::{KeyProblem, TokenError};
use portcullis::key::{Algorithm, SecretJwk, SecretKey};

/// The algorithm whose name is the first `length` bytes of the input, and the
/// bytes behind it.
fn algorithm(memory: &Memory, length: usize) -> Result<(Algorithm, &[u8]), CallError> {
    let name = memory::input_text(&memory.input, length)?;
    let algorithm = Algorithm::from_name(name).ok_or(TokenError::from(KeyProblem::Unsupported))?;
    let rest = memory.input.get(length..).unwrap_or_default();
    Ok((algorithm, rest))
}

/// Makes a JWK of a secret. The input, which is wiped, holds the algorithm's
/// name in `name` bytes and behind it the secret in `length`. The outcome's
/// text is the JWK. False: see the facts; `key_invalid` when the secret is too
/// short or the algorithm no HMAC.
#[must_use]
pub fn secret_key(name: usize, length: usize) -> bool {
    memory::run_and_wipe(|memory| {
        let (algorithm, rest) = algorithm(memory, name)?;
        let secret = rest.get(..length).ok_or(CallError::MORE_THAN_THERE_IS)?;
        // For its checks.
        SecretKey::new(algorithm, secret)?;
        // Large enough at once, so that growing leaves nothing behind.
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

/// Makes a new key. The input, which is wiped, holds the algorithm's name in
/// `name` bytes and behind it 64 random ones. The outcome's text is the JWK.
/// False: see the facts.
#[must_use]
pub fn generate_key(name: usize) -> bool {
    memory::run_and_wipe(|memory| {
        let (algorithm, rest) = algorithm(memory, name)?;
        let random = rest.first_chunk().ok_or(CallError::MORE_THAN_THERE_IS)?;
        let mut jwk = SecretJwk::generate(algorithm, random)?.to_json();
        memory.text = core::mem::take(&mut *jwk);
        memory.publish_text();
        Ok(())
    })
    .is_some()
}

/// The public part of the JWK in the first `length` bytes of the input, which
/// are wiped: the outcome's text. False: see the facts; `key_invalid` when
/// there is none.
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
