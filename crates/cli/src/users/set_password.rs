//! `portcullis users set-password`: sets a user's password.

use clap::Args;

use super::new_password::{self, NewPasswordOptions};
use crate::admin::{AdminOptions, UserChange};
use crate::failure::{Outcome, Status};
use crate::json_text::shown;
use crate::output::Output;

/// Set a new password of a user, and end all sessions
///
/// Asks for the password, or reads it from standard input if that is not a terminal.
#[derive(Args)]
#[command(after_long_help = "\
Examples:
  portcullis users set-password alice
  portcullis users set-password alice --url https://login.example.com \\
    < password.txt")]
pub(super) struct SetPasswordCommand {
    /// The user's name
    username: String,
    #[command(flatten)]
    password: NewPasswordOptions,
    #[command(flatten)]
    admin: AdminOptions,
}

impl SetPasswordCommand {
    pub(super) fn run(self, output: &mut Output) -> Outcome {
        let username = super::named(&self.username)?;
        let policy = self.password.policy()?;
        let admin = self.admin.open()?;
        // Look the user up before asking for the password, so that a wrong name fails at once.
        admin.user(&username)?;
        let hash = new_password::new_hash(&policy, &username)?;
        let change = UserChange {
            hash_password: Some(hash),
            ..UserChange::default()
        };
        admin.change(&username, &change)?;
        let name = shown(username.as_str());
        output.line(format_args!("Set the password of {name}, {admin}."))?;
        super::say_sessions_ended(output);
        Ok(Status::Done)
    }
}
