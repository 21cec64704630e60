use core::fmt;

use serde::{Deserialize, Deserializer, Serialize, de};
use serde_json::{Map, Value};

use super::Username;
use crate::encoding::json;

/// A user's number: 0 to 2^53 - 1, so that JavaScript holds it exactly.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(transparent)]
pub struct UserId(u64);

impl UserId {
    /// The highest one.
    pub const MAX: Self = Self((1 << 53) - 1);

    /// `None` above [`MAX`](Self::MAX).
    #[must_use]
    pub fn new(id: u64) -> Option<Self> {
        (id <= Self::MAX.0).then_some(Self(id))
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

/// A user as stored under [`Username::record_key`], in JSON. Members that are
/// not known are kept.
#[derive(Clone, Serialize, Deserialize)]
pub struct UserRecord {
    /// The user's number.
    pub id: UserId,
    /// The name, normalized.
    pub username: String,
    /// The password's hash: a PHC string.
    pub hash_password: String,
    /// The phone number, as the user wrote it.
    #[serde(default)]
    pub phone: String,
    /// Whether the user may not log in.
    #[serde(default, skip_serializing_if = "is_false")]
    pub disabled: bool,
    /// Tokens from before this time (seconds since the epoch) are over.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tokens_valid_from: Option<i64>,
    #[serde(flatten)]
    others: Map<String, Value>,
}

/// What is stored is not a record of the user it is stored under.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RecordCorrupt;

impl UserRecord {
    /// A new one.
    #[must_use]
    pub fn new(id: UserId, username: &Username, hash_password: String, phone: String) -> Self {
        Self {
            id,
            username: username.as_str().into(),
            hash_password,
            phone,
            disabled: false,
            tokens_valid_from: None,
            others: Map::new(),
        }
    }

    /// Reads what was stored under `username`.
    ///
    /// # Errors
    /// [`RecordCorrupt`] when it is not a record, or another user's.
    pub fn parse(stored: &str, username: &Username) -> Result<Self, RecordCorrupt> {
        // serde would let the last of two members of one name win.
        json::read_object(stored, |_, _| ()).map_err(|_| RecordCorrupt)?;
        let record: Self = serde_json::from_str(stored).map_err(|_| RecordCorrupt)?;
        if Username::new(&record.username).as_ref() == Ok(username) {
            Ok(record)
        } else {
            Err(RecordCorrupt)
        }
    }

    /// The record as it is stored.
    ///
    /// # Errors
    /// None in practice.
    pub fn to_json(&self) -> Result<String, RecordCorrupt> {
        serde_json::to_string(self).map_err(|_| RecordCorrupt)
    }
}

#[allow(clippy::trivially_copy_pass_by_ref)] // serde's signature
fn is_false(value: &bool) -> bool {
    !value
}

/// Without the hash and the phone.
impl fmt::Debug for UserRecord {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("UserRecord")
            .field("id", &self.id)
            .field("disabled", &self.disabled)
            .finish_non_exhaustive()
    }
}
