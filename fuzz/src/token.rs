//! Tokens with a valid signature, made by jwt-compact's HMAC, so that the
//! core does not test itself.

use jwt_compact::alg::{Hs256, Hs256Key, Hs384, Hs384Key, Hs512, Hs512Key};
use jwt_compact::{Algorithm as _, AlgorithmSignature as _};
use portcullis::key::Algorithm;

use crate::oracle::base64url;

pub(crate) const SECRET: [u8; 32] = [7; 32];

/// Signs any two byte strings as header and payload, with HS256.
pub(crate) fn sign(header: &[u8], payload: &[u8]) -> String {
    sign_with(Algorithm::Hs256, &SECRET, header, payload)
}

/// The same with any HMAC and a secret of any length.
pub(crate) fn sign_with(
    algorithm: Algorithm,
    secret: &[u8],
    header: &[u8],
    payload: &[u8],
) -> String {
    let input = format!(
        "{}.{}",
        base64url::encode(header),
        base64url::encode(payload)
    );
    let message = input.as_bytes();
    let signature = match algorithm {
        Algorithm::Hs384 => Hs384
            .sign(&Hs384Key::new(secret), message)
            .as_bytes()
            .to_vec(),
        Algorithm::Hs512 => Hs512
            .sign(&Hs512Key::new(secret), message)
            .as_bytes()
            .to_vec(),
        _ => Hs256
            .sign(&Hs256Key::new(secret), message)
            .as_bytes()
            .to_vec(),
    };
    format!("{input}.{}", base64url::encode(&signature))
}
