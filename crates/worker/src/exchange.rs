//! Where `entry.js` writes what it asks and reads what it is answered: text
//! lies in this module's memory, and only numbers cross.

// wasm-bindgen exports what is `pub`, wherever it stands.
#![allow(unreachable_pub)]

use std::cell::RefCell;

use wasm_bindgen::JsValue;
use wasm_bindgen::prelude::wasm_bindgen;
use worker::Env;

use super::fast::{self, Asked, Event, Step};
use super::log::LogClient;
use super::reply::{Head, Reply};

/// How much of input there is room for. What is longer goes the way of all
/// requests, which has no bound of its own.
const ROOM: usize = 65_536;

/// What [`exchange_answer`] says; every other number is that of a head.
mod outcome {
    /// This is not for here: it is to be served as all others are.
    pub(super) const ELSEWHERE: u32 = 0;
    /// The text is the key of the record to read first.
    pub(super) const READ: u32 = 1;
    /// JavaScript holds the memory of another instance.
    pub(super) const STALE: u32 = 2;
    /// A reply with a head that is not kept.
    pub(super) const NOT_CACHED: u32 = 3;
    /// [`exchange_configure`](super::exchange_configure) first.
    pub(super) const CONFIGURE: u32 = 4;
    /// The two headers for the log first.
    pub(super) const IDENTIFY: u32 = 5;
    pub(super) const FIRST_HEAD: usize = 6;
}

/// The numbers at [`exchange_facts`]: address and length of the text, and of
/// the head.
const FACTS: usize = 4;

/// Heads that are kept at most. There are few; origins could be many.
const MOST_HEADS: usize = 64;

struct Exchange {
    /// The number that JavaScript gave to this instance; 0 before it has.
    instance: u32,
    /// Boxed, as `facts`: the address never changes.
    input: Box<[u8]>,
    facts: Box<[u32; FACTS]>,
    text: Vec<u8>,
    head: String,
    /// By the number that JavaScript knows each by.
    heads: Vec<Head>,
}

thread_local! {
    static EXCHANGE: RefCell<Exchange> = RefCell::new(Exchange {
        instance: 0,
        input: vec![0; ROOM].into_boxed_slice(),
        facts: Box::new([0; FACTS]),
        text: Vec::new(),
        head: String::new(),
        heads: Vec::new(),
    });
}

impl Exchange {
    // Addresses and lengths have 32 bits here.
    #[allow(clippy::cast_possible_truncation)]
    fn publish(&mut self) {
        let address = |text: &[u8]| text.as_ptr() as usize as u32;
        let head = self.head.as_bytes();
        *self.facts = [
            address(&self.text),
            self.text.len() as u32,
            address(head),
            head.len() as u32,
        ];
    }

    /// Hands a reply over, and says under which number its head is kept.
    fn take(&mut self, reply: Reply) -> u32 {
        let (head, body) = reply.into_parts();
        self.text = body;
        let known = self.heads.iter().position(|known| *known == head);
        let at = known.or_else(|| {
            self.head = head.to_text();
            let at = self.heads.len();
            (at < MOST_HEADS).then(|| {
                self.heads.push(head);
                at
            })
        });
        at.and_then(|at| u32::try_from(at.saturating_add(outcome::FIRST_HEAD)).ok())
            .unwrap_or(outcome::NOT_CACHED)
    }
}

/// The memory of this instance, which from now on has this number.
#[wasm_bindgen]
#[must_use]
pub fn exchange_attach(instance: u32) -> JsValue {
    EXCHANGE.with_borrow_mut(|exchange| {
        exchange.instance = instance;
        exchange.heads.clear();
    });
    wasm_bindgen::memory()
}

/// Where input is written to; there is room for [`exchange_room`] bytes.
#[wasm_bindgen]
#[must_use]
pub fn exchange_input() -> *const u8 {
    EXCHANGE.with_borrow(|exchange| exchange.input.as_ptr())
}

/// See [`exchange_input`].
#[wasm_bindgen]
#[must_use]
pub fn exchange_room() -> usize {
    ROOM
}

/// Where the numbers are that say where the answer's text and head lie.
#[wasm_bindgen]
#[must_use]
pub fn exchange_facts() -> *const u32 {
    EXCHANGE.with_borrow(|exchange| exchange.facts.as_ptr())
}

/// Answers the request in the first `length` bytes of the input: its method, a
/// space, its URL, and on a line of its own each of the headers
/// `Authorization` and `Origin`, and for the log `CF-Ray` and
/// `CF-Connecting-IP`. Each may be empty, and the last two may be left out. `event` says what
/// happened meanwhile; `now`, and when the request came, are in milliseconds
/// since the epoch. A record that was read is in the `record_length` bytes
/// behind.
#[wasm_bindgen]
#[must_use]
pub fn exchange_answer(
    instance: u32,
    length: usize,
    event: u8,
    record_length: usize,
    now: f64,
    started: f64,
) -> u32 {
    EXCHANGE.with_borrow_mut(|exchange| {
        if exchange.instance != instance || instance == 0 {
            return outcome::STALE;
        }
        let step = asked(&exchange.input, length, record_length, started)
            .and_then(|(asked, record)| Some(fast::answer(&asked, Event::of(event, record)?, now)));
        let outcome = match step {
            Some(Step::Reply(reply)) => exchange.take(reply),
            Some(Step::Read(key)) => {
                exchange.text = key.into_bytes();
                outcome::READ
            }
            Some(Step::Configure) => outcome::CONFIGURE,
            Some(Step::Identify) => outcome::IDENTIFY,
            None | Some(Step::Elsewhere) => outcome::ELSEWHERE,
        };
        exchange.publish();
        outcome
    })
}

/// Reads the settings for the request in the first `length` bytes of the input.
#[wasm_bindgen]
pub fn exchange_configure(length: usize, env: Env) {
    EXCHANGE.with_borrow(|exchange| {
        if let Some((asked, _)) = asked(&exchange.input, length, 0, 0.0) {
            fast::configure(&asked, &env);
        }
    });
}

fn asked(
    input: &[u8],
    length: usize,
    record_length: usize,
    started: f64,
) -> Option<(Asked<'_>, &str)> {
    let (request, rest) = input.split_at_checked(length)?;
    let record = core::str::from_utf8(rest.get(..record_length)?).ok()?;
    let mut lines = core::str::from_utf8(request).ok()?.split('\n');
    let (method, url) = lines.next()?.split_once(' ')?;
    let asked = Asked {
        method,
        url,
        authorization: lines.next()?,
        origin: lines.next()?,
        client: lines.next().and_then(|ray| {
            let address = lines.next()?;
            Some(LogClient { ray, address })
        }),
        started,
    };
    Some((asked, record))
}
