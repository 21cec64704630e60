//! The object of an account: the one place that decides about it.
//!
//! [`AccountObject`] is a state machine without I/O. It is handed each event
//! with the time and random bytes, and returns the [`Effect`]s to carry out.
//! The code that carries them out decides nothing, so every order of events can be
//! tested natively.

mod adopt;
mod create;
mod ids;
mod login;
mod operator;
pub mod protocol;
mod rename;
mod replication;
mod sessions;
mod state;

use serde::Serialize;
use serde::de::DeserializeOwned;

pub use ids::{COUNTER_NAME, ClaimAnswer, ClaimId, FIRST_COUNTED_ID};
pub use state::StateCorrupt;

use super::{SessionRandom, UserId, Username};
use adopt::Claim;
use protocol::{
    ActivateAnswer, Envelope, Message, PROTOCOL, ReserveAnswer, TransferAnswer, TransferId,
};
use replication::ReplicationStep;
use state::{Holder, State};

/// Names a request that waits for its answer.
pub type CallNumber = u64;
/// Names a question of this object that waits for its answer.
pub type QuestionNumber = u64;
/// Names a step of the replication.
pub type StepNumber = u64;

/// An event.
#[derive(Clone)]
pub enum Event {
    /// A request came.
    Request {
        /// The number with which its answer is given.
        call: CallNumber,
        /// The request.
        envelope: Box<Envelope>,
    },
    /// A question was answered.
    Answered {
        /// The question.
        question: QuestionNumber,
        /// The answer in JSON; an error if there is none.
        answer: Result<String, Unanswered>,
    },
    /// KV took a value, or did not.
    Written {
        /// The step.
        step: StepNumber,
        /// Whether KV took it.
        took: bool,
    },
    /// KV was read.
    Read {
        /// The step.
        step: StepNumber,
        /// The value, if there is one; an error if KV did not answer.
        value: Result<Option<String>, Unanswered>,
    },
    /// The time of [`Effect::SetAlarm`] has come.
    Alarm,
}

/// KV or another object did not answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Unanswered;

/// Something to carry out. Effects are carried out in their order, and an
/// effect after [`Store`](Self::Store) only once the state is stored.
#[derive(Clone)]
pub enum Effect {
    /// Store this state in place of the one before.
    Store(String),
    /// Delete the state and the alarm: nothing is lost.
    Delete,
    /// Wake the object at this time, in seconds since the epoch.
    SetAlarm(i64),
    /// Write this value to KV, then report [`Event::Written`].
    Write {
        /// The step.
        step: StepNumber,
        /// The key.
        key: String,
        /// The value.
        value: String,
    },
    /// Read this key of KV, then report [`Event::Read`].
    Read {
        /// The step.
        step: StepNumber,
        /// The key.
        key: String,
    },
    /// Ask another object, then report [`Event::Answered`].
    Ask {
        /// The question.
        question: QuestionNumber,
        /// The object and what it is asked.
        to: Question,
    },
    /// Answer a request.
    Answer {
        /// The request.
        call: CallNumber,
        /// The answer in JSON, of the type that the request names; an error if
        /// the request cannot be answered now.
        answer: Result<String, Unanswered>,
    },
}

/// A question to another object.
#[derive(Clone)]
pub enum Question {
    /// The next number for a new user, from the object [`COUNTER_NAME`]. The
    /// answer is a [`UserId`].
    NextId,
    /// A claim, for the object [`ClaimId::object_name`]. The answer is a
    /// [`ClaimAnswer`].
    Claim(ClaimId),
    /// The name in KV under this number's key. The answer is a string or null.
    NameOf(UserId),
    /// A request to the object of another account.
    Account(Box<Envelope>),
}

/// The account's object.
pub struct AccountObject {
    state: State,
    /// As it is stored.
    stored: Option<String>,
    /// The requests that wait for the answer to a question.
    waiting: Vec<(QuestionNumber, Asker)>,
    /// The step of the replication that is carried out.
    step: Option<Step>,
    /// Counts questions and steps.
    last_number: u64,
    /// When the alarm rings, as far as this instance knows.
    alarm: Option<i64>,
}

/// A step whose answer is not here yet.
struct Step {
    number: StepNumber,
    kind: ReplicationStep,
    /// The revision of the value that is written.
    revision: u64,
    /// When the step counts as lost, in seconds since the epoch.
    lost_at: i64,
}

