//! The settings `SECRET_KEY`, `SIGNING_KEYS` and `TOKEN_ALGORITHM`.

use super::published_secrets::is_published_long;
use super::values::{Settings, Wrong};
use crate::account::AccessKeys;
use crate::key::{Algorithm, SecretJwkSet};

/// Reads the keys of access tokens. With `SIGNING_KEYS`, `SECRET_KEY` only verifies
/// tokens that were signed before `SIGNING_KEYS` was set.
pub(super) fn read(settings: &Settings) -> Result<AccessKeys, Wrong> {
    let algorithm = hmac_algorithm(settings, "TOKEN_ALGORITHM")?;
    let secret = settings.text("SECRET_KEY")?;
    if secret.is_some_and(is_published_long) {
        let problem =
            "is published in a tutorial, so anyone can sign tokens with it: make a new one";
        return Err(Wrong::new("SECRET_KEY", problem));
    }
    let too_short = |_| {
        Wrong::new(
            "SECRET_KEY",
            "is too short: make one of at least 32, 48 or 64 bytes for HS256, HS384 or HS512",
        )
    };
    let Some(set) = settings.text("SIGNING_KEYS")? else {
        let secret = secret.ok_or_else(|| Wrong::new("SECRET_KEY", "is missing"))?;
        return AccessKeys::from_secret(algorithm, secret.as_bytes()).map_err(too_short);
    };
    let wrong = |_| {
        Wrong::new(
            "SIGNING_KEYS",
            "must be a JWK Set of private or secret keys for HS256, HS384, HS512, EdDSA or ES256, each with its own kid, and the first key must be allowed to sign",
        )
    };
    let parsed = SecretJwkSet::from_json(set).map_err(wrong)?;
    let keys = AccessKeys::from_jwk_set(&parsed).map_err(wrong)?;
    match secret {
        Some(secret) => keys
            .with_former_secret(algorithm, secret.as_bytes())
            .map_err(too_short),
        None => Ok(keys),
    }
}

/// Reads the setting `name`, an HMAC algorithm; HS512 if the setting is absent.
pub(super) fn hmac_algorithm(settings: &Settings, name: &str) -> Result<Algorithm, Wrong> {
    match settings.text(name)? {
        None => Ok(Algorithm::Hs512),
        Some(text) => Algorithm::from_name(text)
            .filter(|algorithm| algorithm.least_secret_length().is_some())
            .ok_or_else(|| Wrong::new(name, "must be HS256, HS384 or HS512")),
    }
}
