//! Keys: one algorithm each, read from JSON Web Keys (RFC 7517), and sets of
//! them from which a token's `kid` chooses.

#![forbid(unsafe_code)]

mod algorithm;
pub(crate) mod hmac;
mod jwk;
mod secret;
mod set;

pub use algorithm::Algorithm;
pub use jwk::{SecretJwk, SecretJwkSet};
pub use secret::SecretKey;
pub use set::{KeyId, KeySet};
