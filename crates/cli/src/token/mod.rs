//! `portcullis token`: inspects, verifies and signs a token with the core.

mod input;
mod inspect;
mod keys;
mod refused;
mod report;
mod sign;
mod verify;

use clap::Subcommand;

use super::failure::Outcome;
use super::output::Output;

/// Inspect, verify and sign tokens
#[derive(Subcommand)]
pub(super) enum TokenCommand {
    Inspect(inspect::InspectCommand),
    Verify(verify::VerifyCommand),
    Sign(sign::SignCommand),
}

impl TokenCommand {
    pub(super) fn run(self, output: &mut Output) -> Outcome {
        match self {
            Self::Inspect(command) => command.run(output),
            Self::Verify(command) => command.run(output),
            Self::Sign(command) => command.run(output),
        }
    }
}
