//! The objects that give out the users' numbers. Each number has an object of
//! its own, which remembers for ever who claimed it first.

use serde::{Deserialize, Serialize};

use crate::account::{UserId, Username};

/// The name of the object that counts the numbers of new users.
pub const COUNTER_NAME: &str = "ids";

/// The first number that the counter gives. Numbers below were counted by the
/// Flask application, so an import and a sign-up cannot meet.
pub const FIRST_COUNTED_ID: u64 = 1 << 32;

/// Claims a number for an account.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ClaimId {
    /// The number.
    pub id: UserId,
    /// The account that claims it.
    pub username: Username,
    /// The credential version with which the account's new record starts. It
    /// tells the account's user from an earlier user of the same name.
    pub version: u64,
}

/// The answer to [`ClaimId`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum ClaimAnswer {
    /// The number is the account's: it claims the number first, or again.
    Claimed,
    /// Another account claimed it, or an earlier user of this one.
    Taken,
}

impl ClaimId {
    /// The name of the object that decides.
    #[must_use]
    pub fn object_name(&self) -> String {
        self.id.index_key()
    }

    /// Decides. `first` is the claim that the object holds, `None` if there is
    /// none yet; on [`ClaimAnswer::Claimed`] the object holds this claim.
    #[must_use]
    pub fn decide(&self, first: Option<&Self>) -> ClaimAnswer {
        if first.is_none_or(|first| first == self) {
            ClaimAnswer::Claimed
        } else {
            ClaimAnswer::Taken
        }
    }
}
