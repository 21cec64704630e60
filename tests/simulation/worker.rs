//! The Worker's part of a request, as the real Worker performs it.

use std::rc::Rc;

use portcullis::account::object::protocol as p;
use portcullis::account::{
    AttemptLimits, ClientAddress, ClientDescription, SessionPolicy, StoredDecision, TokenFacts,
    TokenSession, UserRecord, find_stored_user,
};

use crate::facts::{Kind, Step};
use crate::requests::{Answer, Bearer, Flow, Op, Request};
use crate::world::{Asker, Happening, World, note};

pub const LIMITS: AttemptLimits = AttemptLimits {
    per_address: 5,
    per_account: 10,
    window: 900,
};
pub const POLICY: SessionPolicy = SessionPolicy {
    lifetime: 3 * 24 * 3600,
    access_lifetime: 3600,
    idle: None,
    valid_from: None,
};

/// A text that represents a hash; a hash at an old cost is replaced.
pub fn hash(password: &str, is_old: bool) -> String {
    format!("{}:{password}", if is_old { "old" } else { "new" })
}

fn matches(record: &UserRecord, password: &str) -> bool {
    record
        .hash_password
        .split_once(':')
        .is_some_and(|(_, of)| of == password)
}

impl World {
    /// A request reaches a Worker. `from` is the client's address.
    pub fn start(&mut self, name: usize, request: Request, from: usize, kind: Option<Kind>) {
        let command = kind.map(|kind| self.oracle.begin(kind, name, self.step, self.now));
        match (&request, command) {
            (
                Request::OwnPassword { new: password, .. }
                | Request::SignUp { password }
                | Request::Operator(Op::Create { password, .. } | Op::SetPassword(password)),
                Some(command),
            ) => drop(self.oracle.passwords.insert(password.clone(), command)),
            (Request::Operator(Op::Phone(phone)), Some(command)) => {
                self.oracle.phones.insert(phone.clone(), command);
            }
            _ => {}
        }
        let address = ClientAddress::parse(&format!("192.0.2.{from}"));
        let mut flow = Flow {
            name,
            place: self.random.below(crate::world::PLACES),
            from: address.id_for(&self.names[name], b"secret"),
            shown: None,
            shown_at_new: None,
            begun: None,
            begin: 0,
            checked: None,
            command,
            done: false,
            calls: 0,
            request,
        };
        self.counter += 1;
        let id = self.counter;
        note!(self, "request {id}: {}", self.describe(&flow));
        let mut key = Some(self.names[name].record_key());
        let mut message: Option<p::Message> = None;
        match &flow.request {
            Request::Login { .. } => message = Some(begin(&flow, None)),
            Request::OwnPassword { by, .. } => message = Some(begin(&flow, Some(&by.token))),
            Request::Refresh { claim, .. } => {
                key = None;
                let claim = claim.clone();
                message = Some(
                    p::Refresh {
                        claim,
                        policy: POLICY,
                    }
                    .into(),
                );
            }
            Request::End { by, which } => {
                key = None;
                let (token, which) = (by.token.clone(), which.clone());
                message = Some(p::EndSessions { token, which }.into());
            }
            Request::Introspect { by } => {
                key = None;
                message = Some(
                    p::CheckToken {
                        token: by.token.clone(),
                    }
                    .into(),
                );
            }
            Request::Exchange { token } => {
                key = None;
                let key = self.oracle.tokens[*token].id.index_key();
                self.read_for(id, key, 2);
            }
            Request::Me { by } if by.session.is_none() => {
                key = None;
                self.read_for(id, by.token.id.index_key(), 2);
            }
            Request::Operator(Op::Rename(to)) => {
                let key = self.names[*to].record_key();
                self.read_for(id, key, 1);
            }
            Request::Operator(_) | Request::SignUp { .. } | Request::Me { .. } => {
                flow.shown_at_new = Some(Ok(None));
            }
        }
        self.flows.insert(id, flow);
        if let Some(key) = key {
            self.read_for(id, key, 0);
        }
        if let Some(message) = message {
            self.send_for(id, message);
        }
    }

