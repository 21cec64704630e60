//! The ids of the source, to find the users whom `--disable-missing` disables.

use std::collections::HashSet;

use crate::failure::{Failure, Outcome};
use portcullis::account::UserId;
use portcullis::account::object::FIRST_COUNTED_ID;

/// The ids of all rows, including rejected rows.
pub(super) struct SourceIds(HashSet<UserId>);

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

    /// Adds the ids of the accepted rows.
    ///
    /// # Errors
    /// The id of a rejected row cannot be read, or no row was accepted: the users in KV cannot be
    /// compared with such a source.
    pub(super) fn with_accepted(
        mut self,
        accepted: impl Iterator<Item = UserId>,
    ) -> Outcome<SourceIds> {
        let rejected = self.ids.len();
        self.ids.extend(accepted);
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
        Ok(SourceIds(self.ids))
    }
}

impl SourceIds {
    /// Returns the ids of KV's keys `id:<number>` that the source does not have. Ids from
    /// [`FIRST_COUNTED_ID`] up are left out: the service gave them to users who signed up and were
    /// never in the source.
    pub(super) fn missing_users(&self, keys: &[String]) -> Vec<UserId> {
        let ids = keys.iter().filter_map(|key| {
            let id = key.strip_prefix("id:")?.parse().ok()?;
            UserId::new(id).filter(|id| id.number() < FIRST_COUNTED_ID)
        });
        ids.filter(|id| !self.0.contains(id)).collect()
    }
}
