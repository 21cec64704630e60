use core::fmt;

use serde::{Deserialize, Serialize};

use crate::account::{
    AttemptLimits, ClientId, NewerRecord, OpenSession, RefreshClaim, RefreshRefusal, SessionId,
    TooManyAttempts, UserId, Username,
};

/// What an account's object is asked. `stored` is what the store has for the
/// user, as whoever asks read it; `None` if it has nothing.
#[derive(Clone, Serialize, Deserialize)]
pub enum Command {
    /// Counts an attempt to log in, before anything is hashed.
    Begin {
        /// From where.
        from: ClientId,
        /// How many failures are borne.
        limits: AttemptLimits,
    },
    /// Takes an attempt back of which nothing came: no password was tried.
    Withdraw {
        /// From where.
        from: ClientId,
    },
    /// The password was right: opens a session.
    Admit {
        /// Whose.
        username: Username,
        /// From where; `None` where no attempt was counted.
        from: Option<ClientId>,
        /// The record that the password was checked against.
        stored: String,
        /// The same password's hash at today's cost, to take the stored one's
        /// place.
        rehash: Option<String>,
        /// How long the session lasts, in seconds.
        lifetime: u64,
    },
    /// Replaces a refresh token by its successor.
    Refresh {
        /// Whose.
        username: Username,
        /// The token.
        claim: RefreshClaim,
        /// The user's record.
        stored: Option<String>,
        /// How long an access token lasts, in seconds.
        access_lifetime: u64,
    },
    /// Ends a session, and its access tokens.
    EndSession {
        /// Whose.
        username: Username,
        /// Which.
        session: SessionId,
        /// The user's record.
        stored: Option<String>,
        /// How long an access token lasts, in seconds.
        access_lifetime: u64,
    },
    /// Puts a new password in the place of one that was checked, and ends all
    /// other sessions.
    ChangePassword {
        /// Whose.
        username: Username,
        /// From where.
        from: ClientId,
        /// The record that the old password was checked against.
        stored: String,
        /// The new one's hash.
        hash_password: String,
        /// The session that stays.
        kept: Option<SessionId>,
        /// How long an access token lasts, in seconds.
        access_lifetime: u64,
    },
    /// Signs a new user up.
    Register {
        /// The name.
        username: Username,
        /// The password's hash.
        hash_password: String,
        /// The phone number.
        phone: String,
        /// The user's number, which is nobody else's.
        id: UserId,
        /// What the store has under this name, as the object itself read it.
        stored: Option<String>,
    },
    /// Asks for the record, where the object has a newer one than the store.
    Look,
}

impl Command {
    /// Where the store has the record that a password was checked against.
    #[must_use]
    pub fn record_key(&self) -> Option<String> {
        match self {
            Self::Admit { username, .. } | Self::ChangePassword { username, .. } => {
                Some(username.record_key())
            }
            _ => None,
        }
    }
}

/// What an account's object answers.
#[derive(Clone, Serialize, Deserialize)]
pub enum Answer {
    /// To `Begin` and `Look`: go on. With the record, where the store's may be
    /// older.
    Begun {
        /// The record.
        newer: Option<NewerRecord>,
    },
    /// To `Begin`: there were too many failures.
    TooMany(TooManyAttempts),
    /// To `Admit` and `Refresh`: a session with its refresh token.
    Open {
        /// The session.
        session: OpenSession,
        /// The user's record in JSON.
        record: String,
    },
    /// To `Refresh`: the token opens nothing.
    Refused {
        /// Why.
        why: RefreshRefusal,
    },
    /// To `Withdraw`, `EndSession`, `ChangePassword` and `Register`: it is done.
    Done,
    /// To `Register`: the name is taken.
    Taken,
    /// To `Admit` and `ChangePassword`: the password that was checked is not
    /// the user's any more.
    Changed,
    /// What is stored for the user is not a record.
    Corrupt,
}

/// Its kind alone: records and hashes are in it.
impl fmt::Debug for Command {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Begin { .. } => "Begin",
            Self::Withdraw { .. } => "Withdraw",
            Self::Admit { .. } => "Admit",
            Self::Refresh { .. } => "Refresh",
            Self::EndSession { .. } => "EndSession",
            Self::ChangePassword { .. } => "ChangePassword",
            Self::Register { .. } => "Register",
            Self::Look => "Look",
        })
    }
}

/// Without the record.
impl fmt::Debug for Answer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Begun { .. } => f.write_str("Begun"),
            Self::TooMany(too_many) => too_many.fmt(f),
            Self::Open { session, .. } => session.fmt(f),
            Self::Refused { why } => why.fmt(f),
            Self::Done => f.write_str("Done"),
            Self::Taken => f.write_str("Taken"),
            Self::Changed => f.write_str("Changed"),
            Self::Corrupt => f.write_str("Corrupt"),
        }
    }
}
