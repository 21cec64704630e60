//! Keys and key sets, read from JSON Web Keys (RFC 7517) or PEM. Each key has
//! exactly one algorithm.
//!
//! - [`SecretKey`] signs. [`VerifyingKey`] verifies; any `SecretKey` converts into
//!   one.
//! - [`SecretJwk`] and [`PublicJwk`] are the JSON form of keys: read, write,
//!   generate, compute a thumbprint, publish.
//! - [`KeySet`] holds the keys that a verifier trusts. A token's `kid` selects one.

mod algorithm;
#[cfg(feature = "es384-es512")]
mod ecdsa;
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
#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod random_cases;
#[cfg(feature = "rsa")]
mod rsa;
mod secret;
mod secret_number;
mod set;
mod signature;
#[cfg(test)]
#[allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects
)]
mod signing_tests;
mod verifying;

pub use algorithm::Algorithm;
pub(crate) use hmac_secret::HmacSecret;
pub(crate) use jwk::DeclaredUses;
pub use jwk::{PublicJwk, PublicJwkSet, SecretJwk, SecretJwkSet};
pub use secret::SecretKey;
pub use set::{KeyId, KeySet};
pub use verifying::VerifyingKey;
