//! Reads a new password for a user. Only its hash leaves this machine.

use std::path::PathBuf;

use clap::Args;
use zeroize::Zeroizing;

use crate::failure::{Failure, Outcome};
use crate::kv::ProjectConfig;
use crate::system;
use portcullis::account::Username;
use portcullis::password::{Argon2idHash, NewPassword, PasswordPolicy};

/// The requirements for a new password.
#[derive(Args)]
pub(super) struct NewPasswordOptions {
    /// The minimum length of the password in characters, 8 to 64
    ///
    /// Without this option: PASSWORD_MIN_LENGTH in wrangler.toml, or 15.
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u8).range(8..=64))]
    min_length: Option<u8>,
    /// The Worker's config, for PASSWORD_MIN_LENGTH
    ///
    /// Without this option: the first wrangler.toml in this folder or a folder above it.
    #[arg(long, value_name = "FILE")]
    config: Option<PathBuf>,
    /// The environment in the config
    #[arg(long, value_name = "NAME")]
    env: Option<String>,
}

impl NewPasswordOptions {
    /// The Worker's password policy, unless an option changes it.
    pub(super) fn policy(&self) -> Outcome<PasswordPolicy> {
        if let Some(min_length) = self.min_length {
            return Ok(PasswordPolicy {
                min_length: min_length.into(),
            });
        }
        let config = ProjectConfig::find(self.config.as_deref())?;
        let Some(text) = config.variable("PASSWORD_MIN_LENGTH", self.env.as_deref()) else {
            return Ok(PasswordPolicy::default());
        };
        match text.parse() {
            Ok(min_length @ 8..=64) => Ok(PasswordPolicy { min_length }),
            _ => Err(Failure::new(
                "PASSWORD_MIN_LENGTH in wrangler.toml is not a whole number from 8 to 64",
            )
            .fix("correct it, or give --min-length")),
        }
    }
}

/// Asks for a new password, and hashes it if the policy allows it.
pub(super) fn new_hash(policy: &PasswordPolicy, username: &Username) -> Outcome<Zeroizing<String>> {
    let text = system::new_password()?;
    let password = NewPassword::new(text, policy, username.as_str()).map_err(Failure::usage)?;
    let hash = Argon2idHash::new(password.clear(), *system::random()?).map_err(Failure::new)?;
    Ok(Zeroizing::new(hash.to_string()))
}
