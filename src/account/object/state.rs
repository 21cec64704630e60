//! The state that an account's object stores.

use serde::{Deserialize, Serialize};

use super::protocol::{NoUser, TransferId, UserState};
use super::replication::Replication;
use crate::account::attempts::Attempts;
use crate::account::exchanged_tokens::ExchangedTokens;
use crate::account::sessions::{RemovedSession, Sessions};
use crate::account::{
    AccessError, EndedSessions, HashDigest, RemovedUser, Replica, SessionId, TokenFacts, UserId,
    UserRecord, Username,
};

/// The version of the stored state. An object reads this version, and drops a state of
/// version 0 or 1, which had sessions but no record.
const FORMAT: u32 = 2;

/// A reservation waits this many seconds for the old name's object to complete the
/// rename before it asks how the rename ended.
pub(super) const ASK_AFTER: i64 = 30;

/// The state of one account. Its size is bounded, whatever the requests are.
#[derive(Default, Serialize, Deserialize)]
pub(super) struct State {
    #[serde(default)]
    format: u32,
    /// The account's name. It is known from the requests: each request contains it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) username: Option<Username>,
    #[serde(default)]
    pub(super) attempts: Attempts,
    #[serde(default)]
    pub(super) holder: Holder,
    #[serde(default)]
    pub(super) replication: Replication,
    /// The last rename that this object committed. It is kept even if a new user gets
    /// this name, because the object of the name to which the user was renamed may
    /// still ask.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) moved: Option<Moved>,
}

/// The holder of the account's name.
#[derive(Default, Serialize, Deserialize)]
pub(super) enum Holder {
    /// The object has no record. KV may have a value that the object can adopt.
    #[default]
    Nobody,
    /// A user.
    User(Box<User>),
    /// A user was removed or renamed. The object no longer adopts a value in KV.
    Removed(Tombstone),
    /// The name is reserved for a user who is being renamed.
    Reserved(Box<Reservation>),
}

/// The number and version of a user who was removed or renamed.
#[derive(Clone, Serialize, Deserialize)]
pub(super) struct Tombstone {
    pub(super) id: UserId,
    pub(super) version: u64,
}

/// A rename that this object committed.
#[derive(Clone, Serialize, Deserialize)]
pub(super) struct Moved {
    pub(super) to: Username,
    pub(super) transfer: TransferId,
    /// The version of the tombstone that the rename left.
    pub(super) version: u64,
}

/// A rename to this name that is not yet complete.
#[derive(Clone, Serialize, Deserialize)]
pub(super) struct Reservation {
    pub(super) transfer: TransferId,
    /// The old name, whose object knows whether the rename was committed.
    pub(super) from: Username,
    pub(super) record: UserRecord,
    /// The credential version with which the user starts here.
    pub(super) version: u64,
    /// The tombstone to restore if the rename is aborted.
    pub(super) before: Option<Tombstone>,
    /// When to ask the old name's object how the rename ended, in seconds since the
    /// epoch.
    pub(super) ask_at: i64,
}

/// A user and what the object stores about the user's sessions and tokens.
#[derive(Serialize, Deserialize)]
pub(super) struct User {
    pub(super) record: UserRecord,
    /// The credential version, which only rises. A rise also sets the record's
    /// `tokens_valid_from`; see [`raise_version`](Self::raise_version).
    pub(super) version: u64,
    /// The digest of the hash in the value that the object adopted. If the Worker
    /// checked a password against this hash before the adoption, the check still
    /// counts.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) adopted_hash: Option<HashDigest>,
    /// The rename that moved the user to this name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) arrived_by: Option<TransferId>,
    #[serde(default)]
    pub(super) sessions: Sessions,
    #[serde(default, skip_serializing_if = "EndedSessions::is_empty")]
    pub(super) ended: EndedSessions,
    #[serde(default)]
    pub(super) exchanged: ExchangedTokens,
}

/// The stored text is not a state, or has a later format.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct StateCorrupt;

impl State {
    pub(super) fn from_json(stored: &str) -> Result<Self, StateCorrupt> {
        #[derive(Deserialize)]
        struct Format {
            #[serde(default)]
            format: u32,
        }
        let Format { format } = serde_json::from_str(stored).map_err(|_| StateCorrupt)?;
        match format {
            0 | 1 => Ok(Self::default()),
            FORMAT => serde_json::from_str(stored).map_err(|_| StateCorrupt),
            _ => Err(StateCorrupt),
        }
    }

