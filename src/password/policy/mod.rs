//! The policy for new passwords (NIST SP 800-63B-4 §3.1.1.2). A new password must be
//! long enough, and must not be one that attackers guess first. There are no rules
//! about the kinds of characters.

mod guessable;

use core::fmt;

use zeroize::Zeroizing;

use self::guessable::{Guessable, find_guessable};
use super::ClearPassword;

/// The requirements on new passwords.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PasswordPolicy {
    /// The minimum length in characters (Unicode code points).
    pub min_length: usize,
}

/// 15 characters: NIST's requirement for a password without a second factor.
impl Default for PasswordPolicy {
    fn default() -> Self {
        Self { min_length: 15 }
    }
}

/// A password that the policy accepts.
#[derive(Debug)]
pub struct NewPassword(ClearPassword);

impl NewPassword {
    /// Checks a password that someone wants to set for `username`, which must be
    /// normalized ([`Username::as_str`](crate::account::Username::as_str)). The
    /// password is neither trimmed nor normalized.
    ///
    /// # Errors
    /// [`PasswordUnacceptable`]. If several reasons apply, the error is the first in
    /// the order of the variants.
    ///
    /// ```
    /// use portcullis::password::{NewPassword, PasswordPolicy};
    ///
    /// let policy = PasswordPolicy::default();
    /// let new = |text: &str| NewPassword::new(text.to_owned(), &policy, "alice");
    /// assert!(new("correct horse battery staple").is_ok());
    /// assert_eq!(new("alice1234567890").unwrap_err().code(), "password_like_username");
    /// ```
    pub fn new(
        text: impl Into<Zeroizing<String>>,
        policy: &PasswordPolicy,
        username: &str,
    ) -> Result<Self, PasswordUnacceptable> {
        let text = text.into();
        let min_length = policy.min_length;
        if text.chars().take(min_length).count() < min_length {
            return Err(PasswordUnacceptable::TooShort { min_length });
        }
        let password = ClearPassword::new(text).map_err(|_| PasswordUnacceptable::TooLong)?;
        match find_guessable(password.as_str(), min_length, username) {
            None => Ok(Self(password)),
            Some(Guessable::Repetition) => Err(PasswordUnacceptable::Repetition),
            Some(Guessable::Sequence) => Err(PasswordUnacceptable::Sequence),
            Some(Guessable::Username) => Err(PasswordUnacceptable::LikeUsername),
            Some(Guessable::Common) => Err(PasswordUnacceptable::Common),
        }
    }

    /// The password, for hashing.
    #[must_use]
    pub fn clear(&self) -> &ClearPassword {
        &self.0
    }
}

/// The reason why a password is rejected. `Display` addresses the person who
/// wants to set it, and contains nothing of the password.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PasswordUnacceptable {
    /// The password has too few characters.
    TooShort {
        /// The required number of characters.
        min_length: usize,
    },
    /// The password has more than [`ClearPassword::MAX_LENGTH`] bytes.
    TooLong,
    /// The password repeats a text that is too short by itself, or has at most four
    /// different characters.
    Repetition,
    /// The password consists of neighboring characters in the alphabet or on the
    /// keyboard (or of one character several times), with or without punctuation.
    Sequence,
    /// The password consists of the username and of common words, sequences, digits or
    /// punctuation around it.
    LikeUsername,
    /// The password consists of common words, with or without sequences, digits and
    /// punctuation.
    Common,
}

impl PasswordUnacceptable {
    /// The stable code.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::TooShort { .. } => "password_too_short",
            Self::TooLong => "password_too_long",
            Self::Repetition => "password_repetitive",
            Self::Sequence => "password_sequence",
            Self::LikeUsername => "password_like_username",
            Self::Common => "password_common",
        }
    }
}

impl fmt::Display for PasswordUnacceptable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::TooShort { min_length } => {
                return write!(f, "the password must have at least {min_length} characters");
            }
            Self::TooLong => "the password must have at most 1024 bytes",
            Self::Repetition => "the password repeats itself too much; choose another one",
            Self::Sequence => {
                "the password is a sequence of the alphabet or the keyboard; choose another one"
            }
            Self::LikeUsername => "the password is too much like the username; choose another one",
            Self::Common => "the password consists of common words; choose another one",
        })
    }
}

impl core::error::Error for PasswordUnacceptable {}
