//! Key ids (`kid`), and the set of keys that a verifier trusts.

use core::fmt;

use super::jwk::read_usable;
use super::{Algorithm, PublicJwkSet, SecretJwkSet, VerifyingKey};
use crate::error::{KeyProblem, TokenError};

/// A key's id (`kid`, RFC 7515 §4.1.4): 1 to 256 bytes, compared exactly.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeyId(String);

impl KeyId {
    /// The maximum length in bytes.
    pub const MAX_LENGTH: usize = 256;

    /// Creates an id; `None` when `name` is empty or too long.
    #[must_use]
    pub fn new(name: &str) -> Option<Self> {
        (1..=Self::MAX_LENGTH)
            .contains(&name.len())
            .then(|| Self(name.into()))
    }

    /// The id as text.
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

/// The keys that a verifier trusts. A token selects one of them with its `kid`.
/// A key inside a token is never used.
///
/// ```
/// use portcullis::error::TokenError;
/// use portcullis::key::{Algorithm, KeySet, SecretJwk, SecretJwkSet};
///
/// # fn main() -> Result<(), TokenError> {
/// // Your own keys, the newest first.
/// let new = SecretJwk::generate(Algorithm::EdDsa, &[8; 64])?; // use random bytes
/// let old = SecretJwk::generate(Algorithm::Es256, &[7; 64])?;
/// let set = SecretJwkSet::new(vec![new, old]);
/// let keys = KeySet::from_jwk_set(&set)?;
///
/// // The keys that you publish verify the same tokens.
/// let published = set.public()?.to_json();
/// let keys = KeySet::from_json(&published)?;
/// # Ok(())
/// # }
/// ```
#[derive(Debug)]
pub struct KeySet {
    keys: Vec<VerifyingKey>,
    /// Whether the set was created from a single key ([`of_one`](Self::of_one)) and not
    /// from a list that happens to have one key. If the single key has no `kid`, it is
    /// used for tokens with any `kid`. An RSA key for several algorithms is in
    /// `keys` once for each of them.
    is_single_key: bool,
    /// Whether a token must have a `kid`.
    requires_key_id: bool,
}

impl KeySet {
    /// The maximum number of keys in a set. The keys of a JWK Set that are ignored
    /// count, too.
    pub const MAX_KEYS: usize = 100;

    /// Creates a set from keys, the newest first.
    ///
    /// # Errors
    /// `key_invalid` when there is no key, when there are more than
    /// [`MAX_KEYS`](Self::MAX_KEYS) keys, when two keys of one algorithm have the
    /// same `kid`, or when a key's uses do not include verifying.
    pub fn new(keys: Vec<impl Into<VerifyingKey>>) -> Result<Self, TokenError> {
        Self::from_keys(keys.into_iter().map(Into::into).collect(), false)
    }

    fn from_keys(keys: Vec<VerifyingKey>, is_single_key: bool) -> Result<Self, TokenError> {
        // Check the number before the pairwise comparison, whose work is quadratic.
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
            is_single_key,
            requires_key_id: false,
        })
    }

    /// Requires a `kid`: a token without one selects no key, even if only one
    /// key has its algorithm.
    pub(crate) fn with_required_key_id(self) -> Self {
        Self {
            requires_key_id: true,
            ..self
        }
    }

    /// Creates a set from one key. If the key has no `kid`, it is used for tokens
    /// with any `kid`. With the other constructors, a token whose `kid` is not in the
    /// set is rejected, even if the set has only one key.
    ///
    /// # Errors
    /// `key_invalid` when the key's uses do not include verifying.
    pub fn of_one(key: impl Into<VerifyingKey>) -> Result<Self, TokenError> {
        Self::from_keys(vec![key.into()], true)
    }

    /// Creates a set from your own JWK Set (RFC 7517 §5). Every key must be
    /// usable.
    ///
    /// # Errors
    /// The same as [`new`](Self::new) and [`VerifyingKey::from_jwk`].
    pub fn from_jwk_set(set: &SecretJwkSet) -> Result<Self, TokenError> {
        let keys: Result<Vec<_>, _> = set.keys().iter().map(VerifyingKey::from_jwk).collect();
        Self::from_keys(keys?, false)
    }

    /// Creates a set from the JWK Set that an issuer publishes.
    ///
    /// # Errors
    /// The same as [`new`](Self::new) and [`VerifyingKey::from_public_jwk`].
    pub fn from_public_jwk_set(set: &PublicJwkSet) -> Result<Self, TokenError> {
        let keys: Result<Vec<_>, _> = set
            .keys()
            .iter()
            .map(VerifyingKey::from_public_jwk)
            .collect();
        Self::from_keys(keys?, false)
    }

    /// Reads one JWK, as [`of_one`](Self::of_one) takes it, or a JWK Set, which
    /// has a member `keys`. Each key may be secret or public.
    ///
    /// The text does not say whether a set is your own or an issuer's. So some keys of
    /// a set are ignored, as in [`PublicJwkSet::from_json`]:
    /// - keys of an unsupported type, curve or algorithm;
    /// - keys that are not for verifying, such as a private key whose `key_ops` is only
    ///   `sign`.
    ///
    /// `oct` keys are never ignored: no issuer publishes them, so an unusable `oct` key
    /// is an error. If no key may be ignored, read a [`SecretJwkSet`] and call
    /// [`from_jwk_set`](Self::from_jwk_set).
    ///
    /// # Errors
    /// The same as [`new`](Self::new), [`SecretJwkSet::from_json`] and
    /// [`VerifyingKey::from_jwk`], except for keys that are ignored.
    pub fn from_json(text: &str) -> Result<Self, TokenError> {
        Self::from_json_for(text, &[])
    }

    /// Does the same as [`from_json`](Self::from_json), for tokens with these
    /// algorithms: an RSA key without `alg` verifies the RSA algorithms among them.
    /// If there is none, such a key alone is an error, and in a set it is ignored if
    /// another key is usable.
    ///
    /// # Errors
    /// The same as [`from_json`](Self::from_json).
    pub fn from_json_for(text: &str, algorithms: &[Algorithm]) -> Result<Self, TokenError> {
        let (jwks, is_set) = read_usable(text, algorithms)?;
        let keys: Result<Vec<_>, _> = jwks.iter().map(VerifyingKey::from_jwk).collect();
        Self::from_keys(keys?, !is_set)
    }

    /// Selects the key for a header's `alg` and `kid`. No other key is tried.
    pub(crate) fn select(
        &self,
        algorithm: Algorithm,
        id: Option<&str>,
    ) -> Result<&VerifyingKey, TokenError> {
        if self.is_single_key
            && let Some(key) = self.keys.first()
            && key.id().is_none()
        {
            let fit = self.keys.iter().find(|key| key.algorithm() == algorithm);
            return fit.ok_or(TokenError::AlgorithmNotAllowed);
        }
        let mut any_named = false;
        let mut fit = None;
        for key in &self.keys {
            let named = match (id, key.id()) {
                (Some(wanted), Some(has)) => wanted == has.as_str(),
                (Some(_), None) => false,
                (None, _) => !self.requires_key_id,
            };
            any_named |= named;
            if named && key.algorithm() == algorithm && fit.replace(key).is_some() {
                // Two keys fit. The token has no `kid`: `from_keys` rejects two keys
                // of one algorithm with the same `kid`.
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
