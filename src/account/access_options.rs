//! The options for access tokens.

use core::time::Duration;

use super::{SessionId, UserId, Username};

/// The options for issuing and verifying access tokens.
#[derive(Debug, Clone, Copy)]
pub struct AccessOptions<'a> {
    /// `iss`.
    pub issuer: &'a str,
    /// `aud`. If `None`, a token with an audience is rejected.
    pub audience: Option<&'a str>,
    /// The longest lifetime of a token.
    pub lifetime: Duration,
    /// The header's `typ`.
    pub token_type: AccessTokenType,
    /// A token whose user logged in before this time is rejected. In seconds since the
    /// epoch.
    pub valid_from: Option<i64>,
}

/// The header's `typ` of access tokens. Verification rejects every other `typ`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum AccessTokenType {
    /// `JWT`.
    #[default]
    Jwt,
    /// `at+jwt` (RFC 9068 §2.1). Such a token also has `client_id`. The caller
    /// must ensure that it has an audience (RFC 9068 §2.2).
    AtJwt,
}

impl AccessTokenType {
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Jwt => "JWT",
            Self::AtJwt => "at+jwt",
        }
    }

    /// The claim `client_id` (RFC 9068 §2.2). The only client is the login itself.
    pub(super) fn client_id(self) -> Option<&'static str> {
        match self {
            Self::Jwt => None,
            Self::AtJwt => Some("portcullis"),
        }
    }
}

/// The user and the session of a new access token, and its latest expiry.
#[derive(Debug, Clone, Copy)]
pub struct AccessGrant<'a> {
    /// The user's number.
    pub id: UserId,
    /// The user's name, under which the record is stored.
    pub username: &'a Username,
    /// The session.
    pub session: &'a SessionId,
    /// When the session began, in seconds since the epoch.
    pub began: i64,
    /// The credential version under which the session was opened.
    pub version: u64,
    /// The latest expiry of the token, in seconds since the epoch:
    /// [`OpenSession::tokens_until`](super::OpenSession::tokens_until). The object
    /// remembers the end of a session until then, so no token may expire later.
    pub not_after: i64,
}
