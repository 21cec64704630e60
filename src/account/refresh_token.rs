use core::fmt;

use hmac::{Hmac, KeyInit as _, Mac as _};
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};
use subtle::ConstantTimeEq as _;

use super::octets::Octets;
use super::{SessionId, Username};
use crate::encoding::base64url;

/// What a refresh token proves to know, 256 bits. Of one session each follows
/// from the one before and from what only the session's object knows.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(transparent)]
pub struct RefreshSecret(Octets<32>);

impl RefreshSecret {
    pub(super) fn new(random: [u8; 32]) -> Self {
        Self(Octets(random))
    }

    /// The one that replaces it, or so many replacements later. The work grows
    /// with them.
    pub(super) fn after(&self, replacements: u32, seed: &Octets<32>) -> Option<Self> {
        let keyed = Hmac::<Sha256>::new_from_slice(&seed.0).ok()?;
        let mut secret = self.clone();
        for _ in 0..replacements {
            let next = keyed.clone().chain_update(&secret.0.0).finalize();
            secret = Self(Octets(next.into_bytes().into()));
        }
        Some(secret)
    }

    pub(super) fn hash(&self) -> RefreshHash {
        RefreshHash(Octets(Sha256::digest(self.0.0).into()))
    }
}

/// The SHA-256 of a [`RefreshSecret`]: what is stored.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(transparent)]
pub(super) struct RefreshHash(Octets<32>);

impl RefreshHash {
    /// Whether `secret` is the one. In constant time.
    pub(super) fn is_of(&self, secret: &RefreshSecret) -> bool {
        self.0.0.ct_eq(&secret.hash().0.0).into()
    }
}

/// A refresh token as a client presents it, in text
/// `<username>.<session>.<number>.<secret>`: the username, the session's name
/// and the secret in base64url, the number in decimal, counting from 1. Nothing
/// of it is known to be right before the account's object has seen it.
#[derive(Debug, Clone)]
pub struct UnverifiedRefreshToken {
    /// Whose object to ask.
    pub username: Username,
    /// What to ask it.
    pub claim: RefreshClaim,
}

/// The part of a refresh token that the account's object judges.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct RefreshClaim {
    /// The session.
    pub session: SessionId,
    /// Which token of the session it is.
    pub number: u32,
    /// What it proves to know.
    pub secret: RefreshSecret,
}

/// The text is not a refresh token.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NotRefreshToken;

impl UnverifiedRefreshToken {
    /// The longest text in bytes.
    pub const MAX_LENGTH: usize = 512;

    /// Reads the text.
    ///
    /// # Errors
    /// [`NotRefreshToken`] unless it is the one way to write such a token.
    pub fn parse(text: &str) -> Result<Self, NotRefreshToken> {
        Self::read(text).ok_or(NotRefreshToken)
    }

    fn read(text: &str) -> Option<Self> {
        if text.len() > Self::MAX_LENGTH {
            return None;
        }
        let mut parts = text.split('.');
        let (name, session) = (parts.next()?, parts.next()?);
        let (number, secret) = (parts.next()?, parts.next()?);
        if parts.next().is_some() {
            return None;
        }
        let name = String::from_utf8(base64url::decode(name.as_bytes()).ok()?).ok()?;
        let token = Self {
            username: Username::new(&name).ok()?,
            claim: RefreshClaim {
                session: SessionId::parse(session)?,
                number: number.parse().ok()?,
                secret: RefreshSecret(Octets::parse(secret)?),
            },
        };
        // Neither "+1" nor "01", nor a name in another form.
        (token.to_string() == text).then_some(token)
    }
}

impl fmt::Display for UnverifiedRefreshToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut name = String::new();
        base64url::encode_onto(self.username.as_str().as_bytes(), &mut name);
        let RefreshClaim {
            session,
            number,
            secret: RefreshSecret(secret),
        } = &self.claim;
        write!(f, "{name}.{session}.{number}.{secret}")
    }
}
