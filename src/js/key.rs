//! Keys: a JWK or a JWK Set as JSON.

use super::memory;
use super::refusal::Refusal;
use crate::encoding::base64url;
use crate::error::{KeyProblem, TokenError};
use crate::key::{Algorithm, KeySet, SecretJwk, SecretJwkSet, SecretKey};

pub(crate) fn read_key(jwk: &str) -> Result<SecretKey, Refusal> {
    Ok(SecretKey::from_jwk(&SecretJwk::from_json(jwk)?)?)
}

pub(crate) fn read_keys(text: &str, set: bool) -> Result<KeySet, Refusal> {
    Ok(if set {
        KeySet::from_jwk_set(&SecretJwkSet::from_json(text)?)?
    } else {
        KeySet::of_one(read_key(text)?)?
    })
}

/// Makes a JWK of a secret. The input, which is wiped, holds the algorithm's
/// name in `algorithm` bytes and behind it the secret in `length`. The
/// outcome's text is the JWK, to be [wiped](memory::wipe) when it was read. False: see the facts; `key_invalid` when the
/// secret is too short or the algorithm no HMAC.
#[unsafe(export_name = "secretKey")]
#[must_use]
pub extern "C" fn secret_key(algorithm: usize, length: usize) -> bool {
    memory::run_and_wipe(|memory| {
        let name = memory::input_text(&memory.input, algorithm)?;
        let secret = memory
            .input
            .get(algorithm..)
            .and_then(|rest| rest.get(..length))
            .ok_or(Refusal::MORE_THAN_THERE_IS)?;
        let algorithm =
            Algorithm::from_name(name).ok_or(TokenError::from(KeyProblem::Unsupported))?;
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
        memory.text = jwk;
        memory.publish_text();
        Ok(())
    })
    .is_some()
}
