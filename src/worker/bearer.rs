use super::config::Config;
use super::problem::Problem;
use crate::account::VerifiedAccess;
use crate::time::UnixTime;

/// The token of the `Authorization` header, and nowhere else, verified. `now`
/// is `None` from a clock beyond all dates.
pub(super) fn verified(
    header: &str,
    config: &Config,
    now: Option<UnixTime>,
) -> Result<VerifiedAccess, Problem> {
    let token = header
        .trim()
        .split_once(' ')
        .filter(|(scheme, _)| {
            scheme.eq_ignore_ascii_case("bearer") || scheme.eq_ignore_ascii_case("jwt")
        })
        .map(|(_, token)| token.trim_start_matches(' '))
        .ok_or_else(Problem::token_missing)?;
    let now = now.ok_or_else(|| Problem::misconfigured().because("clock"))?;
    config
        .tokens
        .verify(token, now)
        .map_err(|error| Problem::token_refused(&error))
}
