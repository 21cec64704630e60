//! The module of `portcullis/password`: hashes and verifies passwords.
#![cfg(target_arch = "wasm32")]

use portcullis_wasm as wasm;

wasm::exports!(WithLargeBlock);

/// See [`wasm::password::hash_password`].
#[unsafe(export_name = "hashPassword")]
extern "C" fn hash_password(length: usize) -> bool {
    wasm::password::hash_password(length)
}

/// See [`wasm::password::verify_password`].
#[unsafe(export_name = "verifyPassword")]
extern "C" fn verify_password(length: usize, stored: usize) -> i32 {
    wasm::password::verify_password(length, stored)
}

/// See [`wasm::password::needs_rehash`].
#[unsafe(export_name = "needsRehash")]
extern "C" fn needs_rehash(length: usize) -> i32 {
    wasm::password::needs_rehash(length)
}
