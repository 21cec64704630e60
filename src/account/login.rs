//! Deciding whether a user may log in with a password.

use super::{RecordCorrupt, StoredUser, UserRecord, Username};
use crate::password::{ClearPassword, HashNotUsable, StoredHash, WrongPassword};

/// Checks a password against a hash. This is a trait, so that a test can count the
/// checks.
pub trait CheckPassword {
    /// Checks a password against a stored hash.
    ///
    /// # Errors
    /// [`WrongPassword`].
    fn check(&self, hash: &StoredHash, password: &ClearPassword) -> Result<(), WrongPassword>;
}

/// Checks passwords with [`StoredHash::check`]: the implementation outside of tests.
#[derive(Debug, Clone, Copy, Default)]
pub struct StoredHashCheck;

impl CheckPassword for StoredHashCheck {
    fn check(&self, hash: &StoredHash, password: &ClearPassword) -> Result<(), WrongPassword> {
        hash.check(password)
    }
}

/// A user whose password was right and who may log in.
#[derive(Debug)]
pub struct VerifiedUser {
    record: UserRecord,
    needs_rehash: bool,
}

impl VerifiedUser {
    /// The user's record.
    #[must_use]
    pub fn record(&self) -> &UserRecord {
        &self.record
    }

    /// Whether the record's hash should be replaced by a new hash of the given
    /// password: see [`StoredHash::needs_rehash`].
    #[must_use]
    pub fn needs_rehash(&self) -> bool {
        self.needs_rehash
    }
}

/// The reason why a login fails. This is for the operator's log only: a client
/// receives `credentials_incorrect` for every reason, after the same amount of work.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LoginError {
    /// The user does not exist.
    UserUnknown,
    /// The password is wrong.
    PasswordWrong,
    /// The password is right, but the user is disabled.
    UserDisabled,
    /// The stored value is not a record.
    RecordCorrupt,
    /// The record's hash is not supported, or its cost exceeds the limits.
    HashNotUsable,
}

impl LoginError {
    /// The stable code for the log.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::UserUnknown => "user_unknown",
            Self::PasswordWrong => "password_wrong",
            Self::UserDisabled => "user_disabled",
            Self::RecordCorrupt => "record_corrupt",
            Self::HashNotUsable => "hash_not_usable",
        }
    }
}

/// Decides whether a user may log in with `password`. `found` is the user, or the
/// reason why there is none.
///
/// Always checks exactly one hash, so that the time does not reveal whether the user
/// exists: the user's hash, or `stand_in` if there is no user or no usable hash. No
/// password matches a stand-in; see [`StandIns`](super::StandIns).
///
/// # Errors
/// [`LoginError`]: the reason, for the log.
pub fn admit(
    found: Result<UserRecord, LoginError>,
    password: &ClearPassword,
    stand_in: &StoredHash,
    work: &impl CheckPassword,
) -> Result<VerifiedUser, LoginError> {
    match found.and_then(find_hash) {
        Ok((record, hash)) => match work.check(&hash, password) {
            Err(WrongPassword) => Err(LoginError::PasswordWrong),
            Ok(()) if record.disabled => Err(LoginError::UserDisabled),
            Ok(()) => Ok(VerifiedUser {
                record,
                needs_rehash: hash.needs_rehash(),
            }),
        },
        Err(refusal) => {
            let _ = work.check(stand_in, password);
            Err(refusal)
        }
    }
}

fn find_hash(record: UserRecord) -> Result<(UserRecord, StoredHash), LoginError> {
    let hash = StoredHash::parse(&record.hash_password)
        .map_err(|HashNotUsable| LoginError::HashNotUsable)?;
    Ok((record, hash))
}

/// Reads the user from the value that KV has for a name. `stored` is `None` if KV has
/// no value. If KV did not answer, the caller must not call this.
///
/// # Errors
/// [`LoginError`] when there is no user or the value is not a record.
pub fn find_stored_user(
    username: &Username,
    stored: Option<&str>,
) -> Result<UserRecord, LoginError> {
    let stored = stored.ok_or(LoginError::UserUnknown)?;
    match StoredUser::parse(stored, username) {
        Ok(StoredUser::Seed(record)) => Ok(record),
        Ok(StoredUser::Replica(replica)) => Ok(replica.record),
        Ok(StoredUser::Removed(_)) => Err(LoginError::UserUnknown),
        Err(RecordCorrupt) => Err(LoginError::RecordCorrupt),
    }
}
