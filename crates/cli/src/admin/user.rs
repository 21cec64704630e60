//! The JSON of users in requests and answers of the routes under `/admin`.

use serde::{Deserialize, Serialize};
use zeroize::Zeroizing;

use portcullis::account::{HashDigest, SessionId, UserId, Username};

/// A user in a list.
#[derive(Deserialize)]
pub(crate) struct UserSummary {
    pub(crate) id: UserId,
    /// The stored name. An import may have stored it, so it may contain control characters.
    pub(crate) username: String,
    #[serde(default)]
    pub(crate) phone: String,
    #[serde(default)]
    pub(crate) disabled: bool,
}

/// A page of the list of users.
#[derive(Deserialize)]
pub(crate) struct UserPage {
    pub(crate) users: Vec<UserSummary>,
    /// The start of the next page; `None` on the last page.
    #[serde(default)]
    pub(crate) cursor: Option<String>,
}

/// A user in the account's object.
#[derive(Deserialize)]
pub(crate) struct UserDetails {
    pub(crate) id: UserId,
    pub(crate) username: String,
    #[serde(default)]
    pub(crate) phone: String,
    #[serde(default)]
    pub(crate) disabled: bool,
    pub(crate) state: UserState,
    /// The credential version. It increases when all tokens and sessions of the user end.
    #[serde(default)]
    pub(crate) version: u64,
    /// Seconds since the epoch. Older tokens without a session are rejected.
    #[serde(default)]
    pub(crate) tokens_valid_from: Option<i64>,
    #[serde(default)]
    pub(crate) hash: Option<HashFacts>,
    /// The digest of the imported hash; `None` after the password was changed in
    /// Portcullis.
    #[serde(default)]
    pub(crate) imported_hash: Option<HashDigest>,
    #[serde(default)]
    pub(crate) sessions: Vec<Session>,
}

/// Whether the account's object has a record of the user.
#[derive(Deserialize, Clone, Copy, PartialEq, Eq)]
#[serde(rename_all = "lowercase")]
pub(crate) enum UserState {
    /// The object has a record.
    Active,
    /// Only KV has the user, from an import, and the user has not logged in yet.
    Imported,
}

/// The public facts about a password's hash.
#[derive(Deserialize)]
pub(crate) struct HashFacts {
    /// The name of the method, such as `argon2id` or a method of werkzeug.
    pub(crate) scheme: String,
    /// Whether the next login keeps the hash.
    pub(crate) current: bool,
}

/// An open session.
#[derive(Deserialize, Serialize)]
pub(crate) struct Session {
    pub(crate) id: SessionId,
    /// Seconds since the epoch.
    pub(crate) began_at: i64,
    /// Seconds since the epoch.
    pub(crate) renewed_at: i64,
    #[serde(default)]
    pub(crate) client: Option<SessionClient>,
}

/// The approximate origin of a session.
#[derive(Deserialize, Serialize)]
pub(crate) struct SessionClient {
    #[serde(default)]
    pub(crate) agent: Option<String>,
    #[serde(default)]
    pub(crate) network: Option<String>,
}

/// A user to add.
#[derive(Serialize)]
pub(crate) struct NewUser<'a> {
    pub(crate) username: &'a Username,
    pub(crate) hash_password: Zeroizing<String>,
    pub(crate) phone: &'a str,
    /// The number; with `None` the Worker chooses it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) id: Option<UserId>,
    /// Whether the hash comes from an import.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) imported: Option<bool>,
}

/// A change of a user. `None` leaves a member as it is.
#[derive(Serialize, Default)]
pub(crate) struct UserChange {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) phone: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) hash_password: Option<Zeroizing<String>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) disabled: Option<bool>,
    /// Whether the hash comes from an import.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) imported: Option<bool>,
}
