//! The host of an account's object: its storage, its alarm, its instance.

use std::rc::Rc;

use portcullis::account::Username;
use portcullis::account::object::protocol::Envelope;
use portcullis::account::object::{AccountObject, Effect, Event, Question, Unanswered};

use crate::world::{ACTIVE, Asker, Happening, PLACES, World, note};

/// The maximum number of bytes that an object stores.
const MOST_STORED: usize = 48_000;

pub struct Host {
    pub name: Username,
    pub stored: Option<String>,
    pub alarm: Option<i64>,
    generation: u64,
    pub instance: Option<AccountObject>,
    /// Counts the instances.
    pub epoch: u64,
    /// The requests that the instance has not answered.
    open: Vec<u64>,
    /// When the object last saw what KV has under the user's key.
    pub looked: i64,
    /// When it last wrote it.
    pub wrote: i64,
    /// Whether the storage was lost, and nothing was adopted since.
    pub lost: bool,
    pub stores: u64,
    pub writes: u64,
    /// The value written last, when it was first written, and how often since.
    repeated: (String, i64, u32),
    /// When an import wrote the user's key last.
    pub imported: i64,
    /// For a planted bug: what the design before counted.
    pub own_passwords: u32,
}

impl Host {
    pub fn new(name: Username) -> Self {
        Self {
            name,
            stored: None,
            alarm: None,
            generation: 0,
            instance: None,
            epoch: 0,
            open: Vec::new(),
            looked: i64::MIN,
            wrote: i64::MIN,
            lost: false,
            stores: 0,
            writes: 0,
            repeated: (String::new(), 0, 0),
            imported: i64::MIN,
            own_passwords: 0,
        }
    }

    /// The instance, which is loaded if there is none.
    pub fn object(&mut self) -> &mut AccountObject {
        let stored = self.stored.as_deref();
        self.instance
            .get_or_insert_with(|| AccountObject::load(stored).expect("the state can be read"))
    }

    pub fn stop_alarm(&mut self) {
        self.alarm = None;
        self.generation += 1;
    }

    /// The revision in the stored state.
    pub fn revision(&self) -> u64 {
        let stored = self.stored.as_deref().unwrap_or_default();
        let revision = stored.rsplit_once("\"revision\":").map(|(_, rest)| rest);
        let digits = revision.map(|rest| rest.split(|c: char| !c.is_ascii_digit()).next());
        digits
            .flatten()
            .and_then(|text| text.parse().ok())
            .unwrap_or(0)
    }
}

impl World {
    pub fn deliver(&mut self, host: usize, call: u64, envelope: Box<Envelope>) {
        let skew = self.profile.skew(&mut self.random);
        let kind = envelope.message.name();
        note!(
            self,
            "{} <- {kind} #{call}{}",
            self.hosts[host].name.as_str(),
            skew_text(skew)
        );
        if let Some(call) = self.calls.get_mut(&call) {
            call.delivered = self.step;
        }
        self.hosts[host].open.push(call);
        self.before_request(host, &envelope);
        let envelope = self.planted_request(host, envelope);
        self.handle(host, Event::Request { call, envelope }, skew);
        self.planted_after(host, kind);
    }

    pub fn answered(
        &mut self,
        host: usize,
        epoch: u64,
        question: u64,
        answer: Result<String, Unanswered>,
    ) {
        if self.hosts[host].epoch == epoch {
            note!(
                self,
                "{} <- answer {question}: {answer:?}",
                self.hosts[host].name.as_str()
            );
            self.handle(host, Event::Answered { question, answer }, 0);
        }
    }

    pub fn written(&mut self, host: usize, epoch: u64, step: u64, took: bool) {
        if self.hosts[host].epoch == epoch {
            let skew = self.profile.skew(&mut self.random);
            self.handle(host, Event::Written { step, took }, skew);
        }
    }

    pub fn object_reads(&mut self, host: usize, epoch: u64, step: u64, key: &str) {
        if self.hosts[host].epoch != epoch {
            return;
        }
        let value = if self.random.chance(self.profile.kv_fails) {
            Err(Unanswered)
        } else {
            let value = self.kv.read(key, PLACES, self.now, &mut self.random);
            if key.starts_with("user:") {
                self.hosts[host].looked = self.now;
            }
            Ok(value.map(|value| value.to_string()))
        };
        note!(
            self,
            "{} <- KV {key}: {value:?}",
            self.hosts[host].name.as_str()
        );
        self.handle(host, Event::Read { step, value }, 0);
    }

    pub fn alarm(&mut self, host: usize, generation: u64) {
        if self.hosts[host].generation != generation {
            return;
        }
        note!(self, "{} <- alarm", self.hosts[host].name.as_str());
        self.hosts[host].alarm = None;
        let epoch = self.hosts[host].epoch;
        let skew = self.profile.skew(&mut self.random);
        self.handle(host, Event::Alarm, skew);
        // The platform repeats an alarm whose handler failed.
        if self.hosts[host].epoch != epoch && self.hosts[host].alarm.is_none() {
            self.set_alarm(host, self.now + 2);
        }
    }

    fn set_alarm(&mut self, host: usize, at: i64) {
        let it = &mut self.hosts[host];
        it.alarm = Some(at);
        it.generation += 1;
        let generation = it.generation;
        let late = match self.random.below(8) {
            0 => self.random.seconds(0, 60),
            _ => 0,
        };
        let at = at.max(self.now + 1) + late;
        self.at(at, Happening::Alarm { host, generation });
    }

