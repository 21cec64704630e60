//! The requests to an account's object and their answers.
//!
//! `shown` is the value that KV showed the Worker under the user's key, `None`
//! if there was none. The object uses it only as long as it has no record of
//! its own.

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use crate::account::{
    AccessError, AttemptLimits, ClientDescription, ClientId, HashDigest, OpenSession, RefreshClaim,
    RefreshError, SessionId, SessionInfo, SessionPolicy, TokenDigest, TokenFacts, TooManyAttempts,
    UserId, UserRecord, Username,
};

/// The version of the messages below. An object keeps running old code for
/// some minutes after a deployment, so each side accepts this version and the
/// one before.
pub const PROTOCOL: u32 = 2;

/// A request that an account's object answers.
pub trait AccountRequest: Into<Message> {
    /// The answer.
    type Answer: Serialize + DeserializeOwned;
}

/// A request as it is sent.
#[derive(Clone, Serialize, Deserialize)]
pub struct Envelope {
    /// See [`PROTOCOL`].
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
        /// Any request.
        #[derive(Clone, Serialize, Deserialize)]
        pub enum Message {
            $($(#[$doc])* $request($request),)*
        }

        impl Message {
            /// The request's name, for logs and tests.
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

/// It is done.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Done;

// --- Logging in

/// Counts an attempt to give a password, before anything is hashed.
#[derive(Clone, Serialize, Deserialize)]
pub struct Begin {
    /// Where the attempt comes from.
    pub from: ClientId,
    /// How many failures there may be.
    pub limits: AttemptLimits,
    /// For a change of password: the token, which must still stand.
    pub token: Option<TokenFacts>,
}

/// The answer to [`Begin`].
#[derive(Clone, Serialize, Deserialize)]
pub enum BeginAnswer {
    /// The attempt is counted as a failure until [`Admit`] or
    /// [`ChangePassword`] succeeds.
    Check {
        /// The password is to be checked against this.
        source: PasswordSource,
        /// Whether the owner has logged in from this address lately.
        known_address: bool,
    },
    /// There were too many failures. Nothing was counted.
    TooMany(TooManyAttempts),
    /// The token does not stand. Nothing was counted.
    Refused(AccessError),
}

/// The record that a password is to be checked against.
#[derive(Clone, Serialize, Deserialize)]
pub enum PasswordSource {
    /// The object's own, with the credential version.
    Object {
        /// The user.
        record: Box<UserRecord>,
        /// The credential version.
        version: u64,
    },
    /// The object has none: the value that KV shows.
    Shown,
    /// There is no such user, whatever KV shows.
    Nobody,
}

/// The record that a password was checked against.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Checked {
    /// The object's own, at this credential version.
    Object {
        /// The credential version.
        version: u64,
    },
    /// The value in [`Admit::shown`] or [`ChangePassword::shown`].
    Shown,
}

/// Takes an attempt back: no password was checked.
#[derive(Clone, Serialize, Deserialize)]
pub struct Withdraw {
    /// Where the attempt came from.
    pub from: ClientId,
}

/// Opens a session: the password was right.
#[derive(Clone, Serialize, Deserialize)]
pub struct Admit {
    /// Where the attempt came from.
    pub from: ClientId,
    /// The record that the password was checked against.
    pub checked: Checked,
    /// See the [module](self).
    pub shown: Option<String>,
    /// A hash of the same password at today's cost, to replace the stored one.
    pub rehash: Option<String>,
    /// The settings for sessions.
    pub policy: SessionPolicy,
    /// Where the session begins.
    pub client: ClientDescription,
}

/// The answer to [`Admit`].
#[derive(Clone, Serialize, Deserialize)]
pub enum AdmitAnswer {
    /// A session is open.
    Opened(Opened),
    /// The password that was checked is not the user's any more, or the user
    /// may not log in any more.
    Changed,
    /// The record cannot be used.
    NoUser(NoUser),
}

/// An open session, and what an access token says of its user.
#[derive(Clone, Serialize, Deserialize)]
pub struct Opened {
    /// The session.
    pub session: OpenSession,
    /// The user's number.
    pub id: UserId,
    /// The credential version.
    pub version: u64,
}

/// The object has no record and cannot adopt the one that KV shows.
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
    /// The session goes on.
    Opened(Opened),
    /// The token is refused.
    Refused(RefreshError),
}

/// Opens a session in exchange for a token of the Flask original, once.
#[derive(Clone, Serialize, Deserialize)]
pub struct ExchangeLegacy {
    /// The token.
    pub digest: TokenDigest,
    /// The token's user.
    pub id: UserId,
    /// When the token was issued, in seconds since the epoch. The session
    /// counts as begun then.
    pub issued_at: i64,
    /// When the token ends, in seconds since the epoch.
    pub expires_at: i64,
    /// See the [module](self).
    pub shown: Option<String>,
    /// The settings for sessions.
    pub policy: SessionPolicy,
    /// Where the session begins.
    pub client: ClientDescription,
}

/// The answer to [`ExchangeLegacy`].
#[derive(Clone, Serialize, Deserialize)]
pub enum ExchangeAnswer {
    /// A session is open.
    Opened(Opened),
    /// The token does not stand.
    Refused(AccessError),
    /// The token was exchanged before.
    AlreadyExchanged,
    /// A session that began when the token was issued would be over.
    Expired,
    /// The record's number belongs to another account.
    IdTaken,
}

// --- A user's own sessions and password

/// Asks whether a token stands.
#[derive(Clone, Serialize, Deserialize)]
pub struct CheckToken {
    /// The token.
    pub token: TokenFacts,
}

/// The answer to [`CheckToken`].
#[derive(Clone, Serialize, Deserialize)]
pub enum CheckAnswer {
    /// The token stands for this user.
    Granted(Box<UserRecord>),
    /// The token does not stand.
    Refused(AccessError),
    /// The object has no record: the value that KV shows decides.
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
    /// The sessions, the one used last first.
    Sessions(Vec<SessionInfo>),
    /// The token does not stand.
    Refused(AccessError),
}

/// Ends sessions of a token's user, and their access tokens.
#[derive(Clone, Serialize, Deserialize)]
pub struct EndSessions {
    /// The token, which must belong to a session.
    pub token: TokenFacts,
    /// The sessions to end.
    pub which: WhichSessions,
}

/// See [`EndSessions::which`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum WhichSessions {
    /// The token's own.
    Current,
    /// This one.
    One(SessionId),
    /// All but the token's own.
    Others,
}

/// The answer to [`EndSessions`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum EndAnswer {
    /// They ended.
    Ended,
    /// There is no such session.
    SessionUnknown,
    /// The token does not stand.
    Refused(AccessError),
}

