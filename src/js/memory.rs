//! Where JavaScript writes what it hands over and reads what it gets.

use std::cell::RefCell;

use wasm_bindgen::prelude::wasm_bindgen;
use zeroize::Zeroize as _;

use super::outcome::Refusal;
use crate::token::TokenReader;

thread_local! {
    static MEMORY: RefCell<Memory> = RefCell::new(Memory::new());
}

/// The numbers at [`facts`], in their order.
pub(crate) mod fact {
    /// Address and length in bytes of the outcome's text.
    pub(crate) const ADDRESS: usize = 0;
    pub(crate) const LENGTH: usize = 1;
    /// An inspection: status (0 current, 1 expired, 2 not yet valid, 3 never
    /// expires), three dates in seconds or NaN, seconds left, legacy (0 or 1).
    pub(crate) const STATUS: usize = 2;
    pub(crate) const ISSUED_AT: usize = 3;
    pub(crate) const NOT_BEFORE: usize = 4;
    pub(crate) const EXPIRES_AT: usize = 5;
    pub(crate) const SECONDS_LEFT: usize = 6;
    pub(crate) const LEGACY: usize = 7;
    pub(crate) const COUNT: usize = 8;
}

pub(crate) struct Memory {
    pub(crate) input: Vec<u8>,
    /// Kept from one token to the next.
    pub(crate) json: TokenReader,
    pub(crate) text: String,
    /// Boxed: its address never changes.
    pub(crate) facts: Box<[f64; fact::COUNT]>,
    pub(crate) refusal: Option<Refusal>,
}

impl Memory {
    fn new() -> Self {
        Self {
            input: Vec::new(),
            json: TokenReader::for_many(),
            text: String::new(),
            facts: Box::new([f64::NAN; fact::COUNT]),
            refusal: None,
        }
    }

    /// The first `length` bytes of the input, as text.
    pub(crate) fn input_text(input: &[u8], length: usize) -> Result<&str, Refusal> {
        let bytes = input
            .get(..length)
            .ok_or(Refusal::Argument("more input than there is"))?;
        core::str::from_utf8(bytes).map_err(|_| Refusal::Argument("not UTF-8"))
    }

    pub(crate) fn set(&mut self, fact: usize, value: f64) {
        if let Some(slot) = self.facts.get_mut(fact) {
            *slot = value;
        }
    }

    #[allow(clippy::cast_precision_loss)] // addresses have 32 bits here
    fn publish(&mut self, address: *const u8, length: usize) {
        self.set(fact::ADDRESS, address as usize as f64);
        self.set(fact::LENGTH, length as f64);
    }

    pub(crate) fn publish_json(&mut self) {
        let json = self.json.json();
        self.text = [
            "{\"header\":",
            json.header(),
            ",\"claims\":",
            json.claims(),
            "}",
        ]
        .concat();
        self.publish_text();
    }

    pub(crate) fn publish_text(&mut self) {
        let (address, length) = (self.text.as_ptr(), self.text.len());
        self.publish(address, length);
    }
}

/// Runs `work`; keeps why it failed for [`failure`](super::failure). Nothing in here
/// calls back into JavaScript, so the memory is never borrowed twice.
pub(crate) fn run(work: impl FnOnce(&mut Memory) -> Result<(), Refusal>) -> bool {
    MEMORY.with_borrow_mut(|memory| match work(memory) {
        Ok(()) => true,
        Err(refusal) => {
            memory.refusal = Some(refusal);
            false
        }
    })
}

pub(crate) fn take_refusal() -> Option<Refusal> {
    MEMORY.with_borrow_mut(|memory| memory.refusal.take())
}

/// Takes the first `length` bytes of the input out of the memory, so that a
/// secret does not stay there.
pub(crate) fn take_input(length: usize) -> zeroize::Zeroizing<Vec<u8>> {
    MEMORY.with_borrow_mut(|memory| {
        let taken = memory.input.get(..length).unwrap_or_default().to_vec();
        memory.input.as_mut_slice().zeroize();
        zeroize::Zeroizing::new(taken)
    })
}

/// Makes room for `length` bytes of input and says where. The address holds
/// until the next call that asks for more.
#[wasm_bindgen]
#[must_use]
pub fn input(length: usize) -> *const u8 {
    MEMORY.with_borrow_mut(|memory| {
        if memory.input.len() < length {
            memory.input.resize(length, 0);
        }
        memory.input.as_ptr()
    })
}

/// Where eight doubles lie that describe the last outcome; the address never
/// changes.
#[wasm_bindgen]
#[must_use]
pub fn facts() -> *const f64 {
    MEMORY.with_borrow(|memory| memory.facts.as_ptr())
}
