//! Authorizing a verified token by the stored user.

use serde::{Deserialize, Serialize};

use super::ended_sessions::SessionLookup;
use super::{
    RecordCorrupt, SessionId, StoredUser, UserId, UserRecord, Username, VerifiedAccess,
    VerifiedLegacyAccess,
};

/// The facts of a verified token from which KV's value ([`authorize`](Self::authorize))
/// or the account's object decides whether the token is still valid for its user.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct TokenFacts {
    /// The user's number.
    pub id: UserId,
    /// The session and the credential version under which the token was
    /// issued; `None` for a token that this service did not issue: a token of
    /// the Flask application, or a token that was made by hand.
    pub session: Option<TokenSession>,
    /// When the token was issued, in seconds since the epoch.
    pub issued_at: Option<f64>,
    /// When the token ends, in seconds since the epoch.
    pub expires_at: i64,
}

/// See [`TokenFacts::session`].
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct TokenSession {
    /// The session.
    pub id: SessionId,
    /// The credential version.
    pub version: u64,
}

/// The result of comparing a token with the value in KV, which may be a minute old.
#[derive(Debug)]
pub enum StoredDecision {
    /// The token is valid for this user.
    Granted(Box<UserRecord>),
    /// The value in KV is not enough to decide. Ask the account's object.
    AskObject,
}

/// The reason why a verified token is rejected. This is for the operator's log: the
/// client receives `token_incorrect`, except for a corrupt record.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum AccessError {
    /// The user does not exist or was removed.
    UserUnknown,
    /// The name now belongs to another user.
    UserReplaced,
    /// The user is disabled.
    UserDisabled,
    /// The token's session ended.
    SessionEnded,
    /// The token was issued before the user's `tokens_valid_from`, or does not say when
    /// it was issued.
    TokensEnded,
    /// The stored value is not a user's record, or its number belongs to another
    /// account.
    RecordCorrupt,
}

impl AccessError {
    /// The stable code for the log.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::UserUnknown => "user_unknown",
            Self::UserReplaced => "user_replaced",
            Self::UserDisabled => "user_disabled",
            Self::SessionEnded => "session_ended",
            Self::TokensEnded => "tokens_ended",
            Self::RecordCorrupt => "record_corrupt",
        }
    }
}

impl From<RecordCorrupt> for AccessError {
    fn from(_: RecordCorrupt) -> Self {
        Self::RecordCorrupt
    }
}

impl TokenFacts {
    /// Decides from the value that KV has for the token's user. `stored` is `None` if
    /// KV has no value. If KV did not answer, the caller must not call this.
    ///
    /// # Errors
    /// [`AccessError`] when the value is enough to reject the token.
    pub fn authorize(
        &self,
        username: &Username,
        stored: Option<&str>,
    ) -> Result<StoredDecision, AccessError> {
        // A corrupt value decides as little as a missing value.
        let stored = stored.and_then(|stored| StoredUser::parse(stored, username).ok());
        match (stored, &self.session) {
            // An import may have overwritten a tombstone, or the replica of a user
            // with sessions, so only the object can decide.
            (None | Some(StoredUser::Seed(_)), _) => Ok(StoredDecision::AskObject),
            (Some(StoredUser::Removed(removed)), Some(session))
                if session.version > removed.version =>
            {
                Ok(StoredDecision::AskObject)
            }
            (Some(StoredUser::Removed(_)), _) => Err(AccessError::UserUnknown),
            (Some(StoredUser::Replica(replica)), None) => {
                self.check_without_session(&replica.record)?;
                Ok(StoredDecision::Granted(Box::new(replica.record)))
            }
            // If the token's version is higher, KV is outdated. If it is lower,
            // only the object knows whether the session survived the change.
            (Some(StoredUser::Replica(replica)), Some(session))
                if session.version != replica.version =>
            {
                Ok(StoredDecision::AskObject)
            }
            (Some(StoredUser::Replica(replica)), Some(session)) => {
                self.check_user(&replica.record)?;
                match replica.ended.look_up(&session.id, self.expires_at) {
                    SessionLookup::Ended => Err(AccessError::SessionEnded),
                    SessionLookup::AskObject => Ok(StoredDecision::AskObject),
                    SessionLookup::NotEnded => {
                        Ok(StoredDecision::Granted(Box::new(replica.record)))
                    }
                }
            }
        }
    }

    /// Decides from the value in KV after the account's object has answered that it has
    /// no record: the user was imported and has not logged in yet, or the object has
    /// lost its storage. There are no sessions then.
    ///
    /// # Errors
    /// [`AccessError`] when the token is rejected.
    pub fn authorize_imported(
        &self,
        username: &Username,
        stored: Option<&str>,
    ) -> Result<UserRecord, AccessError> {
        let stored = stored.ok_or(AccessError::UserUnknown)?;
        let record = match StoredUser::parse(stored, username)? {
            StoredUser::Seed(record) => record,
            StoredUser::Replica(replica) => replica.record,
            StoredUser::Removed(_) => return Err(AccessError::UserUnknown),
        };
        if self.session.is_some() {
            return Err(AccessError::SessionEnded);
        }
        self.check_without_session(&record)?;
        Ok(record)
    }

    /// Checks that the record is the token's user and is not disabled.
    pub(super) fn check_user(&self, record: &UserRecord) -> Result<(), AccessError> {
        if record.id != self.id {
            Err(AccessError::UserReplaced)
        } else if record.disabled {
            Err(AccessError::UserDisabled)
        } else {
            Ok(())
        }
    }

    /// Checks a token without a session against the record and its `tokens_valid_from`.
    pub(super) fn check_without_session(&self, record: &UserRecord) -> Result<(), AccessError> {
        self.check_user(record)?;
        let Some(from) = record.tokens_valid_from else {
            return Ok(());
        };
        #[allow(clippy::cast_precision_loss)] // Dates are far below 2^53.
        let from = from as f64;
        match self.issued_at {
            Some(issued) if issued >= from => Ok(()),
            _ => Err(AccessError::TokensEnded),
        }
    }
}

impl VerifiedAccess {
    /// The facts from which to authorize the token.
    #[must_use]
    pub fn facts(&self) -> TokenFacts {
        TokenFacts {
            id: self.id(),
            session: self.session().map(|id| TokenSession {
                id: id.clone(),
                // A session without a version is from the time before there were
                // versions.
                version: self.version().unwrap_or_default(),
            }),
            issued_at: self.issued_at(),
            expires_at: self.expires_at(),
        }
    }
}

impl VerifiedLegacyAccess {
    /// The facts from which to authorize the token.
    #[must_use]
    pub fn facts(&self) -> TokenFacts {
        TokenFacts {
            id: self.id(),
            session: None,
            issued_at: self.issued_at(),
            expires_at: self.expires_at().seconds(),
        }
    }
}
