//! The checks in WebAssembly, where other code decodes base64url. See
//! `wasm.mjs`.

use std::sync::Mutex;

use crate::{account, claims, compact, hash, header, jwk, legacy, p256, refresh_token};

const ROOM: usize = 1 << 16;

static INPUT: Mutex<[u8; ROOM]> = Mutex::new([0; ROOM]);

/// The address and the maximum length of the input.
#[unsafe(no_mangle)]
pub extern "C" fn input() -> *mut u8 {
    INPUT.lock().unwrap().as_mut_ptr()
}

#[unsafe(no_mangle)]
pub extern "C" fn room() -> usize {
    ROOM
}

/// Checks the input; a failed check is a trap. The targets are numbered in
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
