//! A strict reader of JSON (RFC 8259): one value, nothing behind it, UTF-8
//! without a byte order mark, no unpaired surrogate, no number that a double
//! cannot hold, bounded depth, and no member name twice in one object at any
//! depth, however it is written.
//!
//! It does not build a tree: it checks the whole text and hands out the
//! members of the outermost object as slices of it.

use std::borrow::Cow;

/// How deep arrays and objects may be nested.
pub const MAX_DEPTH: usize = 32;

/// The text is not strict JSON.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct JsonError;

impl core::fmt::Display for JsonError {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str("not strict JSON")
    }
}

impl core::error::Error for JsonError {}

/// A string as it stands between its quotes, checked but not decoded.
#[derive(Debug, Clone, Copy)]
pub struct JsonString<'a> {
    raw: &'a str,
    escaped: bool,
}

impl<'a> JsonString<'a> {
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

/// A value, scalars decoded, the others as checked text.
#[derive(Debug, Clone, Copy)]
pub enum JsonValue<'a> {
    /// `null`
    Null,
    /// `true` or `false`
    Bool(bool),
    /// A number, as written.
    Number(&'a str),
    /// A string.
    String(JsonString<'a>),
    /// An array, with its brackets.
    Array(&'a str),
    /// An object, with its braces.
    Object(&'a str),
}

/// Checks that `text` is one object, calls `member` for each of its members
/// in order, and gives back their names.
///
/// # Errors
/// [`JsonError`] when it is anything else. Calls of `member` that came before
/// the error was found must be disregarded then.
pub fn read_object<'a>(
    text: &'a str,
    mut member: impl FnMut(JsonString<'a>, JsonValue<'a>),
) -> Result<Vec<JsonString<'a>>, JsonError> {
    let mut reader = Reader::new(text);
    reader.white_space();
    if reader.next() != Some(b'{') {
        return Err(JsonError);
    }
    reader.members(1, &mut member)?;
    reader.end()?;
    Ok(reader.names)
}

/// Checks that `text` is one array and calls `element` for each element.
///
/// # Errors
/// As [`read_object`].
pub fn read_array<'a>(
    text: &'a str,
    mut element: impl FnMut(JsonValue<'a>),
) -> Result<(), JsonError> {
    let mut reader = Reader::new(text);
    reader.white_space();
    if reader.next() != Some(b'[') {
        return Err(JsonError);
    }
    reader.elements(1, &mut element)?;
    reader.end()
}

/// Checks that `text` is one value of any type.
///
/// # Errors
/// [`JsonError`] when it is anything else.
pub fn read_value(text: &str) -> Result<JsonValue<'_>, JsonError> {
    let mut reader = Reader::new(text);
    reader.white_space();
    let value = reader.value(0)?;
    reader.end()?;
    Ok(value)
}

struct Reader<'a> {
    text: &'a str,
    at: usize,
    /// The member names of the objects that are open, the innermost last.
    names: Vec<JsonString<'a>>,
}

impl<'a> Reader<'a> {
    fn new(text: &'a str) -> Self {
        Self {
            text,
            at: 0,
            names: Vec::with_capacity(16),
        }
    }

    fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    fn advance(&mut self) {
        self.at = self.at.saturating_add(1);
    }

    fn next(&mut self) -> Option<u8> {
        let byte = self.peek()?;
        self.advance();
        Some(byte)
    }