    pub(super) fn stored_json(&mut self) -> Result<String, StateCorrupt> {
        self.format = FORMAT;
        serde_json::to_string(self).map_err(|_| StateCorrupt)
    }

    /// Whether the stored state can be deleted without losing anything.
    pub(super) fn is_empty(&self) -> bool {
        matches!(self.holder, Holder::Nobody) && self.attempts.is_empty()
    }

    /// The user, if there is one.
    pub(super) fn user(&mut self) -> Option<&mut User> {
        match &mut self.holder {
            Holder::User(user) => Some(user),
            _ => None,
        }
    }

    /// Replaces the user by a tombstone.
    pub(super) fn remove(&mut self, tombstone: Tombstone) {
        self.holder = Holder::Removed(tombstone);
        self.replication.forget_index();
    }

    /// Schedules a write to KV. Call this after a change that KV must show.
    pub(super) fn changed(&mut self, now: i64) {
        self.replication.changed(now);
    }

    /// The value that KV should have; `None` if the object has neither a user nor a
    /// tombstone, so that the value in KV is not the object's.
    pub(super) fn replica(&self, username: &Username) -> Option<String> {
        let revision = self.replication.revision();
        match &self.holder {
            Holder::User(user) => Some(
                Replica {
                    record: user.record.clone(),
                    revision,
                    version: user.version,
                    ended: user.ended.clone(),
                }
                .to_json(),
            ),
            Holder::Removed(tombstone) => Some(tombstone.replica(revision).to_json(username)),
            Holder::Reserved(reservation) => {
                let before = reservation.before.as_ref()?;
                Some(before.replica(revision).to_json(username))
            }
            Holder::Nobody => None,
        }
    }
}

impl Reservation {
    /// If the clock was ahead and is set back, shortens the wait to [`ASK_AFTER`]
    /// from now.
    pub(super) fn tidy(&mut self, now: i64) {
        self.ask_at = self.ask_at.min(now.saturating_add(ASK_AFTER));
    }
}

impl Tombstone {
    fn replica(&self, revision: u64) -> RemovedUser {
        RemovedUser {
            id: self.id,
            revision,
            version: self.version,
        }
    }
}

impl User {
    pub(super) fn new(record: UserRecord, version: u64) -> Self {
        Self {
            record,
            version,
            adopted_hash: None,
            arrived_by: None,
            sessions: Sessions::default(),
            ended: EndedSessions::default(),
            exchanged: ExchangedTokens::default(),
        }
    }

    /// Raises the credential version. This ends every session except `kept`, and
    /// invalidates all earlier password checks and all earlier tokens, except the
    /// tokens of `kept`.
    pub(super) fn raise_version(&mut self, kept: Option<&SessionId>, now: i64) {
        self.version = self.version.saturating_add(1);
        // Times of issue are in whole seconds. A token that was issued in this second
        // may be from before the change, so tokens are valid from the next second on.
        let begins = now.saturating_add(1);
        self.record.tokens_valid_from = self.record.tokens_valid_from.max(Some(begins));
        self.adopted_hash = None;
        self.sessions.end_others(kept);
        self.ended.clear();
    }

    /// Replaces the password's hash and raises the version.
    pub(super) fn set_password(&mut self, hash: String, kept: Option<&SessionId>, now: i64) {
        self.record.hash_password = hash;
        self.record.imported_hash = None;
        self.raise_version(kept, now);
    }

    /// Adds a session to the replica's list of sessions that ended before their access
    /// tokens expire.
    pub(super) fn add_ended(&mut self, session: RemovedSession, now: i64) {
        self.ended.add(session.id, session.tokens_until, now);
    }

    /// Checks that a token is still valid: it is this user's, the user is not disabled,
    /// and the session has not ended. `tokens_valid_from` decides about a token without
    /// a session.
    pub(super) fn check(&self, token: &TokenFacts) -> Result<(), AccessError> {
        token.check_user(&self.record)?;
        match &token.session {
            None => token.check_without_session(&self.record),
            Some(session) if self.sessions.find(&session.id).is_some() => Ok(()),
            Some(_) => Err(AccessError::SessionEnded),
        }
    }

    /// The user as an operator sees it.
    pub(super) fn state(&self, now: i64) -> UserState {
        UserState {
            record: self.record.clone(),
            version: Some(self.version),
            sessions: self.sessions.list(now),
        }
    }
}

impl From<NoUser> for AccessError {
    fn from(why: NoUser) -> Self {
        match why {
            NoUser::Unknown => Self::UserUnknown,
            NoUser::Corrupt | NoUser::IdTaken => Self::RecordCorrupt,
        }
    }
}
