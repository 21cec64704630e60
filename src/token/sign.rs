//! Signing claims as a JWT.

use core::time::Duration;

use serde::Serialize;

use super::claims::RegisteredClaims;
use super::decoded::DecodedClaims;
use crate::encoding::base64url;
use crate::encoding::json::push_string;
use crate::error::{ClaimProblem, KeyProblem, Malformation, TokenError};
use crate::key::SecretKey;
use crate::time::UnixTime;

/// The claims and header members that a signer adds. If the claims already have
/// a claim that the options set, signing fails.
#[derive(Debug, Clone, Default)]
pub struct SignOptions {
    /// Sets `exp` to `now` plus this (RFC 7519 §4.1.4).
    pub expires_in: Option<Duration>,
    /// Sets `nbf` to `now` plus this (RFC 7519 §4.1.5).
    pub not_before: Option<Duration>,
    /// Sets `iss` (RFC 7519 §4.1.1).
    pub issuer: Option<String>,
    /// Sets `aud`: a single audience as a string, several as an array. No
    /// audience may be empty (RFC 7519 §4.1.3).
    pub audiences: Vec<String>,
    /// Sets `sub` (RFC 7519 §4.1.2).
    pub subject: Option<String>,
    /// The header's `typ` (RFC 7515 §4.1.9); `JWT` by default.
    pub token_type: Option<String>,
    /// Whether each token gets a `jti` from the 128 random bits that the caller
    /// passes (RFC 7519 §4.1.7).
    pub jwt_id: bool,
}

/// Signs tokens with one key and fixed options. The tokens are JWS in compact
/// form (RFC 7515 §5.1, §7.1).
///
/// ```
/// use core::time::Duration;
/// use portcullis::key::{Algorithm, SecretKey};
/// use portcullis::time::UnixTime;
/// use portcullis::token::{SignOptions, Signer};
///
/// # fn main() -> Result<(), portcullis::error::TokenError> {
/// let key = SecretKey::new(Algorithm::Hs256, &[7; 32])?; // use random bytes
/// let options = SignOptions {
///     expires_in: Some(Duration::from_secs(600)),
///     ..SignOptions::default()
/// };
/// let signer = Signer::new(key, options)?;
/// let now = UnixTime::from_seconds(1_700_000_000).unwrap();
/// let token = signer.sign_json(r#"{"sub":"1"}"#, now, [0; 16])?;
/// assert_eq!(token.split('.').count(), 3);
/// # Ok(())
/// # }
/// ```
#[derive(Debug)]
pub struct Signer {
    key: SecretKey,
    options: SignOptions,
    /// The encoded header and the dot after it.
    header: String,
}

impl Signer {
    /// Creates a signer. The tokens' header has `alg`, `typ` and, if the key has
    /// a name, `kid`.
    ///
    /// # Errors
    /// `key_invalid` when the key's uses do not include signing;
    /// `token_claim_invalid` when an audience is empty.
    pub fn new(key: SecretKey, options: SignOptions) -> Result<Self, TokenError> {
        if !key.uses().sign {
            return Err(KeyProblem::UseNotAllowed.into());
        }
        if options.audiences.iter().any(String::is_empty) {
            return Err(TokenError::claim("aud", ClaimProblem::Malformed));
        }
        let mut json = String::from("{\"alg\":\"");
        json.push_str(key.alg());
        json.push_str("\",\"typ\":");
        push_string(&mut json, options.token_type.as_deref().unwrap_or("JWT"));
        if let Some(id) = key.id() {
            json.push_str(",\"kid\":");
            push_string(&mut json, id.as_str());
        }
        json.push('}');
        let mut header = String::new();
        base64url::encode_onto(json.as_bytes(), &mut header);
        header.push('.');
        Ok(Self {
            key,
            options,
            header,
        })
    }

    /// Serializes claims to JSON and signs them; see [`sign_json`](Self::sign_json).
    ///
    /// # Errors
    /// The same as [`sign_json`](Self::sign_json).
    pub fn sign(
        &self,
        claims: &impl Serialize,
        now: UnixTime,
        random: [u8; 16],
    ) -> Result<String, TokenError> {
        let json = serde_json::to_string(claims).map_err(|_| Malformation::Json)?;
        self.sign_json(&json, now, random)
    }

