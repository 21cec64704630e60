//! `portcullis keys list`: lists the keys of a JWK Set.

use clap::Args;
use serde::Serialize;

use super::super::failure::{Failure, Outcome, Status};
use super::super::json_text::shown;
use super::super::output::{FAINT, GOOD, Output, WARN, styled};
use super::super::system;
use super::super::words::Zone;
use super::Source;
use super::held::{HeldKey, HeldKeys, State};
use portcullis::time::UnixTime;

/// List the keys of a JWK Set and the state of each key
///
/// The first key signs. Each other key verifies its old tokens until the last one expires, or it is
/// announced and signs later. No secret is shown. A thumbprint (RFC 7638) is
/// shown if it is not the kid. The thumbprint of a symmetric key is never shown, because it is a
/// hash of the secret.
///
/// With --json the command prints {"keys":[{"kid","alg","use","state","verifies_until",
/// "may_sign_from","thumbprint"}]}. The state is signs, verifies, over or announced. Dates are
/// seconds since 1970; a missing value is null.
#[derive(Args)]
#[command(after_long_help = "\
Examples:
  portcullis keys list --file keys.json
  portcullis keys list --json < keys.json | jq -r '.keys[0].kid'")]
pub(in super::super) struct ListCommand {
    #[command(flatten)]
    source: Source,
    /// Show dates in UTC instead of this machine's time zone
    #[arg(long)]
    utc: bool,
    /// Print JSON, for programs
    #[arg(long)]
    json: bool,
}

#[derive(Serialize)]
struct Listed<'a> {
    kid: Option<&'a str>,
    alg: &'static str,
    #[serde(rename = "use")]
    public_use: Option<&'a str>,
    state: &'static str,
    verifies_until: Option<i64>,
    may_sign_from: Option<i64>,
    thumbprint: Option<String>,
}

#[derive(Serialize)]
struct List<'a> {
    keys: Vec<Listed<'a>>,
}

impl ListCommand {
    pub(super) fn run(self, output: &mut Output) -> Outcome {
        let keys = self.source.read()?;
        let now = system::now()?;
        if self.json {
            let keys = keys.with_states(now).map(|(key, state)| listed(key, state));
            let list = List {
                keys: keys.collect(),
            };
            output.line(serde_json::to_string(&list).map_err(Failure::new)?)?;
            return Ok(Status::Done);
        }
        let zone = Zone::chosen(self.utc);
        print(&keys, now, &zone, output)?;
        Ok(Status::Done)
    }
}

fn listed(key: &HeldKey, state: State) -> Listed<'_> {
    let (name, verifies_until, may_sign_from) = match state {
        State::Signs => ("signs", None, None),
        State::Verifies { until } => ("verifies", until, None),
        State::Over { since } => ("over", Some(since), None),
        State::Announced { from } => ("announced", None, Some(from)),
    };
    Listed {
        kid: key.jwk().id().map(|id| id.as_str()),
        alg: key.jwk().algorithm_name(),
        public_use: key.public_use(),
        state: name,
        verifies_until: verifies_until.map(UnixTime::seconds),
        may_sign_from: may_sign_from.map(UnixTime::seconds),
        thumbprint: key.thumbprint(),
    }
}

/// Prints one line for each key.
pub(super) fn print(
    keys: &HeldKeys,
    now: UnixTime,
    zone: &Zone,
    output: &mut Output,
) -> Outcome<()> {
    let id = |key: &HeldKey| match key.id() {
        "" => "(no kid)".to_owned(),
        id => shown(id),
    };
    let widest = keys.0.iter().map(|key| id(key).chars().count()).max();
    let widest = widest.unwrap_or_default();
    for (key, state) in keys.with_states(now) {
        let state = match state {
            State::Signs => styled(GOOD, "signs"),
            State::Verifies { until: Some(until) } => {
                format!("verifies until {}", zone.date(until))
            }
            State::Verifies { until: None } => "verifies, end not recorded".into(),
            State::Over { since } => styled(WARN, format_args!("over since {}", zone.date(since))),
            State::Announced { from } => {
                format!("announced, may sign from {}", zone.date(from))
            }
        };
        output.line(format_args!(
            "{:widest$}  {:5}  {:3}  {state}",
            id(key),
            key.jwk().algorithm_name(),
            shown(key.public_use().unwrap_or("-")),
        ))?;
        if let Some(thumbprint) = key.thumbprint().filter(|print| print != key.id()) {
            output.line(styled(FAINT, format_args!("  thumbprint {thumbprint}")))?;
        }
    }
    Ok(())
}
