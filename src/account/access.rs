use core::time::Duration;

use serde::de::IgnoredAny;
use serde::{Deserialize, Deserializer, Serialize};

use super::{UserId, UserRecord};
use crate::error::{ClaimProblem, TokenError};
use crate::key::{Algorithm, SecretKey};
use crate::time::UnixTime;
use crate::token::{Policy, SignOptions, Signer, VerifiedToken, Verifier};

/// What an access token says beside the registered claims.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct AccessClaims {
    /// The user's number as a string.
    pub sub: String,
    /// The user's number, as the Flask original had it.
    pub id: UserId,
    /// The user's name, which finds the record. Tokens that were not made
    /// here may lack it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub username: Option<String>,
    /// When it was issued, in seconds since the epoch. Set by the signer.
    #[serde(default, skip_serializing)]
    pub iat: Option<f64>,
    /// Whether it names an audience. Set by the signer.
    #[serde(
        default,
        rename = "aud",
        skip_serializing,
        deserialize_with = "is_there"
    )]
    has_audience: bool,
}

fn is_there<'de, D: Deserializer<'de>>(value: D) -> Result<bool, D::Error> {
    IgnoredAny::deserialize(value).map(|_| true)
}

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
                token_id: true,
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
        let claims = AccessClaims {
            sub: user.id.to_string(),
            id: user.id,
            username: Some(user.username.clone()),
            iat: None,
            has_audience: false,
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
    /// is not the number in `sub`, or when the token names an audience and
    /// there is none here.
    pub fn verify(&self, token: &str, now: UnixTime) -> Result<AccessClaims, TokenError> {
        let verified: VerifiedToken = self.verifier.verify(token, now)?;
        let claims: AccessClaims = verified
            .claims()
            .map_err(|_| TokenError::claim("id", ClaimProblem::Malformed))?;
        if claims.sub != claims.id.to_string() {
            return Err(TokenError::claim("id", ClaimProblem::Mismatch));
        }
        // A token for someone else, where we have no name (RFC 7519 §4.1.3).
        if claims.has_audience && !self.has_audience {
            return Err(TokenError::claim("aud", ClaimProblem::Mismatch));
        }
        Ok(claims)
    }
}

impl AccessClaims {
    /// Whether this token still stands for the user of `record`: the same
    /// number, not disabled, and not from before the user's tokens were ended.
    ///
    /// # Errors
    /// `token_claim_invalid` with the claim that is no longer right.
    pub fn check_against(&self, record: &UserRecord) -> Result<(), TokenError> {
        if self.id != record.id || record.disabled {
            return Err(TokenError::claim("sub", ClaimProblem::Mismatch));
        }
        #[allow(clippy::cast_precision_loss)] // a date, far below 2^53
        let ended = record
            .tokens_valid_from
            .is_some_and(|from| self.iat.is_none_or(|issued| issued < from as f64));
        if ended {
            return Err(TokenError::claim("iat", ClaimProblem::Mismatch));
        }
        Ok(())
    }
}
