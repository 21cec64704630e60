//! Users as the routes under `/admin` have them.

use serde::{Deserialize, Serialize};
use zeroize::Zeroizing;

use crate::account::{HashDigest, SessionId, UserId, Username};

/// A user in a list.
#[derive(Deserialize)]
pub(in crate::cli) struct UserSummary {
    pub(in crate::cli) id: UserId,
    /// As it is stored, perhaps by an import: it may hold what a terminal obeys.
    pub(in crate::cli) username: String,
    #[serde(default)]
    pub(in crate::cli) phone: String,
    #[serde(default)]
    pub(in crate::cli) disabled: bool,
}

/// A part of the list of users.
#[derive(Deserialize)]
pub(in crate::cli) struct UserPage {
    pub(in crate::cli) users: Vec<UserSummary>,
    /// Where the next part begins; `None` for the last part.
    #[serde(default)]
    pub(in crate::cli) cursor: Option<String>,
}

/// A user as the account's object has them.
#[derive(Deserialize)]
pub(in crate::cli) struct UserDetails {
    pub(in crate::cli) id: UserId,
    pub(in crate::cli) username: String,
    #[serde(default)]
    pub(in crate::cli) phone: String,
    #[serde(default)]
    pub(in crate::cli) disabled: bool,
    pub(in crate::cli) state: UserState,
    /// The credential version, which rises when tokens and sessions end.
    #[serde(default)]
    pub(in crate::cli) version: u64,
    /// Seconds since the epoch: older tokens without a session are refused.
    #[serde(default)]
    pub(in crate::cli) tokens_valid_from: Option<i64>,
    #[serde(default)]
    pub(in crate::cli) hash: Option<HashFacts>,
    /// The digest of the hash that an import gave the user; `None` once the
    /// password was changed here.
    #[serde(default)]
    pub(in crate::cli) imported_hash: Option<HashDigest>,
    #[serde(default)]
    pub(in crate::cli) sessions: Vec<Session>,
}

/// Whether the account's object has a record of the user.
#[derive(Deserialize, Clone, Copy, PartialEq, Eq)]
#[serde(rename_all = "lowercase")]
pub(in crate::cli) enum UserState {
    /// It has.
    Active,
    /// KV has what an import wrote, and nobody has logged in with it yet.
    Imported,
}

/// The public facts about a password's hash.
#[derive(Deserialize)]
pub(in crate::cli) struct HashFacts {
    /// Such as `argon2id`, or a method of werkzeug.
    pub(in crate::cli) scheme: String,
    /// Whether the next login leaves it as it is.
    pub(in crate::cli) current: bool,
}

/// An open session.
#[derive(Deserialize, Serialize)]
pub(in crate::cli) struct Session {
    pub(in crate::cli) id: SessionId,
    /// Seconds since the epoch.
    pub(in crate::cli) began_at: i64,
    /// Seconds since the epoch.
    pub(in crate::cli) renewed_at: i64,
    #[serde(default)]
    pub(in crate::cli) client: Option<SessionClient>,
}

/// Where a session was opened, in a coarse form.
#[derive(Deserialize, Serialize)]
pub(in crate::cli) struct SessionClient {
    #[serde(default)]
    pub(in crate::cli) agent: Option<String>,
    #[serde(default)]
    pub(in crate::cli) network: Option<String>,
}

/// A user to add.
#[derive(Serialize)]
pub(in crate::cli) struct NewUser<'a> {
    pub(in crate::cli) username: &'a Username,
    pub(in crate::cli) hash_password: Zeroizing<String>,
    pub(in crate::cli) phone: &'a str,
    /// `None`: the Worker chooses it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(in crate::cli) id: Option<UserId>,
    /// Whether the hash comes from an import.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(in crate::cli) imported: Option<bool>,
}

/// A change of a user. `None` leaves a member as it is.
#[derive(Serialize, Default)]
pub(in crate::cli) struct UserChange {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(in crate::cli) phone: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(in crate::cli) hash_password: Option<Zeroizing<String>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(in crate::cli) disabled: Option<bool>,
    /// The hash comes from an import.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(in crate::cli) imported: Option<bool>,
}
