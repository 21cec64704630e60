//! Reads the key of a token from a file or the environment, never from an argument, which other
//! processes could read.

use std::path::{Path, PathBuf};
use std::{env, fs};

use clap::Args;
use zeroize::Zeroizing;

use super::super::algorithms::HmacAlgorithm;
use super::super::failure::{Failure, Outcome};
use portcullis::encoding::json;
use portcullis::error::TokenError;
use portcullis::key::{KeySet, SecretJwk, SecretJwkSet, SecretKey, VerifyingKey};
use portcullis::token::legacy::LegacyVerifier;

/// The options for a key. There are three ways to give a key.
#[derive(Args)]
pub(super) struct KeyOptions {
    /// The key: a JWK, a JWK Set or a PEM
    #[arg(long, value_name = "FILE", group = "key_source")]
    key: Option<PathBuf>,
    /// A file with the secret; a line break at its end is ignored
    #[arg(long, value_name = "FILE", group = "key_source")]
    secret_file: Option<PathBuf>,
    /// The environment variable with the secret
    #[arg(long, value_name = "NAME", group = "key_source")]
    secret_env: Option<String>,
    /// The secret's algorithm
    #[arg(
        long,
        value_name = "ALG",
        default_value = "HS512",
        ignore_case = true,
        conflicts_with = "key"
    )]
    alg: HmacAlgorithm,
}

impl KeyOptions {
    /// The keys that verify a token.
    pub(super) fn verifying(&self) -> Outcome<KeySet> {
        if let Some(path) = &self.key {
            let text = text_of(path)?;
            return verifying(&text).map_err(unusable("--key"));
        }
        let (secret, option) = self.secret()?;
        SecretKey::new(self.alg.into(), &secret)
            .and_then(KeySet::of_one)
            .map_err(unusable(option))
    }

    /// The key that signs: in a set the first key, as in the Worker.
    pub(super) fn signing(&self) -> Outcome<SecretKey> {
        if let Some(path) = &self.key {
            let text = text_of(path)?;
            return signing(&text).map_err(unusable("--key"));
        }
        let (secret, option) = self.secret()?;
        SecretKey::new(self.alg.into(), &secret).map_err(unusable(option))
    }

    /// The verifier for tokens of itsdangerous.
    pub(super) fn legacy(&self, salt: Option<&str>) -> Outcome<LegacyVerifier> {
        if self.key.is_some() {
            return Err(Failure::usage("--legacy needs a secret instead of --key")
                .fix("give it with --secret-file or --secret-env"));
        }
        let (secret, option) = self.secret()?;
        LegacyVerifier::new(self.alg.into(), &[&*secret], salt.map(str::as_bytes))
            .map_err(unusable(option))
    }

    /// The secret, and the option that gave it. The name of the file or variable is not repeated in
    /// an error, because it could be the secret in the wrong place.
    fn secret(&self) -> Outcome<(Zeroizing<Vec<u8>>, &'static str)> {
        if let Some(path) = &self.secret_file {
            let mut secret = fs::read(path).map(Zeroizing::new).map_err(|error| {
                Failure::usage(format_args!("the --secret-file cannot be read: {error}"))
            })?;
            for end in [b'\n', b'\r'] {
                if secret.last() == Some(&end) {
                    secret.pop();
                } else {
                    break;
                }
            }
            return Ok((secret, "--secret-file"));
        }
        let Some(name) = &self.secret_env else {
            return Err(Failure::usage("a key is needed")
                .fix("give it with --key, --secret-file or --secret-env"));
        };
        // The standard library panics on other names.
        let sound = !name.is_empty() && !name.contains(['=', '\0']);
        let secret = sound.then(|| env::var_os(name)).flatten().ok_or_else(|| {
            Failure::usage("--secret-env names a variable that is not set")
                .fix("export the variable first")
        })?;
        Ok((Zeroizing::new(secret.into_encoded_bytes()), "--secret-env"))
    }
}

fn text_of(path: &Path) -> Outcome<Zeroizing<String>> {
    fs::read_to_string(path)
        .map(Zeroizing::new)
        .map_err(|error| Failure::usage(format_args!("the --key file cannot be read: {error}")))
}

fn unusable(option: &str) -> impl FnOnce(TokenError) -> Failure {
    move |error| Failure::usage(format_args!("{option}: {error} ({})", error.code()))
}

fn verifying(text: &str) -> Result<KeySet, TokenError> {
    if is_json(text) {
        return KeySet::from_json(text);
    }
    let key = if text.contains("PRIVATE KEY") {
        SecretKey::from_pkcs8_pem(text)?.into()
    } else {
        VerifyingKey::from_spki_pem(text)?
    };
    KeySet::of_one(key)
}

fn signing(text: &str) -> Result<SecretKey, TokenError> {
    if !is_json(text) {
        return SecretKey::from_pkcs8_pem(text);
    }
    let mut is_set = false;
    let read = json::read_object(text, |name, _| is_set |= name.is("keys"));
    if read.is_ok() && is_set {
        let set = SecretJwkSet::from_json(text)?;
        let first = set.keys().first();
        return SecretKey::from_jwk(first.ok_or(portcullis::error::KeyProblem::Set)?);
    }
    SecretKey::from_jwk(&SecretJwk::from_json(text)?)
}

fn is_json(text: &str) -> bool {
    text.trim_start().starts_with('{')
}
