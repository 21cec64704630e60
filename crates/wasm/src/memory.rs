//! Where JavaScript writes what it hands over and reads what it gets.

use std::cell::Cell;

use zeroize::Zeroize as _;

use super::error::CallError;
use super::outline::{Outline, ValueAt};
use portcullis::error::TokenError;
use portcullis::token::TokenReader;

thread_local! {
    static MEMORY: Cell<Option<Box<Memory>>> = const { Cell::new(None) };
}

/// Takes the memory out for as long as it works. A call that the engine ends,
/// as it does where JavaScript's stack is at its end, takes it along: the next
/// one gets a new memory, and JavaScript knows by the old one's
/// [`BUSY`](fact::BUSY).
fn with<T>(work: impl FnOnce(&mut Memory) -> T) -> T {
    let done = MEMORY.try_with(|place| {
        let mut memory = place.take().unwrap_or_else(|| {
            // The engine ended the call that had the memory.
            #[cfg(target_arch = "wasm32")]
            super::allocator::free_large();
            Memory::new()
        });
        memory.set(fact::BUSY, 1.0);
        let outcome = work(&mut memory);
        memory.set(fact::BUSY, 0.0);
        place.set(Some(memory));
        outcome
    });
    match done {
        Ok(done) => done,
        Err(_) => std::process::abort(),
    }
}

/// The numbers at [`facts`]. A text takes two, the address of its UTF-8 and
/// behind it the length; dates are seconds since the epoch.
pub(crate) mod fact {
    use crate::outline::Outline;

    /// The header's JSON. Its generation is another number whenever the text
    /// is not that of the token before.
    pub(crate) const HEADER: usize = 0;
    pub(crate) const HEADER_GENERATION: usize = 2;
    /// The claims' JSON.
    pub(crate) const CLAIMS: usize = 3;
    /// Of an inspection: three dates or NaN, seconds left, legacy (0 or 1).
    pub(crate) const ISSUED_AT: usize = 5;
    pub(crate) const NOT_BEFORE: usize = 6;
    pub(crate) const EXPIRES_AT: usize = 7;
    pub(crate) const SECONDS_LEFT: usize = 8;
    pub(crate) const LEGACY: usize = 9;
    /// The text that a call made; after a failure the code, the claim's name
    /// and the message, one behind the other.
    pub(crate) const TEXT: usize = 10;
    /// Of a failure: 0 without a code, which is an argument of a wrong type.
    pub(crate) const CODE_LENGTH: usize = 12;
    /// NaN if it is about no claim.
    pub(crate) const CLAIM_LENGTH: usize = 13;
    /// Of a failure, or NaN.
    pub(crate) const EXPIRED_AT: usize = 14;
    pub(crate) const BEGINS_AT: usize = 15;
    /// Of the claims: how many, or 0 if they must be parsed. The generation is
    /// another number whenever the names are not those of the token before.
    pub(crate) const CLAIM_COUNT: usize = 16;
    pub(crate) const CLAIM_GENERATION: usize = 17;
    /// Three for each: what kind, and where its text starts and ends, or its
    /// number.
    pub(crate) const CLAIM_VALUES: usize = 18;
    /// 0 unless a call is going on, or was ended in its midst.
    pub(crate) const BUSY: usize = CLAIM_VALUES + 3 * Outline::MOST;
    pub(crate) const COUNT: usize = BUSY + 1;
}

pub(crate) struct Memory {
    pub(crate) input: Vec<u8>,
    /// Kept from one token to the next.
    pub(crate) reader: TokenReader<Outline>,
    pub(crate) text: String,
    /// Boxed: its address never changes.
    pub(crate) facts: Box<[f64; fact::COUNT]>,
}

impl Memory {
    fn new() -> Box<Self> {
        Box::new(Self {
            input: Vec::new(),
            reader: TokenReader::with_visitor(Outline::new()),
            text: String::new(),
            facts: Box::new([f64::NAN; fact::COUNT]),
        })
    }

    pub(crate) fn set(&mut self, fact: usize, value: f64) {
        if let Some(slot) = self.facts.get_mut(fact) {
            *slot = value;
        }
    }

    /// Addresses and lengths have 32 bits here.
    #[allow(clippy::cast_precision_loss)]
    fn publish(&mut self, fact: usize, address: *const u8, length: usize) {
        self.set(fact, address as usize as f64);
        self.set(fact.saturating_add(1), length as f64);
    }

    pub(crate) fn publish_json(&mut self) {
        let header = self.reader.json().header();
        let (address, length) = (header.as_ptr(), header.len());
        self.publish(fact::HEADER, address, length);
        let generation = f64::from(self.reader.header_generation());
        self.set(fact::HEADER_GENERATION, generation);
        let claims = self.reader.json().claims();
        let (address, length) = (claims.as_ptr(), claims.len());
        self.publish(fact::CLAIMS, address, length);
        self.publish_outline();
    }

