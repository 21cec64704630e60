//! Random bytes from the runtime.

use super::problem::Problem;

/// `N` random bytes.
pub(super) fn bytes<const N: usize>() -> Result<[u8; N], Problem> {
    let mut bytes = [0; N];
    getrandom::fill(&mut bytes).map_err(|_| Problem::misconfigured().because("no_randomness"))?;
    Ok(bytes)
}
