//! itsdangerous' timed JWS: the tokens that Flask applications write with
//! `TimedJSONWebSignatureSerializer` (itsdangerous up to 2.0).
//!
//! These tokens look like JWTs, but their dates are in the header and their
//! payload is any JSON value. [`Verifier`](super::Verifier) rejects every token
//! with an `exp` in its header, whatever the policy. Only this module verifies
//! such tokens.
//!
//! ```
//! use portcullis::error::TokenError;
//! use portcullis::key::Algorithm;
//! use portcullis::time::UnixTime;
//! use portcullis::token::legacy::{LegacyVerifier, FlaskError};
//!
//! # fn main() -> Result<(), TokenError> {
//! let verifier = LegacyVerifier::new(Algorithm::Hs512, &["secret-key"], None)?;
//! let token = "eyJhbGciOiJIUzUxMiIsImlhdCI6MTYwMDAwMDAwMCwiZXhwIjoxNjAwMDAwNjAwfQ.eyJpZCI6MX0.\
//!     iWFeoOg2VrMlFjE8FBkSLZ3j13XQfHnDB2dhPoVlu0rOmjk9pSYliocPSvbBPOtx66VEvQx6CSqhE8KfsHRqBg";
//!
//! let last_second = UnixTime::from_seconds(1_600_000_600).unwrap();
//! assert_eq!(verifier.verify(token, last_second)?.payload_json(), r#"{"id":1}"#);
//!
//! let later = UnixTime::from_seconds(1_600_000_601).unwrap();
//! let refused = verifier.verify(token, later).unwrap_err();
//! assert_eq!(refused, TokenError::Expired { expired_at: last_second });
//! assert_eq!(FlaskError::from(&refused).as_str(), "token be overdue");
//! # Ok(())
//! # }
//! ```

use core::fmt;

use serde::de::DeserializeOwned;
use sha1::{Digest as _, Sha1};
use zeroize::Zeroizing;

use super::MAX_LENGTH;
use super::compact::{Compact, SignatureBuffer};
use super::header::UnverifiedHeader;
use crate::encoding::{base64url, json};
use crate::error::{ClaimProblem, KeyProblem, Malformation, TokenError};
use crate::key::{Algorithm, HmacSecret, VerifyingKey};
use crate::time::UnixTime;

/// Verifies itsdangerous' timed JWS. It cannot sign.
///
/// It is stricter than itsdangerous: base64url must be canonical, member names
/// must be unique, `crit` and `b64` are rejected, dates must be numbers, and a
/// token has at most [`MAX_LENGTH`] bytes. The [module](self) has an example.
pub struct LegacyVerifier {
    algorithm: Algorithm,
    /// The newest key comes first.
    keys: Vec<VerifyingKey>,
}

impl LegacyVerifier {
    /// Creates a verifier from the serializer's arguments: its algorithm, its
    /// salt, and its secrets in the same order, the newest last. Every secret
    /// verifies. A secret must not be empty, but may be shorter than
    /// [`SecretKey`](crate::key::SecretKey) allows, because itsdangerous allows it.
    ///
    /// An empty salt differs from `None`, which is itsdangerous' default: with a
    /// salt, the key is `SHA1(salt || "signer" || secret)`.
    ///
    /// # Errors
    /// `key_invalid` when there is no secret, when a secret is empty or is the
    /// text of a PEM, a JWK, a JWK Set or an SSH key, or when the algorithm is
    /// not HS256, HS384 or HS512.
    pub fn new<S: AsRef<[u8]>>(
        algorithm: Algorithm,
        secrets: &[S],
        salt: Option<&[u8]>,
    ) -> Result<Self, TokenError> {
        let keys: Result<Vec<_>, _> = secrets
            .iter()
            .rev()
            .map(|secret| derive(algorithm, secret.as_ref(), salt))
            .collect();
        let keys = keys?;
        if keys.is_empty() {
            return Err(KeyProblem::Set.into());
        }
        Ok(Self { algorithm, keys })
    }

    /// Verifies a token at the time `now`.
    ///
    /// The checks run in itsdangerous' order: length and three parts; the
    /// signature, with each secret, the newest first; the form of header and
    /// payload; the algorithm; the dates; the expiry last.
    ///
    /// Like itsdangerous, this counts whole seconds. The token is still valid in
    /// the second that `exp` names: with an `exp` of 600 it is valid at 600.9
    /// seconds and invalid at 601. A fraction in `exp`, which a fractional
    /// `expires_in` causes, is cut off. An `iat` in the future is accepted.
    ///
    /// # Errors
    /// - `token_malformed`, `token_signature_invalid`,
    ///   `token_algorithm_not_allowed`
    /// - `token_claim_invalid` when `exp` is missing, not a number, negative or
    ///   out of range, or when `iat` is not a number
    /// - `token_expired` only when every other check passed. Its `expired_at` is
    ///   the last second in which the token was valid.
    pub fn verify(&self, token: &str, now: UnixTime) -> Result<VerifiedLegacyToken, TokenError> {
        match self.verify_returning_expiry(token, now)? {
            (token, None) => Ok(token),
            (_, Some(expired_at)) => Err(TokenError::Expired { expired_at }),
        }
    }

