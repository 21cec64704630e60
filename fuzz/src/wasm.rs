//! The checks in WebAssembly, where base64url is decoded by other code. See
//! `wasm.mjs`.

use std::sync::Mutex;

use crate::{account, claims, compact, hash, header, jwk, legacy, p256, refresh_token};

const ROOM: usize = 1 << 16;

static INPUT: Mutex<[u8; ROOM]> = Mutex::new([0; ROOM]);

/// Where the input is to be put, and how long it can be.
#[unsafe(no_mangle)]
pub extern "C" fn input() -> *mut u8 {
    INPUT.lock().unwrap().as_mut_ptr()
}

#[unsafe(no_mangle)]
pub extern "C" fn room() -> usize {
    ROOM
}

/// Checks the input; a broken promise is a trap. The targets are counted in
/// alphabetical order.
#[unsafe(no_mangle)]
pub extern "C" fn check(target: usize, length: usize) {
    let checks = [
        claims::check,
        compact::check,
        hash::check,
        header::check,
        jwk::check,
        account::check,
        legacy::check,
        p256::check,
        refresh_token::check,
    ];
    let input = INPUT.lock().unwrap()[..length].to_vec();
    checks[target](&input);
}
