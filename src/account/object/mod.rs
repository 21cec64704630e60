//! The object of an account, which alone decides about the account.
//!
//! [`AccountObject`] is a state machine without I/O. The caller passes each event with
//! the time and random bytes, and carries out the returned [`Effect`]s. The caller
//! makes no decisions, so tests can run every order of events natively.
//!
//! The caller sends *requests* ([`protocol`]) to the object. To answer a request, the
//! object may first ask *questions* ([`Question`]) of other objects or of KV.

mod adopt;
mod create;
mod ids;
mod kv_steps;
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

/// Identifies a pending request. The caller chooses it.
pub type CallNumber = u64;
/// Identifies a pending question. The object chooses it.
pub type QuestionNumber = u64;
/// Identifies a step of the replication, which is one read or write of KV. The object
/// chooses it.
pub type StepNumber = u64;

/// An event for the object to handle.
#[derive(Clone)]
pub enum Event {
    /// A request arrived.
    Request {
        /// The number to answer with: [`Effect::Answer`].
        call: CallNumber,
        /// The request.
        envelope: Box<Envelope>,
    },
    /// A question was answered.
    Answered {
        /// The question.
        question: QuestionNumber,
        /// The answer as JSON, or an error if there was no answer.
        answer: Result<String, Unanswered>,
    },
    /// A write to KV succeeded or failed.
    Written {
        /// The step.
        step: StepNumber,
        /// Whether the write succeeded.
        took: bool,
    },
    /// A read of KV succeeded or failed.
    Read {
        /// The step.
        step: StepNumber,
        /// The value, if there is one, or an error if KV did not answer.
        value: Result<Option<String>, Unanswered>,
    },
    /// The time set by [`Effect::SetAlarm`] was reached.
    Alarm,
}

/// KV or another object did not answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Unanswered;

/// An effect for the caller to carry out, in the returned order. Effects after a
/// [`Store`](Self::Store) must wait until the state is stored.
#[derive(Clone)]
pub enum Effect {
    /// Store this state, replacing the previous one.
    Store(String),
    /// Delete the stored state and the alarm. The state has become empty.
    Delete,
    /// Send [`Event::Alarm`] at this time, in seconds since the epoch.
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
    /// Read this key from KV, then report [`Event::Read`].
    Read {
        /// The step.
        step: StepNumber,
        /// The key.
        key: String,
    },
    /// Send a question to another object, then report [`Event::Answered`].
    Ask {
        /// The question.
        question: QuestionNumber,
        /// The question, which names the object.
        to: Question,
    },
    /// Answer a request.
    Answer {
        /// The request.
        call: CallNumber,
        /// The answer as JSON, of the type [`protocol::AccountRequest::Answer`],
        /// or an error if the request cannot be answered now.
        answer: Result<String, Unanswered>,
    },
}

/// A question to another object or to KV.
#[derive(Clone)]
pub enum Question {
    /// Asks the object [`COUNTER_NAME`] for the number of a new user. The answer
    /// is a [`UserId`].
    NextId,
    /// Sends a claim to the object [`ClaimId::object_name`]. The answer is a
    /// [`ClaimAnswer`].
    Claim(ClaimId),
    /// Asks KV for the name under this number's key. The answer is a string or null.
    NameOf(UserId),
    /// Sends a request to another account's object.
    Account(Box<Envelope>),
}

/// The state machine of one account's object.
///
/// ```
/// use portcullis::account::object::protocol::{Begin, BeginAnswer, Envelope, PasswordSource};
/// use portcullis::account::object::{AccountObject, Effect, Event};
/// use portcullis::account::{AttemptLimits, ClientAddress, Username};
///
/// // Someone wants to log in as alice. The object does not know her yet.
/// let username = Username::new("alice").unwrap();
/// let request = Begin {
///     from: ClientAddress::parse("192.0.2.1").id_for(&username, b"secret"),
///     limits: AttemptLimits { per_address: 5, per_account: 50, window: 900 },
///     token: None,
/// };
/// let envelope = Box::new(Envelope::new(username, request));
/// let mut object = AccountObject::load(None).unwrap();
/// let now = 1_700_000_000;
/// let random = [7; 80]; // use random bytes, new for each event
/// let effects = object.handle(Event::Request { call: 1, envelope }, now, &random);
///
/// // First the attempt is stored, then the request is answered.
/// assert!(effects.iter().any(|effect| matches!(effect, Effect::Store(_))));
/// let Some(Effect::Answer { call: 1, answer: Ok(json) }) = effects.last() else {
///     panic!("the last effect is the answer");
/// };
/// let BeginAnswer::Check { source, .. } = serde_json::from_str(json).unwrap() else {
///     panic!("the password may be checked");
/// };
/// // The object has no record, so the password is checked against the value in KV.
/// assert!(matches!(source, PasswordSource::Shown));
/// ```
pub struct AccountObject {
    state: State,
    /// The state as it was stored last; `None` if nothing is stored.
    stored: Option<String>,
    /// The pending questions, each with its asker.
    waiting: Vec<(QuestionNumber, Asker)>,
    /// The pending step of the replication.
    step: Option<Step>,
    /// The last number that was given to a question or a step.
    last_number: u64,
    /// The time of the alarm that this instance has set. A previous instance may have
    /// set another alarm.
    alarm: Option<i64>,
}

