//! JSON strings that are checked but not decoded.

use std::borrow::Cow;

/// The text between a string's quotes, checked but not decoded.
#[derive(Debug, Clone, Copy)]
pub struct JsonString<'a> {
    /// The bytes between the quotes: whole UTF-8 characters. Not a `str`, because
    /// slicing a `str` checks the boundaries of its characters again.
    raw: &'a [u8],
    escaped: bool,
    /// See [`head`](Self::head).
    head: u64,
}

impl<'a> JsonString<'a> {
    pub(super) const EMPTY: Self = Self {
        raw: &[],
        escaped: false,
        head: 0,
    };

    /// Takes the first `length` bytes of `rest`, which must be whole characters.
    #[inline(always)]
    pub(super) fn new(rest: &'a [u8], length: usize, escaped: bool) -> Option<Self> {
        let raw = rest.get(..length)?;
        let head = match (rest.first_chunk::<8>(), u32::try_from(length)) {
            // Masks the bytes after a short string.
            (Some(first), Ok(length @ ..8)) => {
                u64::from_le_bytes(*first) & !(u64::MAX << length.wrapping_mul(8))
            }
            (Some(first), _) => u64::from_le_bytes(*first),
            (None, _) => head(raw),
        };
        Some(Self { raw, escaped, head })
    }

    /// Whether the string contains escapes, so that `raw` is not its value.
    pub(super) fn is_escaped(&self) -> bool {
        self.escaped
    }

    /// The bytes between the quotes, with escapes.
    #[must_use]
    pub fn raw(&self) -> &'a [u8] {
        self.raw
    }

    /// The first eight bytes of [`raw`](Self::raw) as a little-endian number, padded
    /// with zeros. Two strings with different heads are different, so comparing the
    /// heads first is fast.
    #[must_use]
    pub fn head(&self) -> u64 {
        self.head
    }

    /// The value as a slice of the text, if the string contains no escapes.
    #[must_use]
    pub fn unescaped(&self) -> Option<&'a [u8]> {
        (!self.escaped).then_some(self.raw)
    }

    /// Whether both have the same bytes between their quotes. The heads differ for most
    /// strings that differ, so they are compared first.
    #[inline(always)]
    pub(super) fn is_written_as(&self, other: &Self) -> bool {
        self.head == other.head
            && self.raw.len() == other.raw.len()
            && (self.raw.len() <= 8 || self.raw == other.raw)
    }

    fn text(&self) -> &'a str {
        core::str::from_utf8(self.raw).unwrap_or_default()
    }

    /// The string's value.
    #[must_use]
    pub fn decode(&self) -> Cow<'a, str> {
        if self.escaped {
            Cow::Owned(unescape(self.text()))
        } else {
            Cow::Borrowed(self.text())
        }
    }

    /// Whether the string's value is `other`.
    #[must_use]
    pub fn is(&self, other: &str) -> bool {
        if self.escaped {
            unescape(self.text()) == other
        } else {
            self.raw == other.as_bytes()
        }
    }

    /// Whether the string's value is this name.
    #[inline(always)]
    pub(crate) fn is_name(&self, name: &Name) -> bool {
        if self.escaped {
            self.is(name.text)
        } else {
            self.head == name.head
                && self.raw.len() == name.text.len()
                && (name.text.len() <= 8 || self.raw == name.text.as_bytes())
        }
    }

    /// Whether the value is the empty string.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.raw.is_empty()
    }
}

/// A member name to compare strings with. Most comparisons compare only the heads,
/// which are numbers.
#[derive(Debug)]
pub(crate) struct Name {
    pub(crate) text: &'static str,
    head: u64,
}

impl Name {
    pub(crate) const fn new(text: &'static str) -> Self {
        let head = head(text.as_bytes());
        Self { text, head }
    }
}

/// The first eight bytes as a little-endian number.
const fn head(bytes: &[u8]) -> u64 {
    if let Some(first) = bytes.first_chunk::<8>() {
        return u64::from_le_bytes(*first);
    }
    let mut head = 0;
    let mut rest = bytes;
    while let [before @ .., last] = rest {
        head = (head << 8) | *last as u64;
        rest = before;
    }
    head
}

/// Decodes a string that the reader has checked.
fn unescape(raw: &str) -> String {
    let mut out = String::with_capacity(raw.len());
    let mut rest = raw;
    while let Some((plain, escape)) = rest.split_once('\\') {
        out.push_str(plain);
        let mut bytes = escape.bytes();
        let c = match bytes.next() {
            Some(b'b') => '\u{8}',
            Some(b'f') => '\u{c}',
            Some(b'n') => '\n',
            Some(b'r') => '\r',
            Some(b't') => '\t',
            Some(b'u') => {
                let mut unit = hex(&mut bytes);
                if let 0xd800..=0xdbff = unit {
                    bytes.nth(1); // Skips the backslash and `u`.
                    let low = hex(&mut bytes);
                    unit = 0x1_0000_u32
                        .wrapping_add((unit & 0x3ff) << 10)
                        .wrapping_add(low & 0x3ff);
                }
                char::from_u32(unit).unwrap_or(char::REPLACEMENT_CHARACTER)
            }
            other => char::from(other.unwrap_or_default()),
        };
        out.push(c);
        let read = escape.len().saturating_sub(bytes.len());
        rest = escape.get(read..).unwrap_or_default();
    }
    out.push_str(rest);
    out
}

fn hex(bytes: &mut core::str::Bytes<'_>) -> u32 {
    let mut value = 0;
    for byte in bytes.take(4) {
        let digit = char::from(byte).to_digit(16).unwrap_or(0);
        value = (value << 4) | digit;
    }
    value
}
