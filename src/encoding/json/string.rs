use std::borrow::Cow;

/// A string as it stands between its quotes, checked but not decoded.
#[derive(Debug, Clone, Copy)]
pub struct JsonString<'a> {
    raw: &'a str,
    escaped: bool,
    head: u64,
}

impl<'a> JsonString<'a> {
    pub(super) const EMPTY: Self = Self {
        raw: "",
        escaped: false,
        head: 0,
    };

    /// `rest` is the text from the string's first character on.
    #[inline]
    pub(super) fn new(raw: &'a str, rest: &[u8], escaped: bool) -> Self {
        let head = match (rest.first_chunk::<8>(), u32::try_from(raw.len())) {
            // What stands behind a short one does not count.
            (Some(first), Ok(length @ 1..8)) => {
                let behind = 64_u32.wrapping_sub(length.wrapping_mul(8));
                (u64::from_le_bytes(*first) << behind) >> behind
            }
            _ => head(raw.as_bytes()),
        };
        Self { raw, escaped, head }
    }

    /// Whether `raw` is not the value.
    pub(super) fn is_escaped(&self) -> bool {
        self.escaped
    }

    /// Whether both stand the same way between their quotes. The heads tell
    /// most strings apart without a look at the rest.
    #[inline]
    pub(super) fn is_written_as(&self, other: &Self) -> bool {
        self.head == other.head && self.raw.len() == other.raw.len() && self.raw == other.raw
    }

    /// The string's value.
    #[must_use]
    pub fn decode(&self) -> Cow<'a, str> {
        if self.escaped {
            Cow::Owned(unescape(self.raw))
        } else {
            Cow::Borrowed(self.raw)
        }
    }

    /// Whether the string's value is `other`.
    #[must_use]
    pub fn is(&self, other: &str) -> bool {
        if self.escaped {
            unescape(self.raw) == other
        } else {
            self.raw == other
        }
    }

    /// Whether the string's value is this name.
    #[inline]
    pub(crate) fn is_name(&self, name: &Name) -> bool {
        if self.escaped {
            self.is(name.text)
        } else {
            self.head == name.head && self.raw.len() == name.text.len() && self.raw == name.text
        }
    }

    /// Whether the value is the empty string.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.raw.is_empty()
    }
}

/// A name that strings are compared with, most at one comparison of numbers.
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

/// The first eight bytes in one number.
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

/// Decodes a string that the reader has passed.
fn unescape(raw: &str) -> String {
    let mut out = String::with_capacity(raw.len());
    let mut chars = raw.chars();
    while let Some(c) = chars.next() {
        if c != '\\' {
            out.push(c);
            continue;
        }
        match chars.next() {
            Some('b') => out.push('\u{8}'),
            Some('f') => out.push('\u{c}'),
            Some('n') => out.push('\n'),
            Some('r') => out.push('\r'),
            Some('t') => out.push('\t'),
            Some('u') => {
                let mut unit = hex(&mut chars);
                if let 0xd800..=0xdbff = unit {
                    let _ = chars.next(); // backslash
                    let _ = chars.next(); // u
                    let low = hex(&mut chars);
                    unit = 0x1_0000_u32
                        .wrapping_add((unit & 0x3ff) << 10)
                        .wrapping_add(low & 0x3ff);
                }
                out.push(char::from_u32(unit).unwrap_or(char::REPLACEMENT_CHARACTER));
            }
            Some(other) => out.push(other),
            None => {}
        }
    }
    out
}

fn hex(chars: &mut core::str::Chars<'_>) -> u32 {
    let mut value = 0;
    for _ in 0..4 {
        let digit = chars.next().and_then(|c| c.to_digit(16)).unwrap_or(0);
        value = (value << 4) | digit;
    }
    value
}