    fn since(&self, start: usize) -> Result<&'a str, JsonError> {
        self.text.get(start..self.at).ok_or(JsonError)
    }

    fn white_space(&mut self) {
        while let Some(b' ' | b'\t' | b'\n' | b'\r') = self.peek() {
            self.advance();
        }
    }

    fn end(&mut self) -> Result<(), JsonError> {
        self.white_space();
        match self.peek() {
            None => Ok(()),
            Some(_) => Err(JsonError),
        }
    }

    fn value(&mut self, depth: usize) -> Result<JsonValue<'a>, JsonError> {
        let start = self.at;
        match self.next().ok_or(JsonError)? {
            b'"' => Ok(JsonValue::String(self.string()?)),
            b'{' => {
                self.members(self.deeper(depth)?, &mut |_, _| ())?;
                Ok(JsonValue::Object(self.since(start)?))
            }
            b'[' => {
                self.elements(self.deeper(depth)?, &mut |_| ())?;
                Ok(JsonValue::Array(self.since(start)?))
            }
            b't' => self.word("rue").map(|()| JsonValue::Bool(true)),
            b'f' => self.word("alse").map(|()| JsonValue::Bool(false)),
            b'n' => self.word("ull").map(|()| JsonValue::Null),
            byte @ (b'-' | b'0'..=b'9') => {
                self.number(byte)?;
                let text = self.since(start)?;
                fits_a_double(text)?;
                Ok(JsonValue::Number(text))
            }
            _ => Err(JsonError),
        }
    }

    fn deeper(&self, depth: usize) -> Result<usize, JsonError> {
        let deeper = depth.saturating_add(1);
        if deeper > MAX_DEPTH {
            return Err(JsonError);
        }
        Ok(deeper)
    }

    fn word(&mut self, rest: &str) -> Result<(), JsonError> {
        for byte in rest.bytes() {
            if self.next() != Some(byte) {
                return Err(JsonError);
            }
        }
        Ok(())
    }

    /// Behind `{`. Generic only in the visitor of the outermost object.
    fn members(
        &mut self,
        depth: usize,
        member: &mut dyn FnMut(JsonString<'a>, JsonValue<'a>),
    ) -> Result<(), JsonError> {
        let first = self.names.len();
        self.white_space();
        if self.peek() == Some(b'}') {
            self.advance();
            return Ok(());
        }
        loop {
            self.white_space();
            if self.next() != Some(b'"') {
                return Err(JsonError);
            }
            let name = self.string()?;
            self.names.push(name);
            self.white_space();
            if self.next() != Some(b':') {
                return Err(JsonError);
            }
            self.white_space();
            let value = self.value(depth)?;
            member(name, value);
            self.white_space();
            match self.next() {
                Some(b',') => {}
                Some(b'}') => break,
                _ => return Err(JsonError),
            }
        }
        if has_duplicate(self.names.get(first..).unwrap_or_default()) {
            return Err(JsonError);
        }
        // The outermost object's names are the caller's.
        if depth > 1 {
            self.names.truncate(first);
        }
        Ok(())
    }

    /// Behind `[`.
    fn elements(
        &mut self,
        depth: usize,
        element: &mut dyn FnMut(JsonValue<'a>),
    ) -> Result<(), JsonError> {
        self.white_space();
        if self.peek() == Some(b']') {
            self.advance();
            return Ok(());
        }
        loop {
            self.white_space();
            let value = self.value(depth)?;
            element(value);
            self.white_space();
            match self.next() {
                Some(b',') => {}
                Some(b']') => return Ok(()),
                _ => return Err(JsonError),
            }
        }
    }

    /// Behind the opening quote.
    fn string(&mut self) -> Result<JsonString<'a>, JsonError> {
        let start = self.at;
        let mut escaped = false;
        loop {
            match self.next().ok_or(JsonError)? {
                b'"' => break,
                b'\\' => {
                    escaped = true;
                    self.escape()?;
                }
                0..=0x1f => return Err(JsonError),
                _ => {}
            }
        }
        let raw = self
            .text
            .get(start..self.at.saturating_sub(1))
            .ok_or(JsonError)?;
        Ok(JsonString { raw, escaped })
    }

    /// Behind a backslash.
    fn escape(&mut self) -> Result<(), JsonError> {
        match self.next() {
            Some(b'"' | b'\\' | b'/' | b'b' | b'f' | b'n' | b'r' | b't') => Ok(()),
            Some(b'u') => match self.four_hex_digits()? {
                // A high surrogate stands before a low one, or not at all.
                0xd800..=0xdbff => {
                    if self.next() == Some(b'\\')
                        && self.next() == Some(b'u')
                        && matches!(self.four_hex_digits()?, 0xdc00..=0xdfff)
                    {
                        Ok(())
                    } else {
                        Err(JsonError)
                    }
                }
                0xdc00..=0xdfff => Err(JsonError),
                _ => Ok(()),
            },
            _ => Err(JsonError),
        }
    }

    fn four_hex_digits(&mut self) -> Result<u32, JsonError> {
        let mut value = 0_u32;
        for _ in 0..4 {
            let digit = self.next().and_then(hex_digit).ok_or(JsonError)?;
            value = (value << 4) | digit;
        }
        Ok(value)
    }

    /// Behind the first byte of a number.
    fn number(&mut self, first: u8) -> Result<(), JsonError> {
        let first = if first == b'-' {
            self.next().ok_or(JsonError)?
        } else {
            first
        };
        match first {
            b'0' => {}
            b'1'..=b'9' => self.digits(),
            _ => return Err(JsonError),
        }
        if self.peek() == Some(b'.') {
            self.advance();
            self.some_digits()?;
        }
        if let Some(b'e' | b'E') = self.peek() {
            self.advance();
            if let Some(b'+' | b'-') = self.peek() {
                self.advance();
            }
            self.some_digits()?;
        }
        Ok(())
    }

    fn digits(&mut self) {
        while let Some(b'0'..=b'9') = self.peek() {
            self.advance();
        }
    }

    fn some_digits(&mut self) -> Result<(), JsonError> {
        match self.next() {
            Some(b'0'..=b'9') => {
                self.digits();
                Ok(())
            }
            _ => Err(JsonError),
        }
    }
}

