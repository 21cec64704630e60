//! `portcullis keys generate`: makes a JWK Set with one new key.

use std::path::PathBuf;

use clap::Args;

use super::super::algorithms::SigningAlgorithm;
use super::super::failure::{Failure, Outcome, Status};
use super::super::output::Output;
use super::super::secret_file;
use super::HeldKeys;

/// Make a JWK Set with one new key, for SIGNING_KEYS
///
/// The kid of the key is its thumbprint (RFC 7638). The set is printed, or written to a new file
/// that only you can read. The command never overwrites a file.
#[derive(Args)]
#[command(after_long_help = "\
Examples:
  portcullis keys generate --out keys.json
  npx wrangler secret put SIGNING_KEYS < keys.json

  portcullis keys generate --alg ES256 | npx wrangler secret put SIGNING_KEYS")]
pub(in super::super) struct GenerateCommand {
    /// The algorithm of the key
    #[arg(long, value_name = "ALG", default_value = "EdDSA", ignore_case = true)]
    alg: SigningAlgorithm,
    /// Write the set to this new file, and not to standard output
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
}

impl GenerateCommand {
    pub(super) fn run(self, output: &mut Output) -> Outcome {
        let key = super::new_key(self.alg.name())?;
        let id = key.id().to_owned();
        let set = HeldKeys(vec![key]).to_line().map_err(Failure::new)?;
        let Some(path) = self.out else {
            output.print(&set.as_str())?;
            if output.is_terminal() {
                output.say("Anyone who has seen this key can sign tokens. Use --out to write it to a file instead.");
            }
            return Ok(Status::Done);
        };
        secret_file::create(&path, &set)?;
        output.line(id)?;
        output.say(format_args!(
            "Next: npx wrangler secret put SIGNING_KEYS < {}",
            path.display()
        ));
        Ok(Status::Done)
    }
}
