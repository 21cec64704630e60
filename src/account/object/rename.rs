//! Renaming a user, which involves two objects.
//!
//! 1. The new name's object reserves the name.
//! 2. The old name's object commits: it stores a tombstone that names the new name.
//! 3. The new name's object activates the reservation: the user is now its own.
//!
//! If the new name's object does not receive step 3, it asks the old name's object
//! how the rename ended. If the old name's object has not committed, it aborts the
//! rename. So the user always has at most one name, and is without a name only
//! between steps 2 and 3.
//!
//! The old name's object remembers a committed rename until it commits the next
//! rename. It commits the next rename only after the new name's object has answered
//! step 3 of the remembered rename. The request of step 3 contains the record, so the
//! user is not lost if the new name's object loses its storage after step 1.

use super::protocol::{
    Activate, ActivateAnswer, NoUser, Rename, RenameAnswer, Reserve, ReserveAnswer, TransferAnswer,
    TransferId, TransferStatus,
};
use super::state::{ASK_AFTER, Holder, Moved, Reservation, Tombstone, User};
use super::{AccountObject, Asker, Call, Effect, Message, NotYet};
use crate::account::{SessionId, SessionRandom, StoredUser};

impl AccountObject {
    /// At the old name: runs the whole rename. Handles [`Rename`].
    pub(super) fn rename(
        &mut self,
        call: &mut Call,
        request: Rename,
        now: i64,
    ) -> Result<RenameAnswer, NotYet> {
        // The rename is already committed: by this request, or by an earlier request
        // that the caller repeats.
        if let (Holder::Removed(tombstone), Some(moved)) = (&self.state.holder, &self.state.moved)
            && moved.version == tombstone.version
            && moved.to == request.to
        {
            return match moved.activated(call)? {
                ActivateAnswer::Active(state) => Ok(RenameAnswer::Renamed(state.clone())),
                ActivateAnswer::Unknown => Ok(RenameAnswer::NoUser(NoUser::Unknown)),
            };
        }
        if let Err(why) = self.user_or_adopt(call, request.shown.as_deref(), now)? {
            return Ok(RenameAnswer::NoUser(why));
        }
        if request.to == call.username {
            return Ok(RenameAnswer::NameTaken);
        }
        // This rename will replace the remembered rename, which must be complete first.
        if let Some(moved) = &self.state.moved {
            moved.activated(call)?;
        }
        let revision = self.state.replication.revision();
        let Some(user) = self.state.user() else {
            return Ok(RenameAnswer::NoUser(NoUser::Unknown));
        };
        let transfer = new_transfer(&call.random);
        if let Some(ReserveAnswer::Removed { version }) = call.found.reserved {
            call.found.reserved = None;
            call.found.reserve_over = Some(version);
        }
        let mut record = Box::new(user.record.clone());
        record.username = request.to.as_str().into();
        let reserve = Reserve {
            transfer: transfer.clone(),
            from: call.username.clone(),
            record,
            version: user.version,
            over: call.found.reserve_over,
            shown: request.shown_at_new,
        };
        match call.found.reserved {
            None | Some(ReserveAnswer::Removed { .. }) => {
                call.found.reserved_revision = Some(revision);
                Err(NotYet::Ask(Call::envelope(&request.to, reserve)))
            }
            Some(ReserveAnswer::Taken) => Ok(RenameAnswer::NameTaken),
            Some(ReserveAnswer::Reserved) if call.found.aborted => Ok(RenameAnswer::Aborted),
            // The user changed meanwhile, so the reserved record is outdated.
            Some(ReserveAnswer::Reserved) if call.found.reserved_revision != Some(revision) => {
                Ok(RenameAnswer::Aborted)
            }
            Some(ReserveAnswer::Reserved) => {
                let tombstone = Tombstone {
                    id: user.record.id,
                    version: user.version.saturating_add(1),
                };
                self.state.moved = Some(Moved {
                    to: request.to.clone(),
                    transfer: transfer.clone(),
                    version: tombstone.version,
                });
                self.state.remove(tombstone);
                self.state.changed(now);
                let activate = Activate {
                    transfer,
                    reserve: Some(Box::new(reserve)),
                };
                Err(NotYet::Ask(Call::envelope(&request.to, activate)))
            }
        }
    }

    /// At the new name: reserves the name. Handles [`Reserve`].
    pub(super) fn reserve(&mut self, call: &Call, request: Reserve, now: i64) -> ReserveAnswer {
        let before = match &self.state.holder {
            Holder::Removed(tombstone) => Some(tombstone.clone()),
            Holder::Reserved(reservation) if reservation.transfer == request.transfer => {
                reservation.before.clone()
            }
            Holder::User(_) | Holder::Reserved(_) => return ReserveAnswer::Taken,
            Holder::Nobody => match self.tombstone_in_kv(call, request.shown.as_deref()) {
                Ok(tombstone) => tombstone,
                Err(NameInUse) => return ReserveAnswer::Taken,
            },
        };
        let before_version = before.as_ref().map(|tombstone| tombstone.version);
        // The sender must name the tombstone's version. Its first request cannot know
        // the version, so the answer says it. This protects against a delayed copy of
        // a request: if the user was activated and then removed in the meantime, the
        // version has changed, and the copy must not reserve the name again.
        if before_version != request.over {
            return match before_version {
                Some(version) => ReserveAnswer::Removed { version },
                None => ReserveAnswer::Taken,
            };
        }
        let before_version = before_version.unwrap_or_default();
        self.state.holder = Holder::Reserved(Box::new(Reservation {
            transfer: request.transfer,
            from: request.from,
            record: *request.record,
            version: request.version.max(before_version).saturating_add(1),
            before,
            ask_at: now.saturating_add(ASK_AFTER),
        }));
        ReserveAnswer::Reserved
    }

