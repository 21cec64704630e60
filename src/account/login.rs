use super::{RecordCorrupt, StoredUser, UserRecord, Username};
use crate::password::{ClearPassword, HashNotUsable, StoredHash, WrongPassword};

/// Runs the hash. A trait, so that a test can count how often it is run.
pub trait CheckPassword {
    /// Checks a password against a stored hash.
    ///
    /// # Errors
    /// [`WrongPassword`].
    fn check(&self, hash: &StoredHash, password: &ClearPassword) -> Result<(), WrongPassword>;
}

/// The real one.
#[derive(Debug, Clone, Copy, Default)]
pub struct StoredHashCheck;

impl CheckPassword for StoredHashCheck {
    fn check(&self, hash: &StoredHash, password: &ClearPassword) -> Result<(), WrongPassword> {
        hash.check(password)
    }
}

/// A user who knew the password and may log in.
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

    /// Whether a new hash of the password that was given should take the
    /// place of the record's: see [`StoredHash::needs_rehash`].
    #[must_use]
    pub fn needs_rehash(&self) -> bool {
        self.needs_rehash
    }
}

/// Why someone was not let in. For the operator's log only: to the outside
/// all of them are `credentials_incorrect`, in answer and in work.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LoginError {
    /// There is no such user.
    UserUnknown,
    /// The password is wrong.
    PasswordWrong,
    /// The password is right and the user disabled.
    UserDisabled,
    /// What is stored for the user is not a record.
    RecordCorrupt,
    /// The record's hash is not known, or costs more than is ever run.
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

/// Decides whether the user that was found may log in with `password`.
///
/// Whatever the outcome, exactly one hash is run: the user's, or `stand_in`
/// where there is none to run. No password opens a stand-in; see
/// [`StandIns`](super::StandIns).
///
/// # Errors
/// [`LoginError`].
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

/// The user in the value that KV has for a name, `None` if it has none. A
/// store that did not answer must not come here.
///
/// # Errors
/// [`LoginError`] when there is no user, or no record.
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
