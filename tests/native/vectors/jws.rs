//! What the runners over JWS have in common.

use portcullis::error::{Malformation, TokenError};
use portcullis::key::{Algorithm, KeySet};
use portcullis::token::{Policy, Verifier};
use serde_json::Value;

use super::outcome;
use crate::support::*;

/// Registered algorithms for signatures that are not built in here: to have
/// no key for them is no deviation from the data.
pub(super) fn is_not_built_in(alg: &str) -> bool {
    const REGISTERED: [&str; 9] = [
        "RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES384", "ES512", "ES256K",
    ];
    REGISTERED.contains(&alg) && !Algorithm::from_name(alg).is_some_and(Algorithm::is_built_in)
}

/// A verifier that asks for nothing but a signature, with the key or key set
/// that `jwk` is.
pub(super) fn verifier(jwk: &Value) -> Result<Verifier, TokenError> {
    let policy = Policy {
        required_claims: Vec::new(),
        ..Policy::default()
    };
    Ok(Verifier::new(KeySet::from_json(&jwk.to_string())?, policy))
}

/// What we make of a JWS whose payload need be no claims: `accepted`, or the
/// code of the error.
///
/// A verifier looks at the payload only behind a right signature, and all that
/// is wrong with these is their JSON. Whether it was the header's, another
/// payload under the same header tells.
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
        // Claims, and ones that are over.
        Err(TokenError::Expired { .. }) => Ok(()),
        other => other,
    };
    outcome(&result)
}

/// As [`judge`], with the key's own refusal.
pub(super) fn judge_with(jwk: &Value, token: &str) -> &'static str {
    match verifier(jwk) {
        Ok(verifier) => judge(&verifier, token),
        Err(refused) => refused.code(),
    }
}
