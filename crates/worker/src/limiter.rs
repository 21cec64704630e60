//! Limits how often one client may ask, with the rate-limit binding
//! `LOGIN_LIMITER`. This keeps one client from causing a lot of work. The account's
//! object limits how often passwords are tried.

use super::call::Call;
use super::log;
use super::problem::Problem;
use super::timeout;

/// The longest period that the binding supports, in seconds.
const PERIOD: u32 = 60;

/// Refuses a client that asks too often. If the limiter does not answer, the
/// request goes on, because the accounts have limits of their own.
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
