//! What the one object of an account keeps and decides. It is handed the time
//! and random bytes, and knows neither the store nor where it is kept itself.

mod command;

use core::time::Duration;

use serde::{Deserialize, Serialize};

pub use command::{Answer, Command};

use super::attempts::Attempts;
use super::overlay::{Overlay, StoreWrite};
use super::sessions::{ISSUED_WITHIN, SessionRandom, Sessions};
use super::{EndedSession, KeptSession, RefreshRefusal, SessionId, UserRecord, Username};

/// An account's failures, sessions, and the record where the store's may be
/// older. Its size is bounded, whatever is asked of it.
#[derive(Default, Serialize, Deserialize)]
pub struct Ledger {
    #[serde(default)]
    attempts: Attempts,
    #[serde(default)]
    sessions: Sessions,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    overlay: Option<Overlay>,
}

/// What was kept is not a ledger.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LedgerCorrupt;

/// How many sessions that ended are noted in a record. With more, all tokens of
/// the user end.
const MOST_ENDED: usize = 64;

impl Ledger {
    /// Reads what [`to_json`](Self::to_json) wrote.
    ///
    /// # Errors
    /// [`LedgerCorrupt`].
    pub fn from_json(kept: &str) -> Result<Self, LedgerCorrupt> {
        serde_json::from_str(kept).map_err(|_| LedgerCorrupt)
    }

    /// As it is kept. No token, no secret and no password is in it; the record
    /// has the password's hash.
    ///
    /// # Errors
    /// None in practice.
    pub fn to_json(&self) -> Result<String, LedgerCorrupt> {
        serde_json::to_string(self).map_err(|_| LedgerCorrupt)
    }

    /// Carries out a command at `now`, in seconds since the epoch. `random` must
    /// be new for each.
    pub fn apply(&mut self, command: Command, now: i64, random: &SessionRandom) -> Answer {
        self.tidy(now);
        match command {
            Command::Begin { from, limits } => match self.attempts.begin(&from, limits, now) {
                Ok(()) => self.look(),
                Err(too_many) => Answer::TooMany(too_many),
            },
            Command::Look => self.look(),
            Command::Withdraw { from } => {
                self.attempts.withdraw(&from);
                Answer::Done
            }
            Command::Admit {
                username,
                from,
                stored,
                rehash,
                lifetime,
            } => {
                let lifetime = Duration::from_secs(lifetime);
                let Some(checked) = self.still_checked(&username, &stored) else {
                    return Answer::Changed;
                };
                let mut record = checked.record;
                if let Some(from) = from {
                    self.attempts.succeeded(&from, now);
                }
                if let Some(hash) = rehash.filter(|_| checked.same_hash) {
                    let before = core::mem::replace(&mut record.hash_password, hash);
                    self.put(&username, &record, Some(before.clone()), now);
                    if let Some(overlay) = &mut self.overlay {
                        overlay.rehashed_from = Some(before);
                    }
                }
                // All tokens may have ended with the end of this second.
                let valid_from = record.tokens_valid_from.unwrap_or(now);
                let begins = valid_from.min(now.saturating_add(1)).max(now);
                match self.sessions.open(record.id, random, lifetime, begins) {
                    Some(session) => opened(session, &record),
                    None => Answer::Corrupt,
                }
            }
            Command::Refresh {
                username,
                claim,
                stored,
                access_lifetime,
            } => {
                self.heed(&username, stored.as_deref());
                let record = self.record(&username, stored.as_deref());
                match self.sessions.refresh(&claim, record.as_ref(), now) {
                    Ok((session, record)) => opened(session, record),
                    Err(why) => {
                        if let (RefreshRefusal::Reused, Ok(mut record)) = (why, record) {
                            note_ended(&mut record, &claim.session, access_lifetime, now);
                            self.put_with_same_hash(&username, &record, now);
                        }
                        Answer::Refused { why }
                    }
                }
            }
            Command::EndSession {
                username,
                session,
                stored,
                access_lifetime,
            } => {
                self.sessions.end(&session);
                self.heed(&username, stored.as_deref());
                match self.record(&username, stored.as_deref()) {
                    Ok(mut record) => {
                        note_ended(&mut record, &session, access_lifetime, now);
                        self.put_with_same_hash(&username, &record, now);
                        Answer::Done
                    }
                    Err(RefreshRefusal::RecordCorrupt) => Answer::Corrupt,
                    // Nobody is left whose tokens would open anything.
                    Err(_) => Answer::Done,
                }
            }
            Command::ChangePassword {
                username,
                from,
                stored,
                hash_password,
                kept,
                access_lifetime,
            } => {
                let Some(checked) = self.still_checked(&username, &stored) else {
                    return Answer::Changed;
                };
                let mut record = checked.record;
                self.attempts.succeeded(&from, now);
                let before = core::mem::replace(&mut record.hash_password, hash_password);
                ended_before(&mut record, now);
                // Tokens of this second are not from before it.
                for session in self.sessions.end_others(kept.as_ref(), now) {
                    note_ended(&mut record, &session, access_lifetime, now);
                }
                // Noting them may have ended all; then nothing is kept.
                let from = record.tokens_valid_from.unwrap_or(now);
                record.session_kept = kept.map(|id| KeptSession { id, from });
                self.put(&username, &record, Some(before), now);
                Answer::Done
            }
            Command::Register {
                username,
                hash_password,
                phone,
                id,
                stored,
            } => {
                if self.overlay.is_some() || stored.is_some() {
                    return Answer::Taken;
                }
                // They were of someone who had the name before.
                self.sessions.end_all();
                self.attempts = Attempts::default();
                let record = UserRecord::new(id, &username, hash_password, phone);
                self.put(&username, &record, None, now);
                Answer::Done
            }
        }
    }

