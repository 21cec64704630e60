use core::time::Duration;

use serde::de::IgnoredAny;
use serde::{Deserialize, Deserializer, Serialize};

use super::{UserId, UserRecord, Username};
use crate::error::{ClaimProblem, TokenError};
use crate::key::{Algorithm, SecretKey};
use crate::time::UnixTime;
use crate::token::{Policy, SignOptions, Signer, Verifier};

/// Issues access tokens and reads them back.
#[derive(Debug)]
pub struct AccessTokens {
    signer: Signer,
    verifier: Verifier,
    lifetime: Duration,
    has_audience: bool,
}

/// A new access token.
#[derive(Debug)]
pub struct IssuedToken {
    /// In compact form.
    pub token: String,
    /// How long it is valid, in seconds.
    pub expires_in: u64,
    /// When it ends, in seconds since the epoch.
    pub expires_at: i64,
}

/// What an access token says beside the registered claims.
#[derive(Serialize)]
struct OwnClaims<'a> {
    /// The user's number as a string.
    sub: String,
    /// The user's number, as the Flask original had it.
    id: UserId,
    /// The user's name, which finds the record.
    username: &'a str,
}

/// The same and what is asked beside it, as it is read.
#[derive(Deserialize)]
struct ReadClaims {
    sub: String,
    id: UserId,
    username: Option<String>,
    iat: Option<f64>,
    exp: f64,
    #[serde(default, rename = "aud", deserialize_with = "is_there")]
    has_audience: bool,
}

fn is_there<'de, D: Deserializer<'de>>(value: D) -> Result<bool, D::Error> {
    IgnoredAny::deserialize(value).map(|_| true)
}

impl AccessTokens {
    /// Keyed with one secret. `audience` is set and asked for if it is given.
    ///
    /// # Errors
    /// `key_invalid` when the secret is too short for the algorithm.
    pub fn new(
        algorithm: Algorithm,
        secret: &[u8],
        issuer: &str,
        audience: Option<&str>,
        lifetime: Duration,
    ) -> Result<Self, TokenError> {
        let audiences: Vec<String> = audience.map(Into::into).into_iter().collect();
        let signer = Signer::new(
            SecretKey::new(algorithm, secret)?,
            SignOptions {
                expires_in: Some(lifetime),
                issuer: Some(issuer.into()),
                audiences: audiences.clone(),
                jwt_id: true,
                ..SignOptions::default()
            },
        )?;
        let verifier = Verifier::with_key(
            SecretKey::new(algorithm, secret)?,
            Policy {
                issuers: vec![issuer.into()],
                audiences,
                required_claims: vec!["sub".into()],
                ..Policy::default()
            },
        )?;
        Ok(Self {
            signer,
            verifier,
            lifetime,
            has_audience: audience.is_some(),
        })
    }

    /// A token for a user; `random` must be new for each.
    ///
    /// # Errors
    /// `token_claim_invalid` when the expiry would be beyond all dates.
    pub fn issue(
        &self,
        user: &UserRecord,
        now: UnixTime,
        random: [u8; 16],
    ) -> Result<IssuedToken, TokenError> {
        let claims = OwnClaims {
            sub: user.id.to_string(),
            id: user.id,
            username: &user.username,
        };
        let token = self.signer.sign(&claims, now, random)?;
        Ok(IssuedToken {
            token,
            expires_in: self.lifetime.as_secs(),
            expires_at: now.saturating_add(self.lifetime).seconds(),
        })
    }

    /// Verifies a token and reads who it is for.
    ///
    /// # Errors
    /// As [`Verifier::verify`]; `token_claim_invalid` when `id` is missing or
    /// is not the number in `sub`, when there is no usable `username`, or when
    /// the token names an audience and there is none here. `token_expired` only
    /// when none of this is wrong.
    pub fn verify(&self, token: &str, now: UnixTime) -> Result<VerifiedAccess, TokenError> {
        let (verified, expired_at) = self.verifier.verify_but_expiry(token, now)?;
        let claims: ReadClaims = verified
            .claims()
            .map_err(|_| TokenError::claim("id", ClaimProblem::Malformed))?;
        if claims.sub != claims.id.to_string() {
            return Err(TokenError::claim("id", ClaimProblem::Mismatch));
        }
        // A token for someone else, where we have no name (RFC 7519 §4.1.3).
        if claims.has_audience && !self.has_audience {
            return Err(TokenError::claim("aud", ClaimProblem::Mismatch));
        }
        let username = claims
            .username
            .ok_or_else(|| TokenError::claim("username", ClaimProblem::Missing))?;
        let username = Username::new(&username)
            .map_err(|_| TokenError::claim("username", ClaimProblem::Malformed))?;
        match expired_at {
            Some(expired_at) => Err(TokenError::Expired { expired_at }),
            None => Ok(VerifiedAccess {
                id: claims.id,
                username,
                issued_at: claims.iat,
                // Rounded against the holder, as everywhere.
                #[allow(clippy::cast_possible_truncation)] // within all dates
                expires_at: claims.exp.floor() as i64,
            }),
        }
    }
}

/// Who a verified access token is for. That user may be gone by now: see
/// [`authorize`](Self::authorize).
#[derive(Debug, Clone, PartialEq)]
pub struct VerifiedAccess {
    id: UserId,
    username: Username,
    issued_at: Option<f64>,
    expires_at: i64,
}

impl VerifiedAccess {
    /// The user's number.
    #[must_use]
    pub fn id(&self) -> UserId {
        self.id
    }

    /// The user's name, which finds the record.
    #[must_use]
    pub fn username(&self) -> &Username {
        &self.username
    }

    /// When it ends, in seconds since the epoch.
    #[must_use]
    pub fn expires_at(&self) -> i64 {
        self.expires_at
    }

    /// Decides whether the token still stands for its user. `stored` is what
    /// the store has for [`username`](Self::username), `None` if it has
    /// nothing; a store that did not answer must not come here.
    ///
    /// # Errors
    /// [`AccessRefusal`].
    pub fn authorize(&self, stored: Option<&str>) -> Result<UserRecord, AccessRefusal> {
        let stored = stored.ok_or(AccessRefusal::UserUnknown)?;
        let record =
            UserRecord::parse(stored, &self.username).map_err(|_| AccessRefusal::RecordCorrupt)?;
        if record.id != self.id {
            return Err(AccessRefusal::UserReplaced);
        }
        if record.disabled {
            return Err(AccessRefusal::UserDisabled);
        }
        #[allow(clippy::cast_precision_loss)] // a date, far below 2^53
        let ended = record
            .tokens_valid_from
            .is_some_and(|from| self.issued_at.is_none_or(|issued| issued < from as f64));
        if ended {
            return Err(AccessRefusal::TokensEnded);
        }
        Ok(record)
    }
}

/// Why a verified token opens nothing. For the operator's log: to the outside
/// all but the corrupt record are `token_incorrect`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AccessRefusal {
    /// There is no such user any more.
    UserUnknown,
    /// The name is another user's now.
    UserReplaced,
    /// The user is disabled.
    UserDisabled,
    /// The token is from before the user's `tokens_valid_from`.
    TokensEnded,
    /// What is stored for the user is not a record.
    RecordCorrupt,
}

impl AccessRefusal {
    /// The stable code for the log.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::UserUnknown => "user_unknown",
            Self::UserReplaced => "user_replaced",
            Self::UserDisabled => "user_disabled",
            Self::TokensEnded => "tokens_ended",
            Self::RecordCorrupt => "record_corrupt",
        }
    }
}
