//! An account's object with a clock, a KV and the other objects that it calls.

use std::collections::BTreeMap;

use portcullis::account::object::protocol::{AccountRequest, Envelope, PROTOCOL};
use portcullis::account::object::{
    AccountObject, ClaimAnswer, ClaimId, Effect, Event, FIRST_COUNTED_ID, Question, QuestionNumber,
    Unanswered,
};
use portcullis::account::{StoredUser, UserId, Username};

use crate::support::NOW;

/// How KV and the network behave.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kv {
    /// It answers each step at once.
    Works,
    /// It takes no write and answers no read.
    Fails,
    /// Its answers never arrive; the steps are kept in [`Object::steps`].
    Silent,
}

/// Carries out the effects of one account's object.
pub(crate) struct Object {
    object: AccountObject,
    pub(crate) username: Username,
    /// Seconds since the epoch.
    pub(crate) now: i64,
    /// The state as it is stored.
    pub(crate) stored: Option<String>,
    pub(crate) alarm: Option<i64>,
    pub(crate) kv: BTreeMap<String, String>,
    pub(crate) kv_is: Kv,
    /// The reads and writes that KV was asked for, such as `write user:alice`.
    pub(crate) kv_log: Vec<String>,
    /// The steps that [`Kv::Silent`] keeps.
    pub(crate) steps: Vec<Effect>,
    /// The claims that the objects of the numbers hold.
    pub(crate) claims: BTreeMap<String, ClaimId>,
    next_id: u64,
    /// The questions to other accounts' objects, which a test answers.
    pub(crate) questions: Vec<(QuestionNumber, Box<Envelope>)>,
    /// How many events came: each has random bytes of its own.
    events: u64,
    calls: u64,
    answers: BTreeMap<u64, Result<String, Unanswered>>,
}

impl Object {
    /// An object without state, and an empty KV that works.
    pub(crate) fn empty(name: &str) -> Self {
        Self {
            object: AccountObject::load(None).unwrap(),
            username: Username::new(name).unwrap(),
            now: NOW,
            stored: None,
            alarm: None,
            kv: BTreeMap::new(),
            kv_is: Kv::Works,
            kv_log: Vec::new(),
            steps: Vec::new(),
            claims: BTreeMap::new(),
            next_id: FIRST_COUNTED_ID,
            questions: Vec::new(),
            events: 0,
            calls: 0,
            answers: BTreeMap::new(),
        }
    }

    /// Sends a request and takes its answer, which must not need another
    /// account's object.
    pub(crate) fn ask<R: AccountRequest>(&mut self, request: R) -> R::Answer {
        self.try_ask(request).unwrap()
    }

    pub(crate) fn try_ask<R: AccountRequest>(
        &mut self,
        request: R,
    ) -> Result<R::Answer, Unanswered> {
        let call = self.send(request);
        self.take_answer::<R>(call).expect("an answer")
    }

    /// Sends a request without waiting for its answer.
    pub(crate) fn send(&mut self, request: impl AccountRequest) -> u64 {
        let envelope = Envelope::new(self.username.clone(), request);
        self.send_envelope(envelope)
    }

    pub(crate) fn send_envelope(&mut self, envelope: Envelope) -> u64 {
        self.calls += 1;
        let call = self.calls;
        // Every request travels as JSON.
        let json = serde_json::to_string(&envelope).unwrap();
        let envelope = Box::new(serde_json::from_str(&json).unwrap());
        self.handle(Event::Request { call, envelope });
        call
    }

    /// Sends a request as a side with this protocol version would.
    pub(crate) fn send_with_protocol(
        &mut self,
        request: impl AccountRequest,
        protocol: u32,
    ) -> Option<Result<String, Unanswered>> {
        assert_eq!(PROTOCOL, 2, "the tests name the versions");
        let mut envelope = Envelope::new(self.username.clone(), request);
        envelope.protocol = protocol;
        let call = self.send_envelope(envelope);
        self.take_json(call)
    }

    /// The answer to a request, if there is one yet.
    pub(crate) fn take_answer<R: AccountRequest>(
        &mut self,
        call: u64,
    ) -> Option<Result<R::Answer, Unanswered>> {
        let answer = self.take_json(call)?;
        Some(answer.map(|json| serde_json::from_str(&json).unwrap()))
    }

    pub(crate) fn take_json(&mut self, call: u64) -> Option<Result<String, Unanswered>> {
        self.answers.remove(&call)
    }

    pub(crate) fn answered(
        &mut self,
        question: QuestionNumber,
        answer: Result<String, Unanswered>,
    ) {
        self.handle(Event::Answered { question, answer });
    }

