use core::fmt;

use serde::{Deserialize, Serialize};

/// An account's record as its object wrote it last: what counts until the store
/// has it, and for a while after, since the store goes on showing an older one
/// (or none) elsewhere.
#[derive(Serialize, Deserialize)]
pub(super) struct Overlay {
    /// The record in JSON.
    pub(super) record: String,
    /// The store's key.
    key: String,
    /// Of the writes to this record, which this is.
    version: u64,
    /// When it was made or, once it is written, when that was.
    at: i64,
    written: bool,
    /// How often it was tried in vain to write it.
    #[serde(default)]
    tries: u32,
    /// The hash in whose place the record's was put without the password
    /// having changed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) rehashed_from: Option<String>,
}

/// A record that is to be written to the store.
#[derive(Clone, PartialEq, Eq)]
pub struct StoreWrite {
    /// The key.
    pub key: String,
    /// The record in JSON.
    pub value: String,
    /// For [`Ledger::wrote`](super::Ledger::wrote).
    pub version: u64,
}

/// How long the store is not believed after it took a record, in seconds. It
/// shows an older one for a minute, or somewhat longer.
const PREFERRED_FOR: i64 = 300;
/// The longest wait before writing is tried again, in seconds.
const LONGEST_WAIT: i64 = 300;

impl Overlay {
    pub(super) fn new(key: String, record: String, before: Option<&Self>, now: i64) -> Self {
        Self {
            record,
            key,
            version: before.map_or(1, |before| before.version.saturating_add(1)),
            at: now,
            written: false,
            tries: 0,
            rehashed_from: None,
        }
    }

    /// Whether it counts, or the store does.
    pub(super) fn counts(&self, now: i64) -> bool {
        // A clock that was set back makes it last no longer than from now on;
        // that is as with a clock that stands still for a while.
        !self.written || now.saturating_sub(self.at) < PREFERRED_FOR
    }

    pub(super) fn to_write(&self) -> Option<StoreWrite> {
        (!self.written).then(|| StoreWrite {
            key: self.key.clone(),
            value: self.record.clone(),
            version: self.version,
        })
    }

    /// The store took the write, or did not.
    pub(super) fn wrote(&mut self, version: u64, took: bool, now: i64) {
        if version != self.version {
            return;
        }
        if took {
            self.is_in_store(now);
        } else {
            self.tries = self.tries.saturating_add(1);
            self.at = now;
        }
    }

    /// The store has it.
    pub(super) fn is_in_store(&mut self, now: i64) {
        self.written = true;
        self.at = now;
    }

    /// When to look at it again, in seconds since the epoch: to write it, or to
    /// drop it.
    pub(super) fn next_look(&self) -> i64 {
        let wait = if self.written {
            PREFERRED_FOR
        } else {
            // One second between two writes is all that the store takes.
            2_i64
                .saturating_pow(self.tries.saturating_add(1))
                .min(LONGEST_WAIT)
        };
        self.at.saturating_add(wait)
    }

    /// See [`counts`](Self::counts).
    pub(super) fn tidy(&mut self, now: i64) {
        self.at = self.at.min(now);
    }
}

/// Without the record.
impl fmt::Debug for StoreWrite {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("StoreWrite")
            .field("version", &self.version)
            .finish_non_exhaustive()
    }
}
