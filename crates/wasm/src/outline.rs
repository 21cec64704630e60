//! Records where the claims of a token are, so that JavaScript need not parse them.

use portcullis::encoding::bytes;
use portcullis::encoding::json::{JsonString, JsonValue, small_integer};
use portcullis::token::ClaimsVisitor;

/// The positions of a token's claims in their JSON text. JavaScript makes an object
/// from them without parsing the text again.
///
/// Most tokens have the same claim names as the previous token, with other values.
/// JavaScript keeps the names and reads only the values, as long as the generation
/// stays the same. The generation is a number that increases when a name changes.
pub(crate) struct Outline {
    values: [ValueAt; Self::MOST],
    names: [KnownName; Self::MOST],
    length: usize,
    /// The number of names in the last token that was read to its end.
    names_length: usize,
    generation: u32,
    /// Whether there is an outline. There is none if the text is not ASCII, a name has
    /// an escape, or there are more than [`MOST`](Self::MOST) claims.
    has_outline: bool,
}

/// A value in the text of the claims. Positions are in bytes.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum ValueAt {
    /// The value's JSON is between these two positions.
    Json(usize, usize),
    /// The value is a string, whose characters are between these two positions.
    Text(usize, usize),
    /// A whole number that a double holds exactly.
    Number(u64),
    /// `true` or `false`.
    Bool(bool),
    /// `null`.
    Null,
}

/// A name of the last token, to compare with the next token's name. The whole name is
/// compared: if two different names were taken as equal, an attacker could forge a
/// claim.
#[derive(Default)]
struct KnownName {
    /// The first eight bytes of the name.
    head: u64,
    text: Vec<u8>,
}

impl Outline {
    /// The most claims of an outline. A token with more claims has no outline.
    pub(crate) const MOST: usize = 16;

    pub(crate) fn new() -> Self {
        Self {
            values: [ValueAt::Null; Self::MOST],
            names: core::array::from_fn(|_| KnownName::default()),
            length: 0,
            names_length: 0,
            generation: 0,
            has_outline: false,
        }
    }

    /// The values in the order of the text, if there is an outline.
    pub(crate) fn values(&self) -> Option<&[ValueAt]> {
        self.values.get(..self.length).filter(|_| self.has_outline)
    }

    /// If this number is the same for two tokens, they have the same names in the
    /// same order.
    pub(crate) fn generation(&self) -> u32 {
        self.generation
    }
}

impl ClaimsVisitor for Outline {
    fn begin(&mut self, text: &str) {
        self.length = 0;
        // Positions in bytes are positions in characters only if the text is ASCII.
        self.has_outline = text.is_ascii();
    }

    #[inline(always)]
    fn claim(&mut self, text: &str, name: &JsonString<'_>, value: &JsonValue<'_>) {
        if !self.has_outline {
            return;
        }
        let (Some(known), Some(slot), Some(raw)) = (
            self.names.get_mut(self.length),
            self.values.get_mut(self.length),
            name.unescaped(),
        ) else {
            self.has_outline = false;
            return;
        };
        let head = name.head();
        // Comparing the heads has compared a name of up to eight bytes completely.
        let is_known = known.head == head
            && known.text.len() == raw.len()
            && (raw.len() <= 8 || bytes::same(&known.text, raw));
        if !is_known {
            known.head = head;
            known.text.clear();
            known.text.extend_from_slice(raw);
            // Change the generation now, because the names have changed even if the
            // rest of the text turns out not to be a token.
            self.generation = self.generation.wrapping_add(1);
        }
        let place = |part: &[u8]| {
            let start = part.as_ptr().addr().wrapping_sub(text.as_ptr().addr());
            (start, start.saturating_add(part.len()))
        };
        let json = |part: &str| {
            let (start, end) = place(part.as_bytes());
            ValueAt::Json(start, end)
        };
        *slot = match value {
            JsonValue::String(string) => match string.unescaped() {
                Some(raw) => {
                    let (start, end) = place(raw);
                    ValueAt::Text(start, end)
                }
                None => {
                    // The string has escapes, so JavaScript parses it, with its quotes.
                    let (start, end) = place(string.raw());
                    ValueAt::Json(start.saturating_sub(1), end.saturating_add(1))
                }
            },
            JsonValue::Number(digits) => match small_integer(digits) {
                Some(number) => ValueAt::Number(number),
                None => json(digits),
            },
            JsonValue::Array(part) | JsonValue::Object(part) => json(part),
            JsonValue::Bool(value) => ValueAt::Bool(*value),
            JsonValue::Null => ValueAt::Null,
        };
        self.length = self.length.saturating_add(1);
    }

    // Keeps the names, to compare them with the next token's names.
    fn clear(&mut self) {
        self.length = 0;
        self.has_outline = false;
    }

    fn end(&mut self) {
        if self.has_outline && self.length != self.names_length {
            self.names_length = self.length;
            self.generation = self.generation.wrapping_add(1);
        }
    }
}
