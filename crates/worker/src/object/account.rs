//! Carries out the effects that the core's account object returns: storage, the
//! alarm, KV, and questions to other objects. Decides nothing itself.

use core::cell::{Cell, RefCell};
use core::time::Duration;
use std::rc::Rc;

use futures_util::FutureExt as _;
use futures_util::future::select;
use worker::{Delay, Env, State};

use super::stub;
use crate::{log, random, users};
use portcullis::account::object::protocol::Envelope;
use portcullis::account::object::{AccountObject, CallNumber, Effect, Event, Unanswered};

/// The key of the state in the object's storage.
const STATE: &str = "account";

/// Runs the core's [`AccountObject`] inside a Durable Object.
pub(super) struct AccountCarrier {
    state: Rc<State>,
    env: Env,
    /// `None` until the state is read from storage. `None` again after an error,
    /// because the state in memory may then be ahead of the stored state.
    object: RefCell<Option<AccountObject>>,
    /// The number of the last request; each request gets the next number.
    last_call: Cell<CallNumber>,
}

/// The effects of an event that are left once its effects on storage and on other
/// objects are carried out.
#[derive(Default)]
struct Rest {
    /// The answer, if the event was a request.
    answer: Option<Result<String, Unanswered>>,
    /// The effects on KV. The answer need not wait for them.
    kv: Vec<Effect>,
}

impl AccountCarrier {
    pub(super) fn new(state: Rc<State>, env: Env) -> Rc<Self> {
        Rc::new(Self {
            state,
            env,
            object: RefCell::new(None),
            last_call: Cell::new(0),
        })
    }

    /// Answers a request in JSON. If the request changes the value that KV should
    /// have, the answer waits for the write, but no longer than `kv_wait`.
    pub(super) async fn answer(
        self: &Rc<Self>,
        envelope: Box<Envelope>,
        kv_wait: Duration,
    ) -> worker::Result<String> {
        let call = self.last_call.get().wrapping_add(1);
        self.last_call.set(call);
        let Rest { answer, kv } = self.handle(Event::Request { call, envelope }).await?;
        if !kv.is_empty() {
            let this = Rc::clone(self);
            let replication = async move { this.replicate(kv).await };
            let replication = replication.boxed_local().shared();
            self.state.wait_until(replication.clone());
            select(replication, Delay::from(kv_wait)).await;
        }
        match answer {
            Some(Ok(answer)) => Ok(answer),
            _ => Err("the object cannot answer this request now".into()),
        }
    }

    /// Lets the core do what it set the alarm for, such as repeating a write to KV.
    pub(super) async fn alarm(&self) -> worker::Result<()> {
        let rest = self.handle(Event::Alarm).await?;
        self.replicate(rest.kv).await;
        Ok(())
    }

    /// Handles an event, and then the answers to the questions that it leads to.
    async fn handle(&self, event: Event) -> worker::Result<Rest> {
        let rest = self.try_to_handle(event).await;
        if rest.is_err() {
            self.object.replace(None);
        }
        rest
    }

    async fn try_to_handle(&self, event: Event) -> worker::Result<Rest> {
        self.load().await?;
        let storage = self.state.storage();
        let mut rest = Rest::default();
        let mut events = vec![event];
        while let Some(event) = events.pop() {
            for effect in self.effects(event)? {
                match effect {
                    Effect::Store(state) => storage.put(STATE, state).await?,
                    Effect::Delete => storage.delete_all().await?,
                    Effect::SetAlarm(at) => {
                        let wait = at.saturating_sub(now()).saturating_mul(1000);
                        storage.set_alarm(wait.max(0)).await?;
                    }
                    Effect::Answer { answer, .. } => rest.answer = Some(answer),
                    Effect::Ask { question, to } => {
                        let answer = stub::ask_question(&self.env, to).await;
                        events.push(Event::Answered { question, answer });
                    }
                    effect @ (Effect::Write { .. } | Effect::Read { .. }) => rest.kv.push(effect),
                }
            }
        }
        Ok(rest)
    }

    fn effects(&self, event: Event) -> worker::Result<Vec<Effect>> {
        let random = random::bytes().map_err(|_| "the runtime returned no random bytes")?;
        match &mut *self.object.borrow_mut() {
            Some(object) => Ok(object.handle(event, now(), &random)),
            None => Err("the object failed while it processed the request".into()),
        }
    }

    /// Carries out effects on KV, and the further effects on KV that they lead to.
    async fn replicate(&self, mut effects: Vec<Effect>) {
        while let Some(effect) = effects.pop() {
            let event = match effect {
                Effect::Write { step, key, value } => {
                    let took = users::put(&self.env, &key, &value).await.is_ok();
                    if !took {
                        log::trouble("store_write_failed");
                    }
                    Event::Written { step, took }
                }
                Effect::Read { step, key } => {
                    let value = users::stored_at(&self.env, &key).await;
                    let value = value.map_err(|_| Unanswered);
                    Event::Read { step, value }
                }
                _ => continue,
            };
            match self.handle(event).await {
                Ok(rest) => effects.extend(rest.kv),
                // The alarm tries again.
                Err(_) => log::trouble("replication_failed"),
            }
        }
    }

    async fn load(&self) -> worker::Result<()> {
        if self.object.borrow().is_some() {
            return Ok(());
        }
        let stored: Option<String> = self.state.storage().get(STATE).await?;
        let object = AccountObject::load(stored.as_deref());
        let object = object.map_err(|_| {
            log::trouble("account_state_corrupt");
            "the stored state of the account cannot be read"
        })?;
        // Another request may have loaded the object meanwhile, and changed it.
        self.object.borrow_mut().get_or_insert(object);
        Ok(())
    }
}

/// The current time, in seconds since the epoch.
#[allow(clippy::cast_possible_truncation)] // an `i64` holds every date of the clock
pub(super) fn now() -> i64 {
    (js_sys::Date::now() / 1000.0).floor() as i64
}
