//! Tokens made by jwt-compact's HMAC, so that our HMAC does not test itself.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jwt_compact::alg::{Hs256, Hs256Key};
use jwt_compact::{Algorithm as _, AlgorithmSignature as _};
use portcullis::error::{KeyProblem, TokenError};
use portcullis::key::{Algorithm, SecretKey};
use portcullis::time::UnixTime;
use portcullis::token::{Policy, SignOptions, VerifiedToken, Verifier};

pub(crate) const SECRET: [u8; 32] = [7; 32];
pub(crate) const NOW: i64 = 1_700_000_000;
pub(crate) const HEADER: &str = r#"{"alg":"HS256","typ":"JWT"}"#;

pub(crate) fn at(seconds: i64) -> UnixTime {
    UnixTime::from_seconds(seconds).unwrap()
}

pub(crate) fn base64url(bytes: impl AsRef<[u8]>) -> String {
    URL_SAFE_NO_PAD.encode(bytes)
}

pub(crate) fn from_base64url(text: &str) -> Vec<u8> {
    URL_SAFE_NO_PAD.decode(text).unwrap()
}

/// PEM (RFC 7468) in lines of 64 characters.
pub(crate) fn pem(label: &str, der: &[u8]) -> String {
    let text = base64::engine::general_purpose::STANDARD.encode(der);
    let lines: Vec<_> = text
        .as_bytes()
        .chunks(64)
        .map(|line| str::from_utf8(line).unwrap())
        .collect();
    let text = lines.join("\n");
    format!("-----BEGIN {label}-----\n{text}\n-----END {label}-----\n")
}

/// Signs the two parts as they are.
pub(crate) fn sign_parts(header: &str, payload: &str) -> String {
    sign_parts_with(&SECRET, header, payload)
}

fn sign_parts_with(secret: &[u8], header: &str, payload: &str) -> String {
    let input = format!("{header}.{payload}");
    let signature = Hs256.sign(&Hs256Key::new(secret), input.as_bytes());
    format!("{input}.{}", base64url(signature.as_bytes()))
}

/// Signs as HS256 with any secret.
pub(crate) fn sign_with(secret: &[u8], header: &str, payload: &str) -> String {
    sign_parts_with(secret, &base64url(header), &base64url(payload))
}

/// Signs any two byte strings as header and payload.
pub(crate) fn sign(header: impl AsRef<[u8]>, payload: impl AsRef<[u8]>) -> String {
    sign_parts(&base64url(header), &base64url(payload))
}

/// Signs a payload under the plain header.
pub(crate) fn claims(payload: &str) -> String {
    sign(HEADER, payload)
}

pub(crate) fn secret_key() -> SecretKey {
    SecretKey::new(Algorithm::Hs256, &SECRET).unwrap()
}

pub(crate) fn for_an_hour() -> SignOptions {
    SignOptions {
        expires_in: Some(core::time::Duration::from_secs(3600)),
        ..SignOptions::default()
    }
}

pub(crate) fn verifier(policy: Policy) -> Verifier {
    Verifier::with_key(secret_key(), policy).unwrap()
}

/// Verifies with the default policy at `NOW`.
pub(crate) fn verify(token: &str) -> Result<VerifiedToken, TokenError> {
    verify_with(token, Policy::default())
}

pub(crate) fn verify_with(token: &str, policy: Policy) -> Result<VerifiedToken, TokenError> {
    verifier(policy).verify(token, at(NOW))
}

/// The code of a result that must be an error.
pub(crate) fn code<T: std::fmt::Debug>(result: Result<T, TokenError>) -> &'static str {
    result.unwrap_err().code()
}

/// The problem of a result that must be a key error.
pub(crate) fn problem<T: std::fmt::Debug>(result: Result<T, TokenError>) -> KeyProblem {
    match result.unwrap_err() {
        TokenError::KeyInvalid(problem) => problem,
        other => panic!("not a key's error: {other:?}"),
    }
}

/// The code and the claim of a result that must be a claim error.
pub(crate) fn refused_claim<T: std::fmt::Debug>(result: Result<T, TokenError>) -> String {
    match result.unwrap_err() {
        TokenError::ClaimInvalid { claim, .. } => claim,
        other => panic!("not a claim's error: {other:?}"),
    }
}
