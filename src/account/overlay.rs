use core::fmt;

use serde::{Deserialize, Serialize};

use super::{RecordCorrupt, UserRecord, Username};

/// A record that the store may not show yet.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct NewerRecord {
    /// In JSON.
    record: String,
    /// The hashes that the record's took the place of, the last ones.
    superseded: Vec<String>,
}

/// How many superseded hashes are known.
const MOST_SUPERSEDED: usize = 8;

impl NewerRecord {
    /// The record that counts beside `stored`, which is what the store shows:
    /// an older one, or one that an operator has changed since. What the
    /// operator may have said counts, where it is the stricter: who is disabled
    /// in either is disabled, and tokens are over that are over in either. A
    /// hash that was never this user's before is a new one, and whatever else
    /// the store has is as it has it.
    ///
    /// With `keeps_hash`, this one's hash counts in any case: for who cannot
    /// know how old `stored` is.
    ///
    /// # Errors
    /// [`RecordCorrupt`] when this one is not a record; a stored one that is
    /// none says nothing.
    pub fn beside(
        &self,
        username: &Username,
        stored: Option<&str>,
        keeps_hash: bool,
    ) -> Result<UserRecord, RecordCorrupt> {
        let own = self.own(username)?;
        let stored = stored.and_then(|stored| UserRecord::parse(stored, username).ok());
        let Some(stored) = stored.filter(|stored| stored.id == own.id) else {
            return Ok(own);
        };
        // Of so many, some may have been forgotten.
        let is_older = self.superseded.len() >= MOST_SUPERSEDED
            || self.superseded.contains(&stored.hash_password);
        let mut record = stored;
        if keeps_hash || is_older {
            record.hash_password = own.hash_password;
        }
        record.disabled |= own.disabled;
        if own.tokens_valid_from >= record.tokens_valid_from {
            record.tokens_valid_from = own.tokens_valid_from;
            record.session_kept = own.session_kept;
        }
        for ended in own.sessions_ended {
            if record
                .sessions_ended
                .iter()
                .all(|other| other.id != ended.id)
            {
                record.sessions_ended.push(ended);
            }
        }
        Ok(record)
    }

    /// This record, whatever the store shows.
    pub(super) fn own(&self, username: &Username) -> Result<UserRecord, RecordCorrupt> {
        UserRecord::parse(&self.record, username)
    }

    /// The same in JSON, for whoever has one or both or none.
    ///
    /// # Errors
    /// As [`beside`](Self::beside).
    pub fn newest(
        newer: Option<&Self>,
        username: &Username,
        stored: Option<String>,
    ) -> Result<Option<String>, RecordCorrupt> {
        match newer {
            None => Ok(stored),
            Some(newer) => {
                let record = newer.beside(username, stored.as_deref(), false)?;
                record.to_json().map(Some)
            }
        }
    }
}

/// Without the record.
impl fmt::Debug for NewerRecord {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("NewerRecord(_)")
    }
}

/// An account's record as its object wrote it last: what counts until the store
/// has it, and for a while after, since the store goes on showing an older one
/// (or none) elsewhere.
#[derive(Serialize, Deserialize)]
pub(super) struct Overlay {
    pub(super) newer: NewerRecord,
    /// Whose it is.
    username: Username,
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
    /// After `before`, if there was one. `superseded` is the hash in whose place
    /// the record's was put.
    pub(super) fn new(
        username: Username,
        record: String,
        superseded: Option<String>,
        before: Option<Self>,
        now: i64,
    ) -> Self {
        let (version, mut hashes) = match before {
            Some(before) => (before.version.saturating_add(1), before.newer.superseded),
            None => (1, Vec::new()),
        };
        hashes.extend(superseded);
        let surplus = hashes.len().saturating_sub(MOST_SUPERSEDED);
        hashes.drain(..surplus);
        Self {
            newer: NewerRecord {
                record,
                superseded: hashes,
            },
            username,
            version,
            at: now,
            written: false,
            tries: 0,
            rehashed_from: None,
        }
    }

    /// Takes over what an operator has written to the store, before this one is
    /// written over it.
    pub(super) fn take_over(&mut self, stored: Option<&str>) {
        if let Ok(record) = self.newer.beside(&self.username, stored, false)
            && let Ok(record) = record.to_json()
        {
            self.newer.record = record;
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
            key: self.username.record_key(),
            value: self.newer.record.clone(),
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
