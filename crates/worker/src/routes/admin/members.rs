//! Reads the members of a JSON body by hand, because the code that serde derives
//! is several times as long.

use serde_json::{Map, Value};

use portcullis::account::UserId;

/// The members of a body that are not read yet.
pub(super) struct Members(Map<String, Value>);

/// A member is missing, unknown or has the wrong type.
pub(super) struct MembersWrong;

impl Members {
    /// `body` must be one JSON object, and its member names must be unique.
    pub(super) fn read(body: &str) -> Result<Self, MembersWrong> {
        serde_json::from_str(body)
            .map(Self)
            .map_err(|_| MembersWrong)
    }

    /// Takes a string. The member may be missing, but must not be null.
    pub(super) fn text(&mut self, name: &str) -> Result<Option<String>, MembersWrong> {
        match self.0.remove(name) {
            None => Ok(None),
            Some(Value::String(text)) => Ok(Some(text)),
            Some(_) => Err(MembersWrong),
        }
    }

    /// Takes true or false. The member may be missing, but must not be null.
    pub(super) fn flag(&mut self, name: &str) -> Result<Option<bool>, MembersWrong> {
        match self.0.remove(name) {
            None => Ok(None),
            Some(value) => value.as_bool().map(Some).ok_or(MembersWrong),
        }
    }

    /// Takes a user's number. The member may be missing, but must not be null.
    pub(super) fn id(&mut self, name: &str) -> Result<Option<UserId>, MembersWrong> {
        match self.0.remove(name) {
            None => Ok(None),
            Some(value) => {
                let id = value.as_u64().and_then(UserId::new);
                id.map(Some).ok_or(MembersWrong)
            }
        }
    }

    /// Fails if the body has a member that was not read.
    pub(super) fn end(&self) -> Result<(), MembersWrong> {
        if self.0.is_empty() {
            Ok(())
        } else {
            Err(MembersWrong)
        }
    }
}
