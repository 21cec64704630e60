//! `portcullis users`: the users in KV, one file a command.

mod add;
mod record;

use clap::{Args, Subcommand};

use super::failure::Outcome;
use super::import::ImportCommand;
use super::output::Output;

/// Add, show and change the users in KV
#[derive(Args)]
pub(super) struct UsersCommand {
    #[command(subcommand)]
    action: Action,
}

#[derive(Subcommand)]
enum Action {
    Add(add::AddCommand),
    Import(Box<ImportCommand>),
}

impl UsersCommand {
    pub(super) fn run(self, output: &mut Output) -> Outcome {
        match self.action {
            Action::Add(command) => command.run(output),
            Action::Import(command) => command.run(output),
        }
    }
}
