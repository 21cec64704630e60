use std::borrow::Cow;

/// A string as it stands between its quotes, checked but not decoded.
#[derive(Debug, Clone, Copy)]
pub struct JsonString<'a> {
    raw: &'a str,
    escaped: bool,
}

impl<'a> JsonString<'a> {
    pub(super) fn new(raw: &'a str, escaped: bool) -> Self {
        Self { raw, escaped }
    }

    /// As it stands between its quotes.
    pub(super) fn raw(self) -> &'a str {
        self.raw
    }

    /// Whether `raw` is not the value.
    pub(super) fn is_escaped(self) -> bool {
        self.escaped
    }

    /// The string's value.
    #[must_use]
    pub fn decode(self) -> Cow<'a, str> {
        if self.escaped {
            Cow::Owned(unescape(self.raw))
        } else {
            Cow::Borrowed(self.raw)
        }
    }

    /// Whether the string's value is `other`.
    #[must_use]
    pub fn is(self, other: &str) -> bool {
        if self.escaped {
            unescape(self.raw) == other
        } else {
            self.raw == other
        }
    }

    /// Whether the value is the empty string.
    #[must_use]
    pub fn is_empty(self) -> bool {
        self.raw.is_empty()
    }
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