    /// Runs all checks. If only the expiry failed, returns the expiry as a value
    /// beside the token; see [`Verifier`](super::Verifier)'s method of the same name.
    pub(crate) fn verify_returning_expiry(
        &self,
        token: &str,
        now: UnixTime,
    ) -> Result<(VerifiedLegacyToken, Option<UnixTime>), TokenError> {
        let token = Compact::split(token.as_bytes(), MAX_LENGTH)?;
        self.verify_signature(&token)?;
        let header = decode(token.header)?;
        let payload = decode(token.payload)?;
        let read = UnverifiedHeader::read(&header)?;
        json::read_value(&payload).map_err(|_| Malformation::Json)?;
        if read.algorithm != Some(self.algorithm) {
            return Err(TokenError::AlgorithmNotAllowed);
        }
        let dates = read.dates.checked()?;
        let expires_at = dates
            .expires_at
            .ok_or_else(|| TokenError::claim("exp", ClaimProblem::Missing))?
            .floor();
        if expires_at.seconds() < 0 {
            return Err(TokenError::claim("exp", ClaimProblem::Malformed));
        }
        let token = VerifiedLegacyToken {
            header,
            payload,
            issued_at: dates.issued_at,
            expires_at,
        };
        Ok((token, (expires_at < now.floor()).then_some(expires_at)))
    }

    fn verify_signature(&self, token: &Compact<'_>) -> Result<(), TokenError> {
        let mut buffer = SignatureBuffer::EMPTY;
        let signature = token.decode_signature(&mut buffer)?;
        let right = self
            .keys
            .iter()
            .any(|key| key.verify_mac(token.signing_input, signature).is_ok());
        if right {
            Ok(())
        } else {
            Err(TokenError::SignatureInvalid)
        }
    }
}

impl fmt::Debug for LegacyVerifier {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("LegacyVerifier")
            .field("algorithm", &self.algorithm)
            .finish_non_exhaustive()
    }
}

/// Derives the serializer's key: the secret itself, or with a salt the
/// derivation that itsdangerous calls `django-concat`.
fn derive(
    algorithm: Algorithm,
    secret: &[u8],
    salt: Option<&[u8]>,
) -> Result<VerifyingKey, TokenError> {
    // Check the secret before it is hashed with the salt: the hash would hide that
    // the secret is the text of a public key.
    let secret = HmacSecret::new(secret, 1)?.octets();
    let Some(salt) = salt else {
        return VerifyingKey::legacy_secret(algorithm, secret);
    };
    let mut derived = Zeroizing::new([0_u8; 20]);
    Sha1::new()
        .chain_update(salt)
        .chain_update(b"signer")
        .chain_update(secret)
        .finalize_into((&mut *derived).into());
    VerifyingKey::legacy_secret(algorithm, &*derived)
}

fn decode(part: &[u8]) -> Result<String, TokenError> {
    let bytes = base64url::decode(part).map_err(|_| Malformation::Base64)?;
    String::from_utf8(bytes).map_err(|_| Malformation::Json.into())
}

/// A token with itsdangerous' signature that has not expired.
///
/// `Debug` does not show its content.
#[derive(Clone, PartialEq, Eq)]
pub struct VerifiedLegacyToken {
    header: String,
    payload: String,
    issued_at: Option<UnixTime>,
    expires_at: UnixTime,
}

impl fmt::Debug for VerifiedLegacyToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("VerifiedLegacyToken")
            .field("issued_at", &self.issued_at)
            .field("expires_at", &self.expires_at)
            .finish_non_exhaustive()
    }
}

impl VerifiedLegacyToken {
    /// The header's JSON object, byte for byte as in the token.
    #[must_use]
    pub fn header_json(&self) -> &str {
        &self.header
    }

    /// The payload, which is any JSON value, byte for byte as in the token.
    #[must_use]
    pub fn payload_json(&self) -> &str {
        &self.payload
    }

    /// Deserializes the payload.
    ///
    /// # Errors
    /// `token_claim_invalid` when the payload does not fit the type `T`.
    pub fn payload<T: DeserializeOwned>(&self) -> Result<T, TokenError> {
        serde_json::from_str(&self.payload)
            .map_err(|_| TokenError::claim("", ClaimProblem::Malformed))
    }

    /// The header's `iat`.
    #[must_use]
    pub fn issued_at(&self) -> Option<UnixTime> {
        self.issued_at
    }

    /// The header's `exp` in whole seconds: the last second in which the token is
    /// valid.
    #[must_use]
    pub fn expires_at(&self) -> UnixTime {
        self.expires_at
    }
}

/// The two error texts of the original Flask application, for clients that expect
/// them.
///
/// The original application never returned `token be overdue`, although its author
/// intended it: `SignatureExpired` is a subclass of `BadSignature`, and the
/// application caught `BadSignature` first.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FlaskError {
    /// The token is rejected for any other reason than its expiry.
    Incorrect,
    /// The token has expired, and every other check passed.
    Overdue,
}

impl FlaskError {
    /// `token incorrect` or `token be overdue`.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Incorrect => "token incorrect",
            Self::Overdue => "token be overdue",
        }
    }
}

impl From<&TokenError> for FlaskError {
    fn from(error: &TokenError) -> Self {
        match error {
            TokenError::Expired { .. } => Self::Overdue,
            _ => Self::Incorrect,
        }
    }
}
