use core::fmt;

use super::jwk::read_usable;
use super::{Algorithm, PublicJwkSet, SecretJwkSet, VerifyingKey};
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
    keys: Vec<VerifyingKey>,
    /// Not from a set: if it has no name, it is meant whatever `kid` says.
    lone: bool,
    /// Whether a token must name its key.
    by_name: bool,
}

impl KeySet {
    /// The most keys of a set. Of a JWK Set that is read those that are passed
    /// over count too.
    pub const MAX_KEYS: usize = 100;

    /// From keys, the newest first.
    ///
    /// # Errors
    /// `key_invalid` when there is none, when there are more than
    /// [`MAX_KEYS`](Self::MAX_KEYS), when two of one algorithm have the same
    /// `kid`, or when one is not meant to verify.
    pub fn new(keys: Vec<impl Into<VerifyingKey>>) -> Result<Self, TokenError> {
        Self::from_keys(keys.into_iter().map(Into::into).collect(), false)
    }

    fn from_keys(keys: Vec<VerifyingKey>, lone: bool) -> Result<Self, TokenError> {
        // Before each is compared with each.
        if keys.len() > Self::MAX_KEYS {
            return Err(KeyProblem::Set.into());
        }
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
        Ok(Self {
            keys,
            lone,
            by_name: false,
        })
    }

    /// A token without a `kid` means none of the set's keys, also where one
    /// alone has its algorithm.
    pub(crate) fn by_name(self) -> Self {
        Self {
            by_name: true,
            ..self
        }
    }

    /// Of one key that was given alone. If it has no name, it is meant whatever
    /// a token's `kid` says; in a set, an unknown `kid` is refused.
    ///
    /// # Errors
    /// `key_invalid` when it is not meant to verify.
    pub fn of_one(key: impl Into<VerifyingKey>) -> Result<Self, TokenError> {
        Self::from_keys(vec![key.into()], true)
    }

    /// From a JWK Set of one's own (RFC 7517 §5), of which each key must be
    /// usable.
    ///
    /// # Errors
    /// As [`new`](Self::new) and [`VerifyingKey::from_jwk`].
    pub fn from_jwk_set(set: &SecretJwkSet) -> Result<Self, TokenError> {
        let keys: Result<Vec<_>, _> = set.keys().iter().map(VerifyingKey::from_jwk).collect();
        Self::from_keys(keys?, false)
    }

    /// From the JWK Set that an issuer publishes.
    ///
    /// # Errors
    /// As [`new`](Self::new) and [`VerifyingKey::from_public_jwk`].
    pub fn from_public_jwk_set(set: &PublicJwkSet) -> Result<Self, TokenError> {
        let keys: Result<Vec<_>, _> = set
            .keys()
            .iter()
            .map(VerifyingKey::from_public_jwk)
            .collect();
        Self::from_keys(keys?, false)
    }

    /// From JSON: one JWK, as [`of_one`](Self::of_one), or a JWK Set, known by
    /// its member `keys`; each key secret or public.
    ///
    /// Whether a set is one's own or an issuer's cannot be seen. So keys are
    /// passed over as [`PublicJwkSet::from_json`] says, those whose type, curve
    /// or algorithm is not supported and those that are not meant to verify,
    /// also when they are private: one with `key_ops` of `sign` alone verifies
    /// nothing here. Only `oct` keys are never passed over: no issuer
    /// publishes one, so that it is an error when it cannot be used. Where
    /// nothing is to be passed over, read a [`SecretJwkSet`] and take
    /// [`from_jwk_set`](Self::from_jwk_set).
    ///
    /// # Errors
    /// As [`new`](Self::new), [`SecretJwkSet::from_json`] and
    /// [`VerifyingKey::from_jwk`], keys that are passed over excepted.
    pub fn from_json(text: &str) -> Result<Self, TokenError> {
        let (jwks, is_set) = read_usable(text)?;
        let keys: Result<Vec<_>, _> = jwks.iter().map(VerifyingKey::from_jwk).collect();
        Self::from_keys(keys?, !is_set)
    }

    /// The one key for a header's `alg` and `kid`. No other is tried.
    pub(crate) fn select(
        &self,
        algorithm: Algorithm,
        id: Option<&str>,
    ) -> Result<&VerifyingKey, TokenError> {
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
                (None, _) => !self.by_name,
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

fn fitting(key: &VerifyingKey, algorithm: Algorithm) -> Result<&VerifyingKey, TokenError> {
    if key.algorithm() == algorithm {
        Ok(key)
    } else {
        Err(TokenError::AlgorithmNotAllowed)
    }
}
