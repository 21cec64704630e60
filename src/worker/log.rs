//! One JSON line for each decision. Nothing that a client sends is in it: no
//! name, token or password, and nothing that could break the line.

use serde_json::json;
use worker::{console_error, console_log};

pub(super) fn decision(route: &'static str, status: u16, outcome: &'static str, reason: &str) {
    let line = json!({
        "event": "decision",
        "route": route,
        "status": status,
        "outcome": outcome,
        "reason": reason,
    });
    if status >= 500 {
        console_error!("{line}");
    } else {
        console_log!("{line}");
    }
}

/// A setting with which no login is served.
pub(super) fn misconfigured(setting: &str, problem: &str) {
    let line = json!({
        "event": "misconfigured",
        "setting": setting,
        "problem": problem,
    });
    console_error!("{line}");
}