    fn read_for(&mut self, flow: u64, key: String, which: u8) {
        let delay = self.profile.delay(&mut self.random);
        self.after(delay, Happening::FlowRead { flow, key, which });
    }

    pub fn send_for(&mut self, id: u64, message: p::Message) {
        let flow = self.flows.get_mut(&id).unwrap();
        let envelope = p::Envelope {
            protocol: p::PROTOCOL,
            username: self.names[flow.name].clone(),
            message,
        };
        // Only the message with the change counts for the command.
        let is_first = matches!(envelope.message, p::Message::Begin(_));
        let command = flow.command.filter(|_| !is_first);
        let before = self.counter;
        self.send(Asker::Flow(id), envelope, command);
        let sent = (before + 1..=self.counter).filter(|call| self.calls.contains_key(call));
        let sent = sent.count() as u32;
        if let Some(flow) = self.flows.get_mut(&id) {
            flow.calls += sent;
        }
    }

    /// The Worker reads KV.
    pub fn flow_reads(&mut self, id: u64, key: &str, which: u8) {
        let Some(flow) = self.flows.get(&id).filter(|flow| !flow.done) else {
            return;
        };
        let place = flow.place;
        let shown = if self.random.chance(self.profile.kv_fails) {
            Err(())
        } else {
            Ok(self.kv.read(key, place, self.now, &mut self.random))
        };
        note!(self, "request {id} reads {key}: {shown:?}");
        let name = |name: &str| self.names.iter().position(|known| known.as_str() == name);
        let Some(flow) = self.flows.get_mut(&id) else {
            return;
        };
        match which {
            0 => flow.shown = Some(shown),
            1 => flow.shown_at_new = Some(shown),
            _ => {
                // The user whose number the Flask token contains.
                let Some(name) = shown.ok().flatten().and_then(|text| name(&text)) else {
                    return self.finish(id);
                };
                flow.name = name;
                let key = self.names[name].record_key();
                return self.read_for(id, key, 0);
            }
        }
        self.proceed(id);
    }

    /// Goes on once all that was asked for is there.
    fn proceed(&mut self, id: u64) {
        let flow = &self.flows[&id];
        let Some(shown) = flow.shown.clone() else {
            return;
        };
        match &flow.request {
            Request::Login { .. } | Request::OwnPassword { .. } => {
                if let Some(begun) = flow.begun.clone() {
                    self.check_password(id, &begun, shown);
                }
            }
            Request::Me { by } => {
                let by = by.clone();
                match shown {
                    Ok(shown) => self.me(id, &by, shown),
                    Err(()) => self.finish(id),
                }
            }
            _ => match (shown, flow.shown_at_new.clone()) {
                (Err(()), _) | (_, Some(Err(()))) => self.finish(id),
                (Ok(_), None) if matches!(flow.request, Request::Operator(_)) => {}
                (Ok(shown), at_new) => {
                    let shown = shown.map(|shown| shown.to_string());
                    let at_new = at_new.and_then(Result::ok).flatten();
                    let at_new = at_new.map(|shown| shown.to_string());
                    if let Some(message) = self.message(&self.flows[&id], shown, at_new) {
                        self.send_for(id, message);
                    }
                }
            },
        }
    }

