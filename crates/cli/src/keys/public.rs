//! `portcullis keys public`: prints the public keys of a JWK Set.

use clap::Args;

use super::super::failure::{Failure, Outcome, Status};
use super::super::output::Output;
use super::Source;

/// Print the public keys of a JWK Set
///
/// The output is the same as the answer of the Worker at /.well-known/jwks.json. Symmetric keys
/// have no public part and are left out.
#[derive(Args)]
#[command(after_long_help = "\
Examples:
  portcullis keys public --file keys.json > jwks.json
  portcullis keys public < keys.json")]
pub(in super::super) struct PublicCommand {
    #[command(flatten)]
    source: Source,
}

impl PublicCommand {
    pub(super) fn run(self, output: &mut Output) -> Outcome {
        let keys = self.source.read()?;
        let has_no_part = |key: &&super::HeldKey| key.thumbprint().is_none();
        let left_out = keys.0.iter().filter(has_no_part).count();
        let public = keys.public_json().map_err(|error| {
            Failure::new(format_args!("{error} ({})", error.code()))
                .fix("remove that key from the set")
        })?;
        output.line(public)?;
        if left_out > 0 {
            let keys = if left_out == 1 { "key" } else { "keys" };
            output.say(format_args!(
                "Left out: {left_out} symmetric {keys}, which must stay secret"
            ));
        }
        Ok(Status::Done)
    }
}
