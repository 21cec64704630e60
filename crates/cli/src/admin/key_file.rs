//! Reads the file with the operator's private key.

use std::fs;
use std::path::{Path, PathBuf};

use clap::Args;
use zeroize::Zeroizing;

use crate::failure::{Failure, Outcome};
use crate::kv::ProjectConfig;
use portcullis::key::SecretJwk;

/// The default file, relative to the project's folder.
const DEFAULT_FILE: &str = ".portcullis/operator.json";

/// The option for the operator's key.
#[derive(Args, Debug, Clone)]
pub(crate) struct OperatorKeyOptions {
    /// The operator's private key
    ///
    /// A JWK, as `portcullis keys operator` makes it. Without this option:
    /// .portcullis/operator.json beside the first wrangler.toml in this folder or a folder
    /// above it.
    #[arg(
        long = "key",
        value_name = "FILE",
        env = "PORTCULLIS_OPERATOR_KEY",
        hide_env_values = true
    )]
    file: Option<PathBuf>,
}

/// An operator's private key, and the file that it comes from.
pub(crate) struct OperatorKeyFile {
    pub(super) path: PathBuf,
    pub(super) text: Zeroizing<String>,
    pub(crate) jwk: SecretJwk,
}

impl OperatorKeyOptions {
    /// The path of the named file, or of the project's default file.
    ///
    /// # Errors
    /// The current folder cannot be found.
    pub(crate) fn path(&self) -> Outcome<PathBuf> {
        match &self.file {
            Some(path) => Ok(path.clone()),
            None => Ok(ProjectConfig::find_folder()?.join(DEFAULT_FILE)),
        }
    }

    /// # Errors
    /// The file does not exist, cannot be read, or has no private key with a `kid`.
    pub(crate) fn read(&self) -> Outcome<OperatorKeyFile> {
        let path = self.path()?;
        let text = fs::read_to_string(&path).map(Zeroizing::new);
        let text = text.map_err(|error| self.not_readable(&path, &error))?;
        match SecretJwk::from_json(&text) {
            Ok(jwk) => Ok(OperatorKeyFile { path, text, jwk }),
            Err(error) => Err(not_a_key(&path, error)),
        }
    }

    fn not_readable(&self, path: &Path, error: &std::io::Error) -> Failure {
        // A path from an argument is not repeated, because it could be a key.
        let failure = match self.file {
            Some(_) => Failure::new(format_args!("the --key file cannot be read: {error}")),
            None => Failure::new(format_args!(
                "the operator's key cannot be read: {}: {error}",
                path.display()
            )),
        };
        failure.fix(
            "name a key with --key; `npm start` makes a key for this machine, and \
             `portcullis keys operator` makes one for a Worker on Cloudflare",
        )
    }
}

/// The failure for a file that has no operator's key.
pub(super) fn not_a_key(path: &Path, error: impl std::fmt::Display) -> Failure {
    Failure::new(format_args!("{}: {error}", path.display())).fix(
        "the file must have one private JWK (Ed25519 or P-256) with a kid; `portcullis keys \
         operator` makes such a file",
    )
}
