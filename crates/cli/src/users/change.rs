//! `portcullis users disable`, `enable` and `sign-out`: changes of one user.

use clap::Args;

use crate::admin::{Admin, AdminOptions, UserChange};
use crate::failure::{Outcome, Status};
use crate::json_text::shown;
use crate::output::Output;
use portcullis::account::Username;

/// The user to change.
#[derive(Args)]
pub(super) struct ChangeCommand {
    /// The user's name
    username: String,
    #[command(flatten)]
    admin: AdminOptions,
}

impl ChangeCommand {
    pub(super) fn disable(self, output: &mut Output) -> Outcome {
        self.change(output, "Disabled", |admin, username| {
            admin.change(username, &disabled(true))
        })?;
        super::say_sessions_ended(output);
        Ok(Status::Done)
    }

    pub(super) fn enable(self, output: &mut Output) -> Outcome {
        self.change(output, "Enabled", |admin, username| {
            admin.change(username, &disabled(false))
        })?;
        output.say("The user can log in at once.");
        Ok(Status::Done)
    }

    pub(super) fn sign_out(self, output: &mut Output) -> Outcome {
        self.change(output, "Signed out", Admin::sign_out)?;
        super::say_sessions_ended(output);
        Ok(Status::Done)
    }

    fn change(
        self,
        output: &mut Output,
        done: &str,
        change: impl FnOnce(&Admin, &Username) -> Outcome<()>,
    ) -> Outcome<()> {
        let username = super::named(&self.username)?;
        let admin = self.admin.open()?;
        change(&admin, &username)?;
        output.line(format_args!(
            "{done} {}, {admin}.",
            shown(username.as_str())
        ))
    }
}

fn disabled(disabled: bool) -> UserChange {
    UserChange {
        disabled: Some(disabled),
        ..UserChange::default()
    }
}
