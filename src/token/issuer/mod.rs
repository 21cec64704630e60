//! Verifying the tokens of other issuers, such as an identity provider.
//!
//! The caller fetches the issuer's JWK Set and computes the signature, because the
//! core has no I/O and a host's crypto may be faster. The core decides everything
//! else: which issuer and which keys a token may use, and whether its claims are
//! accepted. The claims exist only after the caller has passed the result of the
//! signature check:
//!
//! 1. [`IssuerVerifier::read`] reads a token and returns a [`PendingToken`].
//! 2. [`IssuerKeySet::from_json`] reads the issuer's keys, and
//!    [`PendingToken::candidates`] says which of them may have signed the token.
//! 3. The caller checks the signature with one of these keys.
//! 4. [`PendingToken::resolve`] takes the [`SignatureVerdict`] and returns the
//!    [`VerifiedToken`](crate::token::VerifiedToken).
//!
//! Keys and certificates inside a token (`jwk`, `jku`, `x5c`, `x5u`) are ignored
//! (RFC 8725 §3.10). HMAC algorithms are not allowed, because a published key is no
//! secret.
//!
//! ```
//! use portcullis::error::TokenError;
//! use portcullis::token::issuer::{
//!     Issuer, IssuerAudience, IssuerKeySet, IssuerName, IssuerVerifier, SignatureVerdict, TokenKind,
//! };
//! use portcullis::key::{Algorithm, PublicJwk, SecretJwk, SecretJwkSet, SecretKey, VerifyingKey};
//! use portcullis::time::UnixTime;
//! use portcullis::token::{SignOptions, Signer};
//!
//! # fn main() -> Result<(), Box<dyn core::error::Error>> {
//! # let now = UnixTime::from_seconds(1_700_000_000).unwrap();
//! # let jwk = SecretJwk::generate(Algorithm::Es256, &[7; 64])?;
//! # let signer = Signer::new(SecretKey::from_jwk(&jwk)?, SignOptions::default())?;
//! # let claims = r#"{"iss":"https://id.example","aud":"app","sub":"1","exp":1700000600}"#;
//! # let token = signer.sign_json(claims, now, [0; 16])?;
//! # let published = SecretJwkSet::new(vec![jwk]).public()?.to_json();
//! let verifier = IssuerVerifier::new(vec![Issuer::new(
//!     IssuerName::Exact("https://id.example".into()),
//!     vec![Algorithm::Es256],
//!     IssuerAudience::AnyOf(vec!["app".into()]),
//!     TokenKind::Access,
//! )])?;
//!
//! let pending = verifier.read(token.as_bytes(), now)?;
//! let keys = IssuerKeySet::from_json(&published)?; // fetched from the issuer
//! let index = pending.candidates(&keys).next().ok_or(TokenError::KeyUnknown)?;
//!
//! // This example checks the signature with the core. A host may use its own crypto.
//! let key = &keys.keys()[index];
//! let key = VerifyingKey::from_public_jwk(&PublicJwk::from_json(&key.to_json())?)?;
//! let outcome = key.verify_signature(pending.signing_input(), &pending.signature());
//! let verdict = SignatureVerdict::from_check(index, outcome.is_ok());
//!
//! let verified = pending.resolve(&keys, verdict)?;
//! assert!(verified.json().claims().contains(r#""sub":"1""#));
//! # Ok(())
//! # }
//! ```

mod curve;
mod keys;
mod name;
mod verifier;

use core::time::Duration;

pub use keys::{IssuerKey, IssuerKeySet, KeyProblemAt};
pub use name::{IssuerName, Tenants};
pub use verifier::{IssuerProblem, IssuerVerifier, PendingToken, SignatureVerdict};

use crate::key::Algorithm;

/// The longest token of another issuer in bytes, unless [`Issuer`] sets its own
/// limit. An Entra ID token with 200 groups has more than 10 KiB.
pub const MAX_LENGTH: usize = 0x4000;

