//! When the object writes to KV, and when it checks that KV has the written value.

use serde::{Deserialize, Serialize};

use crate::account::{StoredUser, UserId, Username};

/// The progress of copying the object's state to KV. All times are in seconds since
/// the epoch.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub(super) struct Replication {
    /// The number of times that the object has changed the value under the user's key.
    revision: u64,
    /// The last revision that was written successfully.
    written: u64,
    /// The user's number whose key `id:<number>` must still be written.
    #[serde(skip_serializing_if = "Option::is_none")]
    index: Option<UserId>,
    /// When the next step is due; `None` if there is nothing to write, or if the last
    /// check found the right value in KV.
    #[serde(skip_serializing_if = "Option::is_none")]
    next_at: Option<i64>,
    /// The number of failed checks and writes since the last change.
    wrong: u32,
}

/// A step of the replication, which the Worker carries out. "User" is the value under
/// `user:<name>`, "index" the value under `id:<number>`. Only one step is pending at a
/// time, because two concurrent writes could be reordered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum ReplicationStep {
    WriteUser,
    WriteIndex(UserId),
    ReadUser,
    ReadIndex(UserId),
}

/// The seconds between a write and its check. KV shows a write everywhere within
/// about a minute.
const CHECK_AFTER: i64 = 120;
/// A step without an answer is repeated after this many seconds.
pub(super) const STEP_TIMEOUT: i64 = 30;
/// The longest delay of a check or a repeated step, in seconds.
const MAX_DELAY: i64 = 3600;

impl Replication {
    pub(super) fn revision(&self) -> u64 {
        self.revision
    }

    /// Continues counting from a revision that the object found in KV.
    pub(super) fn adopt(&mut self, revision: u64) {
        self.revision = self.revision.max(revision);
    }

    /// Schedules a write, because the value under the user's key must change.
    pub(super) fn changed(&mut self, now: i64) {
        self.revision = self.revision.saturating_add(1);
        self.wrong = 0;
        self.next_at = Some(now);
    }

    /// Schedules a write of the user's name under this number's key.
    pub(super) fn index(&mut self, id: UserId) {
        self.index = Some(id);
    }

    /// Cancels the write of the number's key, because the user has left the name.
    pub(super) fn forget_index(&mut self) {
        self.index = None;
    }

    /// The next step, if a step is due. `user` is the number of the account's user.
    pub(super) fn due(&mut self, user: Option<UserId>, now: i64) -> Option<ReplicationStep> {
        if self.next_at? > now {
            return None;
        }
        // The result of the step will set another time. If there is no result, the
        // alarm repeats the step at this time.
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

    /// If the clock was ahead and is set back, shortens the delay to [`MAX_DELAY`] from
    /// now.
    pub(super) fn tidy(&mut self, now: i64) {
        let latest = now.saturating_add(MAX_DELAY);
        self.next_at = self.next_at.map(|at| at.min(latest));
    }

    /// Handles the result of writing this revision of the user's value.
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

    /// Handles the result of writing this number's key.
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

    /// Handles the value in KV under the user's key, or an error if KV did not
    /// answer. If the value is right, returns the step that checks the number's key.
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

    /// Handles the value in KV under the number's key, or an error if KV did not
    /// answer.
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

    /// Schedules a check of KV, unless a step is scheduled already.
    pub(super) fn schedule_check(&mut self, now: i64) {
        if self.next_at.is_none() && self.revision > 0 {
            self.next_at = Some(now.saturating_add(CHECK_AFTER));
        }
    }

    /// `shortest`, doubled for each failed check or write, up to [`MAX_DELAY`].
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
