//! The module of `portcullis`: inspects, verifies and signs tokens.
#![cfg(target_arch = "wasm32")]

use portcullis_wasm as wasm;
use wasm_bindgen::prelude::wasm_bindgen;

wasm::exports!(SmallBlocks);

/// See [`wasm::memory::wipe`].
#[unsafe(no_mangle)]
extern "C" fn wipe() {
    wasm::memory::wipe();
}

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

/// See [`wasm::verify::Verifier`].
#[wasm_bindgen]
#[derive(Debug)]
pub struct Verifier(wasm::verify::Verifier);

#[wasm_bindgen]
impl Verifier {
    /// See [`wasm::verify::Verifier::read`].
    #[must_use]
    pub fn read(
        length: usize,
        leeway: f64,
        max_age: f64,
        max_token_length: f64,
    ) -> Option<Verifier> {
        wasm::verify::Verifier::read(length, leeway, max_age, max_token_length).map(Self)
    }

    /// See [`wasm::verify::Verifier::longest`].
    #[wasm_bindgen(getter)]
    #[must_use]
    pub fn longest(&self) -> usize {
        self.0.longest()
    }

    /// See [`wasm::verify::Verifier::verify`].
    #[must_use]
    pub fn verify(&self, length: usize, now: f64) -> bool {
        self.0.verify(length, now)
    }
}

/// See [`wasm::sign::Signer`].
#[wasm_bindgen]
#[derive(Debug)]
pub struct Signer(wasm::sign::Signer);

#[wasm_bindgen]
impl Signer {
    /// See [`wasm::sign::Signer::read`].
    #[must_use]
    pub fn read(length: usize, expires_in: f64, not_before: f64) -> Option<Signer> {
        wasm::sign::Signer::read(length, expires_in, not_before).map(Self)
    }

    /// See [`wasm::sign::Signer::sign`].
    #[must_use]
    pub fn sign(&self, length: usize, now: f64) -> bool {
        self.0.sign(length, now)
    }
}
