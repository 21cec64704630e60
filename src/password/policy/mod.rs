//! What a password that someone wants to set must be (NIST SP 800-63B-4
//! §3.1.1.2): long enough, and not one of those that are guessed first. There
//! are no rules on what it is composed of.

mod guessable;

use core::fmt;

use zeroize::Zeroizing;

use self::guessable::{Guessable, find_guessable};
use super::ClearPassword;

/// What is asked of new passwords.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PasswordPolicy {
    /// The fewest characters (Unicode code points).
    pub min_length: usize,
}

/// 15 characters: what NIST asks for where the password is all there is.
impl Default for PasswordPolicy {
    fn default() -> Self {
        Self { min_length: 15 }
    }
}

/// A password that the policy allows to be set.
#[derive(Debug)]
pub struct NewPassword(ClearPassword);

impl NewPassword {
    /// Judges a password that someone wants to set for `username`, which is in
    /// its one form ([`Username::as_str`](crate::account::Username::as_str)).
    /// The password is taken as it is: nothing is trimmed or normalized.
    ///
    /// # Errors
    /// [`PasswordUnacceptable`], the first reason that applies, in the order
    /// in which they stand there.
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

    /// The password, to be hashed.
    #[must_use]
    pub fn clear(&self) -> &ClearPassword {
        &self.0
    }
}

/// Why a password may not be set. Its text is for whoever wants to set it, and
/// has nothing of the password.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PasswordUnacceptable {
    /// It has fewer characters than asked for.
    TooShort {
        /// How many are asked for.
        min_length: usize,
    },
    /// It has more than [`ClearPassword::MAX_LENGTH`] bytes.
    TooLong,
    /// It is something too short, again and again, or has hardly any different
    /// characters.
    Repetition,
    /// It is nothing but characters that follow one another in the alphabet or
    /// on the keyboard.
    Sequence,
    /// It is the username with digits, signs or common words around it.
    LikeUsername,
    /// It is made of common words, digits and signs.
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
            Self::Repetition => "the password repeats itself too much",
            Self::Sequence => "the password is a sequence of the alphabet or the keyboard",
            Self::LikeUsername => "the password is too much like the username",
            Self::Common => "the password is made of words that are guessed first",
        })
    }
}

impl core::error::Error for PasswordUnacceptable {}
