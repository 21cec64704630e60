//! The memory that JavaScript shares with the module: the input that it writes and
//! the outcome that it reads.

use std::cell::Cell;

use zeroize::Zeroize as _;

use super::error::CallError;
use super::outline::{Outline, ValueAt};
use portcullis::error::TokenError;
use portcullis::token::TokenReader;

thread_local! {
    static MEMORY: Cell<Option<Box<Memory>>> = const { Cell::new(None) };
}

/// Takes [`Memory`] out of its place while `work` runs. If the engine aborts the call,
/// for example at a JavaScript stack overflow, the `Memory` of that call is lost, and
/// the next call gets a new one. JavaScript notices this because the lost `Memory`
/// still has [`BUSY`](fact::BUSY) set.
fn with<T>(work: impl FnOnce(&mut Memory) -> T) -> T {
    let done = MEMORY.try_with(|place| {
        let mut memory = place.take().unwrap_or_else(|| {
            // This is the first call, or the engine aborted the previous call.
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

/// The indices of the numbers at [`facts`]. A text takes two numbers: the address of
/// its UTF-8, then the length in bytes. Dates are in seconds since the epoch.
/// `npm/src/memory.js` has the same indices.
pub(crate) mod fact {
    use crate::outline::Outline;

    /// The header's JSON. The generation changes whenever the text differs from
    /// the previous token's header.
    pub(crate) const HEADER: usize = 0;
    pub(crate) const HEADER_GENERATION: usize = 2;
    /// The claims' JSON.
    pub(crate) const CLAIMS: usize = 3;
    /// The result of an inspection: three dates or NaN, the seconds left, and
    /// whether the token is legacy (0 or 1).
    pub(crate) const ISSUED_AT: usize = 5;
    pub(crate) const NOT_BEFORE: usize = 6;
    pub(crate) const EXPIRES_AT: usize = 7;
    pub(crate) const SECONDS_LEFT: usize = 8;
    pub(crate) const LEGACY: usize = 9;
    /// The text that a call made. After a failure: the code, the claim's name and
    /// the message, directly after one another.
    pub(crate) const TEXT: usize = 10;
    /// The length of a failure's code in bytes; 0 if a wrong argument is the reason,
    /// which has no code.
    pub(crate) const CODE_LENGTH: usize = 12;
    /// The length of the claim's name in bytes; NaN if the failure is not about a
    /// claim.
    pub(crate) const CLAIM_LENGTH: usize = 13;
    /// When the refused token expired or becomes valid; NaN for other failures.
    pub(crate) const EXPIRED_AT: usize = 14;
    pub(crate) const BEGINS_AT: usize = 15;
    /// The number of claims, or 0 if JavaScript must parse the claims' JSON. The
    /// generation changes whenever the names differ from the previous token's.
    pub(crate) const CLAIM_COUNT: usize = 16;
    pub(crate) const CLAIM_GENERATION: usize = 17;
    /// Three numbers for each claim: the kind of its value, then the start and end
    /// of its text, or its number.
    pub(crate) const CLAIM_VALUES: usize = 18;
    /// 1 while a call runs, and after the engine aborted a call; otherwise 0.
    pub(crate) const BUSY: usize = CLAIM_VALUES + 3 * Outline::MOST;
    pub(crate) const COUNT: usize = BUSY + 1;
}

pub(crate) struct Memory {
    /// The bytes that JavaScript writes before a call.
    pub(crate) input: Vec<u8>,
    /// Reused for every token.
    pub(crate) reader: TokenReader<Outline>,
    /// The text of the outcome, at [`fact::TEXT`].
    pub(crate) text: String,
    /// Boxed, so that the address never changes.
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

    /// Writes the address and the length of a text to `fact` and the fact after it. The
    /// casts lose nothing: on wasm32, addresses and lengths have 32 bits.
    #[allow(clippy::cast_precision_loss)]
    fn publish(&mut self, fact: usize, address: *const u8, length: usize) {
        self.set(fact, address as usize as f64);
        self.set(fact.saturating_add(1), length as f64);
    }

    /// Writes to the facts where the header and the claims of the last token are.
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

    /// Writes the claims' values to the facts. The casts lose nothing: a number in
    /// [`ValueAt`] is exact as a double, and positions are small.
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

    /// Writes the code, the claim's name and the message into the text, directly
    /// after one another. Writes the lengths and the dates into the facts.
    #[allow(clippy::cast_precision_loss)] // on wasm32, lengths have 32 bits
    fn publish_error(&mut self, refusal: &CallError) {
        let mut claim = None;
        let mut expired_at = None;
        let mut begins_at = None;
        let (code, message) = match refusal {
            CallError::Argument(message) => ("", [*message, "", "", ""]),
            CallError::Issuer(problem) => (
                "",
                ["issuers[", digit(problem.index), "]: ", problem.reason],
            ),
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

    /// Writes to the facts where the outcome's text is.
    pub(crate) fn publish_text(&mut self) {
        let (address, length) = (self.text.as_ptr(), self.text.len());
        self.publish(fact::TEXT, address, length);
    }
}

/// A position as text, without the formatting code, which is large.
fn digit(index: usize) -> &'static str {
    const DIGITS: &str = "0123456789";
    DIGITS.get(index..index.saturating_add(1)).unwrap_or("…")
}

/// The first `length` bytes of the input.
pub(crate) fn input_bytes(input: &[u8], length: usize) -> Result<&[u8], CallError> {
    input.get(..length).ok_or(CallError::BEYOND_INPUT)
}

/// The first `length` bytes of the input, as text.
pub(crate) fn input_text(input: &[u8], length: usize) -> Result<&str, CallError> {
    let bytes = input_bytes(input, length)?;
    core::str::from_utf8(bytes).map_err(|_| CallError::Argument("not UTF-8"))
}

/// Runs `work`. If `work` fails, writes the reason into the facts.
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

/// Runs `work` in a stack frame of its own. [`wipe_stack`] does not reach the
/// caller's frame, so the locals of `work` must not be there.
#[inline(never)]
fn in_own_frame<T>(
    work: impl FnOnce(&mut Memory) -> Result<T, CallError>,
    memory: &mut Memory,
) -> Result<T, CallError> {
    work(memory)
}

/// Overwrites 16 KiB of the stack below the caller's frame. No secret is deeper in the
/// stack after a call that [`run_and_wipe`] makes.
#[inline(never)]
fn wipe_stack() {
    let mut stack = [0_u64; 2048];
    stack.zeroize();
    core::hint::black_box(&mut stack);
}

/// Makes room for `length` bytes of input and returns the address. The address is
/// valid until a later call asks for more room.
#[must_use]
pub fn input(length: usize) -> *const u8 {
    with(|memory| {
        if memory.input.len() < length {
            // A buffer that moves leaves its old bytes in memory, and they may be a
            // secret.
            memory.input.as_mut_slice().zeroize();
            memory.input.resize(length, 0);
        }
        memory.input.as_ptr()
    })
}

/// Wipes the text of the last outcome. JavaScript must call this after it has read a
/// text that is a secret.
pub fn wipe() {
    with(|memory| memory.text.zeroize());
}

/// The address of the doubles that describe the last outcome. The address never
/// changes, unless the engine aborts a call.
#[must_use]
pub fn facts() -> *const f64 {
    with(|memory| memory.facts.as_ptr())
}
