//! Writes one JSON line for each decision. The line never has a username, a token
//! or a password. Text that comes from outside is checked, encoded or filtered,
//! so that it cannot break the line.
//!
//! The JSON is written by hand, because nearly all of a line is fixed words and
//! numbers, and with `LOG_VERIFIED = "on"` every request has a line.

use core::fmt::Write as _;

use worker::{console_error, console_log};

use super::problem::Problem;
use super::reply::Reply;
use super::route::Route;
use portcullis::account::LogAddress;
use portcullis::key::KeyId;
use portcullis::settings::Config;

/// The decision: status, outcome and reason.
#[derive(Clone, Copy)]
pub(super) struct Verdict {
    status: u16,
    outcome: &'static str,
    reason: &'static str,
}

impl Verdict {
    /// `None` for a successful request that gets no log line: its route decides
    /// nothing, or it only verifies a token and `LOG_VERIFIED` is off.
    pub(super) fn new(
        route: Option<Route>,
        config: Option<&Config>,
        answer: Result<&Reply, &Problem>,
    ) -> Option<Self> {
        let log_verified = config.is_none_or(|config| config.log_verified);
        let is_kept = |route: Route| route.decides() && (log_verified || !route.only_verifies());
        match answer {
            Ok(reply) if route.is_some_and(is_kept) => Some(Self {
                status: reply.status(),
                outcome: "admitted",
                reason: reply.reason(),
            }),
            Ok(_) => None,
            Err(problem) => Some(Self {
                status: problem.status(),
                outcome: problem.code(),
                reason: problem.reason(),
            }),
        }
    }
}

/// The content of a decision's log line.
pub(super) struct Decision<'a> {
    pub(super) route: &'static str,
    pub(super) verdict: Verdict,
    /// The user, encoded by [`LogNames`](portcullis::account::LogNames).
    pub(super) account: Option<&'a str>,
    pub(super) client: LogClient<'a>,
    /// Whether the line shows the client's whole address, or only its network.
    pub(super) whole_address: bool,
    /// The operator who signed the request.
    pub(super) operator: Option<&'a KeyId>,
    /// When the request arrived, by JavaScript's clock, in milliseconds.
    pub(super) started: f64,
}

/// Two headers that identify a request. They are unchecked: Cloudflare sets them,
/// but without Cloudflare a client can send any value.
#[derive(Clone, Copy)]
pub(super) struct LogClient<'a> {
    /// Cloudflare's id of the request, from `CF-Ray`.
    pub(super) ray: &'a str,
    /// The client's address, from `CF-Connecting-IP`.
    pub(super) address: &'a str,
}

impl Decision<'_> {
    /// Writes the log line. `now` is by JavaScript's clock, in milliseconds.
    pub(super) fn write(self, now: f64) {
        let Verdict {
            status,
            outcome,
            reason,
        } = self.verdict;
        let mut line = line("decision", now);
        let _ = write!(
            line,
            r#","route":"{}","status":{status},"outcome":"{outcome}","reason":"{reason}""#,
            self.route
        );
        if let Some(account) = self.account {
            let _ = write!(line, r#","account":"{account}""#);
        }
        if let Some(operator) = self.operator {
            // A `kid` may hold any character.
            let operator = serde_json::Value::from(operator.as_str());
            let _ = write!(line, r#","operator":{operator}"#);
        }
        if let Some(address) = LogAddress::parse(self.client.address, self.whole_address) {
            let _ = write!(line, r#","address":"{address}""#);
        }
        if is_ray(self.client.ray) {
            let _ = write!(line, r#","request":"{}""#, self.client.ray);
        }
        let _ = write!(line, r#","duration_ms":{}}}"#, whole(now - self.started));
        if status >= 500 {
            console_error!("{line}");
        } else {
            console_log!("{line}");
        }
    }
}

/// Logs a failure that does not change the decision.
pub(super) fn trouble(what: &'static str) {
    console_error!("{}}}", line(what, js_sys::Date::now()));
}

/// Logs a setting that is wrong, so that no login is served. An unknown setting
/// can have any name, so characters that could break the line are removed.
pub(super) fn misconfigured(setting: &str, problem: &str) {
    let mut line = line("misconfigured", js_sys::Date::now());
    let is_plain = |c: &char| c.is_ascii_alphanumeric() || *c == '_';
    let setting: String = setting.chars().filter(is_plain).collect();
    let _ = write!(line, r#","setting":"{setting}","problem":"{problem}"}}"#);
    console_error!("{line}");
}

/// Starts a line with the time, in seconds since the epoch, and the event. `now`
/// is in milliseconds.
fn line(event: &str, now: f64) -> String {
    let now = whole(now);
    let (seconds, millis) = (now.div_euclid(1000), now.rem_euclid(1000));
    let mut line = String::with_capacity(256);
    let _ = write!(line, r#"{{"time":{seconds}.{millis:03},"event":"{event}""#);
    line
}

#[allow(clippy::cast_possible_truncation)] // saturates
fn whole(number: f64) -> i64 {
    number as i64
}

/// Whether the text looks like a `CF-Ray`. Without Cloudflare, a client can send
/// any text in that header.
fn is_ray(text: &str) -> bool {
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-';
    (1..=40).contains(&text.len()) && text.bytes().all(is_plain)
}
