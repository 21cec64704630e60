//! `portcullis users set-password`.

use clap::Args;

use super::record::{self, NewPasswordOptions};
use crate::cli::failure::{Outcome, Status};
use crate::cli::json_text::shown;
use crate::cli::kv::KvOptions;
use crate::cli::output::Output;
use crate::cli::system;

/// Give a user a new password, and end all sessions
///
/// Asks for the password, or reads it from standard input where that is no terminal.
#[derive(Args)]
#[command(after_long_help = "\
Examples:
  portcullis users set-password alice
  portcullis users set-password alice --remote < password.txt")]
pub(super) struct SetPasswordCommand {
    /// The user's name
    username: String,
    #[command(flatten)]
    password: NewPasswordOptions,
    #[command(flatten)]
    kv: KvOptions,
}

impl SetPasswordCommand {
    pub(super) fn run(self, output: &mut Output) -> Outcome {
        let username = record::named(&self.username)?;
        let policy = self.password.policy(&self.kv)?;
        let kv = self.kv.open()?;
        // Before the password is asked for, which a wrong name would waste.
        record::read(&kv, &username)?;
        let hash = record::new_hash(&policy, &username)?;
        // And again: someone may have taken their time to type it.
        let mut user = record::read(&kv, &username)?;
        user.hash_password = hash;
        record::end_tokens(&mut user, system::now()?);
        record::write(&kv, &username, &user)?;
        output.line(format_args!(
            "Set the password of {}, {kv}.",
            shown(username.as_str())
        ))?;
        record::say_when(output, &kv, &username);
        Ok(Status::Done)
    }
}