fn hex_digit(byte: u8) -> Option<u32> {
    char::from(byte).to_digit(16)
}

/// Refuses a number beyond the largest double: readers that hold numbers in
/// doubles would make an infinity of it (RFC 7493 §2.2).
fn fits_a_double(text: &str) -> Result<(), JsonError> {
    // Short and without an exponent, as nearly all numbers are.
    if text.len() < 300 && !text.bytes().any(|b| matches!(b, b'e' | b'E')) {
        return Ok(());
    }
    let (mantissa, exponent) = match text.find(['e', 'E']) {
        Some(at) => (
            text.get(..at).ok_or(JsonError)?,
            text.get(at.saturating_add(1)..).ok_or(JsonError)?,
        ),
        None => (text, "0"),
    };
    let mantissa = mantissa.trim_start_matches('-');
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    // The power of ten of the first digit that is not zero.
    let leading = match whole.trim_start_matches('0').len() {
        0 => match fraction.bytes().position(|digit| digit != b'0') {
            None => return Ok(()), // zero, whatever the exponent
            Some(zeros) => i64::try_from(zeros)
                .unwrap_or(i64::MAX)
                .saturating_add(1)
                .saturating_neg(),
        },
        digits => i64::try_from(digits).unwrap_or(i64::MAX).saturating_sub(1),
    };
    let negative = exponent.starts_with('-');
    let digits = exponent.trim_start_matches(['+', '-']);
    let mut exponent = 0_i64;
    for digit in digits.bytes() {
        exponent = exponent
            .saturating_mul(10)
            .saturating_add(i64::from(digit.wrapping_sub(b'0')));
    }
    if negative {
        exponent = exponent.saturating_neg();
    }
    match leading.saturating_add(exponent) {
        ..308 => Ok(()),
        308 if is_at_most_the_largest_double(whole, fraction) => Ok(()),
        _ => Err(JsonError),
    }
}

/// Of digits whose first that is not zero stands for 10^308.
fn is_at_most_the_largest_double(whole: &str, fraction: &str) -> bool {
    const LARGEST: &[u8; 17] = b"17976931348623157";
    let mut digits = whole
        .bytes()
        .chain(fraction.bytes())
        .skip_while(|digit| *digit == b'0')
        .chain(core::iter::repeat(b'0'));
    LARGEST
        .iter()
        .find_map(|largest| match digits.next()?.cmp(largest) {
            core::cmp::Ordering::Equal => None,
            other => Some(other.is_lt()),
        })
        .unwrap_or(true)
}

/// Compares each with each while they are few, else sorts.
fn has_duplicate(names: &[JsonString<'_>]) -> bool {
    if names.len() <= 16 && names.iter().all(|name| !name.escaped) {
        return names.iter().enumerate().any(|(i, name)| {
            names
                .get(..i)
                .unwrap_or_default()
                .iter()
                .any(|earlier| earlier.raw == name.raw)
        });
    }
    let mut decoded: Vec<_> = names.iter().map(|name| name.decode()).collect();
    decoded.sort_unstable();
    decoded.windows(2).any(|pair| match pair {
        [a, b] => a == b,
        _ => false,
    })
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