    fn check_password(&mut self, id: u64, begun: &Answer, shown: Result<Option<Rc<str>>, ()>) {
        let Answer::Begin(p::BeginAnswer::Check { source, .. }) = begun else {
            return self.finish(id);
        };
        let flow = &self.flows[&id];
        let (Request::Login { password } | Request::OwnPassword { old: password, .. }) =
            &flow.request
        else {
            return;
        };
        let name = &self.names[flow.name];
        let found = match (source, &shown) {
            (p::PasswordSource::Object { record, version }, _) => {
                let version = *version;
                Some((record.as_ref().clone(), p::Checked::Object { version }))
            }
            (p::PasswordSource::Nobody, _) => None,
            (p::PasswordSource::Shown, Err(())) => {
                let from = flow.from.clone();
                self.send_for(id, p::Withdraw { from }.into());
                return self.finish(id);
            }
            (p::PasswordSource::Shown, Ok(shown)) => {
                let found = find_stored_user(name, shown.as_deref());
                found.ok().map(|record| (record, p::Checked::Shown))
            }
        };
        let found = self.planted_source(flow, found, &shown);
        let right = found.filter(|(record, _)| matches(record, password) && !record.disabled);
        let Some((record, checked)) = right else {
            self.planted_failure(id, &shown);
            return self.finish(id);
        };
        let rehash = record.hash_password.starts_with("old:") && self.random.chance(800);
        let flow = self.flows.get_mut(&id).unwrap();
        flow.checked = Some((checked, rehash));
        let takes = self.profile.delay(&mut self.random);
        self.after(takes, Happening::Hashed { flow: id });
    }

    /// The password was right.
    pub fn hashed(&mut self, id: u64) {
        let Some(flow) = self.flows.get(&id) else {
            return;
        };
        let Some((checked, rehash)) = flow.checked.clone() else {
            return;
        };
        let shown = flow.shown.clone().and_then(Result::ok).flatten();
        let shown = shown.map(|shown| shown.to_string());
        let from = flow.from.clone();
        let message = match &flow.request {
            Request::Login { password } => p::Admit {
                from,
                checked,
                shown,
                rehash: rehash.then(|| hash(password, false)),
                policy: POLICY,
                client: ClientDescription::default(),
            }
            .into(),
            Request::OwnPassword { by, new, .. } => p::ChangePassword {
                from,
                token: by.token.clone(),
                checked,
                shown,
                hash_password: hash(new, false),
            }
            .into(),
            _ => return,
        };
        self.send_for(id, message);
    }

    fn me(&mut self, id: u64, by: &Bearer, shown: Option<Rc<str>>) {
        let name = self.flows[&id].name;
        let decision = by.token.authorize(&self.names[name], shown.as_deref());
        if let Ok(StoredDecision::AskObject) = decision {
            let token = by.token.clone();
            return self.send_for(id, p::CheckToken { token }.into());
        }
        note!(self, "request {id} is {decision:?} by KV");
        let verdict = self.check_stored_decision(name, by, shown.as_deref(), &decision);
        self.judge(verdict);
        self.finish(id);
    }

    /// An answer reaches the Worker.
    pub fn replied(&mut self, id: u64, answer: Option<Rc<Answer>>, emitted: Step) {
        let Some(flow) = self.flows.get_mut(&id).filter(|flow| !flow.done) else {
            return;
        };
        let Some(answer) = answer else {
            note!(self, "request {id} gets no answer");
            return self.finish(id);
        };
        if let Answer::Begin(_) = &*answer {
            if flow.begun.is_none() {
                flow.begun = Some(answer);
                flow.begin = emitted;
                self.proceed(id);
            }
            return;
        }
        self.learn(id, &answer);
        self.finish(id);
    }

    pub fn finish(&mut self, id: u64) {
        let Some(flow) = self.flows.get_mut(&id) else {
            return;
        };
        flow.done = true;
        let (command, calls) = (flow.command, flow.calls);
        if let Some(command) = command {
            self.oracle.commands[command].closed = true;
        }
        if calls == 0 {
            self.flows.remove(&id);
        }
    }

    /// A token of the session that was opened, as the Worker signs it.
    pub fn token(&self, opened: &p::Opened) -> TokenFacts {
        let ends = self.now + POLICY.access_lifetime as i64;
        TokenFacts {
            id: opened.id,
            session: Some(TokenSession {
                id: opened.session.claim.session.clone(),
                version: opened.version,
            }),
            issued_at: Some(self.now as f64),
            expires_at: ends.min(opened.session.tokens_until),
        }
    }
}

fn begin(flow: &Flow, token: Option<&TokenFacts>) -> p::Message {
    let begin = p::Begin {
        from: flow.from.clone(),
        limits: LIMITS,
        token: token.cloned(),
    };
    begin.into()
}