    /// Before something is written to the store: takes over what an operator
    /// has written there. `stored` is what it has now.
    pub fn take_over(&mut self, stored: Option<&str>) {
        if let Some(overlay) = &mut self.overlay {
            overlay.take_over(stored);
        }
    }

    /// What is to be written to the store.
    #[must_use]
    pub fn to_write(&self) -> Option<StoreWrite> {
        self.overlay.as_ref().and_then(Overlay::to_write)
    }

    /// The store took what was to be written, or did not.
    pub fn wrote(&mut self, version: u64, took: bool, now: i64) {
        if let Some(overlay) = &mut self.overlay {
            overlay.wrote(version, took, now);
        }
    }

    /// Drops what is over.
    pub fn tidy(&mut self, now: i64) {
        self.attempts.tidy(now);
        self.sessions.tidy(now);
        if let Some(overlay) = &mut self.overlay {
            overlay.tidy(now);
        }
        if self
            .overlay
            .as_ref()
            .is_some_and(|overlay| !overlay.counts(now))
        {
            self.overlay = None;
        }
    }

    /// When to [`tidy`](Self::tidy) and to [write](Self::to_write) next, in
    /// seconds since the epoch; `None` when there is nothing to keep.
    #[must_use]
    pub fn next_look(&self) -> Option<i64> {
        let overlay = self.overlay.as_ref().map(Overlay::next_look);
        let ends = [overlay, self.attempts.next_end(), self.sessions.next_end()];
        ends.into_iter().flatten().min()
    }

