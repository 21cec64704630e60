//! The requests to an account's object and their answers.
//!
//! In all requests, `shown` is the value that the Worker read from KV under the
//! user's key; `None` if there was no value. The object takes the user from this
//! value only while it has no record of its own. Otherwise the object only compares
//! the value with what it has adopted or written.
//!
//! A login takes three steps. [`Begin`] counts the attempt and says which record to
//! check the password against. The Worker checks the password. [`Admit`] opens the
//! session. [`Withdraw`] takes the attempt back if the Worker could not check the
//! password.

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use crate::account::{
    AccessError, AttemptLimits, ClientDescription, ClientId, HashDigest, OpenSession, RefreshClaim,
    RefreshError, SessionId, SessionInfo, SessionPolicy, TokenDigest, TokenFacts, TooManyAttempts,
    UserId, UserRecord, Username,
};

/// The version of these messages. An object keeps running old code for some minutes
/// after a deployment, so each side accepts this version and the previous one.
pub const PROTOCOL: u32 = 2;

/// A request that an account's object answers.
pub trait AccountRequest: Into<Message> {
    /// The type of the answer.
    type Answer: Serialize + DeserializeOwned;
}

/// A request with its address.
#[derive(Clone, Serialize, Deserialize)]
pub struct Envelope {
    /// The sender's [`PROTOCOL`].
    pub protocol: u32,
    /// The account's name.
    pub username: Username,
    /// The request.
    pub message: Message,
}

impl Envelope {
    /// Addresses a request to the object of a username.
    pub fn new(username: Username, request: impl AccountRequest) -> Self {
        Self {
            protocol: PROTOCOL,
            username,
            message: request.into(),
        }
    }
}

