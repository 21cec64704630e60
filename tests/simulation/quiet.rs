//! The rules that must hold after all requests have ended.

use portcullis::account::object::protocol::{Envelope, NoUser, ReadUser, UserAnswer};
use portcullis::account::object::{Effect, Event};
use portcullis::account::{StoredUser, UserId};

use crate::facts::Kind;
use crate::host::Host;
use crate::oracle::Verdict;
use crate::requests::Request;
use crate::worker::LIMITS;
use crate::world::{NAMES, World, note};

/// How long the alarms run, in seconds.
const QUIET: i64 = 10 * 3600;

impl World {
    pub fn check_quiet(&mut self) {
        self.profile.calm();
        self.kv.fresh = true;
        let began = self.now;
        note!(self, "quiet");
        self.run_until(self.now + QUIET);
        self.now = began + QUIET;
        let mut alive = Vec::new();
        for host in 0..NAMES.len() {
            let verdict = self.check_settled(host, began, &mut alive);
            self.judge(verdict);
        }
        let verdict = self.check_alive(&alive);
        self.judge(verdict);
        if self.violation.is_none() {
            self.check_logins(&alive);
        }
        if self.violation.is_none() {
            self.besiege();
        }
    }

    /// The object's answer, at once.
    fn read_user(&mut self, host: usize) -> UserAnswer {
        let key = self.names[host].record_key();
        let shown = self.kv.newest(&key).value.map(|value| value.to_string());
        let call = u64::MAX;
        let envelope = Envelope::new(self.names[host].clone(), ReadUser { shown });
        let envelope = Box::new(envelope);
        let random = self.random.bytes();
        let now = self.now;
        let it: &mut Host = &mut self.hosts[host];
        let object = it.object();
        let effects = object.handle(Event::Request { call, envelope }, now, &random);
        for effect in effects {
            if let Effect::Answer { answer, .. } = effect {
                return serde_json::from_str(&answer.unwrap()).unwrap();
            }
        }
        UserAnswer::NoUser(NoUser::Unknown)
    }

    /// The object's record holds every change, and KV has it.
    fn check_settled(
        &mut self,
        host: usize,
        began: i64,
        alive: &mut Vec<(usize, UserId, Option<String>)>,
    ) -> Verdict {
        let name = self.names[host].clone();
        let text = NAMES[host];
        let it = &self.hosts[host];
        if it
            .stored
            .as_ref()
            .is_some_and(|it| it.contains("\"Reserved\""))
        {
            return Err(format!("(b) {text} is still reserved"));
        }
        let (looked, is_lost) = (it.looked, it.lost);
        let answer = self.read_user(host);
        let newest = self.kv.newest(&name.record_key());
        let stored = newest
            .value
            .as_deref()
            .map(|value| StoredUser::parse(value, &name));
        // An import that comes after the object's last check stays in KV. The
        // object ignores it, and the next login makes the object check again.
        let overwritten = |at: i64| looked <= (at + 61).max(began);
        let step = self.step + 1;
        match (answer, stored) {
            (UserAnswer::User(state), stored) => {
                let Some(version) = state.version else {
                    if is_lost {
                        self.oracle.check_record(&state.record, step)?;
                        alive.push((host, state.record.id, None));
                    }
                    return Ok(());
                };
                let user = state.record.id;
                self.oracle.check_user(host, user, step)?;
                self.oracle.check_record(&state.record, step)?;
                let password = state.record.hash_password.split_once(':');
                let password = password.filter(|_| !state.record.disabled);
                alive.push((host, user, password.map(|(_, password)| password.into())));
                let same = |stored: &StoredUser| match stored {
                    StoredUser::Replica(replica) => {
                        replica.version == version
                            && replica.record.to_json().ok() == state.record.to_json().ok()
                    }
                    _ => false,
                };
                let is_same = matches!(&stored, Some(Ok(stored)) if same(stored));
                let is_import = newest.by_import && overwritten(newest.at);
                if !is_same && !is_import {
                    return Err(format!(
                        "(g) KV has another record of {text}: {:?}",
                        newest.value
                    ));
                }
                let index = self.kv.newest(&user.index_key());
                if index.value.as_deref() != Some(text)
                    && !(index.by_import && overwritten(index.at))
                {
                    return Err(format!("(g) {} is {:?}", user.index_key(), index.value));
                }
            }
            (UserAnswer::Removed, stored) => {
                let is_removed = matches!(stored, Some(Ok(StoredUser::Removed(_))));
                let is_import = newest.by_import && overwritten(newest.at);
                if !is_removed && !is_import {
                    return Err(format!(
                        "(g) KV does not know that {text} is removed: {:?}",
                        newest.value
                    ));
                }
            }
            (UserAnswer::NoUser(_), None) => {}
            (UserAnswer::NoUser(_), Some(_)) if newest.by_import => {}
            (UserAnswer::NoUser(why), Some(_)) => {
                return Err(format!(
                    "(b) {text} is {why:?}, and KV has {:?}",
                    newest.value
                ));
            }
        }
        Ok(())
    }

    /// Every user who was not removed has a name, and one name only.
    fn check_alive(&self, alive: &[(usize, UserId, Option<String>)]) -> Verdict {
        let oracle = &self.oracle;
        for (user, _) in &oracle.seen {
            let mut names: Vec<usize> = Vec::new();
            names.extend(
                oracle
                    .seen
                    .iter()
                    .filter(|(id, _)| id == user)
                    .map(|(_, name)| *name),
            );
            for command in oracle.commands.iter().chain(&oracle.commands) {
                if let Kind::Rename { to } = command.kind
                    && names.contains(&command.name)
                {
                    names.push(to);
                }
            }
            let at: Vec<&str> = alive
                .iter()
                .filter(|(_, id, _)| id == user)
                .map(|(name, ..)| NAMES[*name])
                .collect();
            if at.len() > 1 {
                return Err(format!("(c) user {user} has the names {at:?}"));
            }
            let removed = |command: &crate::facts::Command| {
                matches!(command.kind, Kind::Remove) && names.contains(&command.name)
            };
            if at.is_empty() && !oracle.commands.iter().any(removed) {
                return Err(format!("(b) user {user} is gone, and nobody removed them"));
            }
        }
        Ok(())
    }

    /// Every user can log in.
    fn check_logins(&mut self, alive: &[(usize, UserId, Option<String>)]) {
        for (name, _, password) in alive {
            let Some(password) = password.clone() else {
                continue;
            };
            let opens = self.oracle.opens[*name];
            self.start(*name, Request::Login { password }, 90, None);
            self.run_until(self.now + 60);
            if self.oracle.opens[*name] == opens {
                self.judge(Err(format!("(b) {} cannot log in", NAMES[*name])));
            }
        }
        self.run_until(self.now + 4 * 3600);
    }

    /// Strangers ask what they like: nothing is written to KV, and little to
    /// the storage.
    fn besiege(&mut self) {
        note!(self, "siege");
        let before: Vec<_> = self
            .hosts
            .iter()
            .map(|host| (host.stores, host.writes))
            .collect();
        for _ in 0..60 {
            self.stranger();
            self.run_until(self.now + 5);
            self.now += 5;
        }
        let most = u64::from(LIMITS.per_account) + 10;
        for (host, (stores, writes)) in before.into_iter().enumerate() {
            let it = &self.hosts[host];
            let (stores, writes) = (it.stores - stores, it.writes - writes);
            if writes > 0 || stores > most {
                let name = NAMES[host];
                self.judge(Err(format!(
                    "(h) strangers cause {stores} stores and {writes} writes to KV for {name}"
                )));
            }
        }
    }
}
