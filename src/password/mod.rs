//! Password hashes. New hashes are argon2id as PHC strings. The hashes of werkzeug,
//! which Flask applications stored, can be read and checked.
//!
//! A password matches only with exactly the bytes that the user set. Nothing is
//! trimmed, cut or normalized.
//!
//! A *stand-in* is a hash that no password matches. Checking it costs as much as
//! checking a real hash. A login checks a stand-in if there is no such user, so that
//! the time does not reveal whether the user exists.

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

/// A password in clear text, of at most 1024 bytes. It is zeroized when dropped, and
/// `Debug` does not show it.
pub struct ClearPassword(Zeroizing<String>);

impl ClearPassword {
    /// The longest password in bytes of UTF-8.
    pub const MAX_LENGTH: usize = 1024;

    /// Takes the password as it is.
    ///
    /// # Errors
    /// [`PasswordTooLong`] when it exceeds [`MAX_LENGTH`](Self::MAX_LENGTH).
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

/// A stored string is not a supported hash, its cost exceeds the limits, or there is
/// not enough memory to compute a hash. The error does not contain the string.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct HashNotUsable;

/// Gives each error type its code, its message, `Display` and `Error`.
macro_rules! error_text {
    ($($error:ty => $code:literal, $text:literal),+) => {$(
        impl $error {
            /// The stable code.
            pub const CODE: &'static str = $code;
            /// The sentence that `Display` writes.
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
    HashNotUsable => "hash_not_usable", "the stored hash has an unknown format or costs too much"
}
