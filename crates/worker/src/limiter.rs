//! Sheds floods, by the rate-limit binding `LOGIN_LIMITER`. Who may try which
//! password how often is decided by the account's object; this only keeps one
//! client from making much work.

use super::call::Call;
use super::log;
use super::problem::Problem;
use super::timeout;

/// The longest period that the binding knows, in seconds.
const PERIOD: u32 = 60;

/// Refuses a client that asks too often. A limiter that does not answer stops
/// nobody: it guards no account.
pub(super) async fn shed(call: &Call) -> Result<(), Problem> {
    let limiter = call
        .env
        .rate_limiter("LOGIN_LIMITER")
        .map_err(|_| Problem::misconfigured().because("limiter_missing"))?;
    match timeout::within(limiter.limit(call.address().key())).await {
        Some(Ok(outcome)) if !outcome.success => {
            Err(Problem::too_many_attempts(PERIOD).because("address_flooded"))
        }
        Some(Ok(_)) => Ok(()),
        _ => {
            log::trouble("limiter_unavailable");
            Ok(())
        }
    }
}
