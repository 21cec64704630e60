//! Issuing and verifying access tokens.

use core::time::Duration;

use serde::de::IgnoredAny;
use serde::{Deserialize, Deserializer, Serialize};

use super::{
    AccessGrant, AccessKeys, AccessOptions, AccessTokenError, AccessTokenType, SessionId, UserId,
    Username,
};
use crate::error::{ClaimProblem, TokenError};
use crate::time::UnixTime;
use crate::token::{Policy, SignOptions, Signer, Verifier};

/// Issues and verifies access tokens.
#[derive(Debug)]
pub struct AccessTokens {
    signer: Signer,
    verifier: Verifier,
    /// Verifies tokens that a secret signed before there was a set of keys; see
    /// [`AccessKeys::with_former_secret`].
    former: Option<Verifier>,
    public_keys: String,
    lifetime: Duration,
    token_type: AccessTokenType,
    has_audience: bool,
    valid_from: Option<i64>,
}

/// A new access token.
#[derive(Debug)]
pub struct IssuedToken {
    /// The token in compact form.
    pub token: String,
    /// The number of seconds for which the token is valid. Less than the lifetime if
    /// [`AccessGrant::not_after`] is earlier.
    pub expires_in: u64,
    /// The expiry, in seconds since the epoch.
    pub expires_at: i64,
}

/// The claims of an access token, apart from those that the signer adds.
#[derive(Serialize)]
struct OwnClaims<'a> {
    /// The user's number as a string.
    sub: String,
    /// The user's number, in the claim that the Flask application used.
    id: UserId,
    /// The user's name, under which the record is stored.
    username: &'a str,
    /// The session.
    sid: &'a SessionId,
    /// The time of the authentication, when the session began (OpenID Connect
    /// Core §2).
    auth_time: i64,
    /// The credential version.
    ver: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    client_id: Option<&'static str>,
    exp: i64,
}

/// The claims that [`AccessTokens::verify`] reads from a token whose signature and
/// policy were checked. `verify` still checks `sub`, `username` and whether there is
/// an `aud`.
#[derive(Deserialize)]
struct ReadClaims {
    sub: String,
    id: UserId,
    username: Option<String>,
    sid: Option<SessionId>,
    auth_time: Option<f64>,
    ver: Option<u64>,
    iat: Option<f64>,
    exp: f64,
    #[serde(default, rename = "aud", deserialize_with = "is_present")]
    has_audience: bool,
}

/// Deserializes any value to `true`: only the presence of the claim matters.
fn is_present<'de, D: Deserializer<'de>>(value: D) -> Result<bool, D::Error> {
    IgnoredAny::deserialize(value).map(|_| true)
}

impl AccessTokens {
    /// Creates the issuer and verifier of access tokens.
    ///
    /// # Errors
    /// `key_invalid` when the first key's uses do not include signing.
    pub fn new(keys: AccessKeys, options: AccessOptions<'_>) -> Result<Self, TokenError> {
        let token_type: String = options.token_type.name().into();
        let audiences: Vec<String> = options.audience.map(Into::into).into_iter().collect();
        let policy = Policy {
            issuers: vec![options.issuer.into()],
            audiences: audiences.clone(),
            token_type: Some(token_type.clone()),
            required_claims: vec!["sub".into()],
            rejects_future_issue: true,
            ..Policy::default()
        };
        let public_keys = keys.public_json().into();
        let signer = Signer::new(
            keys.signing,
            SignOptions {
                issuer: Some(options.issuer.into()),
                audiences,
                token_type: Some(token_type),
                jwt_id: true,
                ..SignOptions::default()
            },
        )?;
        Ok(Self {
            signer,
            verifier: Verifier::new(keys.verifying, policy.clone()),
            former: keys.former.map(|keys| Verifier::new(keys, policy)),
            public_keys,
            lifetime: options.lifetime,
            token_type: options.token_type,
            has_audience: options.audience.is_some(),
            valid_from: options.valid_from,
        })
    }

    /// The JWK Set to publish, as JSON.
    #[must_use]
    pub fn public_keys(&self) -> &str {
        &self.public_keys
    }

    /// The longest lifetime of a token.
    #[must_use]
    pub fn lifetime(&self) -> Duration {
        self.lifetime
    }

