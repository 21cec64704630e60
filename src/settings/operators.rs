//! The setting `OPERATOR_KEYS`.

use super::values::{Settings, Wrong};
use crate::account::OperatorKeys;
use crate::error::{KeyProblem, TokenError};

/// Reads the public keys of the operators; `None` if the setting is absent.
pub(super) fn read(settings: &Settings) -> Result<Option<OperatorKeys>, Wrong> {
    let Some(set) = settings.json("OPERATOR_KEYS")? else {
        return Ok(None);
    };
    let keys = OperatorKeys::from_jwk_set(set).map_err(|error| {
        let problem = match error {
            TokenError::KeyInvalid(KeyProblem::NotPublic) => {
                "has a private or secret key, but may have only public keys: make a new key, and put only its public part here"
            }
            _ => {
                "must be a JWK Set of public keys for EdDSA or ES256, each with its own kid"
            }
        };
        Wrong::new("OPERATOR_KEYS", problem)
    })?;
    Ok(Some(keys))
}