/// A pending step of the replication.
struct Step {
    number: StepNumber,
    kind: ReplicationStep,
    /// The revision of the written value.
    revision: u64,
    /// When the step times out, in seconds since the epoch.
    lost_at: i64,
}

/// The reason for a pending question.
enum Asker {
    /// A request needs the answer to this question.
    Call(Box<Call>, Question),
    /// A reservation that asks how this rename ended.
    Reservation(TransferId),
}

/// A request and the answers to its questions so far. After each answer, the request is
/// handled again from the start, because the state may have changed in between. The
/// answers that it already has are not asked for again.
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
    /// Whether KV has no name under the key of `next_id`.
    next_id_is_free: Option<bool>,
    reserved: Option<ReserveAnswer>,
    /// The replication's revision when the name was reserved. If the revision has
    /// changed, the user has changed, too.
    reserved_revision: Option<u64>,
    /// The version in the last [`ReserveAnswer::Removed`], to use as
    /// [`protocol::Reserve::over`].
    reserve_over: Option<u64>,
    activated: Option<(TransferId, ActivateAnswer)>,
    /// Whether the rename was aborted, because the new name's object asked how it ended
    /// before it was committed.
    aborted: bool,
}

/// The reason why a request has no answer yet.
enum NotYet {
    /// This question must be answered first.
    Ask(Question),
    /// The request cannot be answered. The caller may try again.
    Unavailable,
}

impl AccountObject {
    /// Creates an object from the state that [`Effect::Store`] stored last, or
    /// from `None` if there is no stored state.
    ///
    /// # Errors
    /// [`StateCorrupt`] when the text is not a state, or has a later format.
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

    /// Handles an event at `now`, in seconds since the epoch, and returns the
    /// effects to carry out. `random` must be new for each event.
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

    /// Tries to answer a request. If the request needs the answer to a question, asks
    /// the question instead.
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
            return; // The question was already answered.
        };
        match asker {
            Asker::Reservation(transfer) => {
                let answer: Option<TransferAnswer> = answer.ok().and_then(|json| parse(&json));
                self.transfer_answered(&transfer, answer, now);
            }
            Asker::Call(mut call, question) => {
                let answer = answer.ok();
                if answer
                    .and_then(|json| call.found.record_answer(&question, &json))
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

    // --- Storage

    /// Drops everything that has expired.
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

    /// When the object must act next, in seconds since the epoch.
    fn next_alarm(&self) -> Option<i64> {
        let holder = match &self.state.holder {
            Holder::User(user) => user.sessions.next_end(),
            Holder::Reserved(reservation) => Some(reservation.ask_at),
            Holder::Nobody | Holder::Removed(_) => None,
        };
        let replication = match &self.step {
            // The next step waits for the pending step.
            Some(step) => Some(step.lost_at),
            None => self.state.replication.next_at(),
        };
        let times = [holder, self.state.attempts.next_end(), replication];
        times.into_iter().flatten().min()
    }

    /// Inserts `Store`, `SetAlarm` or `Delete` before the effects, as needed.
    fn store(&mut self, now: i64, is_alarm: bool, effects: Vec<Effect>) -> Vec<Effect> {
        let mut first = Vec::new();
        if self.state.is_empty() {
            if self.stored.take().is_some() {
                first.push(Effect::Delete);
                self.alarm = None;
            }
        } else if let Ok(json) = self.state.stored_json() {
            let is_new = self.stored.as_ref() != Some(&json);
            // The alarm is set first. If the object stops in between, the alarm goes
            // off too early, which does no harm. In the other order, the object could
            // be left with a state but without an alarm.
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

/// Serializes an answer. Never fails in practice: every answer's type serializes.
fn json(answer: &impl Serialize) -> Result<String, NotYet> {
    serde_json::to_string(answer).map_err(|_| NotYet::Unavailable)
}

fn parse<T: DeserializeOwned>(json: &str) -> Option<T> {
    serde_json::from_str(json).ok()
}

impl Call {
    /// The question that sends a request to another account's object.
    fn envelope(to: &Username, request: impl protocol::AccountRequest) -> Question {
        Question::Account(Box::new(Envelope::new(to.clone(), request)))
    }
}

/// Shows only which question it is. The content can include records and hashes.
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
