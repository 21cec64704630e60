use core::time::Duration;

use serde::{Deserialize, Serialize};

use super::ClientId;

/// How many failures are borne before a login is not even tried.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct AttemptLimits {
    /// Failures for one account from one client address.
    pub per_address: u32,
    /// Failures for one account from anywhere. An address from which its owner
    /// has logged in during the last 30 days is exempt from this one.
    pub per_account: u32,
    /// Within so many seconds.
    pub window: u32,
}

/// Too many failures; nothing was hashed and nothing counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct TooManyAttempts {
    /// In how many seconds one more is let through.
    pub retry_after: u32,
}

/// The failed logins of one account in the last window, and the addresses that
/// its owner is known at. Both are bounded: what is turned away is not counted.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Attempts {
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    failures: Vec<Seen>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    known: Vec<Seen>,
    /// The window of the last attempt, in seconds.
    #[serde(default)]
    window: u32,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct Seen {
    /// In seconds since the epoch.
    at: i64,
    from: ClientId,
}

/// How many times as many failures as one address may have its /56 and its /48
/// may have, for one account. So no customer of a provider can use up the
/// account's own limit.
const NETWORK_FACTORS: [u32; 2] = [2, 4];
/// How long an address stays known.
const KNOWN_FOR: i64 = 30 * 24 * 3600;
/// How many addresses are known at the most, the latest ones.
const MOST_KNOWN: usize = 20;

impl Attempts {
    /// Counts an attempt as a failure until [`succeeded`](Self::succeeded)
    /// says otherwise: so a hundred guesses at once are a hundred guesses.
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
                let near = |seen: &&Seen| seen.from.shares_network(from, rank);
                let limit = limits.per_address.saturating_mul(factor);
                check(failures.clone().filter(near), limit, window, now)?;
            }
            check(failures, limits.per_account, window, now)?;
        }
        self.failures.push(Seen {
            at: now,
            from: from.clone(),
        });
        Ok(())
    }

    /// Whether the account's owner has logged in from this address lately.
    pub(super) fn knows(&self, from: &ClientId) -> bool {
        self.known.iter().any(|seen| seen.from.is_address(from))
    }

    /// Nothing came of the last attempt from there.
    pub(super) fn withdraw(&mut self, from: &ClientId) {
        let last = self
            .failures
            .iter()
            .rposition(|seen| seen.from.is_address(from));
        if let Some(last) = last {
            self.failures.remove(last);
        }
    }

    /// The password was right: this address has a clean slate, and is known.
    pub(super) fn succeeded(&mut self, from: &ClientId, now: i64) {
        self.failures.retain(|seen| !seen.from.is_address(from));
        self.known.retain(|seen| !seen.from.is_address(from));
        if self.known.len() >= MOST_KNOWN {
            self.known.remove(0);
        }
        self.known.push(Seen {
            at: now,
            from: from.without_networks(),
        });
    }

    /// Drops what is over. A clock that was set back makes nothing last longer
    /// than from now on.
    pub(super) fn tidy(&mut self, now: i64) {
        let window = i64::from(self.window);
        for (list, lasts) in [(&mut self.failures, window), (&mut self.known, KNOWN_FOR)] {
            for seen in list.iter_mut() {
                seen.at = seen.at.min(now);
            }
            list.retain(|seen| now.saturating_sub(seen.at) < lasts);
        }
    }

    /// When something will be over that is not yet, in seconds since the epoch.
    pub(super) fn next_end(&self) -> Option<i64> {
        let window = i64::from(self.window);
        let last = |list: &[Seen], lasts: i64| {
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

/// Whether one more failure is within the limit; else when the one that is in
/// its way will be over.
fn check<'a>(
    failures: impl Iterator<Item = &'a Seen>,
    limit: u32,
    window: i64,
    now: i64,
) -> Result<(), TooManyAttempts> {
    // In the order in which they came; no clock has them in another one.
    let times: Vec<i64> = failures.map(|seen| seen.at).collect();
    let limit = usize::try_from(limit).unwrap_or(usize::MAX);
    let Some(surplus) = times.len().checked_sub(limit) else {
        return Ok(());
    };
    // With the limit lowered meanwhile, more than one is in the way.
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
