//! Verifying the requests of operators.

use core::time::Duration;

use serde::Deserialize;

use super::request::Target;
use super::{LONGEST_LIFETIME, OperatorError, OperatorRequest, TOKEN_TYPE};
use crate::error::{KeyProblem, TokenError};
use crate::key::{Algorithm, KeyId, KeySet, PublicJwkSet};
use crate::time::UnixTime;
use crate::token::{Policy, VerifiedToken, Verifier};

/// The public keys of the operators, who may use `/admin/…`: the setting
/// `OPERATOR_KEYS`.
#[derive(Debug)]
pub struct OperatorKeys {
    verifier: Verifier,
}

/// The claims of a request's token. Dates are in seconds since the epoch.
#[derive(Deserialize)]
struct Claims {
    /// A single origin. An array is rejected: one service could forward a request that
    /// names two services to the other service.
    aud: String,
    iat: f64,
    exp: f64,
    jti: String,
    htm: String,
    htu: String,
    body_sha256: String,
}

#[derive(Deserialize)]
struct Header {
    kid: String,
}

/// The signer's clock may be ahead by this many seconds.
const LEEWAY: u32 = 60;

impl OperatorKeys {
    /// Reads a JWK Set (RFC 7517 §5) of public keys for Ed25519 or ES256. Each
    /// key must have its own `kid`.
    ///
    /// # Errors
    /// `key_invalid` when the text is not a JWK Set, when the set is empty, when
    /// a key is private, symmetric, unusable or for another algorithm, when a key
    /// has no `kid`, and when two keys have the same `kid`.
    pub fn from_jwk_set(text: &str) -> Result<Self, TokenError> {
        let set = PublicJwkSet::from_own_json(text)?;
        let is_supported = |algorithm| matches!(algorithm, Algorithm::EdDsa | Algorithm::Es256);
        if !set.keys().iter().all(|key| is_supported(key.algorithm())) {
            return Err(KeyProblem::Unsupported.into());
        }
        let ids: Vec<_> = set.keys().iter().filter_map(|key| key.id()).collect();
        let is_own = |(i, id): (usize, &&KeyId)| !ids.iter().take(i).any(|other| other == id);
        if ids.len() != set.keys().len() || !ids.iter().enumerate().all(is_own) {
            return Err(KeyProblem::Set.into());
        }
        let policy = Policy {
            algorithms: Some(vec![Algorithm::EdDsa, Algorithm::Es256]),
            token_type: Some(TOKEN_TYPE.into()),
            // The leeway is for `iat` and `nbf`. `checked_dates` checks the expiry
            // without a leeway.
            leeway: Duration::from_secs(LEEWAY.into()),
            rejects_future_issue: true,
            ..Policy::default()
        };
        let keys = KeySet::from_public_jwk_set(&set)?.with_required_key_id();
        Ok(Self {
            verifier: Verifier::new(keys, policy),
        })
    }

    /// Verifies that `token`, from the request's `Authorization` header, is an
    /// operator's signature for exactly this request.
    ///
    /// This does not detect replays. The caller must store the
    /// [`jti`](VerifiedOperator::jti) of each [`key_id`](VerifiedOperator::key_id)
    /// until [`expires_at`](VerifiedOperator::expires_at), and reject a request
    /// whose `jti` is stored, as [`OperatorError::Replayed`].
    ///
    /// # Errors
    /// [`OperatorError`]. A wrong signature is reported before any problem with
    /// the claims.
    pub fn verify(
        &self,
        token: &str,
        request: &OperatorRequest<'_>,
        now: UnixTime,
    ) -> Result<VerifiedOperator, OperatorError> {
        let (verified, _) = self.verifier.verify_returning_expiry(token, now)?;
        let claims: Claims = verified.claims().map_err(|_| OperatorError::Claims)?;
        let target = Target::read(request.url).ok_or(OperatorError::UrlNotUsable)?;
        let token_id_length = 1..=VerifiedOperator::LONGEST_JTI;
        for (is_right, refusal) in [
            (claims.aud == target.origin, OperatorError::Audience),
            (claims.htm == request.method, OperatorError::Method),
            (claims.htu == target.url, OperatorError::Url),
            (
                claims.body_sha256 == request.body_sha256(),
                OperatorError::Body,
            ),
            (
                token_id_length.contains(&claims.jti.len()) && is_base64url(&claims.jti),
                OperatorError::TokenId,
            ),
        ] {
            if !is_right {
                return Err(refusal);
            }
        }
        let expires_at = checked_dates(&claims, now)?;
        Ok(VerifiedOperator {
            key_id: key_id(&verified)?,
            jti: claims.jti,
            expires_at,
        })
    }
}

/// Checks `iat` and `exp`. Returns the expiry in whole seconds, rounded up, because the
/// `jti` must be stored until then.
fn checked_dates(claims: &Claims, now: UnixTime) -> Result<i64, OperatorError> {
    let now = now.seconds_f64();
    if claims.iat > now + f64::from(LEEWAY) {
        return Err(OperatorError::InFuture);
    }
    let lifetime = claims.exp - claims.iat;
    if lifetime <= 0.0 || lifetime > f64::from(LONGEST_LIFETIME) {
        return Err(OperatorError::Lifetime);
    }
    if claims.exp <= now {
        return Err(OperatorError::Expired);
    }
    #[allow(clippy::cast_possible_truncation)] // At most two minutes ahead.
    Ok(claims.exp.ceil() as i64)
}

/// The header's `kid`, which selected the key.
fn key_id(verified: &VerifiedToken) -> Result<KeyId, OperatorError> {
    let header: Result<Header, _> = serde_json::from_str(verified.json().header());
    let id = header.ok().and_then(|header| KeyId::new(&header.kid));
    id.ok_or(OperatorError::Token(TokenError::KeyUnknown))
}

fn is_base64url(text: &str) -> bool {
    let is_of_alphabet = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_';
    text.bytes().all(is_of_alphabet)
}

/// The operator who signed a request. The request may be a replay: see
/// [`OperatorKeys::verify`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VerifiedOperator {
    key_id: KeyId,
    jti: String,
    expires_at: i64,
}

impl VerifiedOperator {
    /// The longest `jti` in characters.
    pub const LONGEST_JTI: usize = 64;

    /// The `kid` of the key that signed the request.
    #[must_use]
    pub fn key_id(&self) -> &KeyId {
        &self.key_id
    }

    /// The id of the request: 1 to 64 characters of the base64url alphabet.
    #[must_use]
    pub fn jti(&self) -> &str {
        &self.jti
    }

    /// When the request expires, in seconds since the epoch: at most 120
    /// seconds ahead.
    #[must_use]
    pub fn expires_at(&self) -> i64 {
        self.expires_at
    }
}
