//! Signing the requests of operators.

use core::time::Duration;

use serde::Serialize;

use super::request::Target;
use super::{LONGEST_LIFETIME, OperatorRequest, TOKEN_TYPE};
use crate::error::{ClaimProblem, KeyProblem, TokenError};
use crate::key::{Algorithm, KeyId, SecretJwk, SecretKey};
use crate::time::UnixTime;
use crate::token::{SignOptions, Signer};

/// Signs an operator's requests.
#[derive(Debug)]
pub struct OperatorSigner {
    signer: Signer,
    key_id: KeyId,
}

/// The claims of a request's token, except `iat`, `exp` and `jti`.
#[derive(Serialize)]
struct Claims<'a> {
    aud: &'a str,
    htm: &'a str,
    htu: &'a str,
    body_sha256: &'a str,
}

impl OperatorSigner {
    /// Reads a private JWK (RFC 7517) with a `kid`, for Ed25519 or ES256. Its
    /// public part belongs in `OPERATOR_KEYS`.
    ///
    /// # Errors
    /// `key_invalid` when the text is not such a key.
    pub fn from_jwk(text: &str) -> Result<Self, TokenError> {
        let jwk = SecretJwk::from_json(text)?;
        if !matches!(jwk.algorithm(), Algorithm::EdDsa | Algorithm::Es256) {
            return Err(KeyProblem::Unsupported.into());
        }
        let key_id = jwk.id().cloned().ok_or(KeyProblem::Malformed)?;
        let options = SignOptions {
            expires_in: Some(Duration::from_secs(LONGEST_LIFETIME.into())),
            token_type: Some(TOKEN_TYPE.into()),
            jwt_id: true,
            ..SignOptions::default()
        };
        Ok(Self {
            signer: Signer::new(SecretKey::from_jwk(&jwk)?, options)?,
            key_id,
        })
    }

    /// The key's `kid`.
    #[must_use]
    pub fn key_id(&self) -> &KeyId {
        &self.key_id
    }

    /// Creates the token for one request, valid for 60 seconds. `random` must be
    /// new for each request: a repeated value is rejected as a replay.
    ///
    /// # Errors
    /// `token_claim_invalid` when the URL is not an absolute `http:` or `https:`
    /// URL, or when the expiry is out of range.
    pub fn sign(
        &self,
        request: &OperatorRequest<'_>,
        now: UnixTime,
        random: [u8; 16],
    ) -> Result<String, TokenError> {
        let target = Target::read(request.url)
            .ok_or_else(|| TokenError::claim("htu", ClaimProblem::Malformed))?;
        let claims = Claims {
            aud: &target.origin,
            htm: request.method,
            htu: &target.url,
            body_sha256: &request.body_sha256(),
        };
        self.signer.sign(&claims, now, random)
    }
}