    /// Signs claims that are written as a JSON object. Sets `iat` to `now` in
    /// whole seconds unless the claims have an `iat`. If the options ask for a `jti`,
    /// the `jti` is made from `random`, which must be new for each token.
    ///
    /// The length of the token is not limited here, but verifiers reject more than
    /// [`MAX_LENGTH`](super::MAX_LENGTH) bytes by default.
    ///
    /// # Errors
    /// `token_malformed` when `claims` is not one strict JSON object;
    /// `token_claim_invalid` when a registered claim has the wrong type, when
    /// both the claims and the options set a claim, or when a date is out of
    /// range.
    pub fn sign_json(
        &self,
        claims: &str,
        now: UnixTime,
        random: [u8; 16],
    ) -> Result<String, TokenError> {
        let payload = self.payload(claims, now, random)?;
        let length = self
            .header
            .len()
            .saturating_add(payload.len().saturating_mul(2))
            .saturating_add(96);
        let mut token = String::with_capacity(length);
        token.push_str(&self.header);
        base64url::encode_onto(payload.as_bytes(), &mut token);
        let mut signature = String::with_capacity(88);
        self.key.sign_onto(&token, &mut signature);
        token.push('.');
        token.push_str(&signature);
        Ok(token)
    }

    fn payload(&self, claims: &str, now: UnixTime, random: [u8; 16]) -> Result<String, TokenError> {
        let given = RegisteredClaims::read(DecodedClaims::from(claims))?;
        let now = now.floor();
        let own = claims.trim_matches([' ', '\t', '\n', '\r']);
        let own = own.strip_suffix('}').ok_or(Malformation::Json)?;
        let mut payload = Payload {
            json: String::with_capacity(claims.len().saturating_add(256)),
            empty: given.is_empty(),
            given: &given,
        };
        payload.json.push_str(own);
        let options = &self.options;
        if let Some(issuer) = &options.issuer {
            payload.string("iss", issuer)?;
        }
        if let Some(subject) = &options.subject {
            payload.string("sub", subject)?;
        }
        match options.audiences.as_slice() {
            [] => {}
            [one] => payload.string("aud", one)?,
            many => payload.strings("aud", many)?,
        }
        if !given.has("iat") {
            payload.date("iat", Some(now))?;
        }
        if let Some(after) = options.not_before {
            payload.date("nbf", now.checked_add(after))?;
        }
        if let Some(after) = options.expires_in {
            payload.date("exp", now.checked_add(after))?;
        }
        if options.jwt_id {
            let mut id = String::with_capacity(22);
            base64url::encode_onto(&random, &mut id);
            payload.string("jti", &id)?;
        }
        payload.json.push('}');
        Ok(payload.json)
    }
}

/// A payload in progress: the caller's claims without their closing brace, to which
/// the signer appends its own claims.
struct Payload<'a> {
    json: String,
    /// Whether `json` has no claim yet.
    empty: bool,
    /// The caller's claims. The signer must not set any of them again.
    given: &'a RegisteredClaims<'a>,
}

impl Payload<'_> {
    /// Appends the name of a claim and the colon. Fails if the caller has set the
    /// claim.
    fn name(&mut self, claim: &str) -> Result<(), TokenError> {
        if self.given.has(claim) {
            return Err(TokenError::claim(claim, ClaimProblem::SetTwice));
        }
        if !self.empty {
            self.json.push(',');
        }
        self.empty = false;
        push_string(&mut self.json, claim);
        self.json.push(':');
        Ok(())
    }

    fn string(&mut self, claim: &str, value: &str) -> Result<(), TokenError> {
        self.name(claim)?;
        push_string(&mut self.json, value);
        Ok(())
    }

    fn strings(&mut self, claim: &str, values: &[String]) -> Result<(), TokenError> {
        self.name(claim)?;
        for (i, value) in values.iter().enumerate() {
            self.json.push(if i == 0 { '[' } else { ',' });
            push_string(&mut self.json, value);
        }
        self.json.push(']');
        Ok(())
    }

    fn date(&mut self, claim: &str, at: Option<UnixTime>) -> Result<(), TokenError> {
        let at = at.ok_or_else(|| TokenError::claim(claim, ClaimProblem::Malformed))?;
        self.name(claim)?;
        at.push_onto(&mut self.json);
        Ok(())
    }
}
