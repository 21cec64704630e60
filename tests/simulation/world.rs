//! The world: its time, its queue of events, and where messages go.

use std::cmp::Reverse;
use std::collections::{BinaryHeap, HashMap};
use std::rc::Rc;

use portcullis::account::Username;
use portcullis::account::object::protocol::Envelope;
use portcullis::account::object::{ClaimId, FIRST_COUNTED_ID, Unanswered};

use crate::facts::Step;
use crate::host::Host;
use crate::kv::Kv;
use crate::oracle::{Oracle, Verdict};
use crate::planted::Planted;
use crate::profile::Profile;
use crate::random::Random;
use crate::requests::{Answer, Flow};

pub const START: i64 = 1_800_000_000;
/// The Workers' places; each object is at a place of its own.
pub const PLACES: usize = 3;
/// Accounts of authenticated requests; only strangers send requests about two further accounts.
pub const ACTIVE: usize = 4;
pub const NAMES: [&str; 6] = ["ann", "bob", "cid", "dan", "eve", "una"];

pub struct World {
    pub random: Random,
    pub profile: Profile,
    pub now: i64,
    pub step: Step,
    pub names: Vec<Username>,
    pub hosts: Vec<Host>,
    pub kv: Kv,
    pub ids: Ids,
    pub oracle: Oracle,
    pub flows: HashMap<u64, Flow>,
    pub calls: HashMap<u64, Call>,
    pub planted: Option<Planted>,
    pub script: crate::scripts::ScriptState,
    /// How many requests are yet to be made.
    pub requests: usize,
    /// Counts calls, flows, passwords and so on.
    pub counter: u64,
    pub unbounded: bool,
    pub clocks_jump: bool,
    /// The number that the last import had for each name.
    pub seed_ids: Vec<u64>,
    /// All passwords that were ever set, with the name.
    pub passwords: Vec<(usize, String)>,
    pub violation: Option<String>,
    pub trace: Option<Vec<String>>,
    queue: BinaryHeap<Reverse<Queued>>,
}

/// The objects of the counter and of the numbers.
#[derive(Default)]
pub struct Ids {
    pub counted: u64,
    pub claims: HashMap<String, ClaimId>,
}

/// A request to an object without a response yet.
pub struct Call {
    pub asker: Asker,
    /// The name of the message.
    pub kind: &'static str,
    /// The changes that the message may make.
    pub command: Option<usize>,
    /// The step at which it reached the object.
    pub delivered: Step,
}

#[derive(Clone, Copy)]
pub enum Asker {
    Flow(u64),
    /// An instance of an object, with its question.
    Object {
        host: usize,
        epoch: u64,
        question: u64,
    },
}

pub enum Happening {
    /// The next request is made.
    Act,
    /// A message reaches an object.
    Deliver {
        host: usize,
        call: u64,
        envelope: Box<Envelope>,
    },
    /// An object's answer reaches a Worker; `None` if there is none.
    Reply {
        flow: u64,
        answer: Option<Rc<Answer>>,
        emitted: Step,
    },
    /// An answer reaches an object that asked.
    Answered {
        host: usize,
        epoch: u64,
        question: u64,
        answer: Result<String, Unanswered>,
    },
    /// A question reaches the counter or a number's object.
    Count {
        asker: Asker,
    },
    Claim {
        asker: Asker,
        claim: ClaimId,
    },
    /// A write arrives in KV.
    Lands {
        key: Rc<str>,
        value: Rc<str>,
        by_import: bool,
    },
    /// An object hears of its write.
    Written {
        host: usize,
        epoch: u64,
        step: u64,
        took: bool,
    },
    /// A read of an object is carried out.
    Read {
        host: usize,
        epoch: u64,
        step: u64,
        key: String,
    },
    NameOf {
        asker: Asker,
        key: String,
    },
    /// A read of a Worker is carried out.
    FlowRead {
        flow: u64,
        key: String,
        which: u8,
    },
    /// A Worker has checked a password.
    Hashed {
        flow: u64,
    },
    Alarm {
        host: usize,
        generation: u64,
    },
}

struct Queued {
    at: i64,
    /// Two events of the same second come in any order.
    order: u32,
    number: u64,
    happening: Happening,
}

impl Ord for Queued {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        let key = |queued: &Self| (queued.at, queued.order, queued.number);
        key(self).cmp(&key(other))
    }
}
impl PartialOrd for Queued {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}
impl PartialEq for Queued {
    fn eq(&self, other: &Self) -> bool {
        self.number == other.number
    }
}
impl Eq for Queued {}

