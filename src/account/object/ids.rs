//! The objects that assign the users' numbers. Each number has its own object, which
//! permanently remembers the first claim.

use serde::{Deserialize, Serialize};

use crate::account::{UserId, Username};

/// The name of the object that counts the numbers of new users.
pub const COUNTER_NAME: &str = "ids";

/// The first number that the counter assigns. The Flask application assigned lower
/// numbers, so an imported user and a new user never get the same number.
pub const FIRST_COUNTED_ID: u64 = 1 << 32;

/// A claim that an account makes on a number.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ClaimId {
    /// The number.
    pub id: UserId,
    /// The account that claims it.
    pub username: Username,
    /// The credential version with which the account's new record starts. It
    /// distinguishes the account's user from an earlier user with the same name.
    pub version: u64,
}

/// The answer to [`ClaimId`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum ClaimAnswer {
    /// The account has the number, by this claim or by an identical earlier one.
    Claimed,
    /// Another account has the number, or an earlier user of this account.
    Taken,
}

impl ClaimId {
    /// The name of the object that decides the claim.
    #[must_use]
    pub fn object_name(&self) -> String {
        self.id.index_key()
    }

    /// Decides the claim. `first` is the claim that the object of the number has
    /// stored, if any. On [`ClaimAnswer::Claimed`], that object must store this
    /// claim.
    #[must_use]
    pub fn decide(&self, first: Option<&Self>) -> ClaimAnswer {
        if first.is_none_or(|first| first == self) {
            ClaimAnswer::Claimed
        } else {
            ClaimAnswer::Taken
        }
    }
}
