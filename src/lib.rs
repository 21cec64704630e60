//! The login gate at the edge: strict signed tokens and password checks.
//!
//! This crate is the core, with its bindings behind features: `js` (the npm
//! package), `worker` (the Cloudflare Worker) and `cli`. The core has no
//! clock, no randomness of its own and no I/O: the time, random bytes and what
//! is stored are handed in.
//!
//! - [`token`]: sign, verify and inspect JWTs (RFC 7519).
//! - [`key`]: the keys for it, from JWKs (RFC 7517).
//! - [`password`]: argon2id hashes as PHC strings.
//! - [`account`]: users, and the decision to let one in.
//!
//! A token's whole life:
//!
//! ```
//! use core::time::Duration;
//! use portcullis::error::TokenError;
//! use portcullis::key::{Algorithm, SecretKey};
//! use portcullis::time::UnixTime;
//! use portcullis::token::{Policy, SignOptions, Signer, UnverifiedToken, Verifier};
//! use serde::{Deserialize, Serialize};
//!
//! #[derive(Serialize, Deserialize, PartialEq, Debug)]
//! struct Claims {
//!     sub: String,
//!     role: String,
//! }
//!
//! # fn main() -> Result<(), TokenError> {
//! let secret = [7; 32]; // in earnest: random, and secret
//! let now = UnixTime::from_seconds(1_700_000_000).unwrap();
//!
//! // Signed, to be valid for an hour.
//! let signer = Signer::new(
//!     SecretKey::new(Algorithm::Hs256, &secret)?,
//!     SignOptions {
//!         expires_in: Some(Duration::from_secs(3600)),
//!         issuer: Some("https://login.example".into()),
//!         ..SignOptions::default()
//!     },
//! )?;
//! let claims = Claims { sub: "1".into(), role: "admin".into() };
//! let token = signer.sign(&claims, now, [0; 16])?;
//!
//! // Anyone can read it, and should believe nothing.
//! let inspection = UnverifiedToken::parse(&token)?.inspect(now, Duration::ZERO)?;
//! assert_eq!(inspection.seconds_left, 3600.0);
//!
//! // Who has the key can know that it is right.
//! let verifier = Verifier::with_key(
//!     SecretKey::new(Algorithm::Hs256, &secret)?,
//!     Policy {
//!         issuers: vec!["https://login.example".into()],
//!         ..Policy::default()
//!     },
//! )?;
//! assert_eq!(verifier.verify(&token, now)?.claims::<Claims>()?, claims);
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

#![cfg_attr(
    not(any(feature = "js-inspect", feature = "worker")),
    forbid(unsafe_code)
)]

pub mod account;
pub mod encoding;
pub mod error;
pub mod key;
pub mod password;
pub mod time;
pub mod token;

#[cfg(feature = "cli")]
pub mod cli;
#[cfg(feature = "js-inspect")]
pub mod js;
#[cfg(feature = "worker")]
mod worker;

#[cfg(all(feature = "js-inspect", feature = "worker", not(doc)))]
compile_error!(
    "`js` and `worker` are never built together: the npm package's functions would be callable on the Worker"
);
