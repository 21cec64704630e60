//! The module of `portcullis/issuer`: verifies the tokens of other issuers.
#![cfg(target_arch = "wasm32")]

use portcullis_wasm as wasm;

wasm::exports!(SmallBlocks);

/// See [`wasm::issuer::read_issuers`].
#[unsafe(export_name = "readIssuers")]
extern "C" fn read_issuers(length: usize) -> i32 {
    wasm::issuer::read_issuers(length)
}

/// See [`wasm::issuer::free_issuers`].
#[unsafe(export_name = "freeIssuers")]
extern "C" fn free_issuers(verifier: usize) {
    wasm::issuer::free_issuers(verifier);
}

/// See [`wasm::issuer::longest`].
#[unsafe(no_mangle)]
extern "C" fn longest(verifier: usize) -> usize {
    wasm::issuer::longest(verifier)
}

/// See [`wasm::issuer::read_keys`].
#[unsafe(export_name = "readKeys")]
extern "C" fn read_keys(length: usize) -> i32 {
    wasm::issuer::read_keys(length)
}

/// See [`wasm::issuer::free_keys`].
#[unsafe(export_name = "freeKeys")]
extern "C" fn free_keys(keys: usize) {
    wasm::issuer::free_keys(keys);
}

/// See [`wasm::issuer::begin`].
#[unsafe(no_mangle)]
extern "C" fn begin(verifier: usize, keys: usize, length: usize, now: f64) -> i32 {
    wasm::issuer::begin(verifier, keys, length, now)
}

/// See [`wasm::issuer::finish`].
#[unsafe(no_mangle)]
extern "C" fn finish(
    verifier: usize,
    keys: usize,
    key: usize,
    is_valid: bool,
    length: usize,
    now: f64,
) -> bool {
    wasm::issuer::finish(verifier, keys, key, is_valid, length, now)
}
