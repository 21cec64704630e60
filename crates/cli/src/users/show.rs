//! `portcullis users show`: shows a user.

use clap::Args;

use crate::admin::{AdminOptions, UserDetails, UserState};
use crate::failure::{Outcome, Status};
use crate::json_text::{self, shown};
use crate::output::{BAD, FAINT, GOOD, Output, STRONG, styled};
use crate::system;
use crate::words::{Zone, relative};
use portcullis::time::UnixTime;

/// Show a user, without the password's hash
#[derive(Args)]
#[command(after_long_help = "\
Examples:
  portcullis users show alice
  portcullis users show alice --json --url https://login.example.com")]
pub(super) struct ShowCommand {
    /// The user's name
    username: String,
    /// Print a JSON object
    #[arg(long)]
    json: bool,
    /// Show dates in UTC instead of this machine's time zone
    #[arg(long)]
    utc: bool,
    #[command(flatten)]
    admin: AdminOptions,
}

impl ShowCommand {
    pub(super) fn run(self, output: &mut Output) -> Outcome {
        let username = super::named(&self.username)?;
        let admin = self.admin.open()?;
        let (user, json) = admin.user(&username)?;
        if self.json {
            output.line(json_text::line(&json))?;
            return Ok(Status::Done);
        }
        output.line(format_args!(
            "{} {}",
            styled(STRONG, shown(&user.username)),
            styled(FAINT, &admin)
        ))?;
        let mut row = |name: &str, text: String| output.line(format_args!("  {name:<14} {text}"));
        row("number", user.id.to_string())?;
        row("phone", phone(&user))?;
        row("state", state(&user))?;
        row("password", password(&user))?;
        row("record", record(&user))?;
        let now = system::now()?;
        let zone = Zone::chosen(self.utc);
        let date = |seconds| match UnixTime::from_seconds(seconds) {
            Some(at) => format!("{}, {}", zone.date(at), relative(at, now)),
            None => seconds.to_string(),
        };
        if let Some(from) = user.tokens_valid_from {
            row(
                "tokens",
                format!("rejected if issued before {}", date(from)),
            )?;
        }
        row("sessions", user.sessions.len().to_string())?;
        Ok(Status::Done)
    }
}

fn phone(user: &UserDetails) -> String {
    if user.phone.is_empty() {
        "none".into()
    } else {
        shown(&user.phone)
    }
}

fn state(user: &UserDetails) -> String {
    if user.disabled {
        styled(BAD, "disabled")
    } else {
        styled(GOOD, "may log in")
    }
}

fn password(user: &UserDetails) -> String {
    match &user.hash {
        None => styled(BAD, "a hash that cannot be used: the user cannot log in"),
        Some(hash) if hash.current => shown(&hash.scheme),
        Some(hash) => format!("{}, replaced at the next login", shown(&hash.scheme)),
    }
}

fn record(user: &UserDetails) -> String {
    match user.state {
        UserState::Active => format!("version {}", user.version),
        UserState::Imported => "imported, no login yet".into(),
    }
}
