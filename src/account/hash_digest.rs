//! The digest of a password hash.

use core::fmt;

use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

use super::octets::Octets;

/// The first 128 bits of the SHA-256 of a stored password hash, written as base64url.
/// With digests, two stored hashes can be compared although one of them is no longer
/// stored.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct HashDigest(Octets<16>);

impl HashDigest {
    /// Computes the digest of `hash_password`.
    #[must_use]
    pub fn new(hash_password: &str) -> Self {
        Self(Octets::first_of(Sha256::digest(hash_password)))
    }

    /// Reads the text; `None` if it is not a digest.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        Octets::parse(text).map(Self)
    }
}

/// Writes 22 characters of base64url.
impl fmt::Display for HashDigest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}
