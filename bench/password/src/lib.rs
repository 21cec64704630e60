//! Exports the Worker's check of a stored hash, for `../password.mjs`.

use std::sync::Mutex;

use portcullis::password::{ClearPassword, StoredHash};

const ROOM: usize = 4096;

static INPUT: Mutex<[u8; ROOM]> = Mutex::new([0; ROOM]);

/// The address to which the caller writes the stored hash, and the password directly after it.
#[unsafe(no_mangle)]
pub extern "C" fn input() -> *mut u8 {
    INPUT.lock().unwrap().as_mut_ptr()
}

/// Whether the password matches the hash.
#[unsafe(no_mangle)]
pub extern "C" fn check(hash_length: usize, password_length: usize) -> bool {
    let input = INPUT.lock().unwrap()[..hash_length + password_length].to_vec();
    let (hash, password) = input.split_at(hash_length);
    let hash = StoredHash::parse(str::from_utf8(hash).unwrap()).unwrap();
    let password = ClearPassword::new(str::from_utf8(password).unwrap().to_owned()).unwrap();
    hash.check(&password).is_ok()
}