    /// At the new name: completes the rename. Handles [`Activate`].
    pub(super) fn activate(&mut self, call: &Call, request: Activate, now: i64) -> ActivateAnswer {
        // The name was reserved before the commit. If it has no holder now, this object
        // has lost its storage. So reserve the name again.
        if let (Holder::Nobody, Some(reserve)) = (&self.state.holder, request.reserve) {
            self.reserve(call, *reserve, now);
        }
        match &self.state.holder {
            Holder::Reserved(reservation) if reservation.transfer == request.transfer => {
                self.complete_reservation(now);
            }
            Holder::User(user) if user.arrived_by.as_ref() == Some(&request.transfer) => {}
            _ => return ActivateAnswer::Unknown,
        }
        match self.state.user() {
            Some(user) => ActivateAnswer::Active(user.state(now)),
            None => ActivateAnswer::Unknown,
        }
    }

    /// At the old name: says whether the rename is committed, and aborts it if not.
    /// Handles [`TransferStatus`].
    pub(super) fn transfer_status(&mut self, request: &TransferStatus) -> TransferAnswer {
        let moved = self.state.moved.as_ref();
        if moved.is_some_and(|moved| moved.transfer == request.transfer) {
            return TransferAnswer::Committed;
        }
        // A pending rename must not commit after this answer.
        for (_, asker) in &mut self.waiting {
            if let Asker::Call(call, _) = asker
                && matches!(call.message, Message::Rename(_))
                && new_transfer(&call.random) == request.transfer
            {
                call.found.aborted = true;
            }
        }
        TransferAnswer::NotCommitted
    }

    /// At the new name: asks how the rename ended, if the question is due.
    pub(super) fn ask_for_reservation(&mut self, now: i64, effects: &mut Vec<Effect>) {
        let Holder::Reserved(reservation) = &mut self.state.holder else {
            return;
        };
        if reservation.ask_at > now {
            return;
        }
        reservation.ask_at = now.saturating_add(ASK_AFTER);
        let transfer = reservation.transfer.clone();
        let status = TransferStatus {
            transfer: transfer.clone(),
        };
        let question = Call::envelope(&reservation.from, status);
        self.ask(question, Asker::Reservation(transfer), effects);
    }

    /// At the new name: handles the answer of the old name's object. `answer` is
    /// `None` if that object did not answer.
    pub(super) fn transfer_answered(
        &mut self,
        transfer: &TransferId,
        answer: Option<TransferAnswer>,
        now: i64,
    ) {
        let Holder::Reserved(reservation) = &self.state.holder else {
            return;
        };
        if reservation.transfer != *transfer {
            return;
        }
        match answer {
            Some(TransferAnswer::Committed) => self.complete_reservation(now),
            Some(TransferAnswer::NotCommitted) => {
                self.state.holder = match reservation.before.clone() {
                    Some(tombstone) => Holder::Removed(tombstone),
                    None => Holder::Nobody,
                };
            }
            None => {}
        }
    }

    /// Makes the reserved user this object's user.
    fn complete_reservation(&mut self, now: i64) {
        if let Holder::Reserved(reservation) = core::mem::take(&mut self.state.holder) {
            let Reservation {
                transfer,
                mut record,
                version,
                ..
            } = *reservation;
            let begins = now.saturating_add(1);
            record.tokens_valid_from = record.tokens_valid_from.max(Some(begins));
            let mut user = User::new(record, version);
            user.arrived_by = Some(transfer);
            self.install(user, now);
        }
    }

    /// The tombstone in KV, for an object whose holder is `Nobody`; `None` if KV has no
    /// value.
    fn tombstone_in_kv(
        &mut self,
        call: &Call,
        shown: Option<&str>,
    ) -> Result<Option<Tombstone>, NameInUse> {
        let Some(shown) = shown else {
            return Ok(None);
        };
        match StoredUser::parse(shown, &call.username) {
            Ok(StoredUser::Removed(removed)) => {
                self.state.replication.adopt(removed.revision);
                Ok(Some(Tombstone {
                    id: removed.id,
                    version: removed.version,
                }))
            }
            _ => Err(NameInUse),
        }
    }
}

impl Moved {
    /// The answer of the new name's object to [`Activate`]. Asks the object if the
    /// request does not have the answer yet.
    fn activated<'call>(&self, call: &'call Call) -> Result<&'call ActivateAnswer, NotYet> {
        match &call.found.activated {
            Some((transfer, answer)) if *transfer == self.transfer => Ok(answer),
            _ => {
                let transfer = self.transfer.clone();
                let activate = Activate {
                    transfer,
                    reserve: None,
                };
                Err(NotYet::Ask(Call::envelope(&self.to, activate)))
            }
        }
    }
}

/// KV has a user under the name.
struct NameInUse;

/// The id of the rename that a request starts.
fn new_transfer(random: &SessionRandom) -> TransferId {
    let id = random.first_chunk().copied();
    SessionId::new(id.unwrap_or_default())
}
