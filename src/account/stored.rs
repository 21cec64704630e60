//! The value that KV stores for a user.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::record::{REPLICA_MEMBER, read_members};
use super::{EndedSessions, RecordCorrupt, UserId, UserRecord, Username};

/// The value that KV stores under [`Username::record_key`].
///
/// The user's members are at the top level. The account's object adds the member
/// `portcullis`, which a seed does not have:
/// `{"revision","version","sessions_ended"?,"removed"?}`, where `sessions_ended` is
/// `{"notes":[{"id","until"}],"ask_until"?}`.
#[derive(Debug, Clone)]
pub enum StoredUser {
    /// A record that an import wrote. No object has adopted this user yet.
    Seed(UserRecord),
    /// The object's copy of its record. It may be older than the object's state.
    Replica(Replica),
    /// The object's tombstone: the user was removed or renamed.
    Removed(RemovedUser),
}

/// See [`StoredUser::Replica`].
#[derive(Debug, Clone)]
pub struct Replica {
    /// The user.
    pub record: UserRecord,
    /// The number of times that the object has changed this value.
    pub revision: u64,
    /// The user's credential version.
    pub version: u64,
    /// The sessions that ended before their access tokens expired.
    pub ended: EndedSessions,
}

/// See [`StoredUser::Removed`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RemovedUser {
    /// The number of the removed user. It is not assigned again.
    pub id: UserId,
    /// The number of times that the object has changed this value.
    pub revision: u64,
    /// The credential version. A new user with the name starts above it.
    pub version: u64,
}

/// The member `portcullis`.
#[derive(Serialize, Deserialize)]
struct ReplicaMember {
    revision: u64,
    version: u64,
    #[serde(default, skip_serializing_if = "core::ops::Not::not")]
    removed: bool,
    #[serde(default, skip_serializing_if = "EndedSessions::is_empty")]
    sessions_ended: EndedSessions,
}

impl StoredUser {
    /// The maximum length of a value in bytes. The limit bounds what an object
    /// adopts: it holds the value in memory and stores it as one text.
    pub const MAX_LENGTH: usize = 65_536;

    /// Reads the value stored under `username`.
    ///
    /// # Errors
    /// [`RecordCorrupt`] when the value has none of the three forms, is another
    /// user's, or is too long.
    pub fn parse(stored: &str, username: &Username) -> Result<Self, RecordCorrupt> {
        if stored.len() > Self::MAX_LENGTH {
            return Err(RecordCorrupt);
        }
        let mut members = read_members(stored)?;
        let Some(replica) = members.remove(REPLICA_MEMBER) else {
            let record = UserRecord::from_members(members).ok_or(RecordCorrupt)?;
            return Ok(Self::Seed(record.named(username)?));
        };
        let member: ReplicaMember = serde_json::from_value(replica).map_err(|_| RecordCorrupt)?;
        let ReplicaMember {
            revision,
            version,
            removed,
            sessions_ended: ended,
        } = member;
        if removed {
            let id = members.get("id").and_then(Value::as_u64);
            let id = id.and_then(UserId::new).ok_or(RecordCorrupt)?;
            return Ok(Self::Removed(RemovedUser {
                id,
                revision,
                version,
            }));
        }
        let record = UserRecord::from_members(members).ok_or(RecordCorrupt)?;
        Ok(Self::Replica(Replica {
            record: record.named(username)?,
            revision,
            version,
            ended,
        }))
    }

    /// The object's revision; `None` for a seed.
    #[must_use]
    pub fn revision(&self) -> Option<u64> {
        match self {
            Self::Seed(_) => None,
            Self::Replica(replica) => Some(replica.revision),
            Self::Removed(removed) => Some(removed.revision),
        }
    }
}

impl Replica {
    /// The value to store.
    #[must_use]
    pub fn to_json(&self) -> String {
        let mut members = self.record.to_members();
        let member = ReplicaMember {
            revision: self.revision,
            version: self.version,
            removed: false,
            sessions_ended: self.ended.clone(),
        };
        let member = serde_json::to_value(member).unwrap_or_default();
        members.insert(REPLICA_MEMBER.into(), member);
        Value::Object(members).to_string()
    }
}

impl RemovedUser {
    /// The value to store under `username`.
    #[must_use]
    pub fn to_json(&self, username: &Username) -> String {
        let member = ReplicaMember {
            revision: self.revision,
            version: self.version,
            removed: true,
            sessions_ended: EndedSessions::default(),
        };
        let value = serde_json::json!({
            "id": self.id,
            "username": username.as_str(),
            REPLICA_MEMBER: member,
        });
        value.to_string()
    }
}
