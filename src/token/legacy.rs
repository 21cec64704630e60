//! itsdangerous' timed JWS: the tokens that Flask applications write with
//! `TimedJSONWebSignatureSerializer` (itsdangerous up to 2.0).
//!
//! They have a JWT's form and are none: the dates stand in the header and the
//! payload is any JSON value. A verifier of JWTs finds no `exp` in the claims;
//! [`Verifier`](super::Verifier) refuses such a token, whatever its policy
//! says, and this module is the one place where it is believed.
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
use super::compact::Compact;
use super::header::UnverifiedHeader;
use crate::encoding::{base64url, json};
use crate::error::{ClaimProblem, KeyProblem, Malformation, TokenError};
use crate::key::{Algorithm, HmacSecret, VerifyingKey};
use crate::time::UnixTime;

/// Verifies itsdangerous' timed JWS. It cannot sign.
///
/// Stricter than itsdangerous: base64url is canonical, JSON has no member
/// twice, `crit` and `b64` are refused, dates are numbers, and a token has at
/// most [`MAX_LENGTH`] bytes.
pub struct LegacyVerifier {
    algorithm: Algorithm,
    /// The newest first.
    keys: Vec<VerifyingKey>,
}

impl LegacyVerifier {
    /// From what the serializer was made with: its algorithm, its secrets in
    /// their order, the newest last, all of which verify, and its salt. A
    /// secret may be of any length but zero: what is too short to sign with
    /// here was long enough there.
    ///
    /// An empty salt is not the same as none (`None`, itsdangerous' default):
    /// with a salt, the key is `SHA1(salt || "signer" || secret)`.
    ///
    /// # Errors
    /// `key_invalid` when there is no secret, when one is empty or the text of
    /// a PEM, a JWK, a JWK Set or an SSH key, or when the algorithm is not one
    /// of HS256, HS384 and HS512.
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
    /// The order of the checks is itsdangerous': length and three parts; the
    /// signature, with each secret, the newest first; the form of header and
    /// payload; the algorithm; the dates; the expiry last.
    ///
    /// As there, time is counted in whole seconds, and the token is still
    /// valid in the second that `exp` names: at 600.9 seconds with an `exp`
    /// of 600, and no longer at 601. A fraction in `exp`, which a fractional
    /// `expires_in` leaves, is cut off. An `iat` in the future is no error.
    ///
    /// # Errors
    /// `token_malformed`, `token_signature_invalid`,
    /// `token_algorithm_not_allowed`, `token_claim_invalid` when `exp` is
    /// missing, no number, negative or beyond the range, or `iat` is no
    /// number; `token_expired` only when nothing else is wrong, with the last
    /// second in which the token was valid.
    pub fn verify(&self, token: &str, now: UnixTime) -> Result<VerifiedLegacyToken, TokenError> {
        match self.verify_but_expiry(token, now)? {
            (token, None) => Ok(token),
            (_, Some(expired_at)) => Err(TokenError::Expired { expired_at }),
        }
    }

    /// For a caller with checks of its own, which go before the expiry: all
    /// but the expiry is verified, and it says when the token ended if it did.
    pub(crate) fn verify_but_expiry(
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
        let mut buffer = Compact::SIGNATURE_BUFFER;
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

/// The serializer's key: the secret itself, or with a salt what itsdangerous
/// calls `django-concat`.
fn derive(
    algorithm: Algorithm,
    secret: &[u8],
    salt: Option<&[u8]>,
) -> Result<VerifyingKey, TokenError> {
    // Salted, one that is none would go unnoticed.
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

/// A token that itsdangerous signed, whose time is not over.
///
/// `Debug` does not show what it holds.
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
    /// The header's object, byte for byte as the token has it.
    #[must_use]
    pub fn header_json(&self) -> &str {
        &self.header
    }

    /// The payload, any JSON value, byte for byte as the token has it.
    #[must_use]
    pub fn payload_json(&self) -> &str {
        &self.payload
    }

    /// The payload as a type of the caller's.
    ///
    /// # Errors
    /// `token_claim_invalid` when it does not fit the type.
    pub fn payload<T: DeserializeOwned>(&self) -> Result<T, TokenError> {
        serde_json::from_str(&self.payload)
            .map_err(|_| TokenError::claim("", ClaimProblem::Malformed))
    }

    /// `iat` of the header.
    #[must_use]
    pub fn issued_at(&self) -> Option<UnixTime> {
        self.issued_at
    }

    /// `exp` of the header in whole seconds: the last second in which the
    /// token is valid.
    #[must_use]
    pub fn expires_at(&self) -> UnixTime {
        self.expires_at
    }
}

/// Which of its two texts the original application meant for a refused token.
///
/// It never came to the second: `SignatureExpired` is a `BadSignature`, and
/// was caught as one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FlaskError {
    /// It is no token of the application's.
    Incorrect,
    /// It is one, and its time is over: nothing else is wrong with it.
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
