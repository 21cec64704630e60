//! Writing a JWK as JSON, and its thumbprint.

use sha2::{Digest as _, Sha256};
use zeroize::Zeroizing;

use super::{Jwk, Material};
use crate::encoding::base64url;
use crate::encoding::json::push_string;

/// Writes the whole key. The capacity is enough, so the text never reallocates, which
/// would leave a copy of a secret behind.
pub(super) fn json(jwk: &Jwk) -> Zeroizing<String> {
    let id = jwk.id.as_ref().map_or("", |id| id.as_str());
    let capacity = numbers_capacity(jwk)
        .saturating_add(id.len().saturating_mul(6))
        .saturating_add(jwk.declared.encoded_capacity());
    let mut json = Zeroizing::new(String::with_capacity(capacity));
    match &jwk.material {
        Material::Secret(k) => {
            json.push_str("{\"kty\":\"oct\"");
            bytes(&mut json, ",\"k\":\"", k);
        }
        Material::Ed25519 { x, d } => {
            json.push_str("{\"kty\":\"OKP\",\"crv\":\"Ed25519\"");
            bytes(&mut json, ",\"x\":\"", &***x);
            if let Some(d) = d {
                bytes(&mut json, ",\"d\":\"", &***d);
            }
        }
        Material::P256 { x, y, d } => {
            json.push_str("{\"kty\":\"EC\",\"crv\":\"P-256\"");
            bytes(&mut json, ",\"x\":\"", &***x);
            bytes(&mut json, ",\"y\":\"", &***y);
            if let Some(d) = d {
                bytes(&mut json, ",\"d\":\"", &***d);
            }
        }
        #[cfg(feature = "es384-es512")]
        Material::Ecdsa { curve, x, y } => {
            json.push_str("{\"kty\":\"EC\",\"crv\":\"");
            json.push_str(curve.name());
            bytes(&mut json, "\",\"x\":\"", x);
            bytes(&mut json, ",\"y\":\"", y);
        }
        #[cfg(feature = "rsa")]
        Material::Rsa { n, e } => {
            json.push_str("{\"kty\":\"RSA\"");
            bytes(&mut json, ",\"n\":\"", n);
            bytes(&mut json, ",\"e\":\"", e);
        }
    }
    json.push_str(",\"alg\":\"");
    json.push_str(jwk.alg);
    json.push('"');
    if jwk.id.is_some() {
        json.push_str(",\"kid\":");
        push_string(&mut json, id);
    }
    jwk.declared.write(&mut json);
    json.push('}');
    json
}

/// The SHA-256 of the required members, in the order of their names and without white
/// space, in base64url (RFC 7638 §3).
pub(super) fn thumbprint(jwk: &Jwk) -> String {
    let mut json = Zeroizing::new(String::with_capacity(numbers_capacity(jwk)));
    match &jwk.material {
        Material::Secret(k) => {
            bytes(&mut json, "{\"k\":\"", k);
            json.push_str(",\"kty\":\"oct\"");
        }
        Material::Ed25519 { x, .. } => {
            json.push_str("{\"crv\":\"Ed25519\",\"kty\":\"OKP\"");
            bytes(&mut json, ",\"x\":\"", &***x);
        }
        Material::P256 { x, y, .. } => {
            json.push_str("{\"crv\":\"P-256\",\"kty\":\"EC\"");
            bytes(&mut json, ",\"x\":\"", &***x);
            bytes(&mut json, ",\"y\":\"", &***y);
        }
        #[cfg(feature = "es384-es512")]
        Material::Ecdsa { curve, x, y } => {
            json.push_str("{\"crv\":\"");
            json.push_str(curve.name());
            json.push_str("\",\"kty\":\"EC\"");
            bytes(&mut json, ",\"x\":\"", x);
            bytes(&mut json, ",\"y\":\"", y);
        }
        #[cfg(feature = "rsa")]
        Material::Rsa { n, e } => {
            bytes(&mut json, "{\"e\":\"", e);
            json.push_str(",\"kty\":\"RSA\"");
            bytes(&mut json, ",\"n\":\"", n);
        }
    }
    json.push('}');
    let hash: [u8; 32] = Sha256::digest(json.as_bytes()).into();
    let mut thumbprint = String::with_capacity(43);
    base64url::encode_onto(&hash, &mut thumbprint);
    thumbprint
}

/// Appends `before`, the bytes in base64url, and a quote.
fn bytes(json: &mut String, before: &str, bytes: &[u8]) {
    json.push_str(before);
    base64url::encode_onto(bytes, json);
    json.push('"');
}

/// An upper bound of the bytes that the numbers and their member names take.
fn numbers_capacity(jwk: &Jwk) -> usize {
    let numbers = match &jwk.material {
        Material::Secret(k) => k.len(),
        Material::Ed25519 { .. } => 64,
        Material::P256 { .. } => 96,
        #[cfg(feature = "es384-es512")]
        Material::Ecdsa { x, y, .. } => x.len().saturating_add(y.len()),
        #[cfg(feature = "rsa")]
        Material::Rsa { n, e } => n.len().saturating_add(e.len()),
    };
    numbers.saturating_mul(2).saturating_add(160)
}
