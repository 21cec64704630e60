//! `portcullis users disable`, `enable` and `sign-out`.

use clap::Args;

use super::record;
use crate::account::UserRecord;
use crate::cli::failure::{Outcome, Status};
use crate::cli::json_text::shown;
use crate::cli::kv::KvOptions;
use crate::cli::output::Output;
use crate::cli::system;

/// Whom to change.
#[derive(Args)]
pub(super) struct ChangeCommand {
    /// The user's name
    username: String,
    #[command(flatten)]
    kv: KvOptions,
}

impl ChangeCommand {
    pub(super) fn disable(self, output: &mut Output) -> Outcome {
        let now = system::now()?;
        self.change(output, "Disabled", |user| {
            user.disabled = true;
            record::end_tokens(user, now);
        })
    }

    pub(super) fn enable(self, output: &mut Output) -> Outcome {
        self.change(output, "Enabled", |user| user.disabled = false)
    }

    pub(super) fn sign_out(self, output: &mut Output) -> Outcome {
        let now = system::now()?;
        self.change(output, "Signed out", |user| record::end_tokens(user, now))
    }

    fn change(
        self,
        output: &mut Output,
        done: &str,
        change: impl FnOnce(&mut UserRecord),
    ) -> Outcome {
        let username = record::named(&self.username)?;
        let kv = self.kv.open()?;
        let mut user = record::read(&kv, &username)?;
        change(&mut user);
        record::write(&kv, &username, &user)?;
        output.line(format_args!("{done} {}, {kv}.", shown(username.as_str())))?;
        record::say_when(output, &kv, &username);
        Ok(Status::Done)
    }
}
