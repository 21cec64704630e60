//! The module of `portcullis`: verifies and signs tokens.
//!
//! JavaScript holds a verifier or a signer by its address, and frees it. Its classes
//! keep the address private, so an address is valid in every call.
#![cfg(target_arch = "wasm32")]

use core::ptr;

use portcullis_wasm as wasm;
use wasm::sign::Signer;
use wasm::verify::Verifier;

wasm::exports!(SmallBlocks);

/// See [`wasm::memory::wipe`].
#[unsafe(no_mangle)]
extern "C" fn wipe() {
    wasm::memory::wipe();
}

/// See [`wasm::key::secret_key`].
#[unsafe(export_name = "secretKey")]
extern "C" fn secret_key(name: usize, length: usize) -> bool {
    wasm::key::secret_key(name, length)
}

/// See [`wasm::key::generate_key`].
#[unsafe(export_name = "generateKey")]
extern "C" fn generate_key(name: usize) -> bool {
    wasm::key::generate_key(name)
}

/// See [`wasm::key::public_key`].
#[unsafe(export_name = "publicKey")]
extern "C" fn public_key(length: usize) -> bool {
    wasm::key::public_key(length)
}

/// See [`Verifier::read`]. Null on failure.
#[unsafe(export_name = "readVerifier")]
extern "C" fn read_verifier(
    length: usize,
    leeway: f64,
    max_age: f64,
    max_token_length: f64,
) -> *mut Verifier {
    address_of(Verifier::read(length, leeway, max_age, max_token_length))
}

/// See [`Verifier::longest`].
///
/// # Safety
/// `verifier` must be from [`read_verifier`] and not yet freed.
#[unsafe(no_mangle)]
unsafe extern "C" fn longest(verifier: &Verifier) -> usize {
    verifier.longest()
}

/// See [`Verifier::verify`].
///
/// # Safety
/// `verifier` must be from [`read_verifier`] and not yet freed.
#[unsafe(no_mangle)]
unsafe extern "C" fn verify(verifier: &Verifier, length: usize, now: f64) -> bool {
    verifier.verify(length, now)
}

/// Frees a verifier.
///
/// # Safety
/// `verifier` must be from [`read_verifier`] and not yet freed.
#[unsafe(export_name = "freeVerifier")]
unsafe extern "C" fn free_verifier(verifier: *mut Verifier) {
    // SAFETY: `address_of` made the address from a box.
    drop(unsafe { Box::from_raw(verifier) });
}

/// See [`Signer::read`]. Null on failure.
#[unsafe(export_name = "readSigner")]
extern "C" fn read_signer(length: usize, expires_in: f64, not_before: f64) -> *mut Signer {
    address_of(Signer::read(length, expires_in, not_before))
}

/// See [`Signer::sign`].
///
/// # Safety
/// `signer` must be from [`read_signer`] and not yet freed.
#[unsafe(no_mangle)]
unsafe extern "C" fn sign(signer: &Signer, length: usize, now: f64) -> bool {
    signer.sign(length, now)
}

/// Frees a signer.
///
/// # Safety
/// `signer` must be from [`read_signer`] and not yet freed.
#[unsafe(export_name = "freeSigner")]
unsafe extern "C" fn free_signer(signer: *mut Signer) {
    // SAFETY: `address_of` made the address from a box.
    drop(unsafe { Box::from_raw(signer) });
}

fn address_of<T>(made: Option<T>) -> *mut T {
    made.map_or(ptr::null_mut(), |made| Box::into_raw(Box::new(made)))
}