/// Replaces a password that was checked. All sessions end but the token's own.
#[derive(Clone, Serialize, Deserialize)]
pub struct ChangePassword {
    /// Where the attempt came from.
    pub from: ClientId,
    /// The token.
    pub token: TokenFacts,
    /// The record that the old password was checked against.
    pub checked: Checked,
    /// See the [module](self).
    pub shown: Option<String>,
    /// The new password's hash.
    pub hash_password: String,
}

/// The answer to [`ChangePassword`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum ChangePasswordAnswer {
    /// The new password is the user's.
    Replaced,
    /// The password that was checked is not the user's any more.
    Changed,
    /// The token does not stand any more.
    Refused(AccessError),
    /// The record cannot be used.
    NoUser(NoUser),
}

// --- New users, and what operators do

/// Makes a new user.
#[derive(Clone, Serialize, Deserialize)]
pub struct Create {
    /// Whether an operator asks. Only an operator may use the name of a
    /// removed user again.
    pub by_operator: bool,
    /// The password's hash; empty for a user without a password.
    pub hash_password: String,
    /// The phone number.
    pub phone: String,
    /// The user's number; `None` for the next free one.
    pub id: Option<UserId>,
    /// The digest of the source's hash, if the user is imported.
    pub imported_hash: Option<HashDigest>,
    /// See the [module](self).
    pub shown: Option<String>,
}

/// The answer to [`Create`].
#[derive(Clone, Serialize, Deserialize)]
pub enum CreateAnswer {
    /// The user exists now.
    Created(UserState),
    /// The name belongs to a user, or did.
    NameTaken,
    /// The number belongs to another account, or did.
    IdTaken,
}

