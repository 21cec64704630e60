//! `portcullis users rename`: gives a user another name.

use clap::Args;

use crate::admin::AdminOptions;
use crate::failure::{Failure, Outcome, Status};
use crate::json_text::shown;
use crate::output::Output;
use portcullis::account::NewUsername;

/// Give a user another name, and end all sessions
///
/// The number, the password and the phone number stay the same.
#[derive(Args)]
#[command(after_long_help = "\
Examples:
  portcullis users rename alice alice.smith
  portcullis users rename alice alice.smith --url https://login.example.com")]
pub(super) struct RenameCommand {
    /// The user's name
    username: String,
    /// The new name
    new_name: String,
    #[command(flatten)]
    admin: AdminOptions,
}

impl RenameCommand {
    pub(super) fn run(self, output: &mut Output) -> Outcome {
        let username = super::named(&self.username)?;
        let new_name = NewUsername::new(&self.new_name).map_err(Failure::usage)?;
        let new_name = new_name.into_username();
        if username == new_name {
            return Err(
                Failure::usage("the user already has this name").fix("give another new name")
            );
        }
        let admin = self.admin.open()?;
        let user = admin.rename(&username, &new_name)?;
        output.line(format_args!(
            "Renamed {} to {}, {admin}.",
            shown(username.as_str()),
            shown(&user.username)
        ))?;
        super::say_sessions_ended(output);
        Ok(Status::Done)
    }
}
