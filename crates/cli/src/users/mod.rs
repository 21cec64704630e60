//! `portcullis users`, with one file per command. The commands ask the Worker; only the import and
//! the export use KV directly.

mod add;
mod change;
mod export;
mod list;
mod new_password;
mod remove;
mod rename;
mod sessions;
mod set_password;
mod show;

use clap::{Args, Subcommand};

use super::failure::{Failure, Outcome};
use super::import::ImportCommand;
use super::output::Output;
use portcullis::account::Username;

/// Add, show and change the users of a Worker
#[derive(Args)]
pub(super) struct UsersCommand {
    #[command(subcommand)]
    action: Action,
}

#[derive(Subcommand)]
enum Action {
    Add(add::AddCommand),
    Import(Box<ImportCommand>),
    Export(export::ExportCommand),
    Show(show::ShowCommand),
    List(list::ListCommand),
    /// Stop a user from logging in, and end all sessions
    #[command(after_long_help = "\
Examples:
  portcullis users disable alice
  portcullis users disable alice --url https://login.example.com")]
    Disable(change::ChangeCommand),
    /// Let a user log in again
    #[command(after_long_help = "\
Examples:
  portcullis users enable alice
  portcullis users enable alice --url https://login.example.com")]
    Enable(change::ChangeCommand),
    SetPassword(set_password::SetPasswordCommand),
    Rename(rename::RenameCommand),
    Sessions(sessions::SessionsCommand),
    /// End all sessions of a user
    #[command(after_long_help = "\
Examples:
  portcullis users sign-out alice
  portcullis users sign-out alice --url https://login.example.com")]
    SignOut(change::ChangeCommand),
    Remove(remove::RemoveCommand),
}

impl UsersCommand {
    pub(super) fn run(self, output: &mut Output) -> Outcome {
        match self.action {
            Action::Add(command) => command.run(output),
            Action::Import(command) => command.run(output),
            Action::Export(command) => command.run(output),
            Action::Show(command) => command.run(output),
            Action::List(command) => command.run(output),
            Action::Disable(command) => command.disable(output),
            Action::Enable(command) => command.enable(output),
            Action::SetPassword(command) => command.run(output),
            Action::Rename(command) => command.run(output),
            Action::Sessions(command) => command.run(output),
            Action::SignOut(command) => command.sign_out(output),
            Action::Remove(command) => command.run(output),
        }
    }
}

/// Parses a typed name into the form in which it is stored.
fn named(typed: &str) -> Outcome<Username> {
    Username::new(typed).map_err(Failure::usage)
}

/// Says how long access tokens of ended sessions are still accepted.
fn say_sessions_ended(output: &mut Output) {
    output.say(
        "Ended sessions cannot be renewed from now on. /me refuses their tokens within a minute, \
         and /verify accepts them until they expire. With REVOCATION = \"strict\" both refuse \
         them at once.",
    );
}
