use super::{UserRecord, Username};
use crate::password::{Argon2idHash, ClearPassword, HashNotUsable, WrongPassword};

/// Runs the hash. A trait, so that a test can count how often it is run.
pub trait CheckPassword {
    /// Checks a password against a stored hash.
    ///
    /// # Errors
    /// [`WrongPassword`].
    fn check(&self, hash: &Argon2idHash, password: &ClearPassword) -> Result<(), WrongPassword>;
}

/// The real one.
#[derive(Debug, Clone, Copy, Default)]
pub struct Argon2idCheck;

impl CheckPassword for Argon2idCheck {
    fn check(&self, hash: &Argon2idHash, password: &ClearPassword) -> Result<(), WrongPassword> {
        hash.check(password)
    }
}

/// A user who knew the password and may log in.
#[derive(Debug)]
pub struct VerifiedUser(UserRecord);

impl VerifiedUser {
    /// The user's record.
    #[must_use]
    pub fn record(&self) -> &UserRecord {
        &self.0
    }
}

/// Why someone was not let in. For the operator's log only: to the outside
/// all of them are `credentials_incorrect`, in answer and in work.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LoginRefusal {
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

impl LoginRefusal {
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

/// Decides whether `username` is let in with `password`. `stored` is what the
/// store has for the user, `None` if it has nothing; a store that did not
/// answer is not the same and must not come here.
///
/// Whatever the outcome, exactly one hash is run.
///
/// # Errors
/// [`LoginRefusal`].
pub fn admit(
    username: &Username,
    password: &ClearPassword,
    stored: Option<&str>,
    work: &impl CheckPassword,
) -> Result<VerifiedUser, LoginRefusal> {
    match find_hash(username, stored) {
        Ok((record, hash)) => match work.check(&hash, password) {
            Err(WrongPassword) => Err(LoginRefusal::PasswordWrong),
            Ok(()) if record.disabled => Err(LoginRefusal::UserDisabled),
            Ok(()) => Ok(VerifiedUser(record)),
        },
        Err(refusal) => {
            if let Ok(stand_in) = Argon2idHash::stand_in() {
                // Nobody is let in by it, whatever it says.
                let _ = work.check(&stand_in, password);
            }
            Err(refusal)
        }
    }
}

fn find_hash(
    username: &Username,
    stored: Option<&str>,
) -> Result<(UserRecord, Argon2idHash), LoginRefusal> {
    let stored = stored.ok_or(LoginRefusal::UserUnknown)?;
    let record = UserRecord::parse(stored, username).map_err(|_| LoginRefusal::RecordCorrupt)?;
    let hash = Argon2idHash::parse(&record.hash_password)
        .map_err(|HashNotUsable| LoginRefusal::HashNotUsable)?;
    Ok((record, hash))
}
