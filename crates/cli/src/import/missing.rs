//! `--disable-missing`: finds the users whose ids the source does not have.

use std::collections::HashSet;

use crate::failure::{Failure, Outcome};
use portcullis::account::UserId;
use portcullis::account::object::FIRST_COUNTED_ID;

/// The ids of all rows, including rejected rows.
pub(super) struct Missing(HashSet<UserId>);

/// The ids of rejected rows, collected while the rows are read.
#[derive(Default)]
pub(super) struct RejectedIds {
    ids: HashSet<UserId>,
    unreadable: u64,
}

impl RejectedIds {
    /// Adds the id of a rejected row; `None` if the id cannot be read.
    pub(super) fn note(&mut self, id: Option<UserId>) {
        match id {
            Some(id) => drop(self.ids.insert(id)),
            None => self.unreadable = self.unreadable.saturating_add(1),
        }
    }

    /// All ids, including the ids of the accepted rows.
    ///
    /// # Errors
    /// The source does not show which users are missing.
    pub(super) fn with(mut self, taken: impl Iterator<Item = UserId>) -> Outcome<Missing> {
        let rejected = self.ids.len();
        self.ids.extend(taken);
        if self.unreadable > 0 {
            let rows = crate::words::count(self.unreadable, "row");
            return Err(Failure::new(format_args!(
                "the id of {rows} cannot be read, so the missing users cannot be found"
            ))
            .fix("fix the rows, or leave out --disable-missing"));
        }
        if self.ids.len() == rejected {
            return Err(Failure::new(
                "the source has no user who can be imported, and all users would be disabled",
            )
            .fix("check --from, or leave out --disable-missing"));
        }
        Ok(Missing(self.ids))
    }
}

impl Missing {
    /// The missing users: the ids among KV's keys that the source does not have. Higher ids are
    /// left out, because the service gave them to users who were never in the source.
    pub(super) fn of_keys(&self, keys: &[String]) -> Vec<UserId> {
        let ids = keys.iter().filter_map(|key| {
            let id = key.strip_prefix("id:")?.parse().ok()?;
            UserId::new(id).filter(|id| id.number() < FIRST_COUNTED_ID)
        });
        ids.filter(|id| !self.0.contains(id)).collect()
    }
}