enum Asker {
    Call(Box<Call>, Question),
    /// The reservation of this rename asks how the rename ended.
    Reservation(TransferId),
}

/// A request, and the answers that its questions have had so far. It is tried
/// again from the start after each of them, as the state may have changed.
struct Call {
    number: CallNumber,
    username: Username,
    message: Message,
    random: SessionRandom,
    found: Found,
}

/// The answers to a request's questions.
#[derive(Default)]
struct Found {
    claimed: Option<Claim>,
    next_id: Option<UserId>,
    /// The name that KV has for `next_id`.
    next_id_is_free: Option<bool>,
    reserved: Option<ReserveAnswer>,
    /// The revision of the record that was reserved for.
    reserved_revision: Option<u64>,
    /// The version that [`ReserveAnswer::Removed`] named.
    reserve_over: Option<u64>,
    activated: Option<(TransferId, ActivateAnswer)>,
    /// A rename was given up because the new name's object asked.
    aborted: bool,
}

/// Why a request has no answer yet.
enum NotYet {
    /// This question has to be answered first.
    Ask(Question),
    /// The request cannot be answered; the caller may try again.
    Unavailable,
}

impl AccountObject {
    /// An object with the state that [`Effect::Store`] stored last, `None` if
    /// there is none.
    ///
    /// # Errors
    /// [`StateCorrupt`] when the text is not a state, or one of a later version.
    pub fn load(stored: Option<&str>) -> Result<Self, StateCorrupt> {
        Ok(Self {
            state: match stored {
                Some(stored) => State::from_json(stored)?,
                None => State::default(),
            },
            stored: stored.map(Into::into),
            waiting: Vec::new(),
            step: None,
            last_number: 0,
            alarm: None,
        })
    }

    /// Takes an event at `now`, in seconds since the epoch, and returns what
    /// is to be carried out. `random` must be new for each event.
    pub fn handle(&mut self, event: Event, now: i64, random: &SessionRandom) -> Vec<Effect> {
        self.tidy(now);
        let mut effects = Vec::new();
        let is_alarm = matches!(event, Event::Alarm);
        match event {
            Event::Request { call, envelope } => {
                let protocols = PROTOCOL.saturating_sub(1)..=PROTOCOL;
                if protocols.contains(&envelope.protocol) {
                    let call = Call {
                        number: call,
                        username: envelope.username,
                        message: envelope.message,
                        random: *random,
                        found: Found::default(),
                    };
                    self.advance(Box::new(call), now, &mut effects);
                } else {
                    let answer = Err(Unanswered);
                    effects.push(Effect::Answer { call, answer });
                }
            }
            Event::Answered { question, answer } => {
                self.answered(question, answer, now, &mut effects);
            }
            Event::Written { step, took } => self.written(step, took, now),
            Event::Read { step, value } => self.read(step, value, now, &mut effects),
            Event::Alarm => {
                self.alarm = None;
                if self.step.as_ref().is_some_and(|step| step.lost_at <= now) {
                    self.step = None;
                }
            }
        }
        self.ask_for_reservation(now, &mut effects);
        self.replicate(now, &mut effects);
        self.store(now, is_alarm, effects)
    }

    /// Tries to answer a request.
    fn advance(&mut self, mut call: Box<Call>, now: i64, effects: &mut Vec<Effect>) {
        self.state.username = Some(call.username.clone());
        let answer = match self.answer(&mut call, now) {
            Ok(answer) => Ok(answer),
            Err(NotYet::Unavailable) => Err(Unanswered),
            Err(NotYet::Ask(question)) => {
                return self.ask(question.clone(), Asker::Call(call, question), effects);
            }
        };
        effects.push(Effect::Answer {
            call: call.number,
            answer,
        });
    }

