//! The core of a login at the edge: strict signed tokens, password checks and
//! the decisions about accounts.
//!
//! The core has no clock, no randomness and no I/O: callers pass the time,
//! random bytes and stored records. The npm package (`crates/wasm`), the
//! Cloudflare Worker (`crates/worker`) and the command line (`crates/cli`) are
//! its callers.
//!
//! - [`token`]: sign, verify and inspect JWTs (RFC 7519); [`token::legacy`]
//!   reads what itsdangerous signed.
//! - [`key`]: the keys for it, from JWKs (RFC 7517) and PEM.
//! - [`password`]: argon2id hashes as PHC strings.
//! - [`account`]: users, and the decision to let one in.
//! - [`settings`]: what the service is told, and what is wrong with it.
//!
//! A token's whole life:
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
//! let random = [7; 64]; // in earnest: random, and new for each key
//!
//! // A key, which names itself; it signs tokens that are valid for an hour.
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
//! // Anyone can read it, and should believe nothing.
//! let inspection = UnverifiedToken::parse(&token)?.inspect(now, Duration::ZERO)?;
//! assert_eq!(inspection.status, Status::Current);
//! assert_eq!(inspection.seconds_left, 3600.0);
//!
//! // Who has the published keys can know that it is right.
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
//! // A new key comes in front of the old one. What that one signed stands,
//! // and who knows only the old keys does not know the new one's tokens.
//! let new = SecretJwk::generate(Algorithm::EdDsa, &[8; 64])?;
//! let newer_token = signer(&new)?.sign(&claims, now, [0; 16])?;
//! assert_eq!(verifier(&published)?.verify(&newer_token, now), Err(TokenError::KeyUnknown));
//! keys.rotate(new);
//! let verifier = verifier(&keys.public()?.to_json())?;
//! assert!(verifier.verify(&newer_token, now).is_ok());
//! assert!(verifier.verify(&token, now).is_ok());
//!
//! // An hour later it is over.
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
