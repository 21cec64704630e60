use serde::{Deserialize, Serialize};

use super::{AddressId, TooManyAttempts};

/// The failed logins of client addresses across all accounts, in one of several
/// counters that share the addresses. Kept in memory alone: an attack keeps its
/// counter alive, and a slower one stays below the limit anyway.
///
/// Its size is bounded. When it is full, a new address replaces the one with
/// the fewest failures, so a flood of addresses cannot push out an address that
/// has many.
#[derive(Debug, Default)]
pub struct AddressFailures {
    addresses: Vec<Counted>,
}

#[derive(Debug)]
struct Counted {
    address: AddressId,
    failures: u32,
    /// When the address's window began, in seconds since the epoch.
    since: i64,
}

/// Counts an attempt as a failure, before anything is hashed.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct CountFailure {
    /// Where the attempt comes from.
    pub address: AddressId,
    /// How many failures there may be in a window.
    pub limit: u32,
    /// The length of a window, in seconds.
    pub window: u32,
}

/// The most addresses of one counter.
const MOST: usize = 4096;

impl AddressFailures {
    /// How many counters share the addresses.
    pub const SHARDS: u8 = 32;

    /// The name of the object that counts an address.
    #[must_use]
    pub fn object_name(address: &AddressId) -> String {
        format!("failures:{}", address.shard(Self::SHARDS))
    }

    /// Counts an attempt at `now`, in seconds since the epoch.
    ///
    /// # Errors
    /// [`TooManyAttempts`] if there were too many failures. Nothing is counted
    /// then.
    pub fn count(&mut self, attempt: &CountFailure, now: i64) -> Result<(), TooManyAttempts> {
        let window = i64::from(attempt.window);
        for counted in &mut self.addresses {
            // A clock that was set back makes no window longer.
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

    /// Takes an attempt back: the password was right.
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
