//! Usernames in normal form.

use core::fmt;

use icu_normalizer::ComposingNormalizerBorrowed;
use serde::{Deserialize, Deserializer, Serialize, de};

use crate::encoding::invisible::is_invisible;

/// A username in normal form: NFKC, lower case, 1 to 80 characters, without control
/// characters.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize)]
#[serde(transparent)]
pub struct Username(String);

/// The name is empty, too long, or contains a control character.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct UsernameNotUsable;

impl Username {
    /// The longest name in characters.
    pub const MAX_LENGTH: usize = 80;

    /// Normalizes a typed name.
    ///
    /// # Errors
    /// [`UsernameNotUsable`].
    pub fn new(typed: &str) -> Result<Self, UsernameNotUsable> {
        // Bounds the work of the normalization: a character has at most four bytes
        // and may be composed of several characters, here at most four.
        if typed.len() > Self::MAX_LENGTH.saturating_mul(4).saturating_mul(4) {
            return Err(UsernameNotUsable);
        }
        let name = if typed.is_ascii() {
            // ASCII is already in NFKC.
            typed.to_ascii_lowercase()
        } else {
            let nfkc = ComposingNormalizerBorrowed::new_nfkc();
            let folded = nfkc.normalize(typed).to_lowercase();
            // Text in lower case may no longer be in NFKC, so normalize again.
            nfkc.normalize(&folded).into_owned()
        };
        let length = name.chars().count();
        if length == 0 || length > Self::MAX_LENGTH || name.chars().any(char::is_control) {
            return Err(UsernameNotUsable);
        }
        Ok(Self(name))
    }

    /// The normalized name.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The key under which the user's record is stored: `user:<name>`, at
    /// most 325 bytes.
    #[must_use]
    pub fn record_key(&self) -> String {
        let mut key = String::from("user:");
        key.push_str(&self.0);
        key
    }
}

/// A username that a new user may choose: a [`Username`] without invisible characters,
/// which would let a name look like another name. The Flask application allowed such
/// names, so existing users keep them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewUsername(Username);

impl NewUsername {
    /// Normalizes a typed name.
    ///
    /// # Errors
    /// [`UsernameNotUsable`], also when the name starts or ends with white space,
    /// contains white space other than plain spaces, or contains an
    /// [invisible character](is_invisible).
    pub fn new(typed: &str) -> Result<Self, UsernameNotUsable> {
        let name = Username::new(typed)?;
        let text = name.as_str();
        let is_hidden = |c: char| (c.is_whitespace() && c != ' ') || is_invisible(c);
        if text.trim() != text || text.chars().any(is_hidden) {
            return Err(UsernameNotUsable);
        }
        Ok(Self(name))
    }

    /// The name.
    #[must_use]
    pub fn into_username(self) -> Username {
        self.0
    }
}

impl<'de> Deserialize<'de> for Username {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        Self::new(&String::deserialize(from)?).map_err(de::Error::custom)
    }
}

impl fmt::Display for UsernameNotUsable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(
            "the username is not usable: it must have 1 to 80 characters and no control characters",
        )
    }
}

impl core::error::Error for UsernameNotUsable {}
