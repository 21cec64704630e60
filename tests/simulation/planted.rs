//! The bugs of the previous design, injected around the core: the simulation must
//! find each of them. The core itself has no switch for them.

use std::rc::Rc;

use portcullis::account::object::protocol::{Checked, Envelope, Message, UpdateUser};
use portcullis::account::{StoredUser, UserRecord};
use serde_json::Value;

use crate::requests::Flow;
use crate::world::{World, note};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Planted {
    /// Finding 1: a password counts if KV shows it, though the object has a
    /// record.
    StaleRecordCounts,
    /// Finding 2: after eight changes by the user, the operator's is ignored.
    ResetIgnored,
    /// Finding 3: a log-out writes back whether KV showed the user as disabled.
    DisabledOverwritten,
    /// Finding 4: a removal leaves nothing, so the next login adopts what KV
    /// still shows.
    RemovalForgotten,
    /// Finding 7: with 64 notes, a log-out ends every session.
    LogoutEndsAll,
    /// A wrong password makes the object adopt the seed.
    FailedLoginAdopts,
    /// A seed that comes after the removal is adopted.
    TombstoneTakesSeed,
}

impl World {
    /// Plants bugs in the way of a request to the object.
    pub fn planted_request(&mut self, host: usize, mut envelope: Box<Envelope>) -> Box<Envelope> {
        let it = &self.hosts[host];
        match (self.planted, &mut envelope.message) {
            (Some(Planted::ResetIgnored), Message::UpdateUser(update)) if it.own_passwords >= 8 => {
                update.hash_password = None;
            }
            (Some(Planted::TombstoneTakesSeed), Message::Begin(_) | Message::ExchangeLegacy(_)) => {
                let key = self.names[host].record_key();
                let is_removed = it
                    .stored
                    .as_ref()
                    .is_some_and(|it| it.contains("\"Removed\""));
                if is_removed && self.kv.newest(&key).by_import {
                    self.forget(host);
                }
            }
            _ => {}
        }
        envelope
    }

    /// Plants bugs in the state that a request leaves.
    pub fn planted_after(&mut self, host: usize, kind: &str) {
        match (self.planted, kind) {
            (Some(Planted::RemovalForgotten), "RemoveUser") => self.forget(host),
            (Some(Planted::LogoutEndsAll), "EndSessions") => {
                self.edit(host, |user| {
                    let notes = user["ended"]["notes"].as_array().map(Vec::len);
                    assert!(
                        user["ended"].is_null() || notes.is_some(),
                        "the notes are elsewhere"
                    );
                    if notes == Some(64) {
                        user["sessions"] = Value::Array(Vec::new());
                    }
                });
            }
            (Some(Planted::DisabledOverwritten), "EndSessions") => {
                let key = self.names[host].record_key();
                let shown = self.kv.read(&key, 0, self.now, &mut self.random);
                let name = &self.names[host];
                let shown = shown.and_then(|shown| UserRecord::parse(&shown, name).ok());
                if let Some(shown) = shown {
                    self.edit(host, |user| {
                        user["record"]["disabled"] = shown.disabled.into()
                    });
                }
            }
            _ => {}
        }
    }

    fn forget(&mut self, host: usize) {
        note!(
            self,
            "planted: {} forgets everything",
            self.hosts[host].name.as_str()
        );
        self.hosts[host].stored = None;
        self.kill(host);
    }

    fn edit(&mut self, host: usize, change: impl FnOnce(&mut Value)) {
        let Some(stored) = &self.hosts[host].stored else {
            return;
        };
        let mut state: Value = serde_json::from_str(stored).unwrap();
        if let Some(user) = state["holder"].get_mut("User") {
            change(user);
            self.hosts[host].stored = Some(state.to_string());
            self.kill(host);
        }
    }

    /// The record that the Worker checks a password against.
    pub fn planted_source(
        &self,
        flow: &Flow,
        found: Option<(UserRecord, Checked)>,
        shown: &Result<Option<Rc<str>>, ()>,
    ) -> Option<(UserRecord, Checked)> {
        let (record, checked) = found?;
        if self.planted != Some(Planted::StaleRecordCounts) {
            return Some((record, checked));
        }
        let name = &self.names[flow.name];
        let shown = shown.as_ref().ok().and_then(Option::as_ref);
        let shown = shown.and_then(|shown| StoredUser::parse(shown, name).ok());
        Some(match shown {
            Some(StoredUser::Seed(seed)) => (seed, checked),
            Some(StoredUser::Replica(replica)) => (replica.record, checked),
            _ => (record, checked),
        })
    }

    /// The Worker's next request after a wrong password.
    pub fn planted_failure(&mut self, id: u64, shown: &Result<Option<Rc<str>>, ()>) {
        if self.planted == Some(Planted::FailedLoginAdopts)
            && let Ok(Some(shown)) = shown
        {
            let update = UpdateUser {
                phone: None,
                hash_password: None,
                disabled: None,
                imported_hash: None,
                shown: Some(shown.to_string()),
            };
            self.send_for(id, update.into());
        }
    }
}