macro_rules! requests {
    ($($(#[$doc:meta])* $request:ident => $answer:ident,)*) => {
        /// A request of any type.
        #[derive(Clone, Serialize, Deserialize)]
        pub enum Message {
            $($(#[$doc])* $request($request),)*
        }

        impl Message {
            /// The name of the request, for logs and tests.
            #[must_use]
            pub fn name(&self) -> &'static str {
                match self {
                    $(Self::$request(_) => stringify!($request),)*
                }
            }
        }

        $(
            impl From<$request> for Message {
                fn from(request: $request) -> Self {
                    Self::$request(request)
                }
            }

            impl AccountRequest for $request {
                type Answer = $answer;
            }
        )*
    };
}

requests! {
    /// See [`Begin`].
    Begin => BeginAnswer,
    /// See [`Withdraw`].
    Withdraw => Done,
    /// See [`Admit`].
    Admit => AdmitAnswer,
    /// See [`Refresh`].
    Refresh => RefreshAnswer,
    /// See [`ExchangeLegacy`].
    ExchangeLegacy => ExchangeAnswer,
    /// See [`CheckToken`].
    CheckToken => CheckAnswer,
    /// See [`ListSessions`].
    ListSessions => ListAnswer,
    /// See [`EndSessions`].
    EndSessions => EndAnswer,
    /// See [`ChangePassword`].
    ChangePassword => ChangePasswordAnswer,
    /// See [`Create`].
    Create => CreateAnswer,
    /// See [`ReadUser`].
    ReadUser => UserAnswer,
    /// See [`UpdateUser`].
    UpdateUser => UserAnswer,
    /// See [`SignOut`].
    SignOut => UserAnswer,
    /// See [`RemoveUser`].
    RemoveUser => UserAnswer,
    /// See [`EndUserSession`].
    EndUserSession => EndUserSessionAnswer,
    /// See [`Rename`].
    Rename => RenameAnswer,
    /// See [`Reserve`].
    Reserve => ReserveAnswer,
    /// See [`Activate`].
    Activate => ActivateAnswer,
    /// See [`TransferStatus`].
    TransferStatus => TransferAnswer,
}

/// The answer to a request that always succeeds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Done;

// --- Logging in

/// Counts an attempt to give a password, for a login or a change of password, before
/// the password is hashed.
#[derive(Clone, Serialize, Deserialize)]
pub struct Begin {
    /// The address of the client.
    pub from: ClientId,
    /// The limits on failures.
    pub limits: AttemptLimits,
    /// For a change of password: the access token, which must still be valid.
    pub token: Option<TokenFacts>,
}

/// The answer to [`Begin`].
#[derive(Clone, Serialize, Deserialize)]
pub enum BeginAnswer {
    /// The attempt is counted as a failure until [`Admit`] or
    /// [`ChangePassword`] succeeds.
    Check {
        /// The record to check the password against.
        source: PasswordSource,
        /// Whether the owner has recently logged in from this address.
        known_address: bool,
    },
    /// There were too many failures. The attempt was not counted.
    TooMany(TooManyAttempts),
    /// The token is no longer valid. The attempt was not counted.
    Refused(AccessError),
}

/// The record to check a password against.
#[derive(Clone, Serialize, Deserialize)]
pub enum PasswordSource {
    /// The object's own record.
    Object {
        /// The user.
        record: Box<UserRecord>,
        /// The credential version.
        version: u64,
    },
    /// The value in KV, because the object has no record.
    Shown,
    /// None: the name has no user. The object knows that the user was removed or
    /// renamed, or that the name is reserved, so a value in KV is outdated.
    Nobody,
}

/// The record against which a password was checked.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Checked {
    /// The object's own record at this credential version.
    Object {
        /// The credential version.
        version: u64,
    },
    /// The value in [`Admit::shown`] or [`ChangePassword::shown`].
    Shown,
}

/// Takes an attempt back, because no password was checked.
#[derive(Clone, Serialize, Deserialize)]
pub struct Withdraw {
    /// The address of the client.
    pub from: ClientId,
}

/// Opens a session, because the password was right.
#[derive(Clone, Serialize, Deserialize)]
pub struct Admit {
    /// The address of the client.
    pub from: ClientId,
    /// The record against which the password was checked.
    pub checked: Checked,
    /// See the [module](self).
    pub shown: Option<String>,
    /// A new hash of the same password with today's cost, to replace the stored hash;
    /// `None` if the stored hash is good enough.
    pub rehash: Option<String>,
    /// The settings for sessions.
    pub policy: SessionPolicy,
    /// The description of the client.
    pub client: ClientDescription,
}

/// The answer to [`Admit`].
#[derive(Clone, Serialize, Deserialize)]
pub enum AdmitAnswer {
    /// A session is open.
    Opened(Opened),
    /// The password was changed since the check, or the user may no longer log
    /// in.
    Changed,
    /// There is no usable record.
    NoUser(NoUser),
}

/// An open session and its user, for an access token.
#[derive(Clone, Serialize, Deserialize)]
pub struct Opened {
    /// The session.
    pub session: OpenSession,
    /// The user's number.
    pub id: UserId,
    /// The credential version.
    pub version: u64,
}

/// The reason why there is no usable record: the object has none, and it cannot adopt
/// the value in KV.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum NoUser {
    /// There is no such user.
    Unknown,
    /// The stored value is not a record.
    Corrupt,
    /// The record's number belongs to another account.
    IdTaken,
}

/// Replaces a refresh token by its successor.
#[derive(Clone, Serialize, Deserialize)]
pub struct Refresh {
    /// The token.
    pub claim: RefreshClaim,
    /// The settings for sessions.
    pub policy: SessionPolicy,
}

/// The answer to [`Refresh`].
#[derive(Clone, Serialize, Deserialize)]
pub enum RefreshAnswer {
    /// The session continues.
    Opened(Opened),
    /// The token is rejected.
    Refused(RefreshError),
}

/// Exchanges a token of the Flask application for a session, once.
#[derive(Clone, Serialize, Deserialize)]
pub struct ExchangeLegacy {
    /// The digest of the token.
    pub digest: TokenDigest,
    /// The number of the token's user.
    pub id: UserId,
    /// When the token was issued, in seconds since the epoch. The session counts
    /// as started then.
    pub issued_at: i64,
    /// When the token ends, in seconds since the epoch.
    pub expires_at: i64,
    /// See the [module](self).
    pub shown: Option<String>,
    /// The settings for sessions.
    pub policy: SessionPolicy,
    /// The description of the client.
    pub client: ClientDescription,
}

/// The answer to [`ExchangeLegacy`].
#[derive(Clone, Serialize, Deserialize)]
pub enum ExchangeAnswer {
    /// A session is open.
    Opened(Opened),
    /// The token is not valid for the user.
    Refused(AccessError),
    /// The token was exchanged before.
    AlreadyExchanged,
    /// A session that started when the token was issued would have expired.
    Expired,
    /// The record's number belongs to another account.
    IdTaken,
}

// --- A user's own sessions and password

/// Asks whether a token is still valid.
#[derive(Clone, Serialize, Deserialize)]
pub struct CheckToken {
    /// The token.
    pub token: TokenFacts,
}

/// The answer to [`CheckToken`].
#[derive(Clone, Serialize, Deserialize)]
pub enum CheckAnswer {
    /// The token is valid for this user.
    Granted(Box<UserRecord>),
    /// The token is no longer valid.
    Refused(AccessError),
    /// The object has no record, so the value in KV decides.
    NoRecord,
}

/// Lists the sessions of a token's user.
#[derive(Clone, Serialize, Deserialize)]
pub struct ListSessions {
    /// The token, which must belong to a session.
    pub token: TokenFacts,
}

/// The answer to [`ListSessions`].
#[derive(Clone, Serialize, Deserialize)]
pub enum ListAnswer {
    /// The sessions, the most recently used first.
    Sessions(Vec<SessionInfo>),
    /// The token is no longer valid.
    Refused(AccessError),
}

/// Ends sessions of a token's user, with their access tokens.
#[derive(Clone, Serialize, Deserialize)]
pub struct EndSessions {
    /// The token, which must belong to a session.
    pub token: TokenFacts,
    /// The sessions to end.
    pub which: WhichSessions,
}

/// The sessions to end.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum WhichSessions {
    /// The token's session.
    Current,
    /// The session with this id.
    One(SessionId),
    /// All sessions except the token's.
    Others,
}

