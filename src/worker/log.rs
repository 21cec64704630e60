//! One JSON line for each decision. Nothing that a client sends is in it: no
//! name, token or password, and nothing that could break the line.

use serde::Serialize;
use worker::{console_error, console_log};

/// A decision, as the log has it.
pub(super) struct Decision<'a> {
    pub(super) route: &'static str,
    pub(super) status: u16,
    pub(super) outcome: &'static str,
    pub(super) reason: &'static str,
    pub(super) account: Option<&'a str>,
    pub(super) request: Option<&'a str>,
    /// When the request came, by JavaScript's clock in milliseconds.
    pub(super) started: f64,
}

#[derive(Serialize)]
struct Line<'a> {
    /// In seconds since the epoch.
    time: f64,
    event: &'static str,
    route: &'static str,
    status: u16,
    outcome: &'static str,
    reason: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    account: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    request: Option<&'a str>,
    duration_ms: f64,
}

impl Decision<'_> {
    pub(super) fn write(self) {
        let now = js_sys::Date::now();
        let line = Line {
            time: now / 1000.0,
            event: "decision",
            route: self.route,
            status: self.status,
            outcome: self.outcome,
            reason: self.reason,
            account: self.account,
            request: self.request,
            duration_ms: now - self.started,
        };
        let Ok(line) = serde_json::to_string(&line) else {
            return;
        };
        if self.status >= 500 {
            console_error!("{line}");
        } else {
            console_log!("{line}");
        }
    }
}

/// Something that failed beside a decision, which stands all the same.
pub(super) fn trouble(what: &'static str) {
    #[derive(Serialize)]
    struct Line {
        time: f64,
        event: &'static str,
    }
    let time = js_sys::Date::now() / 1000.0;
    if let Ok(line) = serde_json::to_string(&Line { time, event: what }) {
        console_error!("{line}");
    }
}

/// A setting with which no login is served.
pub(super) fn misconfigured(setting: &str, problem: &str) {
    #[derive(Serialize)]
    struct Line<'a> {
        time: f64,
        event: &'static str,
        setting: &'a str,
        problem: &'a str,
    }
    let line = Line {
        time: js_sys::Date::now() / 1000.0,
        event: "misconfigured",
        setting,
        problem,
    };
    if let Ok(line) = serde_json::to_string(&line) {
        console_error!("{line}");
    }
}
