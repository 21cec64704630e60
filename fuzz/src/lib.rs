//! The property of each fuzz target, as a function of the input's bytes that
//! panics if the property does not hold. The targets in `fuzz_targets/` only call
//! these functions; `tests/seeds.rs` calls them with the committed inputs.

#![cfg_attr(not(target_arch = "wasm32"), forbid(unsafe_code))]

pub mod account;
pub mod claims;
pub mod compact;
pub mod hash;
pub mod header;
pub mod jwk;
pub mod legacy;
pub mod p256;
pub mod refresh_token;
pub mod rsa;

mod oracle;
mod token;
#[cfg(target_arch = "wasm32")]
mod wasm;

// The property tests' module of exact date arithmetic.
#[path = "../../tests/native/properties/exact.rs"]
mod exact;
