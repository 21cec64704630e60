//! `portcullis users sessions`: lists or ends sessions of a user.

use clap::Args;

use crate::admin::{AdminOptions, Session};
use crate::failure::{Failure, Outcome, Status};
use crate::json_text::shown;
use crate::output::Output;
use crate::system;
use crate::words::relative;
use portcullis::account::SessionId;
use portcullis::time::UnixTime;

/// List the open sessions of a user, or end one of them
///
/// `portcullis users sign-out` ends all of them.
#[derive(Args)]
#[command(after_long_help = "\
Examples:
  portcullis users sessions alice
  portcullis users sessions alice --end 7dXkqzS0Sg2mVbW1c3hJ9A")]
pub(super) struct SessionsCommand {
    /// The user's name
    username: String,
    /// End this session
    #[arg(long, value_name = "ID", allow_hyphen_values = true)]
    end: Option<String>,
    /// Print one JSON object per line
    #[arg(long, conflicts_with = "end")]
    json: bool,
    #[command(flatten)]
    admin: AdminOptions,
}

impl SessionsCommand {
    pub(super) fn run(self, output: &mut Output) -> Outcome {
        let username = super::named(&self.username)?;
        let end = self.end.as_deref().map(parse_id).transpose()?;
        let admin = self.admin.open()?;
        let name = shown(username.as_str());
        if let Some(session) = end {
            admin.end_session(&username, &session)?;
            output.line(format_args!("Ended session {session} of {name}, {admin}."))?;
            super::say_sessions_ended(output);
            return Ok(Status::Done);
        }
        let (user, _) = admin.user(&username)?;
        let now = system::now()?;
        for session in &user.sessions {
            if self.json {
                output.line(serde_json::to_string(session).map_err(Failure::new)?)?;
            } else {
                output.line(line(session, now))?;
            }
        }
        let count = user.sessions.len();
        let sessions = if count == 1 { "session" } else { "sessions" };
        output.say(format_args!("{count} {sessions} of {name}, {admin}."));
        Ok(Status::Done)
    }
}

fn parse_id(text: &str) -> Outcome<SessionId> {
    SessionId::parse(text).ok_or_else(|| {
        Failure::usage("--end needs the id of a session, which has 22 characters")
            .fix("run `portcullis users sessions` without --end to see the ids")
    })
}

fn line(session: &Session, now: UnixTime) -> String {
    let told = |seconds| match UnixTime::from_seconds(seconds) {
        Some(at) => relative(at, now),
        None => seconds.to_string(),
    };
    let client = session.client.as_ref();
    let client = client
        .into_iter()
        .flat_map(|client| [&client.agent, &client.network]);
    let client: Vec<String> = client.flatten().map(|text| shown(text)).collect();
    format!(
        "{}  began {:<24} renewed {:<24} {}",
        session.id,
        told(session.began_at),
        told(session.renewed_at),
        client.join(", ")
    )
    .trim_end()
    .to_owned()
}