    fn answer(&mut self, call: &mut Call, now: i64) -> Result<String, NotYet> {
        let message = call.message.clone();
        match message {
            Message::Begin(request) => json(&self.begin(request, now)),
            Message::Withdraw(request) => json(&self.withdraw(&request)),
            Message::Admit(request) => json(&self.admit(call, request, now)?),
            Message::Refresh(request) => json(&self.refresh(&request, now)),
            Message::ExchangeLegacy(request) => json(&self.exchange(call, request, now)?),
            Message::CheckToken(request) => json(&self.check_token(&request)),
            Message::ListSessions(request) => json(&self.list_sessions(&request, now)),
            Message::EndSessions(request) => json(&self.end_sessions(&request, now)),
            Message::ChangePassword(request) => json(&self.change_password(call, request, now)?),
            Message::Create(request) => json(&self.create(call, request, now)?),
            Message::ReadUser(request) => json(&self.read_user(call, &request, now)),
            Message::UpdateUser(request) => json(&self.update_user(call, request, now)?),
            Message::SignOut(request) => json(&self.sign_out(call, &request, now)?),
            Message::RemoveUser(request) => json(&self.remove_user(call, &request, now)?),
            Message::EndUserSession(request) => json(&self.end_user_session(call, &request, now)?),
            Message::Rename(request) => json(&self.rename(call, request, now)?),
            Message::Reserve(request) => json(&self.reserve(call, request, now)),
            Message::Activate(request) => json(&self.activate(call, request, now)),
            Message::TransferStatus(request) => json(&self.transfer_status(&request)),
        }
    }

    fn ask(&mut self, to: Question, asker: Asker, effects: &mut Vec<Effect>) {
        let question = self.next_number();
        self.waiting.push((question, asker));
        effects.push(Effect::Ask { question, to });
    }

    fn answered(
        &mut self,
        question: QuestionNumber,
        answer: Result<String, Unanswered>,
        now: i64,
        effects: &mut Vec<Effect>,
    ) {
        let at = self
            .waiting
            .iter()
            .position(|(asked, _)| *asked == question);
        let Some((_, asker)) = at.map(|at| self.waiting.swap_remove(at)) else {
            return; // Answered twice.
        };
        match asker {
            Asker::Reservation(transfer) => {
                let answer: Option<TransferAnswer> = answer.ok().and_then(|json| parse(&json));
                self.transfer_answered(&transfer, answer, now);
            }
            Asker::Call(mut call, question) => {
                let answer = answer.ok();
                if answer
                    .and_then(|json| call.found.learn(&question, &json))
                    .is_some()
                {
                    self.advance(call, now, effects);
                } else {
                    effects.push(Effect::Answer {
                        call: call.number,
                        answer: Err(Unanswered),
                    });
                }
            }
        }
    }

    fn next_number(&mut self) -> u64 {
        self.last_number = self.last_number.wrapping_add(1);
        self.last_number
    }

    // --- KV

    /// Starts the next step of the replication, if one is due and none is
    /// under way.
    fn replicate(&mut self, now: i64, effects: &mut Vec<Effect>) {
        if self.step.is_some() {
            return;
        }
        let id = self.state.user().map(|user| user.record.id);
        if let Some(step) = self.state.replication.due(id, now) {
            self.start(step, now, effects);
        }
    }

    fn start(&mut self, kind: ReplicationStep, now: i64, effects: &mut Vec<Effect>) {
        let Some(username) = self.state.username.clone() else {
            return;
        };
        let number = self.next_number();
        let step = number;
        let effect = match &kind {
            ReplicationStep::WriteUser => {
                let key = username.record_key();
                let value = self.state.replica(&username);
                value.map(|value| Effect::Write { step, key, value })
            }
            ReplicationStep::WriteIndex(id) => Some(Effect::Write {
                step,
                key: id.index_key(),
                value: username.as_str().into(),
            }),
            ReplicationStep::ReadUser => Some(Effect::Read {
                step,
                key: username.record_key(),
            }),
            ReplicationStep::ReadIndex(id) => Some(Effect::Read {
                step,
                key: id.index_key(),
            }),
        };
        if let Some(effect) = effect {
            self.step = Some(Step {
                number,
                kind,
                revision: self.state.replication.revision(),
                lost_at: now.saturating_add(replication::STEP_TIMEOUT),
            });
            effects.push(effect);
        }
    }

    /// The step of this number, unless it counts as lost.
    fn take_step(&mut self, number: StepNumber) -> Option<Step> {
        self.step.take_if(|step| step.number == number)
    }

    fn written(&mut self, number: StepNumber, took: bool, now: i64) {
        let Some(step) = self.take_step(number) else {
            return;
        };
        let replication = &mut self.state.replication;
        match step.kind {
            ReplicationStep::WriteUser => replication.wrote_user(step.revision, took, now),
            ReplicationStep::WriteIndex(id) => replication.wrote_index(id, took, now),
            ReplicationStep::ReadUser | ReplicationStep::ReadIndex(_) => {}
        }
    }

