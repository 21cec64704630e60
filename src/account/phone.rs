//! The phone number of a user, which is stored but never interpreted.

use core::fmt;

/// A phone number as a user wrote it: at most 40 characters, without control
/// characters. It may be empty.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Phone(String);

/// The phone number is too long or contains a control character.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PhoneNotUsable;

impl Phone {
    /// The longest number in characters.
    pub const MAX_LENGTH: usize = 40;

    /// Takes the text without changing it.
    ///
    /// # Errors
    /// [`PhoneNotUsable`].
    pub fn new(typed: &str) -> Result<Self, PhoneNotUsable> {
        if typed.chars().count() > Self::MAX_LENGTH || typed.chars().any(char::is_control) {
            return Err(PhoneNotUsable);
        }
        Ok(Self(typed.into()))
    }

    /// The text as it was typed.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for PhoneNotUsable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the phone number is not usable: it may have at most 40 characters and no control characters")
    }
}

impl core::error::Error for PhoneNotUsable {}
