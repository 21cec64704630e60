use core::fmt;

use crate::error::{KeyProblem, TokenError};
use crate::key::{Algorithm, KeySet, SecretJwkSet, SecretKey};

/// The keys of access tokens: the one that signs, those that verify, and what
/// of them is published.
pub struct AccessKeys {
    pub(super) signing: SecretKey,
    pub(super) verifying: KeySet,
    /// Of tokens from before there was a set.
    pub(super) former: Option<KeySet>,
    public: String,
}

impl AccessKeys {
    /// One secret, which signs and verifies. Nothing is published.
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

    /// A set of secret and private keys, the newest first: that one signs, all
    /// verify, chosen by `kid`. The public parts are published.
    ///
    /// # Errors
    /// `key_invalid` when there is none, one is not usable, two have the same
    /// name, or one has none: its tokens would be nobody's once there are more.
    pub fn from_jwk_set(set: &SecretJwkSet) -> Result<Self, TokenError> {
        let ids: Vec<_> = set.keys().iter().filter_map(|key| key.id()).collect();
        let alone = |(i, id)| !ids.iter().take(i).any(|other| *other == id);
        let named = ids.len() == set.keys().len() && ids.iter().copied().enumerate().all(alone);
        let (Some(first), true) = (set.keys().first(), named) else {
            return Err(KeyProblem::Set.into());
        };
        Ok(Self {
            signing: SecretKey::from_jwk(first)?,
            verifying: KeySet::from_jwk_set(set)?,
            former: None,
            public: set.public()?.to_json(),
        })
    }

    /// Tokens that were signed with this secret before there was a set, and so
    /// name no key, still verify.
    ///
    /// # Errors
    /// As [`from_secret`](Self::from_secret).
    pub fn with_former_secret(
        mut self,
        algorithm: Algorithm,
        secret: &[u8],
    ) -> Result<Self, TokenError> {
        self.verifying = self.verifying.with_required_key_id();
        self.former = Some(KeySet::of_one(SecretKey::new(algorithm, secret)?)?);
        Ok(self)
    }

    /// The JWK Set to publish (RFC 7517 §5) in JSON; never a symmetric key.
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