/// The answer to [`EndSessions`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum EndAnswer {
    /// The sessions ended.
    Ended,
    /// There is no such session.
    SessionUnknown,
    /// The token is no longer valid.
    Refused(AccessError),
}

/// Replaces a password after the old one was checked. Ends all sessions except the
/// token's.
#[derive(Clone, Serialize, Deserialize)]
pub struct ChangePassword {
    /// The address of the client.
    pub from: ClientId,
    /// The token.
    pub token: TokenFacts,
    /// The record against which the old password was checked.
    pub checked: Checked,
    /// See the [module](self).
    pub shown: Option<String>,
    /// The new password's hash.
    pub hash_password: String,
}

/// The answer to [`ChangePassword`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum ChangePasswordAnswer {
    /// The password was replaced.
    Replaced,
    /// The password was changed since the check.
    Changed,
    /// The token is no longer valid.
    Refused(AccessError),
    /// There is no usable record.
    NoUser(NoUser),
}

// --- New users and the requests of operators

/// Creates a user.
#[derive(Clone, Serialize, Deserialize)]
pub struct Create {
    /// Whether an operator sends the request. Only an operator may reuse the name
    /// of a removed user.
    pub by_operator: bool,
    /// The password's hash; empty for a user without a password.
    pub hash_password: String,
    /// The phone number.
    pub phone: String,
    /// The user's number; `None` for the next free number.
    pub id: Option<UserId>,
    /// If an import creates the user: the digest of the hash in the import's source.
    pub imported_hash: Option<HashDigest>,
    /// See the [module](self).
    pub shown: Option<String>,
}

/// The answer to [`Create`].
#[derive(Clone, Serialize, Deserialize)]
pub enum CreateAnswer {
    /// The user was created.
    Created(UserState),
    /// The name belongs or belonged to a user.
    NameTaken,
    /// The number belongs or belonged to another account.
    IdTaken,
}

/// Reads a user. Changes nothing.
#[derive(Clone, Serialize, Deserialize)]
pub struct ReadUser {
    /// See the [module](self).
    pub shown: Option<String>,
}

/// Changes a user. `None` leaves a member unchanged. A new hash ends all sessions,
/// and so does disabling.
#[derive(Clone, Serialize, Deserialize)]
pub struct UpdateUser {
    /// The phone number.
    pub phone: Option<String>,
    /// The password's hash.
    pub hash_password: Option<String>,
    /// Whether the user is disabled.
    pub disabled: Option<bool>,
    /// If an import changes the password: the digest of the hash in the import's
    /// source.
    pub imported_hash: Option<HashDigest>,
    /// See the [module](self).
    pub shown: Option<String>,
}

/// Ends all sessions of a user.
#[derive(Clone, Serialize, Deserialize)]
pub struct SignOut {
    /// See the [module](self).
    pub shown: Option<String>,
}