    /// Issues a token for a user's session. The token expires after the lifetime or at
    /// the grant's `not_after`, whichever comes first. `random` must be new for each
    /// token.
    ///
    /// # Errors
    /// `token_expired` when `not_after` has passed; `token_claim_invalid` when the
    /// expiry is out of range.
    pub fn issue(
        &self,
        grant: &AccessGrant<'_>,
        now: UnixTime,
        random: [u8; 16],
    ) -> Result<IssuedToken, TokenError> {
        let beyond_dates = || TokenError::claim("exp", ClaimProblem::Malformed);
        let by_lifetime = now.checked_add(self.lifetime).ok_or_else(beyond_dates)?;
        let expires_at = by_lifetime.seconds().min(grant.not_after);
        // A token that is valid for zero seconds would have expired already.
        let expires_in = expires_at
            .saturating_sub(now.seconds())
            .max(0)
            .unsigned_abs();
        if expires_in == 0 {
            let expired_at = UnixTime::from_seconds(expires_at).ok_or_else(beyond_dates)?;
            return Err(TokenError::Expired { expired_at });
        }
        let claims = OwnClaims {
            sub: grant.id.to_string(),
            id: grant.id,
            username: grant.username.as_str(),
            sid: grant.session,
            auth_time: grant.began,
            ver: grant.version,
            client_id: self.token_type.client_id(),
            exp: expires_at,
        };
        Ok(IssuedToken {
            token: self.signer.sign(&claims, now, random)?,
            expires_in,
            expires_at,
        })
    }

    /// Verifies a token and reads its user.
    ///
    /// # Errors
    /// - The same as [`Verifier::verify`].
    /// - `token_claim_invalid` when `id` is missing or differs from `sub`, when
    ///   `username` is missing or malformed, or when the token has an audience
    ///   and the options have none.
    /// - [`SessionsValidFrom`](AccessTokenError::SessionsValidFrom).
    ///
    /// `token_expired` is returned only if every other check passed.
    pub fn verify(&self, token: &str, now: UnixTime) -> Result<VerifiedAccess, AccessTokenError> {
        let verified = match (
            self.verifier.verify_returning_expiry(token, now),
            &self.former,
        ) {
            // The token selects no key of the set. Try the secret that signed tokens
            // before there was a set.
            (Err(TokenError::KeyUnknown | TokenError::AlgorithmNotAllowed), Some(former)) => {
                former.verify_returning_expiry(token, now)
            }
            (verified, _) => verified,
        };
        let (verified, expired_at) = verified?;
        let claims: ReadClaims = verified
            .claims()
            .map_err(|_| TokenError::claim("id", ClaimProblem::Malformed))?;
        if claims.sub != claims.id.to_string() {
            return Err(TokenError::claim("id", ClaimProblem::Mismatch).into());
        }
        // Without an audience of its own, this service is in no token's audience, so it
        // must reject a token that has one (RFC 7519 §4.1.3).
        if claims.has_audience && !self.has_audience {
            return Err(TokenError::claim("aud", ClaimProblem::Mismatch).into());
        }
        let username = claims
            .username
            .ok_or_else(|| TokenError::claim("username", ClaimProblem::Missing))?;
        let username = Username::new(&username)
            .map_err(|_| TokenError::claim("username", ClaimProblem::Malformed))?;
        let began = claims.auth_time.or(claims.iat);
        AccessTokenError::check_valid_from(self.valid_from, began)?;
        match expired_at {
            Some(expired_at) => Err(TokenError::Expired { expired_at }.into()),
            None => Ok(VerifiedAccess {
                id: claims.id,
                username,
                session: claims.sid,
                issued_at: claims.iat,
                began,
                version: claims.ver,
                // Round down, so that the token does not last longer than it says.
                #[allow(clippy::cast_possible_truncation)] // `UnixTime` bounds it.
                expires_at: claims.exp.floor() as i64,
            }),
        }
    }
}

/// The user and session of an access token whose signature and claims are valid. This
/// does not authorize a request yet: the user may have been removed or disabled and the
/// session ended since. [`facts`](Self::facts) returns the input for that decision.
#[derive(Debug, Clone, PartialEq)]
pub struct VerifiedAccess {
    id: UserId,
    username: Username,
    session: Option<SessionId>,
    issued_at: Option<f64>,
    /// When the user authenticated, if the token says so.
    began: Option<f64>,
    version: Option<u64>,
    expires_at: i64,
}

impl VerifiedAccess {
    /// The user's number.
    #[must_use]
    pub fn id(&self) -> UserId {
        self.id
    }

    /// The user's name, under which the record is stored.
    #[must_use]
    pub fn username(&self) -> &Username {
        &self.username
    }

    /// The session in which the token was issued; `None` for a token
    /// that this service did not issue.
    #[must_use]
    pub fn session(&self) -> Option<&SessionId> {
        self.session.as_ref()
    }

    /// The time of issue, in seconds since the epoch.
    #[must_use]
    pub fn issued_at(&self) -> Option<f64> {
        self.issued_at
    }

    /// When the user logged in, in seconds since the epoch: `auth_time`, or
    /// `iat` if there is no `auth_time`.
    #[must_use]
    pub fn began(&self) -> Option<f64> {
        self.began
    }

    /// The credential version under which the session was opened; `None` for a
    /// token that this service did not issue.
    #[must_use]
    pub fn version(&self) -> Option<u64> {
        self.version
    }

    /// The expiry, in seconds since the epoch.
    #[must_use]
    pub fn expires_at(&self) -> i64 {
        self.expires_at
    }
}
