use core::fmt;

use sha2::{Digest as _, Sha256};
use subtle::ConstantTimeEq as _;

/// A secret that others present, by its hash: so no length is told, and it is
/// compared in constant time.
pub struct SecretHash([u8; 32]);

/// What was presented is not the secret.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct WrongSecret;

impl SecretHash {
    /// Of the secret.
    #[must_use]
    pub fn new(secret: &str) -> Self {
        Self(Sha256::digest(secret).into())
    }

    /// Compares what was presented.
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
