//! The requests of operators about a user. A method with a request of
//! [`protocol`](super::protocol) as its parameter handles this request.

use super::adopt::{Adoptable, FIRST_VERSION};
use super::protocol::{
    EndUserSession, EndUserSessionAnswer, NoUser, ReadUser, RemoveUser, SignOut, UpdateUser,
    UserAnswer, UserState,
};
use super::state::{Holder, Tombstone};
use super::{AccountObject, Call, NotYet};
use crate::account::{HashDigest, StoredUser};

impl AccountObject {
    pub(super) fn read_user(&mut self, call: &Call, request: &ReadUser, now: i64) -> UserAnswer {
        match &self.state.holder {
            Holder::User(user) => UserAnswer::User(user.state(now)),
            Holder::Removed(_) => UserAnswer::Removed,
            Holder::Reserved(_) => UserAnswer::NoUser(NoUser::Unknown),
            Holder::Nobody => {
                let Some(shown) = &request.shown else {
                    return UserAnswer::NoUser(NoUser::Unknown);
                };
                match StoredUser::parse(shown, &call.username) {
                    // Show the record as it will be after the adoption.
                    Ok(StoredUser::Seed(mut record)) => {
                        let digest = HashDigest::new(&record.hash_password);
                        record.imported_hash.get_or_insert(digest);
                        imported(record)
                    }
                    Ok(StoredUser::Replica(replica)) => imported(replica.record),
                    Ok(StoredUser::Removed(_)) => UserAnswer::Removed,
                    Err(_) => UserAnswer::NoUser(NoUser::Corrupt),
                }
            }
        }
    }

    pub(super) fn update_user(
        &mut self,
        call: &Call,
        request: UpdateUser,
        now: i64,
    ) -> Result<UserAnswer, NotYet> {
        let user = match self.user_or_adopt(call, request.shown.as_deref(), now)? {
            Ok(user) => user,
            Err(why) => return Ok(self.no_user(why)),
        };
        if let Some(phone) = request.phone {
            user.record.phone = phone;
        }
        // Raise the version even if an import has already disabled the user, because
        // the user may have tokens from before.
        let disables = request.disabled == Some(true);
        if let Some(disabled) = request.disabled {
            user.record.disabled = disabled;
        }
        match request.hash_password {
            Some(hash) => user.set_password(hash, None, now),
            None if disables => user.raise_version(None, now),
            None => {}
        }
        if request.imported_hash.is_some() {
            user.record.imported_hash = request.imported_hash;
        }
        let state = user.state(now);
        self.state.changed(now);
        Ok(UserAnswer::User(state))
    }

    pub(super) fn sign_out(
        &mut self,
        call: &Call,
        request: &SignOut,
        now: i64,
    ) -> Result<UserAnswer, NotYet> {
        let user = match self.user_or_adopt(call, request.shown.as_deref(), now)? {
            Ok(user) => user,
            Err(why) => return Ok(self.no_user(why)),
        };
        user.raise_version(None, now);
        let state = user.state(now);
        self.state.changed(now);
        Ok(UserAnswer::User(state))
    }

    /// Handles [`RemoveUser`]. Does not adopt the record first, so that a record
    /// whose number belongs to another account can be removed, too. If the number is
    /// free, the account claims it, so that it is not assigned again.
    pub(super) fn remove_user(
        &mut self,
        call: &Call,
        request: &RemoveUser,
        now: i64,
    ) -> Result<UserAnswer, NotYet> {
        let state = match &self.state.holder {
            Holder::User(user) => user.state(now),
            Holder::Nobody => match self.adoptable(call, request.shown.as_deref()) {
                Ok(adoptable) => {
                    match &adoptable {
                        Adoptable::Seed(record) => {
                            self.claim(call, record.id, FIRST_VERSION)?;
                        }
                        Adoptable::Replica(replica) => {
                            self.state.replication.adopt(replica.revision);
                        }
                    }
                    UserState {
                        record: adoptable.record().clone(),
                        version: adoptable.version(),
                        sessions: Vec::new(),
                    }
                }
                Err(why) => return Ok(self.no_user(why)),
            },
            Holder::Removed(_) => {
                // The user is already removed. Something, such as an import, may have
                // overwritten the tombstone in KV.
                self.state.replication.schedule_check(now);
                return Ok(UserAnswer::Removed);
            }
            Holder::Reserved(_) => return Ok(UserAnswer::NoUser(NoUser::Unknown)),
        };
        self.state.remove(Tombstone {
            id: state.record.id,
            version: state.version.unwrap_or_default().saturating_add(1),
        });
        self.state.changed(now);
        Ok(UserAnswer::User(state))
    }

    pub(super) fn end_user_session(
        &mut self,
        call: &Call,
        request: &EndUserSession,
        now: i64,
    ) -> Result<EndUserSessionAnswer, NotYet> {
        let user = match self.user_or_adopt(call, request.shown.as_deref(), now)? {
            Ok(user) => user,
            Err(why) => return Ok(EndUserSessionAnswer::NoUser(why)),
        };
        let Some(ended) = user.sessions.end(&request.session) else {
            return Ok(EndUserSessionAnswer::SessionUnknown);
        };
        user.add_ended(ended, now);
        self.state.changed(now);
        Ok(EndUserSessionAnswer::Ended)
    }

    /// The answer for a name without a user.
    fn no_user(&self, why: NoUser) -> UserAnswer {
        match self.state.holder {
            Holder::Removed(_) => UserAnswer::Removed,
            _ => UserAnswer::NoUser(why),
        }
    }
}

/// The answer for a record in KV that the object has not adopted.
fn imported(record: crate::account::UserRecord) -> UserAnswer {
    UserAnswer::User(UserState {
        record,
        version: None,
        sessions: Vec::new(),
    })
}
