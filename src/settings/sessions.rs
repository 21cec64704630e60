//! `SESSIONS_VALID_FROM` and `SESSION_IDLE`, which end sessions and tokens early.

use core::time::Duration;

use super::date::date;
use super::table::SESSION_IDLE;
use super::values::{Settings, Wrong};
use crate::time::UnixTime;

/// `SESSIONS_VALID_FROM` may be this much later than the Worker's clock: 60 seconds. An
/// operator who enters the current time may have a clock that is ahead. Without the
/// tolerance, an isolate would reject its settings, and it never reads them again.
const LEEWAY: Duration = Duration::from_secs(60);

/// Reads `SESSIONS_VALID_FROM`, in seconds since the epoch. A session or token that
/// began earlier is rejected.
pub(super) fn valid_from(settings: &Settings, now: UnixTime) -> Result<Option<i64>, Wrong> {
    const NAME: &str = "SESSIONS_VALID_FROM";
    let Some(text) = settings.text(NAME)? else {
        return Ok(None);
    };
    let at = date(text).ok_or_else(|| {
        Wrong::new(
            NAME,
            "must be a date such as 2027-01-31 or 2027-01-31T12:00:00Z, or seconds since the epoch",
        )
    })?;
    if at > now.saturating_add(LEEWAY) {
        let problem = "is in the future, so no login would be valid: set it to a time in the past";
        return Err(Wrong::new(NAME, problem));
    }
    Ok(Some(at.seconds()))
}

/// Reads `SESSION_IDLE`: a session ends after this many seconds without a refresh.
/// `None` if no such limit is set.
pub(super) fn idle(settings: &Settings) -> Result<Option<u64>, Wrong> {
    let seconds: u64 = settings.number(SESSION_IDLE)?;
    Ok((seconds != 0).then_some(seconds))
}