    fn read(
        &mut self,
        number: StepNumber,
        value: Result<Option<String>, Unanswered>,
        now: i64,
        effects: &mut Vec<Effect>,
    ) {
        let Some(step) = self.take_step(number) else {
            return;
        };
        let Some(username) = self.state.username.clone() else {
            return;
        };
        let id = self.state.user().map(|user| user.record.id);
        let shown = value.as_ref().map(|value| value.as_deref()).map_err(|_| ());
        let replication = &mut self.state.replication;
        match step.kind {
            ReplicationStep::ReadUser => {
                let next = replication.read_user(shown, &username, id, now);
                if let Some(next) = next {
                    self.start(next, now, effects);
                }
            }
            ReplicationStep::ReadIndex(of) if Some(of) == id => {
                replication.read_index(shown, &username, of, now);
            }
            // The name has another user since, or none.
            ReplicationStep::ReadIndex(_) => {}
            ReplicationStep::WriteUser | ReplicationStep::WriteIndex(_) => {}
        }
    }

    // --- Storage

    /// Drops what is over.
    fn tidy(&mut self, now: i64) {
        self.state.attempts.tidy(now);
        self.state.replication.tidy(now);
        if let Holder::Reserved(reservation) = &mut self.state.holder {
            reservation.tidy(now);
        }
        if let Some(step) = &mut self.step {
            let latest = now.saturating_add(replication::STEP_TIMEOUT);
            step.lost_at = step.lost_at.min(latest);
        }
        if let Some(user) = self.state.user() {
            user.sessions.tidy(now);
            user.ended.drop_past(now);
            user.exchanged.drop_expired(now);
        }
    }

    /// When there is something to do next, in seconds since the epoch.
    fn next_alarm(&self) -> Option<i64> {
        let holder = match &self.state.holder {
            Holder::User(user) => user.sessions.next_end(),
            Holder::Reserved(reservation) => Some(reservation.ask_at),
            Holder::Nobody | Holder::Removed(_) => None,
        };
        let replication = match &self.step {
            // The next step waits for this one's answer.
            Some(step) => Some(step.lost_at),
            None => self.state.replication.next_at(),
        };
        let times = [holder, self.state.attempts.next_end(), replication];
        times.into_iter().flatten().min()
    }

    /// Puts the storing of the state before the effects, if it changed.
    fn store(&mut self, now: i64, is_alarm: bool, effects: Vec<Effect>) -> Vec<Effect> {
        let mut first = Vec::new();
        if self.state.is_empty() {
            if self.stored.take().is_some() {
                first.push(Effect::Delete);
                self.alarm = None;
            }
        } else if let Ok(json) = self.state.stored_json() {
            let is_new = self.stored.as_ref() != Some(&json);
            // The alarm comes first: an object that dies in between has one that
            // rings too early, which does no harm. The other way round there
            // would be a state without its alarm.
            if (is_new || is_alarm)
                && let Some(next) = self.next_alarm()
                && self.alarm.is_none_or(|alarm| next < alarm)
            {
                let next = next.max(now.saturating_add(1));
                first.push(Effect::SetAlarm(next));
                self.alarm = Some(next);
            }
            if is_new {
                first.push(Effect::Store(json.clone()));
                self.stored = Some(json);
            }
        }
        first.extend(effects);
        first
    }
}

/// Our own types, which serialize.
fn json(answer: &impl Serialize) -> Result<String, NotYet> {
    serde_json::to_string(answer).map_err(|_| NotYet::Unavailable)
}

fn parse<T: DeserializeOwned>(json: &str) -> Option<T> {
    serde_json::from_str(json).ok()
}

impl Call {
    /// A request to another account's object.
    fn envelope(to: &Username, request: impl protocol::AccountRequest) -> Question {
        Question::Account(Box::new(Envelope::new(to.clone(), request)))
    }
}

/// Without what is in it: records and hashes.
impl core::fmt::Debug for Question {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        match self {
            Self::NextId => f.write_str("NextId"),
            Self::Claim(claim) => claim.fmt(f),
            Self::NameOf(id) => write!(f, "NameOf({id})"),
            Self::Account(envelope) => f.write_str(envelope.message.name()),
        }
    }
}
