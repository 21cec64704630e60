//! The view of a user for operators: everything except the password hash.

use serde::Serialize;

use crate::problem::Problem;
use crate::reply::Reply;
use crate::routes::sessions::SessionView;
use portcullis::account::UserId;
use portcullis::account::object::protocol::{NoUser, UserAnswer, UserState};
use portcullis::password::StoredHash;

/// A user in an answer. All times are in seconds since the epoch.
#[derive(Serialize)]
struct UserView<'a> {
    id: UserId,
    username: &'a str,
    phone: &'a str,
    disabled: bool,
    /// `imported` until the account's object adopts the record, then `active`.
    state: &'static str,
    /// The credential version; absent until the account's object adopts the record.
    #[serde(skip_serializing_if = "Option::is_none")]
    version: Option<u64>,
    /// Tokens without a session that are older than this time are refused.
    #[serde(skip_serializing_if = "Option::is_none")]
    tokens_valid_from: Option<i64>,
    /// `null` for a user without a usable password.
    hash: Option<HashView>,
    /// The digest of the imported hash; absent if the hash was not imported, or the
    /// password was changed here since.
    #[serde(skip_serializing_if = "Option::is_none")]
    imported_hash: Option<String>,
    sessions: Vec<SessionView<'a>>,
}

#[derive(Serialize)]
struct HashView {
    /// The method of the hash, for example `pbkdf2:sha256:150000`.
    scheme: String,
    /// Whether the next login keeps this hash.
    current: bool,
}

/// An answer with this status and the user.
pub(super) fn reply(status: u16, user: &UserState) -> Reply {
    let UserState {
        record,
        version,
        sessions,
    } = user;
    let hash = StoredHash::parse(&record.hash_password).ok();
    let view = UserView {
        id: record.id,
        username: &record.username,
        phone: &record.phone,
        disabled: record.disabled,
        state: match version {
            Some(_) => "active",
            None => "imported",
        },
        version: *version,
        tokens_valid_from: record.tokens_valid_from,
        hash: hash.map(|hash| HashView {
            scheme: hash.method().to_string(),
            current: !hash.needs_rehash(),
        }),
        imported_hash: record.imported_hash.as_ref().map(ToString::to_string),
        sessions: sessions.iter().map(SessionView::new).collect(),
    };
    Reply::json(status, &view)
}

/// The user in the object's answer, or the error if there is no such user.
pub(super) fn existing(answer: UserAnswer) -> Result<UserState, Problem> {
    match answer {
        UserAnswer::User(user) => Ok(user),
        UserAnswer::NoUser(why) => Err(no_user(why)),
        UserAnswer::Removed => Err(Problem::user_unknown().because("user_removed")),
    }
}

/// The error that says why there is no usable user.
pub(super) fn no_user(why: NoUser) -> Problem {
    match why {
        NoUser::Unknown => Problem::user_unknown(),
        NoUser::Corrupt => Problem::record_corrupt(),
        NoUser::IdTaken => Problem::id_taken(),
    }
}
