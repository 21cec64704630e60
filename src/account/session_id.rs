use core::fmt;

use serde::{Deserialize, Serialize};

use super::octets::Octets;

/// A session's name: 128 random bits, in text as base64url. It is the claim
/// `sid` of the session's access tokens and part of its refresh tokens, and
/// opens nothing by itself.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct SessionId(Octets<16>);

impl SessionId {
    /// Of random bytes, which must be new for each.
    #[must_use]
    pub fn new(random: [u8; 16]) -> Self {
        Self(Octets(random))
    }

    /// Reads the text; `None` when it is none.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        Octets::parse(text).map(Self)
    }
}

/// In base64url, 22 characters.
impl fmt::Display for SessionId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl fmt::Debug for SessionId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SessionId({self})")
    }
}
