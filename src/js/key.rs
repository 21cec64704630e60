//! Keys as JavaScript has them: a JWK or a JWK Set.

use js_sys::{JSON, JsString};
use serde::Serialize;
use wasm_bindgen::JsValue;
use wasm_bindgen::prelude::wasm_bindgen;
use zeroize::Zeroizing;

use super::memory;
use super::outcome::Refusal;
use crate::encoding::base64url;
use crate::error::{KeyProblem, TokenError};
use crate::key::{Algorithm, KeySet, SecretJwk, SecretKey};

pub(crate) fn read_key(key: JsValue) -> Result<SecretKey, Refusal> {
    Ok(SecretKey::from_jwk(&SecretJwk::from_json(&json(&key)?)?)?)
}

pub(crate) fn read_keys(key: JsValue) -> Result<KeySet, Refusal> {
    Ok(KeySet::from_json(&json(&key)?)?)
}

fn json(key: &JsValue) -> Result<Zeroizing<String>, Refusal> {
    if !key.is_object() {
        return Err(Refusal::Argument("a key must be a JWK or a JWK Set"));
    }
    // A key that holds itself cannot be written.
    let text = JSON::stringify(key)
        .ok()
        .filter(JsString::is_valid_utf16)
        .ok_or(TokenError::from(KeyProblem::Malformed))?;
    Ok(Zeroizing::new(text.into()))
}

#[derive(Serialize)]
struct OctJwk<'a> {
    kty: &'static str,
    k: &'a str,
    alg: &'static str,
}

/// Makes a JWK of the secret in the first `length` bytes of the input, which
/// are wiped.
///
/// # Errors
/// As [`failure`](super::failure): `key_invalid` when the secret is too short
/// or the algorithm not an HMAC.
#[wasm_bindgen(js_name = secretKey)]
pub fn secret_key(length: usize, algorithm: &str) -> Result<JsValue, JsValue> {
    let secret = memory::take_input(length);
    let make = || -> Result<JsValue, Refusal> {
        let algorithm =
            Algorithm::from_name(algorithm).ok_or(TokenError::from(KeyProblem::Unsupported))?;
        // For its checks.
        SecretKey::new(algorithm, &secret)?;
        let mut k = Zeroizing::new(String::new());
        base64url::encode_onto(&secret, &mut k);
        let jwk = OctJwk {
            kty: "oct",
            k: &k,
            alg: algorithm.name(),
        };
        serde_wasm_bindgen::to_value(&jwk)
            .map_err(|_| TokenError::from(KeyProblem::Malformed).into())
    };
    make().map_err(|refusal| refusal.to_js())
}
