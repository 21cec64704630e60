//! `portcullis users remove`.

use std::io::{self, IsTerminal as _};

use clap::Args;

use super::record;
use crate::account::{UserRecord, Username};
use crate::cli::failure::{Failure, Outcome, Status, about};
use crate::cli::json_text::shown;
use crate::cli::kv::KvOptions;
use crate::cli::output::Output;

/// Remove a user for good
///
/// Disable the user first and wait six minutes: then nothing is left of them that
/// could be written again.
#[derive(Args)]
#[command(after_long_help = "\
Examples:
  portcullis users disable mallory --remote
  (and six minutes later)
  portcullis users remove mallory --remote")]
pub(super) struct RemoveCommand {
    /// The user's name
    username: String,
    /// Do not ask first
    #[arg(long)]
    yes: bool,
    #[command(flatten)]
    kv: KvOptions,
}

impl RemoveCommand {
    pub(super) fn run(self, output: &mut Output) -> Outcome {
        let username = record::named(&self.username)?;
        let name = username.as_str();
        let told = shown(name);
        if !self.yes && !io::stdin().is_terminal() {
            return Err(Failure::usage("nobody is here to be asked").mend("give --yes"));
        }
        let kv = self.kv.open()?;
        let record_key = username.record_key();
        let Some(stored) = kv.get(&record_key)? else {
            return Err(record::not_there(&kv, &username));
        };
        // What is no record has no number, but is to be removed all the more.
        let user = UserRecord::parse(&stored, &username).ok();
        if !self.yes {
            output.say(format_args!("Remove {told}, {kv}? Type the name again:"));
            let mut answer = String::new();
            io::stdin()
                .read_line(&mut answer)
                .map_err(about("the answer"))?;
            if Username::new(answer.trim_end_matches(['\r', '\n'])).as_ref() != Ok(&username) {
                return Err(Failure::new("that is not the name").mend("nothing was removed"));
            }
        }
        let index = user.as_ref().map(|user| user.id.index_key());
        // The number may be someone else's by now.
        let index = match index {
            Some(index) if kv.get(&index)?.as_deref() == Some(name) => Some(index),
            _ => None,
        };
        let mut keys = vec![record_key.as_str()];
        keys.extend(index.as_deref());
        kv.delete_all(&keys)?;
        output.line(format_args!("Removed {told}, {kv}."))?;
        if kv.is_remote() {
            output.say("Logins, sessions and /me: over everywhere in about a minute.");
        }
        output.say(
            "At /verify, and wherever else tokens are verified by their signature alone, \
             an access token is good until it expires.",
        );
        if user.is_some_and(|user| !user.disabled) {
            output.say(format_args!(
                "Who signed up, logged out, changed the password or logged in for the first \
                 time in the last 5 minutes can still log in for as long, and may be written \
                 again: in 6, look with `portcullis users show {told}`. Sure is to disable \
                 first, to wait that long, and then to remove."
            ));
        }
        Ok(Status::Done)
    }
}
