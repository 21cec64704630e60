//! Keys: one algorithm each, read from JSON Web Keys (RFC 7517) or PEM, and
//! sets of them from which a token's `kid` chooses.
//!
//! - [`SecretKey`] signs; [`VerifyingKey`] verifies, and any `SecretKey` can
//!   become one.
//! - [`SecretJwk`] and [`PublicJwk`] are the same as JSON: to read, write,
//!   generate, name by a thumbprint and publish.
//! - [`KeySet`] is what a verifier trusts.

mod algorithm;
mod ed25519;
mod es256;
mod hmac;
mod hmac_secret;
mod jwk;
#[cfg(test)]
#[allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects
)]
mod known_answers;
mod material;
mod p256;
#[cfg(feature = "pem")]
mod pem;
#[cfg(feature = "rsa")]
mod rsa;
mod secret;
mod secret_number;
mod set;
mod signature;
mod verifying;

pub use algorithm::Algorithm;
pub(crate) use hmac_secret::HmacSecret;
pub use jwk::{PublicJwk, PublicJwkSet, SecretJwk, SecretJwkSet};
pub use secret::SecretKey;
pub use set::{KeyId, KeySet};
pub use verifying::VerifyingKey;
