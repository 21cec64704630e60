//! `--disable-missing`: whose ids the source has, and who is gone.

use std::collections::HashSet;

use super::row::FIRST_OF_SIGN_UP;
use crate::failure::{Failure, Outcome};
use portcullis::account::UserId;

/// The ids of all rows, those that were rejected too.
pub(super) struct Missing(HashSet<UserId>);

/// The ids that are collected while the rows are read.
#[derive(Default)]
pub(super) struct RejectedIds {
    ids: HashSet<UserId>,
    unreadable: u64,
}

impl RejectedIds {
    /// Notes the id of a row that was rejected; `None` if it cannot be read.
    pub(super) fn note(&mut self, id: Option<UserId>) {
        match id {
            Some(id) => drop(self.ids.insert(id)),
            None => self.unreadable = self.unreadable.saturating_add(1),
        }
    }

    /// All ids, with those of the rows that were taken.
    ///
    /// # Errors
    /// The source cannot say who is gone.
    pub(super) fn with(mut self, taken: impl Iterator<Item = UserId>) -> Outcome<Missing> {
        let rejected = self.ids.len();
        self.ids.extend(taken);
        if self.unreadable > 0 {
            let rows = crate::words::count(self.unreadable, "row");
            return Err(Failure::new(format_args!(
                "the id of {rows} cannot be read, so that nobody can tell who is gone"
            ))
            .mend("fix the rows, or leave out --disable-missing"));
        }
        if self.ids.len() == rejected {
            return Err(Failure::new(
                "the source has no user who can be imported, and all users would be disabled",
            )
            .mend("check --from, or leave out --disable-missing"));
        }
        Ok(Missing(self.ids))
    }
}

impl Missing {
    /// The users who are gone: the ids among KV's keys that the source lacks. The
    /// service gave the higher ones, to users whom the source never had.
    pub(super) fn of_keys(&self, keys: &[String]) -> Vec<UserId> {
        let ids = keys.iter().filter_map(|key| {
            let id = key.strip_prefix("id:")?.parse().ok()?;
            UserId::new(id).filter(|id| id.number() < FIRST_OF_SIGN_UP)
        });
        ids.filter(|id| !self.0.contains(id)).collect()
    }
}
