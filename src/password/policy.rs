use super::ClearPassword;
use crate::account::Username;
use zeroize::Zeroizing;

/// What is asked of a new password.
#[derive(Debug, Clone, Copy)]
pub struct PasswordPolicy {
    /// In characters.
    pub min_length: usize,
}
/// A password that may be set.
pub struct NewPassword(ClearPassword);
/// Why a password may not be set.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PasswordUnacceptable {
    /// Too short.
    TooShort,
}
impl PasswordUnacceptable {
    /// Stable code.
    #[must_use]
    pub fn code(self) -> &'static str {
        "password_too_short"
    }
    /// For the user.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        "the password is too short"
    }
}
impl NewPassword {
    /// # Errors
    /// [`PasswordUnacceptable`].
    pub fn new(
        text: impl Into<Zeroizing<String>>,
        policy: &PasswordPolicy,
        _username: &Username,
    ) -> Result<Self, PasswordUnacceptable> {
        let text = text.into();
        if text.chars().count() < policy.min_length {
            return Err(PasswordUnacceptable::TooShort);
        }
        ClearPassword::new(text)
            .map(Self)
            .map_err(|_| PasswordUnacceptable::TooShort)
    }
    /// The password.
    #[must_use]
    pub fn as_clear(&self) -> &ClearPassword {
        &self.0
    }
}
