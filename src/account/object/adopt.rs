//! Adopting the value in KV while the object has no record of its own.
//!
//! Some functions return `Result<Result<_, NoUser>, NotYet>`. The outer error says
//! that the request must wait for the answer to a question. The inner error says that
//! there is no user.

use super::protocol::NoUser;
use super::state::{Holder, Tombstone, User};
use super::{AccountObject, Call, ClaimAnswer, ClaimId, Found, Message, NotYet, Question, parse};
use crate::account::{HashDigest, Replica, StoredUser, UserId, UserRecord};

/// A claim on a number that a request made, and the answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Claim {
    pub(super) claim: ClaimId,
    pub(super) answer: ClaimAnswer,
}

/// A stored value that the object may adopt.
pub(super) enum Adoptable {
    Seed(UserRecord),
    /// The object's own copy of its record. The object can adopt it only after it has
    /// lost its storage.
    Replica(Replica),
}

/// The credential version of a new user, or of a user adopted from a seed.
pub(super) const FIRST_VERSION: u64 = 1;

impl Adoptable {
    pub(super) fn record(&self) -> &UserRecord {
        match self {
            Self::Seed(record) => record,
            Self::Replica(replica) => &replica.record,
        }
    }

    /// The credential version of the stored value; `None` for a seed.
    pub(super) fn version(&self) -> Option<u64> {
        match self {
            Self::Seed(_) => None,
            Self::Replica(replica) => Some(replica.version),
        }
    }
}

impl AccountObject {
    /// Reads the value in KV, for an object whose holder is `Nobody`. If the
    /// value is a tombstone, the object adopts it: the user stays removed.
    pub(super) fn adoptable(
        &mut self,
        call: &Call,
        shown: Option<&str>,
    ) -> Result<Adoptable, NoUser> {
        let shown = shown.ok_or(NoUser::Unknown)?;
        match StoredUser::parse(shown, &call.username).map_err(|_| NoUser::Corrupt)? {
            StoredUser::Seed(record) => Ok(Adoptable::Seed(record)),
            StoredUser::Replica(replica) => Ok(Adoptable::Replica(replica)),
            StoredUser::Removed(removed) => {
                self.state.replication.adopt(removed.revision);
                self.state.holder = Holder::Removed(Tombstone {
                    id: removed.id,
                    version: removed.version,
                });
                Err(NoUser::Unknown)
            }
        }
    }

    /// Makes the stored value the object's record. The inner error is `IdTaken` if the
    /// number of a seed belongs to another account.
    pub(super) fn adopt(
        &mut self,
        call: &Call,
        adoptable: Adoptable,
        now: i64,
    ) -> Result<Result<&mut User, NoUser>, NotYet> {
        let digest = HashDigest::new(&adoptable.record().hash_password);
        let mut user = match adoptable {
            Adoptable::Seed(mut record) => {
                if self.claim(call, record.id, FIRST_VERSION)? == ClaimAnswer::Taken {
                    return Ok(Err(NoUser::IdTaken));
                }
                record.imported_hash.get_or_insert_with(|| digest.clone());
                User::new(record, FIRST_VERSION)
            }
            Adoptable::Replica(replica) => {
                self.state.replication.adopt(replica.revision);
                // The object has lost its sessions and its list of exchanged tokens, so
                // every earlier token must be rejected.
                let mut user = User::new(replica.record, replica.version);
                user.raise_version(None, now);
                user
            }
        };
        user.adopted_hash = Some(digest);
        self.install(user, now);
        Ok(self.state.user().ok_or(NoUser::Unknown))
    }

    /// Makes this the object's user, and schedules the writes to KV.
    pub(super) fn install(&mut self, user: User, now: i64) {
        self.state.replication.index(user.record.id);
        self.state.holder = Holder::User(Box::new(user));
        self.state.changed(now);
    }

    /// The object's user. If the holder is `Nobody`, adopts the user in KV.
    pub(super) fn user_or_adopt(
        &mut self,
        call: &Call,
        shown: Option<&str>,
        now: i64,
    ) -> Result<Result<&mut User, NoUser>, NotYet> {
        if matches!(self.state.holder, Holder::Nobody) {
            return match self.adoptable(call, shown) {
                Ok(adoptable) => self.adopt(call, adoptable, now),
                Err(why) => Ok(Err(why)),
            };
        }
        Ok(self.state.user().ok_or(NoUser::Unknown))
    }

    /// Claims a number for the account: asks the number's object, unless its answer to
    /// the same claim is already known.
    pub(super) fn claim(
        &self,
        call: &Call,
        id: UserId,
        version: u64,
    ) -> Result<ClaimAnswer, NotYet> {
        let claim = ClaimId {
            id,
            username: call.username.clone(),
            version,
        };
        match &call.found.claimed {
            Some(claimed) if claimed.claim == claim => Ok(claimed.answer),
            _ => Err(NotYet::Ask(Question::Claim(claim))),
        }
    }
}

impl Found {
    /// Records the answer to a question of the request; `None` if the answer
    /// cannot be parsed.
    pub(super) fn record_answer(&mut self, question: &Question, json: &str) -> Option<()> {
        match question {
            Question::NextId => {
                self.next_id = Some(parse(json)?);
                self.next_id_is_free = None;
            }
            Question::NameOf(_) => {
                let name: Option<String> = parse(json)?;
                self.next_id_is_free = Some(name.is_none());
            }
            Question::Claim(claim) => {
                self.claimed = Some(Claim {
                    claim: claim.clone(),
                    answer: parse(json)?,
                });
            }
            Question::Account(envelope) => match &envelope.message {
                Message::Reserve(_) => self.reserved = Some(parse(json)?),
                Message::Activate(request) => {
                    self.activated = Some((request.transfer.clone(), parse(json)?));
                }
                _ => return None,
            },
        }
        Some(())
    }
}