/// Removes a user permanently.
#[derive(Clone, Serialize, Deserialize)]
pub struct RemoveUser {
    /// See the [module](self).
    pub shown: Option<String>,
}

/// The answer to an operator's request about a user.
#[derive(Clone, Serialize, Deserialize)]
pub enum UserAnswer {
    /// The user after the request; after [`RemoveUser`], the user before it.
    User(UserState),
    /// There is no usable record.
    NoUser(NoUser),
    /// The user with this name was removed.
    Removed,
}

/// A user as an operator sees it.
#[derive(Clone, Serialize, Deserialize)]
pub struct UserState {
    /// The user.
    pub record: UserRecord,
    /// The credential version; `None` until the object adopts the imported
    /// record.
    pub version: Option<u64>,
    /// The sessions, the most recently used first.
    pub sessions: Vec<SessionInfo>,
}

/// Ends one session of a user.
#[derive(Clone, Serialize, Deserialize)]
pub struct EndUserSession {
    /// The session.
    pub session: SessionId,
    /// See the [module](self).
    pub shown: Option<String>,
}

/// The answer to [`EndUserSession`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum EndUserSessionAnswer {
    /// The session ended.
    Ended,
    /// There is no such session.
    SessionUnknown,
    /// There is no usable record.
    NoUser(NoUser),
}

/// Renames a user. Ends all sessions.
#[derive(Clone, Serialize, Deserialize)]
pub struct Rename {
    /// The new name.
    pub to: Username,
    /// The value in KV under the old name. See the [module](self).
    pub shown: Option<String>,
    /// The value in KV under the new name.
    pub shown_at_new: Option<String>,
}

/// The answer to [`Rename`].
#[derive(Clone, Serialize, Deserialize)]
pub enum RenameAnswer {
    /// The user has the new name.
    Renamed(UserState),
    /// The new name belongs to a user.
    NameTaken,
    /// There is no usable record.
    NoUser(NoUser),
    /// The rename was aborted, because the user changed meanwhile, or because the new
    /// name's object asked how the rename ended before it was committed. The user keeps
    /// the old name.
    Aborted,
}

// --- Requests between the two objects of a rename

/// A random id of one rename.
pub type TransferId = SessionId;

/// Reserves this name for a user who is being renamed.
#[derive(Clone, Serialize, Deserialize)]
pub struct Reserve {
    /// The rename.
    pub transfer: TransferId,
    /// The old name.
    pub from: Username,
    /// The user's record, with the new name.
    pub record: Box<UserRecord>,
    /// The user's current credential version. The new version will be higher.
    pub version: u64,
    /// The credential version of the new name's tombstone, which the reservation
    /// replaces; `None` if no user has had the name.
    pub over: Option<u64>,
    /// The value in KV under the new name.
    pub shown: Option<String>,
}

/// The answer to [`Reserve`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum ReserveAnswer {
    /// The name is reserved for the user.
    Reserved,
    /// The name's tombstone has another version than [`Reserve::over`]. Send the
    /// request again with this version.
    Removed {
        /// The tombstone's version.
        version: u64,
    },
    /// The name belongs to a user.
    Taken,
}

/// Completes a rename: the old name's object has committed.
#[derive(Clone, Serialize, Deserialize)]
pub struct Activate {
    /// The rename.
    pub transfer: TransferId,
    /// The reservation, in case the new name's object has lost its storage. `None` if
    /// an earlier request committed the rename: the old name's object does not store
    /// the reservation.
    #[serde(default)]
    pub reserve: Option<Box<Reserve>>,
}

/// The answer to [`Activate`].
#[derive(Clone, Serialize, Deserialize)]
pub enum ActivateAnswer {
    /// The user has the new name.
    Active(UserState),
    /// The object does not know the rename: the user was removed or renamed since.
    Unknown,
}

/// Asks the old name's object how a rename ended. If the object has not committed, it
/// aborts the rename.
#[derive(Clone, Serialize, Deserialize)]
pub struct TransferStatus {
    /// The rename.
    pub transfer: TransferId,
}

/// The answer to [`TransferStatus`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum TransferAnswer {
    /// The rename is committed: the user has left the old name.
    Committed,
    /// The rename is aborted: the user keeps the old name.
    NotCommitted,
}
