use core::fmt;

use super::{Algorithm, SecretJwkSet, SecretKey};
use crate::error::{KeyProblem, TokenError};

/// A key's name (`kid`, RFC 7515 §4.1.4): 1 to 256 bytes, compared exactly.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeyId(String);

impl KeyId {
    /// The longest name in bytes.
    pub const MAX_LENGTH: usize = 256;

    /// `None` when `name` is empty or too long.
    #[must_use]
    pub fn new(name: &str) -> Option<Self> {
        (1..=Self::MAX_LENGTH)
            .contains(&name.len())
            .then(|| Self(name.into()))
    }

    /// The name.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for KeyId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// The keys that a verifier trusts. The header of a token names one of them
/// with `kid`; it never brings a key of its own.
#[derive(Debug)]
pub struct KeySet {
    keys: Vec<SecretKey>,
    /// Not from a set: if it has no name, it is meant whatever `kid` says.
    lone: bool,
}

impl KeySet {
    /// From keys, the newest first.
    ///
    /// # Errors
    /// `key_invalid` when there is none, when two of one algorithm have the
    /// same `kid`, or when one is not meant to verify.
    pub fn new(keys: Vec<SecretKey>) -> Result<Self, TokenError> {
        let ambiguous = keys.iter().enumerate().any(|(i, key)| {
            key.id().is_some()
                && keys
                    .iter()
                    .take(i)
                    .any(|other| other.id() == key.id() && other.algorithm() == key.algorithm())
        });
        if keys.is_empty() || ambiguous {
            return Err(KeyProblem::Set.into());
        }
        if keys.iter().any(|key| !key.uses().verify) {
            return Err(KeyProblem::UseNotAllowed.into());
        }
        Ok(Self { keys, lone: false })
    }

    /// Of one key that was given alone. If it has no name, it is meant whatever
    /// a token's `kid` says; in a set, an unknown `kid` is refused.
    ///
    /// # Errors
    /// `key_invalid` when it is not meant to verify.
    pub fn of_one(key: SecretKey) -> Result<Self, TokenError> {
        let mut set = Self::new(vec![key])?;
        set.lone = true;
        Ok(set)
    }

    /// From a JWK Set (RFC 7517 §5).
    ///
    /// # Errors
    /// As [`new`](Self::new) and [`SecretKey::from_jwk`].
    pub fn from_jwk_set(set: &SecretJwkSet) -> Result<Self, TokenError> {
        let keys: Result<Vec<_>, _> = set.keys.iter().map(SecretKey::from_jwk).collect();
        Self::new(keys?)
    }

    /// The one key for a header's `alg` and `kid`. No other is tried.
    pub(crate) fn select(
        &self,
        algorithm: Algorithm,
        id: Option<&str>,
    ) -> Result<&SecretKey, TokenError> {
        if let ([only], true) = (self.keys.as_slice(), self.lone)
            && only.id().is_none()
        {
            return fitting(only, algorithm);
        }
        let mut any_named = false;
        let mut fit = None;
        for key in &self.keys {
            let named = match (id, key.id()) {
                (Some(wanted), Some(has)) => wanted == has.as_str(),
                (Some(_), None) => false,
                (None, _) => true,
            };
            any_named |= named;
            if named && key.algorithm() == algorithm && fit.replace(key).is_some() {
                // Only without a `kid`: `new` lets no name stand twice.
                return Err(TokenError::KeyUnknown);
            }
        }
        match fit {
            Some(key) => Ok(key),
            None if any_named => Err(TokenError::AlgorithmNotAllowed),
            None => Err(TokenError::KeyUnknown),
        }
    }
}

fn fitting(key: &SecretKey, algorithm: Algorithm) -> Result<&SecretKey, TokenError> {
    if key.algorithm() == algorithm {
        Ok(key)
    } else {
        Err(TokenError::AlgorithmNotAllowed)
    }
}
