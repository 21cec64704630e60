//! Refresh tokens and their chain of secrets.

use core::fmt;

use hmac::{Hmac, KeyInit as _, Mac as _};
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};
use subtle::ConstantTimeEq as _;

use super::octets::Octets;
use super::{SessionId, Username};
use crate::encoding::base64url;

/// The secret of a refresh token, 256 bits. The secrets of a session form a chain: the
/// next secret is the HMAC-SHA256 of the previous secret under the session's seed. Only
/// the account's object has the seed.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(transparent)]
pub struct RefreshSecret(Octets<32>);

impl RefreshSecret {
    pub(super) fn new(random: [u8; 32]) -> Self {
        Self(Octets(random))
    }

    /// The secret that follows after this many replacements. Computes one HMAC for each
    /// replacement.
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

/// The SHA-256 of a [`RefreshSecret`], which is stored instead of the secret.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(transparent)]
pub(super) struct RefreshHash(Octets<32>);

impl RefreshHash {
    /// Whether this is the hash of `secret`. Compares in constant time.
    pub(super) fn matches(&self, secret: &RefreshSecret) -> bool {
        self.0.0.ct_eq(&secret.hash().0.0).into()
    }
}

/// A refresh token as a client presents it. The text is
/// `<username>.<session>.<number>.<secret>`: username, session id and secret in
/// base64url, and the number in decimal, counted from 1. Every part is unverified
/// until the account's object has checked the token.
#[derive(Debug, Clone)]
pub struct UnverifiedRefreshToken {
    /// The user whose object checks the token.
    pub username: Username,
    /// The part that the object checks.
    pub claim: RefreshClaim,
}

/// The part of a refresh token that the account's object checks.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct RefreshClaim {
    /// The session's id.
    pub session: SessionId,
    /// The number of the token within its session.
    pub number: u32,
    /// The secret that proves that the client received the token.
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
    /// [`NotRefreshToken`] when the text is not in canonical form.
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
        // Each token has one spelling. Reject "+1", "01", and a name that is not
        // normalized.
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
