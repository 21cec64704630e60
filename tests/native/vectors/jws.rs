//! Shared code of the runners over JWS.

use portcullis::error::{Malformation, TokenError};
use portcullis::key::{Algorithm, KeySet};
use portcullis::token::{Policy, Verifier};
use serde_json::Value;

use super::outcome;
use crate::support::*;

/// Registered signature algorithms that this library does not implement: a
/// missing key for them is not a deviation from the data.
pub(super) fn is_not_built_in(alg: &str) -> bool {
    const REGISTERED: [&str; 9] = [
        "RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES384", "ES512", "ES256K",
    ];
    REGISTERED.contains(&alg) && !Algorithm::from_name(alg).is_some_and(Algorithm::is_built_in)
}

/// A verifier that checks only the signature, with the key or key set
/// `jwk`.
pub(super) fn verifier(jwk: &Value) -> Result<Verifier, TokenError> {
    let policy = Policy {
        required_claims: Vec::new(),
        ..Policy::default()
    };
    Ok(Verifier::new(KeySet::from_json(&jwk.to_string())?, policy))
}

/// Our result for a JWS whose payload need not be claims: `accepted`, or the
/// code of the error.
///
/// A verifier parses the payload only after a valid signature, and the only error
/// of these payloads is their JSON. Another payload with the same header tells
/// whether the error was in the header.
pub(super) fn judge(verifier: &Verifier, token: &str) -> &'static str {
    let verify = |token: &str| verifier.verify(token, at(NOW)).map(|_| ());
    let result = match verify(token) {
        Err(TokenError::Malformed(Malformation::Json)) => {
            let parts: Vec<_> = token.split('.').collect();
            match verify(&format!("{}.e30.{}", parts[0], parts[2])) {
                Err(TokenError::SignatureInvalid) => Ok(()),
                other => other,
            }
        }
        // Claims, including expired ones.
        Err(TokenError::Expired { .. }) => Ok(()),
        other => other,
    };
    outcome(&result)
}

/// Like [`judge`], including the error of a refused key.
pub(super) fn judge_with(jwk: &Value, token: &str) -> &'static str {
    match verifier(jwk) {
        Ok(verifier) => judge(&verifier, token),
        Err(refused) => refused.code(),
    }
}
