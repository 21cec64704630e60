//! Password hashes: argon2id as PHC strings, which is what is written, and
//! those of werkzeug, which the Flask originals wrote and which are read.
//!
//! A password's exact bytes count: nothing is trimmed, cut or normalized, so
//! that whatever a user typed when it was set is what opens the gate.

mod argon2id;
mod hash_function;
mod pbkdf2;
mod policy;
mod scrypt;
mod stored;
mod werkzeug;

pub use argon2id::{Argon2idHash, Cost};
pub use hash_function::HashFunction;
pub use policy::{NewPassword, PasswordPolicy, PasswordUnacceptable};
pub use stored::{HashMethod, StoredHash};
pub use werkzeug::{WerkzeugHash, WerkzeugMethod};

use core::fmt;

use zeroize::Zeroizing;

/// A password in clear, of at most 1024 bytes. Zeroized when dropped; never
/// shown by `Debug`.
pub struct ClearPassword(Zeroizing<String>);

impl ClearPassword {
    /// The longest password in bytes of UTF-8.
    pub const MAX_LENGTH: usize = 1024;

    /// # Errors
    /// [`PasswordTooLong`] above [`MAX_LENGTH`](Self::MAX_LENGTH).
    pub fn new(password: impl Into<Zeroizing<String>>) -> Result<Self, PasswordTooLong> {
        let password = password.into();
        if password.len() > Self::MAX_LENGTH {
            return Err(PasswordTooLong);
        }
        Ok(Self(password))
    }

    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }

    pub(crate) fn as_bytes(&self) -> &[u8] {
        self.0.as_bytes()
    }
}

impl fmt::Debug for ClearPassword {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ClearPassword(_)")
    }
}

/// The password is longer than [`ClearPassword::MAX_LENGTH`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PasswordTooLong;

/// The password is not the one that was hashed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct WrongPassword;

/// A stored string is not a hash that is known here, or costs more than is
/// ever run. It holds nothing of the string.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct HashNotUsable;

macro_rules! error_text {
    ($($error:ty => $code:literal, $text:literal),+) => {$(
        impl $error {
            /// A name that stays.
            pub const CODE: &'static str = $code;
            /// What it says.
            pub const MESSAGE: &'static str = $text;
        }
        impl fmt::Display for $error {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(Self::MESSAGE)
            }
        }
        impl core::error::Error for $error {}
    )+};
}

error_text! {
    PasswordTooLong => "password_too_long", "the password is longer than 1024 bytes",
    WrongPassword => "password_wrong", "the password is wrong",
    HashNotUsable => "hash_not_usable", "the stored hash is not known or costs too much"
}
