//! The Durable Object of an account, and of the numbers for new users.
//!
//! It carries the core's [`Ledger`] from and to its storage, and writes to KV
//! what that says; what is decided is decided there. A name has one object
//! wherever it is asked, and an object does one thing at a time.

mod ids;
mod stub;

use core::cell::{Cell, RefCell};

use serde::{Deserialize, Serialize};
use worker::{DurableObject, Env, Request, Response, State, durable_object};

pub(super) use stub::{AccountUnavailable, ask, begun, newer_record, sign_up};

use super::{log, random, users};
use crate::account::{Answer, Command, Ledger, UserId, Username};

/// What an object is sent.
#[derive(Serialize, Deserialize)]
enum Message {
    /// An account's object.
    Account { command: Command },
    /// An account's object: signs a new user up, whose number it fetches.
    SignUp {
        username: Username,
        hash_password: String,
        phone: String,
    },
    /// The object of the numbers: hands out the next one.
    NextId,
}

/// What came of a sign-up.
#[derive(Serialize, Deserialize)]
pub(super) enum SignedUp {
    /// The new user has this number.
    As { id: UserId },
    /// Someone else has the name.
    Taken,
}

/// The name of what is stored.
const LEDGER: &str = "ledger";

/// The class of the binding `ACCOUNTS`.
#[durable_object]
pub struct Account {
    state: State,
    env: Env,
    /// What is stored, once it was read.
    ledger: RefCell<Option<Ledger>>,
    /// Whether KV is being written to: two writes could overtake one another.
    writing: Cell<bool>,
    /// When the alarm goes off, in seconds since the epoch, once that is known.
    alarm: Cell<Option<i64>>,
}

impl DurableObject for Account {
    fn new(state: State, env: Env) -> Self {
        Self {
            state,
            env,
            ledger: RefCell::new(None),
            writing: Cell::new(false),
            alarm: Cell::new(None),
        }
    }

    async fn fetch(&self, mut request: Request) -> worker::Result<Response> {
        let message: Message = serde_json::from_str(&request.text().await?)?;
        let answer = match message {
            Message::NextId => Response::from_json(&ids::next(&self.state).await?),
            Message::Account { command } => {
                let answer = self.apply(command).await;
                answer.and_then(|answer| Response::from_json(&answer))
            }
            Message::SignUp {
                username,
                hash_password,
                phone,
            } => {
                let signed_up = self.sign_up(username, hash_password, phone).await;
                signed_up.and_then(|signed_up| Response::from_json(&signed_up))
            }
        };
        if answer.is_err() {
            // What is stored counts, not what was tried.
            self.ledger.replace(None);
        }
        answer
    }

    /// Writes to KV what it did not take, drops what is over, and gives the
    /// storage back when nothing is left.
    async fn alarm(&self) -> worker::Result<Response> {
        self.alarm.set(None);
        self.load().await?;
        let now = now();
        if let Some(ledger) = &mut *self.ledger.borrow_mut() {
            ledger.tidy(now);
        }
        self.write_through().await?;
        let empty = self.ledger.borrow().as_ref().is_some_and(Ledger::is_empty);
        if empty {
            self.state.storage().delete_all().await?;
        } else {
            self.store().await?;
        }
        Response::empty()
    }
}

impl Account {
    async fn apply(&self, command: Command) -> worker::Result<Answer> {
        self.load().await?;
        let random = random::bytes().map_err(|_| "no randomness")?;
        let only_looks = matches!(command, Command::Look);
        let answer = match &mut *self.ledger.borrow_mut() {
            Some(ledger) => ledger.apply(command, now(), &random),
            None => return Err("nothing is loaded".into()),
        };
        // An object that has nothing to keep keeps nothing.
        if !only_looks && !self.ledger.borrow().as_ref().is_some_and(Ledger::is_empty) {
            self.store().await?;
            self.write_through().await?;
        }
        Ok(answer)
    }

    async fn sign_up(
        &self,
        username: Username,
        hash_password: String,
        phone: String,
    ) -> worker::Result<SignedUp> {
        if let Answer::Begun { record: Some(_) } = self.apply(Command::Look).await? {
            return Ok(SignedUp::Taken);
        }
        let stored = users::find(&self.env, &username).await;
        let stored = stored.map_err(|_| "KV does not answer")?;
        if stored.is_some() {
            return Ok(SignedUp::Taken);
        }
        let id = stub::next_id(&self.env).await?;
        // Others may have come in between; it is decided here and at once.
        let register = Command::Register {
            username,
            hash_password,
            phone,
            id,
            stored,
        };
        match self.apply(register).await? {
            Answer::Done => Ok(SignedUp::As { id }),
            _ => Ok(SignedUp::Taken),
        }
    }

    async fn load(&self) -> worker::Result<()> {
        if self.ledger.borrow().is_some() {
            return Ok(());
        }
        let kept: Option<String> = self.state.storage().get(LEDGER).await?;
        let ledger = match kept {
            Some(kept) => Ledger::from_json(&kept).map_err(|_| "the ledger is corrupt")?,
            None => Ledger::default(),
        };
        // Another request may have been quicker, and have changed it since.
        self.ledger.borrow_mut().get_or_insert(ledger);
        Ok(())
    }

    async fn store(&self) -> worker::Result<()> {
        let (json, look) = match &*self.ledger.borrow() {
            Some(ledger) => (
                ledger.to_json().map_err(|_| "the ledger is corrupt")?,
                ledger.next_look(),
            ),
            None => return Ok(()),
        };
        let storage = self.state.storage();
        storage.put(LEDGER, json).await?;
        let Some(look) = look else {
            return Ok(());
        };
        let look = look.max(now().saturating_add(1));
        if self.alarm.get().is_none_or(|alarm| look < alarm) {
            self.alarm.set(Some(look));
            let wait = look.saturating_sub(now()).saturating_mul(1000);
            storage.set_alarm(wait).await?;
        }
        Ok(())
    }

    /// Puts the record into KV until KV has the newest one. If it does not
    /// take it, the alarm tries again.
    async fn write_through(&self) -> worker::Result<()> {
        if self.writing.replace(true) {
            return Ok(()); // Whoever is writing goes on with this one.
        }
        loop {
            let write = self.ledger.borrow().as_ref().and_then(Ledger::to_write);
            let Some(write) = write else {
                break;
            };
            let took = users::put(&self.env, &write).await.is_ok();
            if let Some(ledger) = &mut *self.ledger.borrow_mut() {
                ledger.wrote(write.version, took, now());
            }
            if !took {
                log::trouble("store_write_failed");
                break;
            }
        }
        self.writing.set(false);
        self.store().await
    }
}

/// In seconds since the epoch.
#[allow(clippy::cast_possible_truncation)] // within all dates
fn now() -> i64 {
    (js_sys::Date::now() / 1000.0).floor() as i64
}
