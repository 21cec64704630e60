//! A module of `portcullis/issuer`: checks signatures where the host's WebCrypto lacks
//! the algorithm.
#![cfg(target_arch = "wasm32")]

// The dependency enables the core's algorithms for this module.
use portcullis as _;
use portcullis_wasm as wasm;

wasm::exports!(SmallBlocks);

/// See [`wasm::signature::check_signature`].
#[unsafe(export_name = "checkSignature")]
extern "C" fn check_signature(jwk: usize, signed: usize, length: usize) -> i32 {
    wasm::signature::check_signature(jwk, signed, length)
}
