//! `portcullis keys operator`: makes an operator's key.

use clap::Args;
use zeroize::Zeroizing;

use super::super::admin::OperatorKeyOptions;
use super::super::failure::{Failure, Outcome, Status};
use super::super::output::Output;
use super::super::secret_file;
use super::super::system;
use portcullis::key::{Algorithm, PublicJwkSet, SecretJwk};

/// Make an operator's key, with which `portcullis users` signs its requests
///
/// The private key (Ed25519) is written to a new file that only you can read. The command never
/// overwrites a file. It prints the public key as a JWK Set, which is the value of the Worker's
/// OPERATOR_KEYS. For a second operator, add the new key to the set.
#[derive(Args)]
#[command(after_long_help = "\
Examples:
  portcullis keys operator --key ~/operator.json
  portcullis keys operator --key ~/operator.json --public")]
pub(in super::super) struct OperatorCommand {
    /// Print the public key of the existing file, and make no key
    #[arg(long)]
    public: bool,
    #[command(flatten)]
    key: OperatorKeyOptions,
}

impl OperatorCommand {
    pub(super) fn run(self, output: &mut Output) -> Outcome {
        if self.public {
            output.line(public_set(&self.key.read()?.jwk)?)?;
            return Ok(Status::Done);
        }
        let path = self.key.path()?;
        let jwk = SecretJwk::generate(Algorithm::EdDsa, &*system::random()?);
        let jwk = jwk.map_err(Failure::new)?;
        let public = public_set(&jwk)?;
        let text = Zeroizing::new(format!("{}\n", jwk.to_json().as_str()));
        secret_file::create_folder_of(&path)?;
        secret_file::create(&path, &text)?;
        output.line(public)?;
        output.say(format_args!("The private key is in {}.", path.display()));
        output.say(
            "Next: set OPERATOR_KEYS to the line above, under [vars] in wrangler.toml and \
             between single quotes, and deploy.",
        );
        Ok(Status::Done)
    }
}

/// The public key as a JWK Set on one line, for `OPERATOR_KEYS`.
fn public_set(jwk: &SecretJwk) -> Outcome<String> {
    let public = jwk.public().map_err(|error| {
        Failure::new(format_args!("{error} ({})", error.code()))
            .fix("use an Ed25519 or P-256 key; a symmetric key has no public part")
    })?;
    Ok(PublicJwkSet::new(vec![public]).to_json())
}
