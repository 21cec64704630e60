//! When the object writes KV, and when it looks whether KV has what it wrote.

use serde::{Deserialize, Serialize};

use crate::account::{StoredUser, UserId, Username};

/// How far KV has what the object has. All times are in seconds since the
/// epoch.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub(super) struct Replication {
    /// Counts the changes of the value under the user's key.
    revision: u64,
    /// The revision that KV took last.
    written: u64,
    /// The number whose key `id:<number>` is yet to be written.
    #[serde(skip_serializing_if = "Option::is_none")]
    index: Option<UserId>,
    /// When the next step is due; `None` when KV was seen to be right.
    #[serde(skip_serializing_if = "Option::is_none")]
    next_at: Option<i64>,
    /// How many looks and writes went wrong since the last change.
    wrong: u32,
}

/// A step of the replication, carried out by the Worker. One at a time: two
/// writes could overtake one another.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum ReplicationStep {
    WriteUser,
    WriteIndex(UserId),
    ReadUser,
    ReadIndex(UserId),
}

/// KV shows a write everywhere within a minute, or somewhat more. Two minutes
/// after a write the object looks whether it is there.
const CHECK_AFTER: i64 = 120;
/// A step that was not heard of again is repeated after this many seconds.
pub(super) const STEP_TIMEOUT: i64 = 30;
/// The longest time between two tries, in seconds.
const MAX_DELAY: i64 = 3600;

impl Replication {
    pub(super) fn revision(&self) -> u64 {
        self.revision
    }

    /// The object goes on from a revision that it saw in KV.
    pub(super) fn adopt(&mut self, revision: u64) {
        self.revision = self.revision.max(revision);
    }

    /// The value under the user's key has to change.
    pub(super) fn changed(&mut self, now: i64) {
        self.revision = self.revision.saturating_add(1);
        self.wrong = 0;
        self.next_at = Some(now);
    }

    /// The key of this number has to say whose it is.
    pub(super) fn index(&mut self, id: UserId) {
        self.index = Some(id);
    }

    /// The user whose number's key was to be written has left.
    pub(super) fn forget_index(&mut self) {
        self.index = None;
    }

    /// The next step, if one is due. `user` is the number of the account's
    /// user.
    pub(super) fn due(&mut self, user: Option<UserId>, now: i64) -> Option<ReplicationStep> {
        if self.next_at? > now {
            return None;
        }
        // An answer changes this; without one, the alarm repeats the step.
        self.next_at = Some(now.saturating_add(STEP_TIMEOUT));
        Some(match (self.written < self.revision, self.index, user) {
            (true, ..) => ReplicationStep::WriteUser,
            (false, Some(id), Some(_)) => ReplicationStep::WriteIndex(id),
            _ => ReplicationStep::ReadUser,
        })
    }

    pub(super) fn next_at(&self) -> Option<i64> {
        self.next_at
    }

    /// A clock that was ahead delays no step longer than from now on.
    pub(super) fn tidy(&mut self, now: i64) {
        let latest = now.saturating_add(MAX_DELAY);
        self.next_at = self.next_at.map(|at| at.min(latest));
    }

    /// KV took the value of this revision, or did not.
    pub(super) fn wrote_user(&mut self, revision: u64, took: bool, now: i64) {
        if !took {
            return self.try_again(now);
        }
        self.written = self.written.max(revision);
        self.next_at = Some(if self.is_behind() {
            now
        } else {
            self.check_at(now)
        });
    }

    /// KV took the key of this number, or did not.
    pub(super) fn wrote_index(&mut self, id: UserId, took: bool, now: i64) {
        if !took {
            return self.try_again(now);
        }
        self.index = self.index.filter(|index| *index != id);
        self.next_at = Some(if self.is_behind() {
            now
        } else {
            self.check_at(now)
        });
    }

    /// Whether a write is due. The account may have changed during a step.
    fn is_behind(&self) -> bool {
        self.written < self.revision || self.index.is_some()
    }

    /// KV showed this under the user's key; an error if it did not answer.
    /// Says whether the key of the user's number is to be looked at next.
    pub(super) fn read_user(
        &mut self,
        shown: Result<Option<&str>, ()>,
        username: &Username,
        user: Option<UserId>,
        now: i64,
    ) -> Option<ReplicationStep> {
        let Ok(shown) = shown else {
            self.try_again(now);
            return None;
        };
        let revision = shown
            .and_then(|shown| StoredUser::parse(shown, username).ok())
            .and_then(|stored| stored.revision());
        if revision != Some(self.revision) {
            // The write was lost, or something overwrote it.
            self.written = 0;
            self.wrong = self.wrong.saturating_add(1);
            self.next_at = Some(now);
            return None;
        }
        match user {
            Some(id) => Some(ReplicationStep::ReadIndex(id)),
            None => {
                self.next_at = self.is_behind().then_some(now);
                None
            }
        }
    }

    /// KV showed this under the number's key; an error if it did not answer.
    pub(super) fn read_index(
        &mut self,
        shown: Result<Option<&str>, ()>,
        username: &Username,
        id: UserId,
        now: i64,
    ) {
        match shown {
            Err(()) => self.try_again(now),
            Ok(Some(name)) if name == username.as_str() => {
                self.next_at = self.is_behind().then_some(now);
            }
            Ok(_) => {
                self.index = Some(id);
                self.wrong = self.wrong.saturating_add(1);
                self.next_at = Some(now);
            }
        }
    }

    /// Looks at KV again, unless a look is due anyway.
    pub(super) fn suspect(&mut self, now: i64) {
        if self.next_at.is_none() && self.revision > 0 {
            self.next_at = Some(now.saturating_add(CHECK_AFTER));
        }
    }

    /// The delay doubles each time something was wrong, up to an hour.
    fn delay(&self, shortest: i64) -> i64 {
        let factor = 1_i64.checked_shl(self.wrong.min(16)).unwrap_or(1);
        shortest.saturating_mul(factor).min(MAX_DELAY)
    }

    fn check_at(&self, now: i64) -> i64 {
        now.saturating_add(self.delay(CHECK_AFTER))
    }

    fn try_again(&mut self, now: i64) {
        self.next_at = Some(now.saturating_add(self.delay(1)));
        self.wrong = self.wrong.saturating_add(1);
    }
}
