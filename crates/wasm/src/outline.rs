use portcullis::encoding::bytes;
use portcullis::encoding::json::{JsonString, JsonValue, small_integer};
use portcullis::token::ClaimsVisitor;

/// Where the claims of a token stand in their text: enough for a binding to
/// make an object of them without parsing them once more.
///
/// Most tokens have the claims of the one before, with other values. Whoever
/// keeps the names needs only the values; the generation says whether they
/// are the same.
pub(crate) struct Outline {
    values: [ValueAt; Self::MOST],
    names: [KnownName; Self::MOST],
    length: usize,
    /// How many names there were in the last token that was read to its end.
    names_length: usize,
    generation: u32,
    plain: bool,
}

/// A value in the text of the claims; places are in bytes.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum ValueAt {
    /// What stands between these is JSON.
    Json(usize, usize),
    /// What stands between these is a string's value.
    Text(usize, usize),
    /// A whole number that a double holds exactly.
    Number(u64),
    /// `true` or `false`.
    Bool(bool),
    /// `null`
    Null,
}

/// A name of the last token, to be compared with the next one's. The whole of
/// it: what was taken for a name that it is not would be a claim forged.
#[derive(Default)]
struct KnownName {
    head: u64,
    text: Vec<u8>,
}

impl Outline {
    /// So many claims are outlined; of a token with more, none.
    pub(crate) const MOST: usize = 16;

    pub(crate) fn new() -> Self {
        Self {
            values: [ValueAt::Null; Self::MOST],
            names: core::array::from_fn(|_| KnownName::default()),
            length: 0,
            names_length: 0,
            generation: 0,
            plain: false,
        }
    }

    /// The values in the order of the text, if there is an outline.
    pub(crate) fn values(&self) -> Option<&[ValueAt]> {
        self.values.get(..self.length).filter(|_| self.plain)
    }

    /// The same number means the same names in the same order.
    pub(crate) fn generation(&self) -> u32 {
        self.generation
    }
}

impl ClaimsVisitor for Outline {
    fn begin(&mut self, text: &str) {
        self.length = 0;
        // Elsewhere places in bytes are not places in characters.
        self.plain = text.is_ascii();
    }

    #[inline(always)]
    fn claim(&mut self, text: &str, name: &JsonString<'_>, value: &JsonValue<'_>) {
        if !self.plain {
            return;
        }
        let (Some(known), Some(slot), Some(raw)) = (
            self.names.get_mut(self.length),
            self.values.get_mut(self.length),
            name.unescaped(),
        ) else {
            self.plain = false;
            return;
        };
        let head = name.head();
        // Of a name of up to eight bytes, the head is all.
        let is_known = known.head == head
            && known.text.len() == raw.len()
            && (raw.len() <= 8 || bytes::same(&known.text, raw));
        if !is_known {
            known.head = head;
            known.text.clear();
            known.text.extend_from_slice(raw);
            // At once: what comes after may be no token, and this is changed.
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
                    // With its quotes.
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

    // The names stay, to be compared with the next token's.
    fn clear(&mut self) {
        self.length = 0;
        self.plain = false;
    }

    fn end(&mut self) {
        if self.plain && self.length != self.names_length {
            self.names_length = self.length;
            self.generation = self.generation.wrapping_add(1);
        }
    }
}
