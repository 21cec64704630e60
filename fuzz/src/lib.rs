//! What each fuzz target promises, as a function of the input's bytes that
//! panics where a promise is broken. The targets in `fuzz_targets/` only call
//! these; `tests/seeds.rs` calls them with what is committed.

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

// The exact arithmetic of dates is the property tests' own.
#[path = "../../tests/native/properties/exact.rs"]
mod exact;
