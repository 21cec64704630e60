//! Creating users.

use super::adopt::FIRST_VERSION;
use super::protocol::{Create, CreateAnswer};
use super::state::{Holder, User};
use super::{AccountObject, Call, ClaimAnswer, NotYet, Question};
use crate::account::{StoredUser, UserId, UserRecord};

impl AccountObject {
    /// Handles [`Create`].
    pub(super) fn create(
        &mut self,
        call: &mut Call,
        request: Create,
        now: i64,
    ) -> Result<CreateAnswer, NotYet> {
        let Some(version) = self.version_of_new_user(call, &request) else {
            return Ok(CreateAnswer::NameTaken);
        };
        let id = match request.id {
            Some(id) => match self.claim(call, id, version)? {
                ClaimAnswer::Claimed => id,
                ClaimAnswer::Taken => return Ok(CreateAnswer::IdTaken),
            },
            None => self.next_free_id(call, version)?,
        };
        let hash = request.hash_password;
        let mut record = UserRecord::new(id, &call.username, hash, request.phone);
        record.imported_hash = request.imported_hash;
        let mut user = User::new(record, version);
        if version > FIRST_VERSION {
            // A removed user had this name. Reject earlier tokens that were made by
            // hand for the name. The Flask application's tokens need no such check:
            // they have a user's number, and this number is new.
            user.record.tokens_valid_from = Some(now);
        }
        let state = user.state(now);
        self.install(user, now);
        Ok(CreateAnswer::Created(state))
    }

    /// The credential version with which a new user starts: higher than that of a
    /// removed user with the same name. `None` if the name is taken.
    fn version_of_new_user(&mut self, call: &Call, request: &Create) -> Option<u64> {
        let removed = match &self.state.holder {
            Holder::User(_) | Holder::Reserved(_) => return None,
            Holder::Removed(tombstone) => tombstone.version,
            Holder::Nobody => match &request.shown {
                None => return Some(FIRST_VERSION),
                Some(shown) => match StoredUser::parse(shown, &call.username) {
                    Ok(StoredUser::Removed(removed)) => {
                        self.state.replication.adopt(removed.revision);
                        removed.version
                    }
                    _ => return None,
                },
            },
        };
        request.by_operator.then_some(removed.saturating_add(1))
    }

    /// Claims the next number that no account has claimed and that KV has under no
    /// `id:` key.
    fn next_free_id(&self, call: &mut Call, version: u64) -> Result<UserId, NotYet> {
        let next = Question::NextId;
        let id = call.found.next_id.ok_or(NotYet::Ask(next))?;
        // An imported user who has not logged in yet may have the number.
        let is_free = call.found.next_id_is_free;
        let is_free = is_free.ok_or(NotYet::Ask(Question::NameOf(id)))?;
        if is_free && self.claim(call, id, version)? == ClaimAnswer::Claimed {
            return Ok(id);
        }
        call.found.next_id = None;
        Err(NotYet::Ask(Question::NextId))
    }
}
