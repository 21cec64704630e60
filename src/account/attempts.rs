//! Counting failed logins of one account.

use core::time::Duration;

use serde::{Deserialize, Serialize};

use super::ClientId;

/// The number of failures after which logins are rejected without hashing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct AttemptLimits {
    /// Failures for one account from one client address.
    pub per_address: u32,
    /// Failures for one account from all addresses. This limit does not apply to
    /// an address from which the owner has logged in during the last 30 days.
    pub per_account: u32,
    /// The length of the window in seconds.
    pub window: u32,
}

/// There were too many failures. Nothing was hashed and the attempt was not counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct TooManyAttempts {
    /// The seconds until the next attempt is allowed.
    pub retry_after: u32,
}

/// The failed logins of one account in the last window, and the addresses from which
/// its owner has logged in. The size is bounded, because rejected attempts are not
/// counted.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Attempts {
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    failures: Vec<AddressEntry>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    known: Vec<AddressEntry>,
    /// The length of the window at the last attempt, in seconds.
    #[serde(default)]
    window: u32,
}

/// An address and the time of its failed login, or of its last successful login.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct AddressEntry {
    /// In seconds since the epoch.
    at: i64,
    from: ClientId,
}

/// The limits on failures for one account from one IPv6 network, as multiples of the
/// limit for one address: first for a /56, then for a /48. They prevent one customer of
/// a provider, who has a whole network, from reaching the limit of the account and
/// locking out its owner.
const NETWORK_FACTORS: [u32; 2] = [2, 4];
/// The seconds for which an address stays known.
const KNOWN_FOR: i64 = 30 * 24 * 3600;
/// The maximum number of known addresses. The oldest is dropped first.
const MOST_KNOWN: usize = 20;

impl Attempts {
    /// Counts an attempt as a failure until [`succeeded`](Self::succeeded) is
    /// called. So concurrent guesses, whose result is not known yet, count as well.
    pub(super) fn begin(
        &mut self,
        from: &ClientId,
        limits: AttemptLimits,
        now: i64,
    ) -> Result<(), TooManyAttempts> {
        self.window = limits.window;
        self.tidy(now);
        let window = i64::from(limits.window);
        let failures = self.failures.iter();
        let own = failures.clone().filter(|seen| seen.from.is_address(from));
        check(own, limits.per_address, window, now)?;
        if !self.knows(from) {
            for (rank, factor) in NETWORK_FACTORS.into_iter().enumerate() {
                let near = |seen: &&AddressEntry| seen.from.shares_network(from, rank);
                let limit = limits.per_address.saturating_mul(factor);
                check(failures.clone().filter(near), limit, window, now)?;
            }
            check(failures, limits.per_account, window, now)?;
        }
        self.failures.push(AddressEntry {
            at: now,
            from: from.clone(),
        });
        Ok(())
    }

    /// Whether the account's owner has recently logged in from this address.
    pub(super) fn knows(&self, from: &ClientId) -> bool {
        self.known.iter().any(|seen| seen.from.is_address(from))
    }

    /// Takes back the last attempt from this address, because no password was checked.
    pub(super) fn withdraw(&mut self, from: &ClientId) {
        let last = self
            .failures
            .iter()
            .rposition(|seen| seen.from.is_address(from));
        if let Some(last) = last {
            self.failures.remove(last);
        }
    }

    /// Records that the password was right: drops the address's failures and makes it a
    /// known address.
    pub(super) fn succeeded(&mut self, from: &ClientId, now: i64) {
        self.failures.retain(|seen| !seen.from.is_address(from));
        self.known.retain(|seen| !seen.from.is_address(from));
        if self.known.len() >= MOST_KNOWN {
            self.known.remove(0);
        }
        self.known.push(AddressEntry {
            at: now,
            from: from.without_networks(),
        });
    }

    /// Drops expired entries. If the clock was set back, a time in the future becomes
    /// `now`, so that the entry does not last longer than a new entry.
    pub(super) fn tidy(&mut self, now: i64) {
        let window = i64::from(self.window);
        for (list, lasts) in [(&mut self.failures, window), (&mut self.known, KNOWN_FOR)] {
            for seen in list.iter_mut() {
                seen.at = seen.at.min(now);
            }
            list.retain(|seen| now.saturating_sub(seen.at) < lasts);
        }
    }

    /// When the first of the two lists, `failures` or `known`, has only expired
    /// entries, in seconds since the epoch.
    pub(super) fn next_end(&self) -> Option<i64> {
        let window = i64::from(self.window);
        let last = |list: &[AddressEntry], lasts: i64| {
            let last = list.iter().map(|seen| seen.at).max();
            last.map(|at| at.saturating_add(lasts))
        };
        let ends = [last(&self.failures, window), last(&self.known, KNOWN_FOR)];
        ends.into_iter().flatten().min()
    }

    pub(super) fn is_empty(&self) -> bool {
        self.failures.is_empty() && self.known.is_empty()
    }
}

/// Checks that one more failure is within the limit. Otherwise returns the seconds
/// until enough failures have left the window.
fn check<'a>(
    failures: impl Iterator<Item = &'a AddressEntry>,
    limit: u32,
    window: i64,
    now: i64,
) -> Result<(), TooManyAttempts> {
    // The times ascend: entries are appended, and `tidy` keeps their order.
    let times: Vec<i64> = failures.map(|seen| seen.at).collect();
    let limit = usize::try_from(limit).unwrap_or(usize::MAX);
    let Some(surplus) = times.len().checked_sub(limit) else {
        return Ok(());
    };
    // Enough failures must leave the window. If the limit was lowered, these are
    // several.
    let in_the_way = times.get(surplus).copied().unwrap_or(now);
    let left = in_the_way.saturating_add(window).saturating_sub(now);
    let retry_after = u32::try_from(left.max(1)).unwrap_or(u32::MAX);
    Err(TooManyAttempts { retry_after })
}

impl AttemptLimits {
    /// The window as a duration.
    #[must_use]
    pub fn window(self) -> Duration {
        Duration::from_secs(self.window.into())
    }
}
