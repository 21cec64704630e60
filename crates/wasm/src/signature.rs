//! Checks a signature for `portcullis/issuer`, where the host's WebCrypto lacks the
//! algorithm.

use super::error::CallError;
use super::memory;
use portcullis::key::{PublicJwk, VerifyingKey};

/// Checks a signature. The input is the JSON of a public JWK, the signed bytes and the
/// signature, directly after one another; the arguments are the lengths of the first two
/// and of all three. Returns 1 for a valid signature and 0 for an invalid one; -1 when
/// the key cannot be used, and the facts then hold the reason.
#[must_use]
pub fn check_signature(jwk: usize, signed: usize, length: usize) -> i32 {
    let outcome = memory::run(|memory| {
        let input = memory::input_bytes(&memory.input, length)?;
        let (jwk, rest) = input.split_at_checked(jwk).ok_or(CallError::BEYOND_INPUT)?;
        let (signed, signature) = rest
            .split_at_checked(signed)
            .ok_or(CallError::BEYOND_INPUT)?;
        let jwk = core::str::from_utf8(jwk).map_err(|_| CallError::Argument("not UTF-8"))?;
        let key = VerifyingKey::from_public_jwk(&PublicJwk::from_json(jwk)?)?;
        Ok(key.verify_signature(signed, signature).is_ok())
    });
    outcome.map_or(-1, i32::from)
}