    fn handle(&mut self, host: usize, event: Event, skew: i64) {
        let random = self.random.bytes();
        let now = self.now + skew;
        let object = self.hosts[host].object();
        let effects = object.handle(event, now, &random);
        let cut = match self.random.chance(self.profile.dies) {
            true => self.random.below(effects.len() + 1),
            false => usize::MAX,
        };
        for (at, effect) in effects.into_iter().enumerate() {
            if at >= cut {
                break;
            }
            self.carry_out(host, effect);
        }
        if cut != usize::MAX {
            self.kill(host);
        }
    }

    /// Ends the instance. Its storage stays.
    pub fn kill(&mut self, host: usize) {
        note!(self, "{} dies", self.hosts[host].name.as_str());
        let it = &mut self.hosts[host];
        it.instance = None;
        it.epoch += 1;
        for call in std::mem::take(&mut it.open) {
            if let Some(call) = self.calls.remove(&call) {
                self.oracle.copy_finished(call.command, self.step);
                if let Asker::Flow(flow) = call.asker {
                    self.call_finished(flow);
                }
                self.unanswered(call.asker);
            }
        }
    }

    fn carry_out(&mut self, host: usize, effect: Effect) {
        match effect {
            Effect::Store(state) => {
                if state.len() > MOST_STORED {
                    self.judge(Err(format!("(f) the state has {} bytes", state.len())));
                }
                let it = &mut self.hosts[host];
                it.stores += 1;
                it.lost &= !["\"User\"", "\"Removed\""]
                    .iter()
                    .any(|holder| state.contains(holder));
                it.stored = Some(state);
            }
            Effect::Delete => {
                note!(
                    self,
                    "{} deletes its storage",
                    self.hosts[host].name.as_str()
                );
                let it = &mut self.hosts[host];
                it.stored = None;
                it.stop_alarm();
            }
            Effect::SetAlarm(at) => self.set_alarm(host, at),
            Effect::Write { step, key, value } => self.write(host, step, key, value),
            Effect::Read { step, key } => {
                let epoch = self.hosts[host].epoch;
                let delay = self.profile.delay(&mut self.random);
                let read = Happening::Read {
                    host,
                    epoch,
                    step,
                    key,
                };
                self.after(delay, read);
            }
            Effect::Ask { question, to } => self.ask(host, question, to),
            Effect::Answer { call, answer } => {
                self.hosts[host].open.retain(|open| *open != call);
                if let Some(call) = self.calls.remove(&call) {
                    self.emit(host, call, answer);
                }
            }
        }
    }

    fn write(&mut self, host: usize, step: u64, key: String, value: String) {
        let it = &mut self.hosts[host];
        it.writes += 1;
        it.wrote = self.now;
        let epoch = it.epoch;
        let (last, since, count) = &mut it.repeated;
        if *last != value || self.now - *since > 60 {
            (*last, *since, *count) = (value.clone(), self.now, 0);
        }
        *count += 1;
        let count = *count;
        if host >= ACTIVE {
            self.judge(Err(format!("(h) strangers made the object write {key}")));
        }
        if count > 12 {
            self.judge(Err(format!(
                "(h) the same value is written {count} times in a minute"
            )));
        }
        let takes = match self.random.chance(self.profile.kv_late) {
            true => self.random.seconds(0, 60),
            false => self.random.seconds(0, 2),
        };
        let fails = self.random.chance(self.profile.kv_fails);
        // If a read may return any old value, or if clocks jump over the two
        // minutes, no check can tell that an older write is still pending. In those
        // cases writes arrive in their order.
        let in_order = self.unbounded || self.clocks_jump;
        let takes = if in_order { 0 } else { takes };
        // A write that seems to have failed may still arrive.
        if !fails || (!in_order && self.random.chance(300)) {
            let lands = Happening::Lands {
                key: Rc::from(key),
                value: Rc::from(value),
                by_import: false,
            };
            match in_order {
                true => self.happen(lands),
                false => self.after(takes, lands),
            }
        }
        let told = takes + self.random.seconds(0, 2);
        let written = Happening::Written {
            host,
            epoch,
            step,
            took: !fails,
        };
        self.after(told, written);
    }

    fn ask(&mut self, host: usize, question: u64, to: Question) {
        note!(
            self,
            "{} asks {question}: {to:?}",
            self.hosts[host].name.as_str()
        );
        let epoch = self.hosts[host].epoch;
        let asker = Asker::Object {
            host,
            epoch,
            question,
        };
        if !matches!(to, Question::Account(_)) && self.random.chance(self.profile.lost / 2) {
            return self.unanswered(asker);
        }
        let delay = self.profile.delay(&mut self.random);
        match to {
            Question::NextId => self.after(delay, Happening::Count { asker }),
            Question::Claim(claim) => self.after(delay, Happening::Claim { asker, claim }),
            Question::NameOf(id) => {
                let key = id.index_key();
                self.after(delay, Happening::NameOf { asker, key });
            }
            Question::Account(envelope) => self.send(asker, *envelope, None),
        }
    }
}

fn skew_text(skew: i64) -> String {
    match skew {
        0 => String::new(),
        _ => format!(" (clock {skew:+} s)"),
    }
}
