//! The record of a user.

use core::fmt;

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};
use serde_json::{Map, Value};

use super::{HashDigest, Username};
use crate::encoding::json;

/// A user's number: 0 to 2^53 − 1, so that JavaScript represents it exactly.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(transparent)]
pub struct UserId(u64);

impl UserId {
    /// The highest number.
    pub const MAX: Self = Self((1 << 53) - 1);

    /// `None` if the number exceeds [`MAX`](Self::MAX).
    #[must_use]
    pub fn new(id: u64) -> Option<Self> {
        (id <= Self::MAX.0).then_some(Self(id))
    }

    /// Extracts the number from a value that is not a valid record, if possible. The
    /// number may be wrong. Before you use it, check that KV has the user's name under
    /// [`index_key`](Self::index_key).
    #[must_use]
    pub fn of_corrupt(value: &str) -> Option<Self> {
        let (_, rest) = value.split_once("\"id\"")?;
        let rest = rest.trim_start_matches([' ', ':']);
        let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
        Self::new(rest.get(..digits)?.parse().ok()?)
    }

    /// The number.
    #[must_use]
    pub fn number(self) -> u64 {
        self.0
    }

    /// The key under which KV has the name of the user with this number: `id:<number>`.
    #[must_use]
    pub fn index_key(self) -> String {
        format!("id:{self}")
    }
}

impl fmt::Display for UserId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl<'de> Deserialize<'de> for UserId {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let id = u64::deserialize(from)?;
        Self::new(id).ok_or_else(|| de::Error::custom("a user id is at most 2^53 - 1"))
    }
}

/// The record of a user, which KV and the account's object store as a JSON object.
/// Unknown members are kept when the record is written again.
#[derive(Clone)]
pub struct UserRecord {
    /// The user's number.
    pub id: UserId,
    /// The name, normalized.
    pub username: String,
    /// The password's hash: a PHC string, or a hash of werkzeug. With any other
    /// text, such as an empty one, the user has no usable password.
    pub hash_password: String,
    /// The phone number, as the user wrote it.
    pub phone: String,
    /// Whether the user is disabled. A disabled user cannot log in.
    pub disabled: bool,
    /// A token without a session that was issued before this time is rejected. In
    /// seconds since the epoch.
    pub tokens_valid_from: Option<i64>,
    /// The digest of the imported hash; removed when the password is changed in this
    /// service. A later import compares the digest with its source.
    pub imported_hash: Option<HashDigest>,
    /// All members as they were read, for the unknown ones.
    members: Map<String, Value>,
}

/// The stored text is not a record of the user under whose name it is stored.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RecordCorrupt;

impl UserRecord {
    /// The known members. Unknown members are kept as they are.
    pub const MEMBERS: [&str; 7] = [
        "id",
        "username",
        "hash_password",
        "phone",
        "disabled",
        "tokens_valid_from",
        "imported_hash",
    ];

    /// Creates a new user, who may log in.
    #[must_use]
    pub fn new(id: UserId, username: &Username, hash_password: String, phone: String) -> Self {
        Self {
            id,
            username: username.as_str().into(),
            hash_password,
            phone,
            disabled: false,
            tokens_valid_from: None,
            imported_hash: None,
            members: Map::new(),
        }
    }

    /// Reads the value stored under `username`.
    ///
    /// # Errors
    /// [`RecordCorrupt`] when the value is not a record, or is another user's.
    pub fn parse(stored: &str, username: &Username) -> Result<Self, RecordCorrupt> {
        let record = Self::from_members(read_members(stored)?).ok_or(RecordCorrupt)?;
        record.named(username)
    }

    /// Checks that the record's normalized name is `username`.
    pub(super) fn named(self, username: &Username) -> Result<Self, RecordCorrupt> {
        if Username::new(&self.username).as_ref() == Ok(username) {
            Ok(self)
        } else {
            Err(RecordCorrupt)
        }
    }

    /// Creates the record from its members; `None` if a member is missing or has the
    /// wrong type. Written by hand: the code that serde derives is several times as
    /// large.
    pub(super) fn from_members(mut members: Map<String, Value>) -> Option<Self> {
        members.remove(REPLICA_MEMBER);
        let text = |name| Some(members.get(name)?.as_str()?.to_owned());
        Some(Self {
            id: UserId::new(members.get("id")?.as_u64()?)?,
            username: text("username")?,
            hash_password: text("hash_password")?,
            phone: match members.get("phone") {
                None | Some(Value::Null) => String::new(),
                Some(phone) => phone.as_str()?.to_owned(),
            },
            disabled: match members.get("disabled") {
                None => false,
                Some(disabled) => disabled.as_bool()?,
            },
            tokens_valid_from: match members.get("tokens_valid_from") {
                None => None,
                Some(from) => Some(from.as_i64()?),
            },
            imported_hash: match members.get("imported_hash") {
                None => None,
                Some(digest) => Some(HashDigest::parse(digest.as_str()?)?),
            },
            members,
        })
    }

    /// The names of the unknown members.
    pub fn other_members(&self) -> impl Iterator<Item = &str> {
        let names = self.members.keys().map(String::as_str);
        names.filter(|name| !Self::MEMBERS.contains(name))
    }

    /// Writes the record as JSON.
    ///
    /// # Errors
    /// None in practice.
    pub fn to_json(&self) -> Result<String, RecordCorrupt> {
        serde_json::to_string(&self.to_members()).map_err(|_| RecordCorrupt)
    }

    pub(super) fn to_members(&self) -> Map<String, Value> {
        let mut members = self.members.clone();
        let mut set = |name: &str, value: Option<Value>| match value {
            Some(value) => drop(members.insert(name.into(), value)),
            None => drop(members.remove(name)),
        };
        set("id", Some(self.id.0.into()));
        set("username", Some(self.username.as_str().into()));
        set("hash_password", Some(self.hash_password.as_str().into()));
        set("phone", Some(self.phone.as_str().into()));
        set("disabled", self.disabled.then_some(Value::Bool(true)));
        set("tokens_valid_from", self.tokens_valid_from.map(Into::into));
        let digest = self.imported_hash.as_ref();
        set(
            "imported_hash",
            digest.map(|digest| digest.to_string().into()),
        );
        members
    }
}

/// Reads a JSON object with unique member names. serde would keep the last of two
/// members with the same name.
pub(super) fn read_members(stored: &str) -> Result<Map<String, Value>, RecordCorrupt> {
    json::read_object(stored, |_, _| ()).map_err(|_| RecordCorrupt)?;
    serde_json::from_str(stored).map_err(|_| RecordCorrupt)
}

/// The name of the member that the account's object adds to a record in KV. See
/// [`StoredUser`](super::StoredUser).
pub(super) const REPLICA_MEMBER: &str = "portcullis";

impl Serialize for UserRecord {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        self.to_members().serialize(to)
    }
}

impl<'de> Deserialize<'de> for UserRecord {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let members = Map::deserialize(from)?;
        Self::from_members(members).ok_or_else(|| de::Error::custom("not a user's record"))
    }
}

/// Shows neither the hash nor the phone number nor the name.
impl fmt::Debug for UserRecord {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("UserRecord")
            .field("id", &self.id)
            .field("disabled", &self.disabled)
            .finish_non_exhaustive()
    }
}
