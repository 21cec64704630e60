//! Carries the ledger from and to the object's storage, and its record to KV.

use core::cell::{Cell, RefCell};
use std::rc::Rc;

use worker::{Env, State};

use crate::account::{Answer, Command, Ledger, StoreWrite};
use crate::worker::{log, random, users};

/// The name of what is stored.
const LEDGER: &str = "ledger";

pub(super) struct Keeper {
    state: Rc<State>,
    env: Env,
    /// What is stored, once it was read.
    ledger: RefCell<Option<Ledger>>,
    /// As it is stored.
    stored: RefCell<Option<String>>,
    /// Whether KV is being written to: two writes could overtake one another.
    writing: Cell<bool>,
    /// When the alarm goes off, in seconds since the epoch, once that is known.
    alarm: Cell<Option<i64>>,
}

impl Keeper {
    pub(super) fn new(state: Rc<State>, env: Env) -> Self {
        Self {
            state,
            env,
            ledger: RefCell::new(None),
            stored: RefCell::new(None),
            writing: Cell::new(false),
            alarm: Cell::new(None),
        }
    }

    /// After an error: what is stored counts, not what was tried.
    pub(super) fn forget(&self) {
        self.ledger.replace(None);
        self.stored.replace(None);
        self.alarm.set(None);
    }

    pub(super) async fn apply(&self, command: Command) -> worker::Result<Answer> {
        self.load().await?;
        let mut answer = self.apply_once(command.clone())?;
        if let (Answer::Changed, Some(key)) = (&answer, command.record_key()) {
            // It may be an operator who changed it, of which KV alone knows.
            let stored = users::stored_at(&self.env, &key).await;
            let stored = stored.map_err(|_| "KV does not answer")?;
            if let Some(ledger) = &mut *self.ledger.borrow_mut() {
                ledger.take_over(stored.as_deref());
            }
            answer = self.apply_once(command)?;
        }
        self.store().await?;
        Ok(answer)
    }

    fn apply_once(&self, command: Command) -> worker::Result<Answer> {
        let random = random::bytes().map_err(|_| "no randomness")?;
        match &mut *self.ledger.borrow_mut() {
            Some(ledger) => Ok(ledger.apply(command, now(), &random)),
            None => Err("nothing is loaded".into()),
        }
    }

    pub(super) fn has_to_write(&self) -> bool {
        self.to_write().is_some()
    }

    fn to_write(&self) -> Option<StoreWrite> {
        self.ledger.borrow().as_ref().and_then(Ledger::to_write)
    }

    /// Puts the record into KV until KV has the newest one, each time after a
    /// look at what an operator may have put there. If KV does not take it, the
    /// alarm tries again.
    pub(super) async fn write_through(&self) {
        if self.writing.replace(true) {
            return; // Whoever is writing goes on with this one.
        }
        while let Some(write) = self.to_write() {
            let stored = users::stored_at(&self.env, &write.key).await;
            if let (Ok(stored), Some(ledger)) = (&stored, &mut *self.ledger.borrow_mut()) {
                ledger.take_over(stored.as_deref());
            }
            // There may be a newer one by now.
            let Some(write) = self.to_write() else {
                break;
            };
            let took = stored.is_ok() && users::put(&self.env, &write).await.is_ok();
            if let Some(ledger) = &mut *self.ledger.borrow_mut() {
                ledger.wrote(write.version, took, now());
            }
            if self.store().await.is_err() {
                self.forget();
                break;
            }
            if !took {
                log::trouble("store_write_failed");
                break;
            }
        }
        self.writing.set(false);
    }

    /// What the alarm is for.
    pub(super) async fn look_after(&self) -> worker::Result<()> {
        self.alarm.set(None);
        self.load().await?;
        if let Some(ledger) = &mut *self.ledger.borrow_mut() {
            ledger.tidy(now());
        }
        if self.has_to_write() {
            self.write_through().await;
        }
        let empty = self.ledger.borrow().as_ref().is_some_and(Ledger::is_empty);
        if empty {
            self.stored.replace(None);
            self.state.storage().delete_all().await
        } else {
            self.store().await
        }
    }

    async fn load(&self) -> worker::Result<()> {
        if self.ledger.borrow().is_some() {
            return Ok(());
        }
        let kept: Option<String> = self.state.storage().get(LEDGER).await?;
        let ledger = match &kept {
            Some(kept) => Ledger::from_json(kept).map_err(|_| "the ledger is corrupt")?,
            None => Ledger::default(),
        };
        // Another request may have been quicker, and have changed it since.
        let mut loaded = self.ledger.borrow_mut();
        if loaded.is_none() {
            *loaded = Some(ledger);
            self.stored.replace(kept);
        }
        Ok(())
    }

    /// Stores what has changed, and sets the alarm for when to look at it. An
    /// object that never had anything to keep stores nothing.
    async fn store(&self) -> worker::Result<()> {
        let (json, look) = match &*self.ledger.borrow() {
            Some(ledger) if ledger.is_empty() && self.stored.borrow().is_none() => return Ok(()),
            Some(ledger) => (
                ledger.to_json().map_err(|_| "the ledger is corrupt")?,
                ledger.next_look(),
            ),
            None => return Ok(()),
        };
        let storage = self.state.storage();
        if self.stored.borrow().as_ref() != Some(&json) {
            self.stored.replace(Some(json.clone()));
            storage.put(LEDGER, json).await?;
        }
        let Some(look) = look else {
            return Ok(());
        };
        let now = now();
        let look = look.max(now.saturating_add(1));
        if self.alarm.get().is_none_or(|alarm| look < alarm) {
            let wait = look.saturating_sub(now).saturating_mul(1000);
            storage.set_alarm(wait).await?;
            self.alarm.set(Some(look));
        }
        Ok(())
    }
}

/// In seconds since the epoch.
#[allow(clippy::cast_possible_truncation)] // within all dates
fn now() -> i64 {
    (js_sys::Date::now() / 1000.0).floor() as i64
}
