//! Counting failed logins of a client address across accounts.

use serde::{Deserialize, Serialize};

use super::{AddressId, TooManyAttempts};

/// A counter of the failed logins of client addresses across all accounts.
///
/// There are [`SHARDS`](Self::SHARDS) such counters, each in an object of its own. The
/// address decides which object counts it: [`object_name`](Self::object_name).
///
/// A counter exists only in memory and is lost when its object stops. This is good
/// enough: the requests of an attack keep the object running, and an attack that is
/// slow enough to let the object stop stays below the limit.
///
/// The size is bounded. If the counter is full, a new address replaces the address
/// with the fewest failures, so a flood of addresses cannot remove an address that
/// has many failures.
#[derive(Debug, Default)]
pub struct AddressFailures {
    addresses: Vec<Counted>,
}

#[derive(Debug)]
struct Counted {
    address: AddressId,
    failures: u32,
    /// The start of the address's window, in seconds since the epoch.
    since: i64,
}

/// The request to count an attempt as a failure, before the password is hashed. If the
/// password is right, [`AddressFailures::withdraw`] takes the attempt back.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct CountFailure {
    /// The address of the client.
    pub address: AddressId,
    /// The limit on failures in a window.
    pub limit: u32,
    /// The length of a window, in seconds.
    pub window: u32,
}

/// The maximum number of addresses in one counter.
const MOST: usize = 4096;

impl AddressFailures {
    /// The number of counters.
    pub const SHARDS: u8 = 32;

    /// The name of the object that counts the address.
    #[must_use]
    pub fn object_name(address: &AddressId) -> String {
        format!("failures:{}", address.shard(Self::SHARDS))
    }

    /// Counts an attempt at `now`, in seconds since the epoch.
    ///
    /// # Errors
    /// [`TooManyAttempts`] when the limit is reached. The attempt is not counted
    /// then.
    pub fn count(&mut self, attempt: &CountFailure, now: i64) -> Result<(), TooManyAttempts> {
        let window = i64::from(attempt.window);
        for counted in &mut self.addresses {
            // If the clock was set back, the window must not last longer.
            counted.since = counted.since.min(now);
        }
        self.addresses
            .retain(|counted| now.saturating_sub(counted.since) < window);
        let known = self
            .addresses
            .iter_mut()
            .find(|counted| counted.address == attempt.address);
        if let Some(counted) = known {
            if counted.failures >= attempt.limit {
                let left = counted.since.saturating_add(window).saturating_sub(now);
                let retry_after = u32::try_from(left.max(1)).unwrap_or(u32::MAX);
                return Err(TooManyAttempts { retry_after });
            }
            counted.failures = counted.failures.saturating_add(1);
            return Ok(());
        }
        if self.addresses.len() >= MOST {
            let fewest = self.addresses.iter().enumerate();
            let fewest = fewest.min_by_key(|(_, counted)| counted.failures);
            if let Some((at, _)) = fewest {
                self.addresses.swap_remove(at);
            }
        }
        self.addresses.push(Counted {
            address: attempt.address.clone(),
            failures: 1,
            since: now,
        });
        Ok(())
    }

    /// Takes an attempt back, because its password was right: the address has one
    /// failure less.
    pub fn withdraw(&mut self, address: &AddressId) {
        if let Some(counted) = self
            .addresses
            .iter_mut()
            .find(|counted| counted.address == *address)
        {
            counted.failures = counted.failures.saturating_sub(1);
        }
    }
}
