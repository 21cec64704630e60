//! The module of `portcullis/legacy`: verifies the tokens of itsdangerous.
#![cfg(target_arch = "wasm32")]

use portcullis_wasm as wasm;

wasm::exports!(SmallBlocks);

/// See [`wasm::memory::wipe`].
#[unsafe(no_mangle)]
extern "C" fn wipe() {
    wasm::memory::wipe();
}

/// See [`wasm::legacy::verify_legacy`].
#[unsafe(export_name = "verifyLegacy")]
extern "C" fn verify_legacy(options: usize, length: usize, now: f64) -> bool {
    wasm::legacy::verify_legacy(options, length, now)
}
