//! The hash of a secret that clients present.

use core::fmt;

use sha2::{Digest as _, Sha256};
use subtle::ConstantTimeEq as _;

/// The hash of a secret that clients present. Comparing hashes in constant time
/// reveals neither the secret nor its length.
pub struct SecretHash([u8; 32]);

/// The presented text is not the secret.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct WrongSecret;

impl SecretHash {
    /// Hashes the secret.
    #[must_use]
    pub fn new(secret: &str) -> Self {
        Self(Sha256::digest(secret).into())
    }

    /// Compares a presented text with the secret.
    ///
    /// # Errors
    /// [`WrongSecret`].
    pub fn check(&self, presented: &str) -> Result<(), WrongSecret> {
        if self.0.ct_eq(&Self::new(presented).0).into() {
            Ok(())
        } else {
            Err(WrongSecret)
        }
    }
}

impl fmt::Debug for SecretHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SecretHash(_)")
    }
}
