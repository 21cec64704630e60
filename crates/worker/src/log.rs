//! One JSON line for each decision. Nothing that a client sends is in it: no
//! name, token or password, and nothing that could break the line.
//!
//! Written by hand: there is a line for each request, and all of it is words
//! of ours and numbers.

use core::fmt::Write as _;

use worker::{console_error, console_log};

use super::problem::Problem;
use super::reply::Reply;
use super::route::Route;
use portcullis::account::LogAddress;
use portcullis::key::KeyId;
use portcullis::settings::Config;

/// What was decided.
#[derive(Clone, Copy)]
pub(super) struct Verdict {
    status: u16,
    outcome: &'static str,
    reason: &'static str,
}

impl Verdict {
    /// `None` where nothing was decided and nothing went wrong, or where the
    /// settings leave the line out.
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

/// A decision, as the log has it.
pub(super) struct Decision<'a> {
    pub(super) route: &'static str,
    pub(super) verdict: Verdict,
    /// Whom it is about, as [`LogNames`](portcullis::account::LogNames) writes it.
    pub(super) account: Option<&'a str>,
    pub(super) client: LogClient<'a>,
    /// Whether the line has the client's whole address, not only its network.
    pub(super) whole_address: bool,
    /// The operator who signed the request.
    pub(super) operator: Option<&'a KeyId>,
    /// When the request came, by JavaScript's clock in milliseconds.
    pub(super) started: f64,
}

/// Where a request comes from, as the client or Cloudflare sent it.
#[derive(Clone, Copy)]
pub(super) struct LogClient<'a> {
    /// Cloudflare's name for the request.
    pub(super) ray: &'a str,
    /// The client's address.
    pub(super) address: &'a str,
}

impl Decision<'_> {
    /// `now` is by JavaScript's clock, in milliseconds.
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

/// Something that failed beside a decision, which stands all the same.
pub(super) fn trouble(what: &'static str) {
    console_error!("{}}}", line(what, js_sys::Date::now()));
}

/// A setting with which no login is served. Of an unknown one, whatever could
/// break the line is left out of the name.
pub(super) fn misconfigured(setting: &str, problem: &str) {
    let mut line = line("misconfigured", js_sys::Date::now());
    let is_plain = |c: &char| c.is_ascii_alphanumeric() || *c == '_';
    let setting: String = setting.chars().filter(is_plain).collect();
    let _ = write!(line, r#","setting":"{setting}","problem":"{problem}"}}"#);
    console_error!("{line}");
}

/// A line's beginning: the time in seconds since the epoch, and what it is.
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

/// A client that is not behind Cloudflare can send anything.
fn is_ray(text: &str) -> bool {
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-';
    (1..=40).contains(&text.len()) && text.bytes().all(is_plain)
}
