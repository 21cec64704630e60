//! `portcullis users list`: lists users.

use clap::Args;
use serde_json::json;

use crate::admin::{AdminOptions, LONGEST_PAGE, UserSummary};
use crate::failure::{Outcome, Status};
use crate::json_text::shown;
use crate::output::Output;

/// List the users in the order of their names
///
/// The list may be up to a minute old; `portcullis users show` is exact.
#[derive(Args)]
#[command(after_long_help = "\
Examples:
  portcullis users list
  portcullis users list --prefix al --limit 20
  portcullis users list --names --limit 1000000 | wc -l")]
pub(super) struct ListCommand {
    /// List only users whose names begin with this text
    #[arg(
        long,
        value_name = "TEXT",
        default_value = "",
        hide_default_value = true
    )]
    prefix: String,
    /// List at most this many users
    #[arg(long, value_name = "N", default_value_t = 1000)]
    limit: usize,
    /// Print only the names
    #[arg(long)]
    names: bool,
    /// Print one JSON object per line
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    admin: AdminOptions,
}

impl ListCommand {
    pub(super) fn run(self, output: &mut Output) -> Outcome {
        let admin = self.admin.open()?;
        let prefix = self.prefix.to_lowercase();
        let mut listed = 0_usize;
        let mut cursor: Option<String> = None;
        loop {
            let left = self.limit.saturating_sub(listed);
            if left == 0 {
                break;
            }
            let page = admin.list(&prefix, left.min(LONGEST_PAGE), cursor.as_deref())?;
            for user in page.users.iter().take(left) {
                self.line(output, user)?;
            }
            listed = listed.saturating_add(page.users.len()).min(self.limit);
            cursor = page.cursor;
            if cursor.is_none() {
                break;
            }
        }
        let users = if listed == 1 { "user" } else { "users" };
        output.say(if cursor.is_some() {
            format!("The first {listed} {users} {admin}; use --limit to list more.")
        } else {
            format!("{listed} {users} {admin}.")
        });
        Ok(Status::Done)
    }

    fn line(&self, output: &mut Output, user: &UserSummary) -> Outcome<()> {
        match (self.json, self.names) {
            (true, true) => output.line(json!({ "username": user.username })),
            (true, false) => output.line(json!({
                "id": user.id,
                "username": user.username,
                "phone": user.phone,
                "disabled": user.disabled,
            })),
            (false, true) => output.line(shown(&user.username)),
            (false, false) => {
                let name = shown(&user.username);
                let state = if user.disabled { " disabled" } else { "" };
                output.line(format_args!(
                    "{name:<24} {:>16}{state}",
                    user.id.to_string()
                ))
            }
        }
    }
}