/// Writes a line of the trace, if the run has a trace.
macro_rules! note {
    ($world:expr, $($arg:tt)*) => {
        if $world.trace.is_some() {
            let line = format!($($arg)*);
            $world.note(line);
        }
    };
}
pub(crate) use note;

impl World {
    pub fn new(seed: u64, unbounded: bool, requests: usize, planted: Option<Planted>) -> Self {
        let mut random = Random::new(seed);
        let profile = Profile::draw(&mut random, requests);
        let names: Vec<Username> = NAMES.iter().map(|n| Username::new(n).unwrap()).collect();
        Self {
            requests: profile.requests,
            script: crate::scripts::ScriptState::new(profile.script),
            clocks_jump: profile.clock_jumps > 0,
            profile,
            seed_ids: Vec::new(),
            passwords: Vec::new(),
            now: START,
            step: 0,
            hosts: names.iter().map(|name| Host::new(name.clone())).collect(),
            kv: Kv::new(unbounded),
            ids: Ids {
                counted: FIRST_COUNTED_ID,
                claims: HashMap::new(),
            },
            oracle: Oracle::new(names.len()),
            names,
            flows: HashMap::new(),
            calls: HashMap::new(),
            planted,
            counter: 0,
            unbounded,
            violation: None,
            trace: None,
            queue: BinaryHeap::new(),
            random,
        }
    }

    /// Runs the world to its end, or to the first broken rule.
    pub fn run(&mut self) {
        self.begin_world();
        self.after(0, Happening::Act);
        self.run_until(i64::MAX);
        if self.violation.is_none() {
            self.check_quiet();
        }
    }

    /// Runs until requests are over, and then to `until` at most.
    pub fn run_until(&mut self, until: i64) {
        while self.violation.is_none() {
            if until == i64::MAX && self.requests == 0 && self.flows.is_empty() {
                return;
            }
            match self.queue.peek() {
                Some(Reverse(queued)) if queued.at <= until => {}
                _ => return,
            }
            if let Some(Reverse(queued)) = self.queue.pop() {
                self.now = self.now.max(queued.at);
                self.step += 1;
                self.happen(queued.happening);
            }
        }
    }

    pub fn happen(&mut self, happening: Happening) {
        match happening {
            Happening::Act => self.act(),
            Happening::Deliver {
                host,
                call,
                envelope,
            } => self.deliver(host, call, envelope),
            Happening::Reply {
                flow,
                answer,
                emitted,
            } => self.replied(flow, answer, emitted),
            Happening::Answered {
                host,
                epoch,
                question,
                answer,
            } => self.answered(host, epoch, question, answer),
            Happening::Count { asker } => {
                let id = self.ids.counted;
                self.ids.counted += 1;
                self.answer(asker, Ok(id.to_string()));
            }
            Happening::Claim { asker, claim } => self.claim(asker, claim),
            Happening::Lands {
                key,
                value,
                by_import,
            } => {
                note!(
                    self,
                    "KV {key} = {value}{}",
                    if by_import { " (import)" } else { "" }
                );
                self.kv.land(&key, Some(value), by_import, self.now);
            }
            Happening::Written {
                host,
                epoch,
                step,
                took,
            } => self.written(host, epoch, step, took),
            Happening::Read {
                host,
                epoch,
                step,
                key,
            } => self.object_reads(host, epoch, step, &key),
            Happening::NameOf { asker, key } => {
                let shown = self.kv.read(&key, PLACES, self.now, &mut self.random);
                self.answer(asker, Ok(serde_json::to_string(&shown.as_deref()).unwrap()));
            }
            Happening::FlowRead { flow, key, which } => self.flow_reads(flow, &key, which),
            Happening::Hashed { flow } => self.hashed(flow),
            Happening::Alarm { host, generation } => self.alarm(host, generation),
        }
    }

    pub fn after(&mut self, seconds: i64, happening: Happening) {
        self.at(self.now + seconds, happening);
    }

    pub fn at(&mut self, at: i64, happening: Happening) {
        self.counter += 1;
        let order = self.random.next() as u32;
        let number = self.counter;
        self.queue.push(Reverse(Queued {
            at,
            order,
            number,
            happening,
        }));
    }

    /// Takes note of a verdict; the first broken rule ends the run.
    pub fn judge(&mut self, verdict: Verdict) {
        if let (Err(rule), None) = (verdict, &self.violation) {
            note!(self, "BROKEN {rule}");
            self.violation = Some(rule);
        }
    }

    pub fn note(&mut self, line: String) {
        let (now, step) = (self.now - START, self.step);
        if let Some(trace) = &mut self.trace {
            trace.push(format!("{step:>5} {now:>7}s  {line}"));
        }
    }
}
