use core::fmt;

/// A phone number as a user wrote it: at most 40 characters, none of them a
/// control character; it may be empty.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Phone(String);

/// The number is too long or holds a control character.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PhoneNotUsable;

impl Phone {
    /// The most characters.
    pub const MAX_LENGTH: usize = 40;

    /// Takes what someone typed as it is.
    ///
    /// # Errors
    /// [`PhoneNotUsable`].
    pub fn new(typed: &str) -> Result<Self, PhoneNotUsable> {
        if typed.chars().count() > Self::MAX_LENGTH || typed.chars().any(char::is_control) {
            return Err(PhoneNotUsable);
        }
        Ok(Self(typed.into()))
    }

    /// As it was typed.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for PhoneNotUsable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a phone number has at most 40 characters, none of them a control character")
    }
}

impl core::error::Error for PhoneNotUsable {}
