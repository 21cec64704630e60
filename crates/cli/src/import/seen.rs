//! The names and ids of earlier rows, to reject a user who occurs twice.

use std::collections::HashMap;
use std::collections::hash_map::Entry;

use sha2::{Digest as _, Sha256};

use crate::failure::{Failure, Outcome};
use portcullis::account::{UserId, Username};

/// The users of earlier rows. Each takes about 35 bytes for the name and 35 for the id.
#[derive(Default)]
pub(super) struct Seen {
    /// The names, as 96 bits of their SHA-256. The probability that two of a million names have the
    /// same bits is below 1 in 10^17, and the result would be a rejected row in the report.
    names: HashMap<[u8; 12], u32>,
    ids: HashMap<UserId, u32>,
}

/// The earlier row with the same id or name.
pub(super) enum Taken {
    Id(u64),
    Name(u64),
}

impl Seen {
    /// Adds the user of a row, or returns the earlier row with the same id or name.
    pub(super) fn note(
        &mut self,
        row: u64,
        id: UserId,
        username: &Username,
    ) -> Outcome<Result<(), Taken>> {
        let row = u32::try_from(row).map_err(|_| {
            Failure::new("the source has more than 2^32 rows").fix("import it in parts")
        })?;
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
    /// The ids of all added rows.
    pub(super) fn ids(&self) -> impl Iterator<Item = UserId> {
        self.ids.keys().copied()
    }
}

/// A short digest that represents a text in a large set.
pub(super) fn digest(text: &str) -> [u8; 12] {
    let [a, b, c, d, e, f, g, h, i, j, k, l, ..] = Sha256::digest(text).0;
    [a, b, c, d, e, f, g, h, i, j, k, l]
}
