//! `portcullis users`: the users in KV, one file a command.

mod add;
mod change;
mod list;
mod record;
mod remove;
mod set_password;
mod show;

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
    Show(show::ShowCommand),
    List(list::ListCommand),
    /// Let a user in no more, and end all sessions
    #[command(after_long_help = "\
Examples:
  portcullis users disable alice
  portcullis users disable alice --remote")]
    Disable(change::ChangeCommand),
    /// Let a user in again
    #[command(after_long_help = "\
Examples:
  portcullis users enable alice
  portcullis users enable alice --remote")]
    Enable(change::ChangeCommand),
    SetPassword(set_password::SetPasswordCommand),
    /// End all sessions of a user
    #[command(after_long_help = "\
Examples:
  portcullis users sign-out alice
  portcullis users sign-out alice --remote")]
    SignOut(change::ChangeCommand),
    Remove(remove::RemoveCommand),
}

impl UsersCommand {
    pub(super) fn run(self, output: &mut Output) -> Outcome {
        match self.action {
            Action::Add(command) => command.run(output),
            Action::Import(command) => command.run(output),
            Action::Show(command) => command.run(output),
            Action::List(command) => command.run(output),
            Action::Disable(command) => command.disable(output),
            Action::Enable(command) => command.enable(output),
            Action::SetPassword(command) => command.run(output),
            Action::SignOut(command) => command.sign_out(output),
            Action::Remove(command) => command.run(output),
        }
    }
}
