//! The id of a session.

use core::fmt;

use serde::{Deserialize, Serialize};

use super::octets::Octets;

/// A session's id: 128 random bits, written as base64url. It is the claim `sid` of
/// the session's access tokens and a part of its refresh tokens. The id alone
/// authorizes nothing.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct SessionId(Octets<16>);

impl SessionId {
    /// Creates an id from random bytes, which must be new for each session.
    #[must_use]
    pub fn new(random: [u8; 16]) -> Self {
        Self(Octets(random))
    }

    /// Reads the text; `None` if it is not an id.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        Octets::parse(text).map(Self)
    }
}

/// Writes 22 characters of base64url.
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
