use core::time::Duration;

use serde::de::IgnoredAny;
use serde::{Deserialize, Deserializer, Serialize};

use super::{AccessKeys, SessionId, UserId, UserRecord, Username};
use crate::error::{ClaimProblem, TokenError};
use crate::time::UnixTime;
use crate::token::{Policy, SignOptions, Signer, Verifier};

/// Issues access tokens and reads them back.
#[derive(Debug)]
pub struct AccessTokens {
    signer: Signer,
    verifier: Verifier,
    /// Of tokens from before there was a set of keys.
    former: Option<Verifier>,
    public_keys: String,
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
    /// The session.
    sid: &'a SessionId,
    /// When the session began: the time of the authentication (OpenID Connect
    /// Core §2).
    auth_time: i64,
}

/// The same and what is asked beside it, as it is read.
#[derive(Deserialize)]
struct ReadClaims {
    sub: String,
    id: UserId,
    username: Option<String>,
    sid: Option<SessionId>,
    auth_time: Option<f64>,
    iat: Option<f64>,
    exp: f64,
    #[serde(default, rename = "aud", deserialize_with = "is_there")]
    has_audience: bool,
}

fn is_there<'de, D: Deserializer<'de>>(value: D) -> Result<bool, D::Error> {
    IgnoredAny::deserialize(value).map(|_| true)
}

impl AccessTokens {
    /// `audience` is set and asked for if it is given.
    ///
    /// # Errors
    /// `key_invalid` when the first key is not meant to sign.
    pub fn new(
        keys: AccessKeys,
        issuer: &str,
        audience: Option<&str>,
        lifetime: Duration,
    ) -> Result<Self, TokenError> {
        let audiences: Vec<String> = audience.map(Into::into).into_iter().collect();
        let policy = Policy {
            issuers: vec![issuer.into()],
            audiences: audiences.clone(),
            required_claims: vec!["sub".into()],
            ..Policy::default()
        };
        let public_keys = keys.public_json().into();
        let signer = Signer::new(
            keys.signing,
            SignOptions {
                expires_in: Some(lifetime),
                issuer: Some(issuer.into()),
                audiences,
                jwt_id: true,
                ..SignOptions::default()
            },
        )?;
        Ok(Self {
            signer,
            verifier: Verifier::new(keys.verifying, policy.clone()),
            former: keys.former.map(|keys| Verifier::new(keys, policy)),
            public_keys,
            lifetime,
            has_audience: audience.is_some(),
        })
    }

    /// The JWK Set to publish, in JSON.
    #[must_use]
    pub fn public_keys(&self) -> &str {
        &self.public_keys
    }

    /// How long a token is valid.
    #[must_use]
    pub fn lifetime(&self) -> Duration {
        self.lifetime
    }

    /// A token for a user in a session, which began at `began`, in seconds since
    /// the epoch; `random` must be new for each.
    ///
    /// # Errors
    /// `token_claim_invalid` when the expiry would be beyond all dates.
    pub fn issue(
        &self,
        user: &UserRecord,
        session: &SessionId,
        began: i64,
        now: UnixTime,
        random: [u8; 16],
    ) -> Result<IssuedToken, TokenError> {
        let claims = OwnClaims {
            sub: user.id.to_string(),
            id: user.id,
            username: &user.username,
            sid: session,
            auth_time: began,
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
        let verified = match (self.verifier.verify_but_expiry(token, now), &self.former) {
            // No key of the set is meant: then the one from before it may be.
            (Err(TokenError::KeyUnknown | TokenError::AlgorithmNotAllowed), Some(former)) => {
                former.verify_but_expiry(token, now)
            }
            (verified, _) => verified,
        };
        let (verified, expired_at) = verified?;
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
                session: claims.sid,
                issued_at: claims.iat,
                began: claims.auth_time.or(claims.iat),
                // Rounded against the holder, as everywhere.
                #[allow(clippy::cast_possible_truncation)] // within all dates
                expires_at: claims.exp.floor() as i64,
            }),
        }
    }
}

/// Who a verified access token is for. That user may be gone by now: see
/// [`facts`](Self::facts).
#[derive(Debug, Clone, PartialEq)]
pub struct VerifiedAccess {
    id: UserId,
    username: Username,
    session: Option<SessionId>,
    issued_at: Option<f64>,
    /// When the user proved who they are, as far as the token says.
    began: Option<f64>,
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

    /// The session that the token was issued in; `None` for one that was not
    /// issued here.
    #[must_use]
    pub fn session(&self) -> Option<&SessionId> {
        self.session.as_ref()
    }

    /// When it was issued, in seconds since the epoch.
    #[must_use]
    pub fn issued_at(&self) -> Option<f64> {
        self.issued_at
    }

    /// When it ends, in seconds since the epoch.
    #[must_use]
    pub fn expires_at(&self) -> i64 {
        self.expires_at
    }

    /// The credential version under which it was issued.
    #[must_use]
    pub fn version(&self) -> Option<u64> {
        None
    }
}