/// Reads a user. Changes nothing.
#[derive(Clone, Serialize, Deserialize)]
pub struct ReadUser {
    /// See the [module](self).
    pub shown: Option<String>,
}

/// Changes a user. `None` leaves a member as it is. A new hash and disabling
/// end all sessions.
#[derive(Clone, Serialize, Deserialize)]
pub struct UpdateUser {
    /// The phone number.
    pub phone: Option<String>,
    /// The password's hash.
    pub hash_password: Option<String>,
    /// Whether the user may not log in.
    pub disabled: Option<bool>,
    /// The digest of the source's hash, if an import changes the password.
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

/// Removes a user for good.
#[derive(Clone, Serialize, Deserialize)]
pub struct RemoveUser {
    /// See the [module](self).
    pub shown: Option<String>,
}

/// The answer to an operator's request about a user.
#[derive(Clone, Serialize, Deserialize)]
pub enum UserAnswer {
    /// The user as it is now; as it was, after [`RemoveUser`].
    User(UserState),
    /// There is no user to speak of.
    NoUser(NoUser),
    /// The name's user was removed.
    Removed,
}

/// A user as an operator sees it.
#[derive(Clone, Serialize, Deserialize)]
pub struct UserState {
    /// The user.
    pub record: UserRecord,
    /// The credential version; `None` as long as the object has not adopted
    /// the imported record.
    pub version: Option<u64>,
    /// The sessions, the one used last first.
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
    /// It ended.
    Ended,
    /// There is no such session.
    SessionUnknown,
    /// There is no user to speak of.
    NoUser(NoUser),
}

/// Gives a user another name. Ends all sessions.
#[derive(Clone, Serialize, Deserialize)]
pub struct Rename {
    /// The new name.
    pub to: Username,
    /// The value that KV shows under the old name. See the [module](self).
    pub shown: Option<String>,
    /// The value that KV shows under the new name.
    pub shown_at_new: Option<String>,
}

/// The answer to [`Rename`].
#[derive(Clone, Serialize, Deserialize)]
pub enum RenameAnswer {
    /// The user has the new name.
    Renamed(UserState),
    /// The new name belongs to a user.
    NameTaken,
    /// There is no user to speak of.
    NoUser(NoUser),
    /// The new name's object gave the rename up meanwhile. Nothing changed.
    Aborted,
}

// --- Between the objects of the two names of a rename

/// A random number that names one rename.
pub type TransferId = SessionId;

/// Reserves this name for a user who is being renamed.
#[derive(Clone, Serialize, Deserialize)]
pub struct Reserve {
    /// The rename.
    pub transfer: TransferId,
    /// The old name.
    pub from: Username,
    /// The user, under the new name.
    pub record: Box<UserRecord>,
    /// The new credential version is above this one.
    pub version: u64,
    /// The credential version of the tombstone that the name has; `None` if
    /// nobody has had the name.
    pub over: Option<u64>,
    /// The value that KV shows under the new name.
    pub shown: Option<String>,
}

/// The answer to [`Reserve`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum ReserveAnswer {
    /// The name is kept for the user.
    Reserved,
    /// The name has a tombstone of another version than [`Reserve::over`].
    Removed {
        /// The tombstone's version.
        version: u64,
    },
    /// The name belongs to a user.
    Taken,
}

/// The old name's object has committed: the user is here now.
#[derive(Clone, Serialize, Deserialize)]
pub struct Activate {
    /// The rename.
    pub transfer: TransferId,
    /// The reservation, in case the new name's object has lost it; `None` when
    /// the rename is repeated.
    #[serde(default)]
    pub reserve: Option<Box<Reserve>>,
}

/// The answer to [`Activate`].
#[derive(Clone, Serialize, Deserialize)]
pub enum ActivateAnswer {
    /// The user is here.
    Active(UserState),
    /// The rename is not known here: the user was removed or renamed since.
    Unknown,
}

/// Asks the old name's object how a rename ended. An object that has not
/// committed gives it up.
#[derive(Clone, Serialize, Deserialize)]
pub struct TransferStatus {
    /// The rename.
    pub transfer: TransferId,
}

/// The answer to [`TransferStatus`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum TransferAnswer {
    /// The user has left the old name.
    Committed,
    /// The user has the old name still, and keeps it.
    NotCommitted,
}