    /// All of these numbers are small.
    #[allow(clippy::cast_precision_loss)]
    fn publish_outline(&mut self) {
        let outline = self.reader.visitor();
        let values = outline.and_then(Outline::values).unwrap_or_default();
        let generation = outline.map_or(0, Outline::generation);
        let count = values.len() as f64;
        let rows = self.facts.get_mut(fact::CLAIM_VALUES..);
        let (rows, _) = rows.unwrap_or_default().as_chunks_mut::<3>();
        for (row, value) in rows.iter_mut().zip(values) {
            *row = match *value {
                ValueAt::Json(start, end) => [0.0, start as f64, end as f64],
                ValueAt::Text(start, end) => [1.0, start as f64, end as f64],
                ValueAt::Number(number) => [2.0, number as f64, 0.0],
                ValueAt::Bool(value) => [3.0, f64::from(u8::from(value)), 0.0],
                ValueAt::Null => [4.0, 0.0, 0.0],
            };
        }
        self.set(fact::CLAIM_COUNT, count);
        self.set(fact::CLAIM_GENERATION, f64::from(generation));
    }

    /// Writes the code, the claim's name and the message into the text, one
    /// behind the other, and what belongs to them into the facts.
    #[allow(clippy::cast_precision_loss)] // lengths have 32 bits here
    fn publish_error(&mut self, refusal: &CallError) {
        let mut claim = None;
        let mut expired_at = None;
        let mut begins_at = None;
        let (code, message) = match refusal {
            CallError::Argument(message) => ("", [*message, "", "", ""]),
            CallError::Password(code, message) => (*code, [*message, "", "", ""]),
            CallError::Token(error) => {
                match error {
                    TokenError::Expired { expired_at: at } => expired_at = Some(*at),
                    TokenError::NotYetValid { not_before } => begins_at = Some(*not_before),
                    TokenError::ClaimInvalid { claim: name, .. } => claim = Some(name.as_str()),
                    _ => {}
                }
                (error.code(), error.message())
            }
        };
        self.text.clear();
        self.text.push_str(code);
        self.text.push_str(claim.unwrap_or_default());
        for part in message {
            self.text.push_str(part);
        }
        self.publish_text();
        self.set(fact::CODE_LENGTH, code.len() as f64);
        let claim_length = claim.map_or(f64::NAN, |claim| claim.len() as f64);
        self.set(fact::CLAIM_LENGTH, claim_length);
        self.set(fact::EXPIRED_AT, crate::date(expired_at));
        self.set(fact::BEGINS_AT, crate::date(begins_at));
    }

    pub(crate) fn publish_text(&mut self) {
        let (address, length) = (self.text.as_ptr(), self.text.len());
        self.publish(fact::TEXT, address, length);
    }
}

/// The first `length` bytes of the input.
pub(crate) fn input_bytes(input: &[u8], length: usize) -> Result<&[u8], CallError> {
    input.get(..length).ok_or(CallError::MORE_THAN_THERE_IS)
}

/// The same as text.
pub(crate) fn input_text(input: &[u8], length: usize) -> Result<&str, CallError> {
    let bytes = input_bytes(input, length)?;
    core::str::from_utf8(bytes).map_err(|_| CallError::Argument("not UTF-8"))
}

/// Runs `work`; if it fails, why is then in the facts.
pub(crate) fn run<T>(work: impl FnOnce(&mut Memory) -> Result<T, CallError>) -> Option<T> {
    with(|memory| match work(memory) {
        Ok(outcome) => Some(outcome),
        Err(refusal) => {
            memory.publish_error(&refusal);
            None
        }
    })
}

/// As [`run`], for input with a secret in it. Wipes the input and the stack that
/// `work` used: HMAC and the password hashes leave copies of short keys there.
pub(crate) fn run_and_wipe<T>(work: impl FnOnce(&mut Memory) -> Result<T, CallError>) -> Option<T> {
    run(|memory| {
        let outcome = in_own_frame(work, memory);
        memory.input.as_mut_slice().zeroize();
        wipe_stack();
        outcome
    })
}

/// Keeps the locals of `work` out of the caller's frame, which
/// [`wipe_stack`] does not reach.
#[inline(never)]
fn in_own_frame<T>(
    work: impl FnOnce(&mut Memory) -> Result<T, CallError>,
    memory: &mut Memory,
) -> Result<T, CallError> {
    work(memory)
}

/// Overwrites 16 KiB of the stack below the caller's frame. No call that
/// [`run_and_wipe`] makes goes deeper with a secret.
#[inline(never)]
fn wipe_stack() {
    let mut stack = [0_u64; 2048];
    stack.zeroize();
    core::hint::black_box(&mut stack);
}

/// Makes room for `length` bytes of input and says where. The address holds
/// until the next call that asks for more.
#[must_use]
pub fn input(length: usize) -> *const u8 {
    with(|memory| {
        if memory.input.len() < length {
            // What the buffer leaves behind when it moves may be a secret's.
            memory.input.as_mut_slice().zeroize();
            memory.input.resize(length, 0);
        }
        memory.input.as_ptr()
    })
}

/// Wipes the text of the last outcome: it was a secret.
pub fn wipe() {
    with(|memory| memory.text.zeroize());
}

/// Where the doubles lie that describe the last outcome; the address never
/// changes.
#[must_use]
pub fn facts() -> *const f64 {
    with(|memory| memory.facts.as_ptr())
}