/// The requirements on one issuer's tokens.
#[derive(Debug, Clone)]
pub struct Issuer {
    /// The value of `iss`.
    pub name: IssuerName,
    /// The allowed algorithms (RFC 8725 §3.1). At least one; no HMAC.
    pub algorithms: Vec<Algorithm>,
    /// For whom the token must be.
    pub audience: IssuerAudience,
    /// The kind of token, which decides about `typ` and the required claims.
    pub kind: TokenKind,
    /// The tolerated difference between clocks; at most 60 seconds.
    pub leeway: Duration,
    /// The longest time after `iat` at which a token is accepted. If set, the token
    /// must have an `iat`.
    pub max_age: Option<Duration>,
    /// The longest token in bytes.
    pub max_token_length: usize,
    /// Claims that must be a string and one of the given values.
    pub claim_values: Vec<ClaimValues>,
    /// Further claims that must be present.
    pub required_claims: Vec<String>,
    /// For an issuer with tenants: further templates that the member `issuer` of a
    /// key may have. A key with another `issuer` does not verify the tenant's tokens.
    pub key_issuers: Vec<String>,
}

impl Issuer {
    /// Creates the requirements from the mandatory parts. There is no leeway and
    /// there are no further requirements.
    #[must_use]
    pub fn new(
        name: IssuerName,
        algorithms: Vec<Algorithm>,
        audience: IssuerAudience,
        kind: TokenKind,
    ) -> Self {
        Self {
            name,
            algorithms,
            audience,
            kind,
            leeway: Duration::ZERO,
            max_age: None,
            max_token_length: MAX_LENGTH,
            claim_values: Vec::new(),
            required_claims: Vec::new(),
            key_issuers: Vec::new(),
        }
    }
}

/// For whom a token must be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum IssuerAudience {
    /// `aud` must contain one of these (RFC 7519 §4.1.3).
    AnyOf(Vec<String>),
    /// Another claim names the audience: `client_id` in Cognito's access tokens,
    /// `azp` in Clerk's.
    Claim(ClaimValues),
    /// The audience is not checked. Any token of this issuer is accepted, also one
    /// that was issued for another application.
    Unchecked,
}

/// A claim that must be a string and one of the given values.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ClaimValues {
    /// The claim's name.
    pub name: String,
    /// The accepted values.
    pub one_of: Vec<String>,
}

/// The kind of token. An issuer may sign ID tokens and access tokens with the same
/// key, so a verifier must accept only one kind (RFC 9068 §4, RFC 8725 §3.11).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TokenKind {
    /// An access token with the profile of RFC 9068: `typ` is `at+jwt` or
    /// `application/at+jwt`, and `iss`, `exp`, `aud`, `sub`, `client_id`, `iat` and
    /// `jti` are present (§2.2).
    Rfc9068,
    /// An access token without that profile: `typ` is absent, `JWT` or `at+jwt`, and
    /// `exp` is present. An ID token passes as one if nothing else differs, so use
    /// the audience or a claim to tell them apart.
    Access,
    /// An ID token (OpenID Connect Core §2): `typ` is absent or `JWT`, and `iss`,
    /// `sub`, `aud`, `exp` and `iat` are present.
    Id,
}

impl TokenKind {
    fn required_claims(self) -> &'static [&'static str] {
        match self {
            Self::Rfc9068 => &["iss", "exp", "aud", "sub", "client_id", "iat", "jti"],
            Self::Access => &["iss", "exp"],
            Self::Id => &["iss", "sub", "aud", "exp", "iat"],
        }
    }

    /// Whether a header's `typ` belongs to this kind. `typ` is a media type without
    /// `application/` (RFC 7515 §4.1.9).
    fn allows_type(self, typ: Option<&str>) -> bool {
        let is = |wanted: &str| typ.is_some_and(|typ| crate::token::policy::is_type(typ, wanted));
        match self {
            Self::Rfc9068 => is("at+jwt"),
            Self::Access => typ.is_none() || is("JWT") || is("at+jwt"),
            Self::Id => typ.is_none() || is("JWT"),
        }
    }
}
