//! `portcullis users show`.

use clap::Args;
use serde_json::{Value, json};

use super::record;
use crate::account::UserRecord;
use crate::cli::failure::{Outcome, Status};
use crate::cli::json_text::shown;
use crate::cli::kv::KvOptions;
use crate::cli::output::{BAD, FAINT, GOOD, Output, STRONG, styled};
use crate::cli::system;
use crate::cli::words::{Zone, relative};
use crate::password::StoredHash;
use crate::time::UnixTime;

/// Show a user's record, without the hash itself
#[derive(Args)]
#[command(after_long_help = "\
Examples:
  portcullis users show alice
  portcullis users show alice --json --remote")]
pub(super) struct ShowCommand {
    /// The user's name
    username: String,
    /// As a JSON object
    #[arg(long)]
    json: bool,
    /// Dates in UTC, not in this machine's zone
    #[arg(long)]
    utc: bool,
    #[command(flatten)]
    kv: KvOptions,
}

/// What a record says, without its hash.
pub(super) struct Facts<'a> {
    user: &'a UserRecord,
    hash: Option<StoredHash>,
}

impl<'a> Facts<'a> {
    pub(super) fn of(user: &'a UserRecord) -> Self {
        let hash = StoredHash::parse(&user.hash_password).ok();
        Self { user, hash }
    }

    /// How the hash is made, such as `pbkdf2:sha256:150000`.
    pub(super) fn method(&self) -> String {
        let method = self.hash.as_ref().map(|hash| hash.method().to_string());
        method.unwrap_or_else(|| "unusable".into())
    }

    pub(super) fn json(&self) -> Value {
        let user = self.user;
        let ended = user.sessions_ended.iter();
        json!({
            "id": user.id,
            "username": user.username,
            "phone": user.phone,
            "disabled": user.disabled,
            "hash": {
                "method": self.hash.as_ref().map(|hash| hash.method().to_string()),
                "replaced_at_next_login": self.hash.as_ref().is_some_and(StoredHash::needs_rehash),
            },
            "tokens_valid_from": user.tokens_valid_from,
            "session_kept": user.session_kept.is_some(),
            "sessions_ended_until": ended.map(|ended| ended.until).collect::<Vec<_>>(),
            "other_members": user.other_members().collect::<Vec<_>>(),
        })
    }
}

impl ShowCommand {
    pub(super) fn run(self, output: &mut Output) -> Outcome {
        let username = record::named(&self.username)?;
        let kv = self.kv.open()?;
        let user = record::read(&kv, &username)?;
        let facts = Facts::of(&user);
        if self.json {
            output.line(facts.json())?;
            return Ok(Status::Done);
        }
        output.line(format_args!(
            "{} {}",
            styled(STRONG, shown(&user.username)),
            styled(FAINT, &kv)
        ))?;
        let mut row = |name: &str, text: String| output.line(format_args!("  {name:<14} {text}"));
        row("number", user.id.to_string())?;
        row(
            "phone",
            if user.phone.is_empty() {
                "none".into()
            } else {
                shown(&user.phone)
            },
        )?;
        row(
            "state",
            if user.disabled {
                styled(BAD, "disabled")
            } else {
                styled(GOOD, "may log in")
            },
        )?;
        row("password", password(&facts))?;
        let now = system::now()?;
        let zone = Zone::chosen(self.utc);
        let date = |seconds| match UnixTime::from_seconds(seconds) {
            Some(at) => format!("{}, {}", zone.date(at), relative(at, now)),
            None => seconds.to_string(),
        };
        if let Some(from) = user.tokens_valid_from {
            let but = user.session_kept.as_ref().filter(|kept| kept.from == from);
            let but = but.map_or("", |_| ", but for the session of that moment");
            row("tokens", format!("over if from before {}{but}", date(from)))?;
        }
        let last = user.sessions_ended.iter().map(|ended| ended.until).max();
        if let Some(last) = last.filter(|last| *last > now.seconds()) {
            let count = user.sessions_ended.len();
            row(
                "ended sessions",
                format!("{count}; their tokens expire by {}", date(last)),
            )?;
        }
        let others: Vec<&str> = user.other_members().collect();
        if !others.is_empty() {
            row("also has", shown(&others.join(", ")))?;
        }
        Ok(Status::Done)
    }
}

fn password(facts: &Facts<'_>) -> String {
    match &facts.hash {
        None => styled(BAD, "a hash that is not usable: nobody can log in"),
        Some(hash) if hash.needs_rehash() => {
            format!("{}, replaced with the next login", facts.method())
        }
        Some(_) => facts.method(),
    }
}
