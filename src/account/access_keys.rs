//! The keys of access tokens.

use core::fmt;

use crate::error::{KeyProblem, TokenError};
use crate::key::{Algorithm, KeySet, SecretJwkSet, SecretKey};

/// The keys of access tokens: the key that signs, the keys that verify, and the public
/// keys to publish.
pub struct AccessKeys {
    pub(super) signing: SecretKey,
    pub(super) verifying: KeySet,
    /// Verifies tokens that a secret signed before there was a set of keys.
    pub(super) former: Option<KeySet>,
    public: String,
}

impl AccessKeys {
    /// Creates the keys from one secret, which signs and verifies. No key is
    /// published.
    ///
    /// # Errors
    /// `key_invalid` when the secret is too short for the algorithm.
    pub fn from_secret(algorithm: Algorithm, secret: &[u8]) -> Result<Self, TokenError> {
        Ok(Self {
            signing: SecretKey::new(algorithm, secret)?,
            verifying: KeySet::of_one(SecretKey::new(algorithm, secret)?)?,
            former: None,
            public: SecretJwkSet::new(Vec::new()).public()?.to_json(),
        })
    }

    /// Creates the keys from a set of secret and private keys, the newest first. The
    /// first key signs. A token's `kid` selects the key that verifies. The public parts
    /// are published.
    ///
    /// # Errors
    /// `key_invalid` when the set is empty, when a key is unusable, when two keys have
    /// the same `kid`, or when a key has no `kid`. Each key needs a `kid` from the
    /// start: when the set grows, a token without a `kid` selects no key.
    pub fn from_jwk_set(set: &SecretJwkSet) -> Result<Self, TokenError> {
        let ids: Vec<_> = set.keys().iter().filter_map(|key| key.id()).collect();
        let alone = |(i, id)| !ids.iter().take(i).any(|other| *other == id);
        let named = ids.len() == set.keys().len() && ids.iter().copied().enumerate().all(alone);
        let (Some(first), true) = (set.keys().first(), named) else {
            return Err(KeyProblem::Set.into());
        };
        // The keys take turns in signing.
        if !set.keys().iter().all(|key| key.algorithm().can_sign()) {
            return Err(KeyProblem::Unsupported.into());
        }
        Ok(Self {
            signing: SecretKey::from_jwk(first)?,
            verifying: KeySet::from_jwk_set(set)?,
            former: None,
            public: set.public()?.to_json(),
        })
    }

    /// Adds the secret that signed tokens before there was a set of keys. Such tokens
    /// have no `kid`. From then on, only this secret verifies a token without a `kid`.
    ///
    /// # Errors
    /// The same as [`from_secret`](Self::from_secret).
    pub fn with_former_secret(
        mut self,
        algorithm: Algorithm,
        secret: &[u8],
    ) -> Result<Self, TokenError> {
        self.verifying = self.verifying.with_required_key_id();
        self.former = Some(KeySet::of_one(SecretKey::new(algorithm, secret)?)?);
        Ok(self)
    }

    /// The JWK Set to publish (RFC 7517 §5), as JSON. It has no symmetric key.
    #[must_use]
    pub fn public_json(&self) -> &str {
        &self.public
    }
}

impl fmt::Debug for AccessKeys {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AccessKeys")
            .field("signing", &self.signing)
            .finish_non_exhaustive()
    }
}
