//! The core of Portcullis, a login service for the edge: signed tokens, password
//! hashes, and the decisions about accounts and sessions.
//!
//! The core has no clock, no randomness and no I/O. The caller passes the time, random
//! bytes and stored values. Three crates use the core: the npm package
//! (`crates/wasm`), the Cloudflare Worker (`crates/worker`) and the command line
//! (`crates/cli`).
//!
//! | Task | Start with |
//! | --- | --- |
//! | Sign tokens | [`token::Signer`] |
//! | Verify tokens | [`token::Verifier`] with a [`key::KeySet`] |
//! | Read a token without a key | [`token::UnverifiedToken`] |
//! | Verify tokens of itsdangerous | [`token::legacy`] |
//! | Read, generate, publish and rotate keys | [`key`] |
//! | Hash and check passwords | [`password::Argon2idHash`], [`password::StoredHash`] |
//! | Decide about logins and sessions of an account | [`account::object::AccountObject`] |
//! | Read the settings of the service | [`settings::Config`] |
//!
//! Tokens are JWTs (RFC 7519) as compact JWS (RFC 7515 §7.1); keys are JWKs (RFC 7517)
//! or PEM (RFC 7468).
//!
//! A type's name says how far its value may be trusted. An `Unverified…` value proves
//! nothing. A `Verified…` value has passed the checks that the type's documentation
//! lists. `Debug` never shows a `Secret…` value.
//!
//! # Example
//!
//! Sign a token, verify it with the published keys, rotate the keys:
//!
//! ```
//! use core::time::Duration;
//! use portcullis::error::TokenError;
//! use portcullis::key::{Algorithm, KeySet, PublicJwkSet, SecretJwk, SecretJwkSet, SecretKey};
//! use portcullis::time::UnixTime;
//! use portcullis::token::{Policy, SignOptions, Signer, Status, UnverifiedToken, Verifier};
//! use serde::{Deserialize, Serialize};
//!
//! #[derive(Serialize, Deserialize, PartialEq, Debug)]
//! struct Claims {
//!     sub: String,
//!     role: String,
//! }
//!
//! # fn main() -> Result<(), TokenError> {
//! let now = UnixTime::from_seconds(1_700_000_000).unwrap();
//! let random = [7; 64]; // use random bytes, new for each key
//!
//! // Generate a key. Its `kid` is its thumbprint. Its tokens are valid for an hour.
//! let jwk = SecretJwk::generate(Algorithm::EdDsa, &random)?;
//! let signer = |jwk: &SecretJwk| {
//!     Signer::new(
//!         SecretKey::from_jwk(jwk)?,
//!         SignOptions {
//!             expires_in: Some(Duration::from_secs(3600)),
//!             issuer: Some("https://login.example".into()),
//!             ..SignOptions::default()
//!         },
//!     )
//! };
//! let claims = Claims { sub: "1".into(), role: "admin".into() };
//! let token = signer(&jwk)?.sign(&claims, now, [0; 16])?;
//!
//! // Anyone can read the token without a key. Its claims are unverified.
//! let inspection = UnverifiedToken::parse(&token)?.inspect(now, Duration::ZERO)?;
//! assert_eq!(inspection.status, Status::Current);
//! assert_eq!(inspection.seconds_left, 3600.0);
//!
//! // Anyone with the published keys can verify the token.
//! let mut keys = SecretJwkSet::new(vec![jwk]);
//! let verifier = |published: &str| {
//!     let keys = KeySet::from_public_jwk_set(&PublicJwkSet::from_json(published)?)?;
//!     let policy = Policy {
//!         issuers: vec!["https://login.example".into()],
//!         ..Policy::default()
//!     };
//!     Ok::<_, TokenError>(Verifier::new(keys, policy))
//! };
//! let published = keys.public()?.to_json();
//! assert!(!published.contains("\"d\""));
//! assert_eq!(verifier(&published)?.verify(&token, now)?.claims::<Claims>()?, claims);
//!
//! // Rotate: the new key signs, and the old key still verifies its tokens. A verifier
//! // with the old set rejects tokens of the new key until it reloads the set.
//! let new = SecretJwk::generate(Algorithm::EdDsa, &[8; 64])?;
//! let newer_token = signer(&new)?.sign(&claims, now, [0; 16])?;
//! assert_eq!(verifier(&published)?.verify(&newer_token, now), Err(TokenError::KeyUnknown));
//! keys.rotate(new);
//! let verifier = verifier(&keys.public()?.to_json())?;
//! assert!(verifier.verify(&newer_token, now).is_ok());
//! assert!(verifier.verify(&token, now).is_ok());
//!
//! // An hour later the token has expired.
//! let later = now.saturating_add(Duration::from_secs(3600));
//! assert_eq!(
//!     verifier.verify(&token, later),
//!     Err(TokenError::Expired { expired_at: later })
//! );
//! # Ok(())
//! # }
//! ```

#![forbid(unsafe_code)]

pub mod account;
pub mod encoding;
pub mod error;
pub mod key;
pub mod password;
pub mod settings;
pub mod time;
pub mod token;
