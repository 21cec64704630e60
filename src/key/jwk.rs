use core::fmt;

use serde::Deserialize;
use zeroize::Zeroize;

use super::secret::Uses;
use crate::encoding::json;
use crate::error::{KeyProblem, TokenError};

/// A JSON Web Key with its secret (RFC 7517), as it is written, not yet
/// checked. Members that are not known are disregarded.
///
/// Zeroized when dropped; `Debug` does not show the secret.
#[derive(Deserialize)]
pub struct SecretJwk {
    pub(crate) kty: String,
    #[serde(default)]
    pub(crate) k: Option<String>,
    #[serde(default)]
    pub(crate) alg: Option<String>,
    #[serde(default)]
    pub(crate) kid: Option<String>,
    #[serde(default, rename = "use")]
    pub(crate) public_use: Option<String>,
    #[serde(default)]
    pub(crate) key_ops: Option<Vec<String>>,
}

impl SecretJwk {
    /// Reads one from JSON.
    ///
    /// # Errors
    /// `key_invalid` when it is not strict JSON or a member has the wrong type.
    pub fn from_json(text: &str) -> Result<Self, TokenError> {
        strictly(text)
    }

    /// A key that says nothing of its use may do both (RFC 7517 §4.2, §4.3).
    pub(crate) fn uses(&self) -> Uses {
        let by_use = self.public_use.as_deref().is_none_or(|u| u == "sig");
        let by_ops = |op: &str| {
            self.key_ops
                .as_ref()
                .is_none_or(|ops| ops.iter().any(|has| has == op))
        };
        Uses {
            sign: by_use && by_ops("sign"),
            verify: by_use && by_ops("verify"),
        }
    }
}

impl Drop for SecretJwk {
    fn drop(&mut self) {
        self.k.zeroize();
    }
}

impl fmt::Debug for SecretJwk {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SecretJwk")
            .field("kty", &self.kty)
            .field("alg", &self.alg)
            .field("kid", &self.kid)
            .finish_non_exhaustive()
    }
}

/// A set of them (RFC 7517 §5), the newest first.
#[derive(Debug, Deserialize)]
pub struct SecretJwkSet {
    pub(crate) keys: Vec<SecretJwk>,
}

impl SecretJwkSet {
    /// Reads one from JSON.
    ///
    /// # Errors
    /// As [`SecretJwk::from_json`].
    pub fn from_json(text: &str) -> Result<Self, TokenError> {
        strictly(text)
    }
}

fn strictly<T: for<'de> Deserialize<'de>>(text: &str) -> Result<T, TokenError> {
    // serde would let a member that we disregard stand twice.
    json::read_object(text, |_, _| ()).map_err(|_| KeyProblem::Malformed)?;
    serde_json::from_str(text).map_err(|_| KeyProblem::Malformed.into())
}