    pub(crate) fn handle(&mut self, event: Event) {
        let mut events = vec![event];
        while let Some(event) = events.pop() {
            self.events += 1;
            let mut random = [0; 80];
            let own = self.username.as_str().len() as u64 * 1_000_000 + self.events;
            // The session's id, its seed and its secret differ.
            for (number, part) in (0..).zip(random.chunks_mut(16)) {
                part[..8].copy_from_slice(&own.to_be_bytes());
                part[8] = number;
            }
            for effect in self.object.handle(event, self.now, &random) {
                events.extend(self.carry_out(effect));
            }
        }
    }

    fn carry_out(&mut self, effect: Effect) -> Option<Event> {
        match effect {
            Effect::Store(state) => self.stored = Some(state),
            Effect::Delete => (self.stored, self.alarm) = (None, None),
            Effect::SetAlarm(at) => self.alarm = Some(at),
            Effect::Answer { call, answer } => {
                let before = self.answers.insert(call, answer);
                assert!(before.is_none(), "a request is answered once");
            }
            Effect::Ask { question, to } => {
                let answer = match to {
                    Question::NextId => {
                        self.next_id += 1;
                        serde_json::to_string(&(self.next_id - 1))
                    }
                    Question::NameOf(id) => serde_json::to_string(&self.kv.get(&id.index_key())),
                    Question::Claim(claim) => serde_json::to_string(&self.claim(claim)),
                    Question::Account(envelope) => {
                        self.questions.push((question, envelope));
                        return None;
                    }
                };
                let answer = Ok(answer.unwrap());
                return Some(Event::Answered { question, answer });
            }
            Effect::Write { .. } | Effect::Read { .. } => {
                self.kv_log.push(match &effect {
                    Effect::Write { key, .. } => format!("write {key}"),
                    Effect::Read { key, .. } => format!("read {key}"),
                    _ => unreachable!(),
                });
                if self.kv_is == Kv::Silent {
                    self.steps.push(effect);
                    return None;
                }
                return Some(self.step(effect));
            }
        }
        None
    }

    fn claim(&mut self, claim: ClaimId) -> ClaimAnswer {
        let first = self.claims.get(&claim.object_name());
        let answer = claim.decide(first);
        if answer == ClaimAnswer::Claimed {
            self.claims.insert(claim.object_name(), claim);
        }
        answer
    }

    /// Carries a step out on KV and makes KV's answer.
    fn step(&mut self, step: Effect) -> Event {
        let works = self.kv_is != Kv::Fails;
        match step {
            Effect::Write { step, key, value } => {
                if works {
                    self.kv.insert(key, value);
                }
                Event::Written { step, took: works }
            }
            Effect::Read { step, key } => {
                let value = if works {
                    Ok(self.kv.get(&key).cloned())
                } else {
                    Err(Unanswered)
                };
                Event::Read { step, value }
            }
            _ => unreachable!(),
        }
    }

    /// Carries out the oldest step that was kept, and reports it.
    pub(crate) fn let_step_through(&mut self) {
        let step = self.steps.remove(0);
        let event = self.step(step);
        self.handle(event);
    }

    /// Lets time pass, and rings the alarms that are due meanwhile.
    pub(crate) fn wait(&mut self, seconds: i64) {
        let until = self.now.saturating_add(seconds);
        let mut rings = 0;
        while let Some(alarm) = self.alarm.filter(|alarm| *alarm <= until) {
            self.now = self.now.max(alarm);
            self.ring();
            rings += 1;
            assert!(rings < 1000, "the alarm rings for ever");
        }
        self.now = until;
    }

    pub(crate) fn ring(&mut self) {
        self.alarm = None;
        self.handle(Event::Alarm);
    }

    /// The object's memory is lost; what it stored is not.
    pub(crate) fn restart(&mut self) {
        self.object = AccountObject::load(self.stored.as_deref()).unwrap();
        self.questions.clear();
        self.steps.clear();
    }

    /// The object loses its memory and what it stored.
    pub(crate) fn lose_storage(&mut self) {
        (self.stored, self.alarm) = (None, None);
        self.restart();
    }

    /// The value that KV has under the user's key.
    pub(crate) fn shown(&self) -> Option<String> {
        self.kv.get(&self.username.record_key()).cloned()
    }

    pub(crate) fn put(&mut self, value: impl Into<String>) {
        self.kv.insert(self.username.record_key(), value.into());
    }

    pub(crate) fn in_kv(&self) -> StoredUser {
        StoredUser::parse(&self.shown().unwrap(), &self.username).unwrap()
    }

    /// The name in KV under a number's key.
    pub(crate) fn name_of(&self, id: u64) -> Option<&str> {
        let key = UserId::new(id).unwrap().index_key();
        self.kv.get(&key).map(String::as_str)
    }

    /// The steps that KV was asked for since the last call.
    pub(crate) fn take_kv_log(&mut self) -> Vec<String> {
        std::mem::take(&mut self.kv_log)
    }
}