    /// Whether there is nothing to keep.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.overlay.is_none() && self.attempts.is_empty() && self.sessions.is_empty()
    }

    fn look(&self) -> Answer {
        let newer = self.overlay.as_ref().map(|overlay| overlay.newer.clone());
        Answer::Begun { newer }
    }

    fn put(
        &mut self,
        username: &Username,
        record: &UserRecord,
        superseded: Option<String>,
        now: i64,
    ) {
        // Our own type, which serializes.
        if let Ok(json) = record.to_json() {
            let before = self.overlay.take();
            let overlay = Overlay::new(username.clone(), json, superseded, before, now);
            self.overlay = Some(overlay);
        }
    }

    /// As [`put`](Self::put), of a record with the hash of the one before. It
    /// took the place of the same one.
    fn put_with_same_hash(&mut self, username: &Username, record: &UserRecord, now: i64) {
        let overlay = self.overlay.as_mut();
        let rehashed_from = overlay.and_then(|overlay| overlay.rehashed_from.take());
        self.put(username, record, None, now);
        if let Some(overlay) = &mut self.overlay {
            overlay.rehashed_from = rehashed_from;
        }
    }

    /// Gives way to an operator, who writes to the store alone. That the record
    /// there is not merely an older one shows in its `tokens_valid_from`, which
    /// only grows.
    fn heed(&mut self, username: &Username, stored: Option<&str>) {
        let from = |json: &str| UserRecord::parse(json, username).ok()?.tokens_valid_from;
        if let (Some(overlay), Some(json)) = (&mut self.overlay, stored)
            && let Ok(own) = overlay.newer.own(username)
            && from(json) > own.tokens_valid_from
        {
            overlay.take_over(stored);
        }
    }

    /// The record that counts.
    fn record(
        &self,
        username: &Username,
        stored: Option<&str>,
    ) -> Result<UserRecord, RefreshRefusal> {
        let record = match (&self.overlay, stored) {
            (Some(overlay), stored) => overlay.newer.beside(username, stored, true),
            (None, Some(stored)) => UserRecord::parse(stored, username),
            (None, None) => return Err(RefreshRefusal::UserUnknown),
        };
        record.map_err(|_| RefreshRefusal::RecordCorrupt)
    }

    /// The record that counts, if the password that was checked against
    /// `stored` is still its password. A hash that is not known here may be
    /// older than any that is: it does not count before it was seen in the
    /// store ([`take_over`](Self::take_over)).
    fn still_checked(&self, username: &Username, stored: &str) -> Option<Checked> {
        let checked = UserRecord::parse(stored, username).ok()?;
        let Some(overlay) = &self.overlay else {
            return Some(Checked {
                record: checked,
                same_hash: true,
            });
        };
        let mut record = overlay.newer.own(username).ok()?;
        record.disabled |= checked.disabled;
        let same_hash = record.hash_password == checked.hash_password;
        let rehashed = overlay.rehashed_from.as_ref() == Some(&checked.hash_password);
        let stands = record.id == checked.id && !record.disabled && (same_hash || rehashed);
        stands.then_some(Checked { record, same_hash })
    }
}

struct Checked {
    record: UserRecord,
    /// Whether it has the very hash that was checked, and not another one of
    /// the same password.
    same_hash: bool,
}

fn opened(session: super::OpenSession, record: &UserRecord) -> Answer {
    match record.to_json() {
        Ok(record) => Answer::Open { session, record },
        Err(_) => Answer::Corrupt,
    }
}

fn note_ended(record: &mut UserRecord, session: &SessionId, access_lifetime: u64, now: i64) {
    let lifetime = i64::try_from(access_lifetime).unwrap_or(i64::MAX);
    record
        .sessions_ended
        .retain(|ended| ended.until > now && ended.id != *session);
    if record.sessions_ended.len() >= MOST_ENDED {
        record.sessions_ended.clear();
        record.session_kept = None;
        ended_before(record, now.saturating_add(1));
    }
    record.sessions_ended.push(EndedSession {
        id: session.clone(),
        until: now.saturating_add(lifetime).saturating_add(ISSUED_WITHIN),
    });
}

/// Ends all tokens from before a time. What was ended once never comes back,
/// whatever the clock says.
fn ended_before(record: &mut UserRecord, from: i64) {
    let before = record.tokens_valid_from;
    record.tokens_valid_from = Some(before.map_or(from, |before| before.max(from)));
}
