use core::time::Duration;

use super::{SessionId, UserId, Username};

/// The options for issuing and verifying access tokens.
#[derive(Debug, Clone, Copy)]
pub struct AccessOptions<'a> {
    /// `iss`.
    pub issuer: &'a str,
    /// `aud`; without it, a token for an audience is refused.
    pub audience: Option<&'a str>,
    /// How long a token is valid at most.
    pub lifetime: Duration,
    /// The header's `typ`.
    pub token_type: AccessTokenType,
    /// Seconds since the epoch: a token is refused whose user logged in before.
    pub valid_from: Option<i64>,
}

/// The header's `typ` of access tokens. Verification accepts no other one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum AccessTokenType {
    /// `JWT`.
    #[default]
    Jwt,
    /// `at+jwt` (RFC 9068 §2.1). The token then has `client_id` as well; that it
    /// has an audience is up to the caller (RFC 9068 §2.2).
    AtJwt,
}

impl AccessTokenType {
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Jwt => "JWT",
            Self::AtJwt => "at+jwt",
        }
    }

    /// The claim `client_id` (RFC 9068 §2.2). There is one client: the login
    /// itself.
    pub(super) fn client_id(self) -> Option<&'static str> {
        match self {
            Self::Jwt => None,
            Self::AtJwt => Some("portcullis"),
        }
    }
}

/// The user and the session of a new access token, and its latest end.
#[derive(Debug, Clone, Copy)]
pub struct AccessGrant<'a> {
    /// The user's number.
    pub id: UserId,
    /// The user's name, which finds the record.
    pub username: &'a Username,
    /// The session.
    pub session: &'a SessionId,
    /// When the session began, in seconds since the epoch.
    pub began: i64,
    /// The credential version under which the session was opened.
    pub version: u64,
    /// The token ends here at the latest, in seconds since the epoch: the end of
    /// the session.
    pub not_after: i64,
}
