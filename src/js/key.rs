//! Keys as JavaScript has them: a JWK or a JWK Set.

use js_sys::{Array, Reflect};
use serde::Serialize;
use wasm_bindgen::prelude::wasm_bindgen;
use wasm_bindgen::{JsCast as _, JsValue};

use super::is_flat;
use super::memory;
use super::outcome::Refusal;
use crate::encoding::base64url;
use crate::error::{KeyProblem, TokenError};
use crate::key::{Algorithm, KeySet, SecretJwk, SecretKey};

pub(crate) fn read_key(key: JsValue) -> Result<SecretKey, Refusal> {
    let jwk: SecretJwk = object(key)?;
    Ok(SecretKey::from_jwk(&jwk)?)
}

pub(crate) fn read_keys(key: JsValue) -> Result<KeySet, Refusal> {
    let is_set = key.is_object() && Reflect::has(&key, &JsValue::from("keys")).unwrap_or(false);
    if is_set {
        let malformed = || Refusal::from(TokenError::from(KeyProblem::Malformed));
        let keys: Array = member(&key, "keys").dyn_into().map_err(|_| malformed())?;
        let keys: Result<Vec<_>, _> = keys
            .iter()
            .map(|key| {
                if key.is_object() {
                    read_key(key)
                } else {
                    Err(malformed())
                }
            })
            .collect();
        Ok(KeySet::new(keys?)?)
    } else {
        Ok(KeySet::of_one(read_key(key)?)?)
    }
}

fn object<T: serde::de::DeserializeOwned>(key: JsValue) -> Result<T, Refusal> {
    if !key.is_object() {
        return Err(Refusal::Argument("a key must be a JWK or a JWK Set"));
    }
    let malformed = || Refusal::from(TokenError::from(KeyProblem::Malformed));
    if !MEMBERS.iter().all(|name| is_flat(&member(&key, name))) {
        return Err(malformed());
    }
    serde_wasm_bindgen::from_value(key).map_err(|_| malformed())
}

/// Those that are read of a JWK.
const MEMBERS: [&str; 6] = ["kty", "k", "alg", "kid", "use", "key_ops"];

fn member(object: &JsValue, name: &str) -> JsValue {
    Reflect::get(object, &JsValue::from(name)).unwrap_or(JsValue::UNDEFINED)
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
        let mut k = zeroize::Zeroizing::new(String::new());
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
