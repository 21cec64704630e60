//! The names and ids of the rows before, so that nobody comes twice.

use std::collections::HashMap;
use std::collections::hash_map::Entry;

use sha2::{Digest as _, Sha256};

use crate::failure::{Failure, Outcome};
use portcullis::account::{UserId, Username};

/// Who was seen, in some 35 bytes a user for the name and as many for the id.
#[derive(Default)]
pub(super) struct Seen {
    /// By 96 bits of its SHA-256: that two of a million names share them is
    /// less likely than 1 in 10^17, and would reject a row, which is said.
    names: HashMap<[u8; 12], u32>,
    ids: HashMap<UserId, u32>,
}

/// The row that has it already.
pub(super) enum Taken {
    Id(u64),
    Name(u64),
}

impl Seen {
    /// Notes who is in a row, or says which row was first.
    pub(super) fn note(
        &mut self,
        row: u64,
        id: UserId,
        username: &Username,
    ) -> Outcome<Result<(), Taken>> {
        let row = u32::try_from(row)
            .map_err(|_| Failure::new("more than 2^32 rows").mend("import them in parts"))?;
        let name = match self.names.entry(digest(username.as_str())) {
            Entry::Occupied(first) => return Ok(Err(Taken::Name((*first.get()).into()))),
            Entry::Vacant(name) => name,
        };
        match self.ids.entry(id) {
            Entry::Occupied(first) => Ok(Err(Taken::Id((*first.get()).into()))),
            Entry::Vacant(id) => {
                id.insert(row);
                name.insert(row);
                Ok(Ok(()))
            }
        }
    }
}

impl Seen {
    /// The ids of the rows that were noted.
    pub(super) fn ids(&self) -> impl Iterator<Item = UserId> {
        self.ids.keys().copied()
    }
}

/// What stands for a text in a set of many.
pub(super) fn digest(text: &str) -> [u8; 12] {
    let [a, b, c, d, e, f, g, h, i, j, k, l, ..] = Sha256::digest(text).0;
    [a, b, c, d, e, f, g, h, i, j, k, l]
}
