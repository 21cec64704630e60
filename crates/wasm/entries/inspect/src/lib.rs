//! The module of `portcullis/inspect`: reads tokens without a key.
#![cfg(target_arch = "wasm32")]

use portcullis_wasm as wasm;

wasm::exports!(SmallBlocks);

/// See [`wasm::inspect::decode`].
#[unsafe(no_mangle)]
extern "C" fn decode(length: usize) -> bool {
    wasm::inspect::decode(length)
}

/// See [`wasm::inspect::inspect`].
#[unsafe(no_mangle)]
extern "C" fn inspect(length: usize, now: f64, leeway: f64) -> i32 {
    wasm::inspect::inspect(length, now, leeway)
}
