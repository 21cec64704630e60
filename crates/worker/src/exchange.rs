//! The synchronous interface between `entry.js` and Rust. Text is exchanged
//! through this module's memory; arguments and results are numbers.

// wasm-bindgen exports `pub` functions, even from a private module.
#![allow(unreachable_pub)]

use std::cell::RefCell;

use wasm_bindgen::JsValue;
use wasm_bindgen::prelude::wasm_bindgen;
use worker::Env;

use super::fast::{self, Asked, Event, Step};
use super::log::LogClient;
use super::reply::{Head, Reply};

/// The size of the input buffer in bytes. `entry.js` passes a longer request to
/// [`serve`](super::pending_request::serve), which does not use this buffer.
const ROOM: usize = 65_536;

/// The results of [`exchange_answer`]. A head is the status and the headers of a
/// reply. A reply with a kept head has the result `FIRST_HEAD` plus the index of the
/// head. `entry.js` has the same numbers.
mod outcome {
    /// Pass the request to [`serve`](crate::pending_request::serve).
    pub(super) const ELSEWHERE: u32 = 0;
    /// Read a record from KV, and call again. The text is the record's key.
    pub(super) const READ: u32 = 1;
    /// JavaScript is attached to the memory of another instance.
    pub(super) const STALE: u32 = 2;
    /// A reply whose head is not kept: read the head each time.
    pub(super) const NOT_CACHED: u32 = 3;
    /// Call [`exchange_configure`](super::exchange_configure), and call again.
    pub(super) const CONFIGURE: u32 = 4;
    /// Add the two headers that the log needs, and call again.
    pub(super) const IDENTIFY: u32 = 5;
    /// Serve a file of the page, or call [`serve`](crate::pending_request::serve).
    pub(super) const PAGE: u32 = 6;
    pub(super) const FIRST_HEAD: usize = 7;
}

/// How many numbers [`exchange_facts`] points to: address and length of the text,
/// then address and length of the head.
const FACTS: usize = 4;

/// The most heads that are kept. Answers have few different heads, but CORS adds
/// more for each allowed origin.
const MOST_HEADS: usize = 64;

struct Exchange {
    /// The number that JavaScript gave to this instance; 0 before
    /// [`exchange_attach`].
    instance: u32,
    /// `input` and `facts` are boxed so that their addresses never change.
    input: Box<[u8]>,
    facts: Box<[u32; FACTS]>,
    text: Vec<u8>,
    head: String,
    /// The kept heads. JavaScript knows a head by its index here.
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
    // On wasm32, addresses and lengths have 32 bits.
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

    /// Stores a reply for JavaScript. Returns `FIRST_HEAD` plus the index of its head,
    /// or `NOT_CACHED`.
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

/// Gives this instance its number and returns its memory.
#[wasm_bindgen]
#[must_use]
pub fn exchange_attach(instance: u32) -> JsValue {
    EXCHANGE.with_borrow_mut(|exchange| {
        exchange.instance = instance;
        exchange.heads.clear();
    });
    wasm_bindgen::memory()
}

/// The address of the input buffer, which holds [`exchange_room`] bytes.
#[wasm_bindgen]
#[must_use]
pub fn exchange_input() -> *const u8 {
    EXCHANGE.with_borrow(|exchange| exchange.input.as_ptr())
}

/// The size of the input buffer in bytes; see [`exchange_input`].
#[wasm_bindgen]
#[must_use]
pub fn exchange_room() -> usize {
    ROOM
}

/// The address of four numbers: address and length of the answer's text, then
/// address and length of its head.
#[wasm_bindgen]
#[must_use]
pub fn exchange_facts() -> *const u32 {
    EXCHANGE.with_borrow(|exchange| exchange.facts.as_ptr())
}

/// Answers the request in the first `length` bytes of the input. Its first line
/// is the method, a space and the URL. Each of the next lines is the value of a
/// header: `Authorization`, `Origin`, and for the log `CF-Ray` and
/// `CF-Connecting-IP`. A header may be empty; the last two lines may be left out.
///
/// `event` is the number of an [`Event`]. A record that was read follows the
/// request, in `record_length` bytes. `now` and `started`, when the request
/// arrived, are in milliseconds since the epoch.
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
            Some(Step::Page) => outcome::PAGE,
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
