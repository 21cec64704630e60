//! `portcullis users remove`: removes a user permanently.

use std::io::{self, IsTerminal as _};

use clap::Args;

use crate::admin::AdminOptions;
use crate::failure::{Failure, Outcome, Status, about};
use crate::json_text::shown;
use crate::output::Output;
use portcullis::account::Username;

/// Remove a user permanently
///
/// All sessions end. A new user can have the name, but nobody gets the number again. If KV has a
/// value under this name that is not a user, the command deletes that value and the key of its
/// number; then you can import or add the user again.
#[derive(Args)]
#[command(after_long_help = "\
Examples:
  portcullis users remove mallory
  portcullis users remove mallory --url https://login.example.com --yes")]
pub(super) struct RemoveCommand {
    /// The user's name
    username: String,
    /// Remove the user without asking first
    #[arg(long)]
    yes: bool,
    #[command(flatten)]
    admin: AdminOptions,
}

impl RemoveCommand {
    pub(super) fn run(self, output: &mut Output) -> Outcome {
        let username = super::named(&self.username)?;
        let told = shown(username.as_str());
        if !self.yes && !io::stdin().is_terminal() {
            return Err(Failure::usage(
                "the command cannot ask, because standard input is not a terminal",
            )
            .fix("give --yes to remove the user without a question"));
        }
        let admin = self.admin.open()?;
        if !self.yes {
            // Look the user up before the question, so that a wrong name fails at once.
            admin.find_removable(&username)?;
            output.say(format_args!("Remove {told}, {admin}? Type the name again:"));
            let mut answer = String::new();
            io::stdin()
                .read_line(&mut answer)
                .map_err(about("the answer"))?;
            if Username::new(answer.trim_end_matches(['\r', '\n'])).as_ref() != Ok(&username) {
                return Err(
                    Failure::new("the name is not the same, so nothing was removed")
                        .fix("run the command again"),
                );
            }
        }
        admin.remove(&username)?;
        output.line(format_args!("Removed {told}, {admin}."))?;
        super::say_sessions_ended(output);
        Ok(Status::Done)
    }
}
