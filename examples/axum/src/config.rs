//! The service's settings, from the environment.

use std::{env, fs};

use portcullis::key::{KeySet, PublicJwkSet};
use portcullis::token::{Policy, Verifier};

pub(crate) struct Config {
    pub(crate) verifier: Verifier,
    /// Host and port to listen on; port 0 is any free port.
    pub(crate) address: String,
}

impl Config {
    /// # Errors
    /// A sentence that names the setting and says how to fix it.
    pub(crate) fn from_env() -> Result<Self, String> {
        // A set with a private or symmetric key is an error: a service that only verifies needs no secret.
        let keys = PublicJwkSet::from_json(&jwks()?)
            .and_then(|set| KeySet::from_public_jwk_set(&set))
            .map_err(|error| {
                format!("JWKS: {error}. Fix: use the set that the issuer publishes at /.well-known/jwks.json")
            })?;
        // The signature says who wrote a token. Issuer, audience and type say what the token is for.
        let policy = Policy {
            issuers: vec![required(
                "TOKEN_ISSUER",
                "the `iss` of the tokens, such as https://login.example",
            )?],
            audiences: vec![required(
                "TOKEN_AUDIENCE",
                "the `aud` that names this service",
            )?],
            token_type: Some("JWT".into()),
            ..Policy::default()
        };
        Ok(Self {
            verifier: Verifier::new(keys, policy),
            address: env::var("ADDRESS").unwrap_or_else(|_| "127.0.0.1:3000".into()),
        })
    }
}

/// The JWK Set: the text of `JWKS`, or else the file that `JWKS_FILE` names.
fn jwks() -> Result<String, String> {
    if let Ok(text) = env::var("JWKS") {
        return Ok(text);
    }
    let path = required(
        "JWKS_FILE",
        "a file with the issuer's JWK Set, or JWKS to its text",
    )?;
    fs::read_to_string(&path).map_err(|error| {
        format!("JWKS_FILE: cannot read {path}: {error}. Fix: save the issuer's /.well-known/jwks.json there")
    })
}

fn required(name: &str, meaning: &str) -> Result<String, String> {
    env::var(name).map_err(|_| format!("{name} is not set. Fix: set it to {meaning}"))
}
