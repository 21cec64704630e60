//! The parser of the strict JSON reader.
//!
//! A method that is documented as "after" a character requires that the caller has
//! read this character.

use super::names::OpenNames;
use super::{JsonError, JsonString, JsonValue, MAX_DEPTH, number};

pub(super) struct Reader<'a> {
    text: &'a str,
    at: usize,
    names: OpenNames<'a>,
}

impl<'a> Reader<'a> {
    pub(super) fn new(text: &'a str) -> Self {
        Self {
            text,
            at: 0,
            names: OpenNames::new(),
        }
    }

    /// Advances to the first member or element of the outermost object or array.
    pub(super) fn open(&mut self, bracket: u8) -> Result<(), JsonError> {
        self.white_space();
        self.expect(bracket)
    }

    /// Reads a value with nothing but white space around it.
    pub(super) fn only_value(&mut self) -> Result<JsonValue<'a>, JsonError> {
        self.white_space();
        let mut value = JsonValue::Null;
        self.any_value(0, &mut value)?;
        self.end()?;
        Ok(value)
    }

    /// The next byte, or zero at the end. No JSON text contains a zero byte.
    #[inline(always)]
    fn peek(&self) -> u8 {
        match self.text.as_bytes().get(self.at) {
            Some(byte) => *byte,
            None => 0,
        }
    }

    #[inline(always)]
    fn advance(&mut self) {
        self.at = self.at.saturating_add(1);
    }

    #[inline(always)]
    fn next(&mut self) -> u8 {
        let byte = self.peek();
        self.advance();
        byte
    }

    #[inline(always)]
    fn expect(&mut self, byte: u8) -> Result<(), JsonError> {
        if self.next() == byte {
            Ok(())
        } else {
            Err(JsonError)
        }
    }

    fn since(&self, start: usize) -> Result<&'a str, JsonError> {
        self.text.get(start..self.at).ok_or(JsonError)
    }

    #[inline(always)]
    fn white_space(&mut self) {
        while let b' ' | b'\t' | b'\n' | b'\r' = self.peek() {
            self.advance();
        }
    }

    pub(super) fn end(&mut self) -> Result<(), JsonError> {
        self.white_space();
        if self.at == self.text.len() {
            Ok(())
        } else {
            Err(JsonError)
        }
    }

    /// Does the same as [`value`](Self::value), but is not inlined. Used where small
    /// code matters more than speed.
    fn any_value(&mut self, depth: usize, value: &mut JsonValue<'a>) -> Result<(), JsonError> {
        self.value(depth, value)
    }

    /// Reads a value into `value`. Returning the value instead would copy it.
    #[inline(always)]
    fn value(&mut self, depth: usize, value: &mut JsonValue<'a>) -> Result<(), JsonError> {
        let start = self.at;
        *value = match self.next() {
            b'"' => JsonValue::String(self.string()?),
            byte @ (b'-' | b'0'..=b'9') => {
                let short = self.number(byte)?;
                let text = self.since(start)?;
                if !short {
                    number::fits_a_double(text)?;
                }
                JsonValue::Number(text)
            }
            b'{' => {
                self.members(deeper(depth)?, &mut |_, _| ())?;
                JsonValue::Object(self.since(start)?)
            }
            b'[' => {
                self.elements(deeper(depth)?, &mut |_| ())?;
                JsonValue::Array(self.since(start)?)
            }
            b't' => self.word(b"rue").map(|()| JsonValue::Bool(true))?,
            b'f' => self.word(b"alse").map(|()| JsonValue::Bool(false))?,
            b'n' => self.word(b"ull").map(|()| JsonValue::Null)?,
            _ => return Err(JsonError),
        };
        Ok(())
    }

    fn word(&mut self, rest: &[u8]) -> Result<(), JsonError> {
        rest.iter().try_for_each(|byte| self.expect(*byte))
    }

    /// Reads the members of an object, after `{`.
    pub(super) fn members(
        &mut self,
        depth: usize,
        member: &mut dyn FnMut(&JsonString<'a>, &JsonValue<'a>),
    ) -> Result<(), JsonError> {
        let first = self.names.len();
        self.white_space();
        if self.peek() == b'}' {
            self.advance();
            return Ok(());
        }
        let mut value = JsonValue::Null;
        loop {
            self.white_space();
            self.expect(b'"')?;
            let name = self.string()?;
            self.names.push(name);
            self.white_space();
            self.expect(b':')?;
            self.white_space();
            self.value(depth, &mut value)?;
            if let Some(name) = self.names.last() {
                member(name, &value);
            }
            self.white_space();
            match self.next() {
                b',' => {}
                b'}' => break,
                _ => return Err(JsonError),
            }
        }
        self.names.close(first)
    }

    /// Reads the elements of an array, after `[`.
    pub(super) fn elements(
        &mut self,
        depth: usize,
        element: &mut dyn FnMut(&JsonValue<'a>),
    ) -> Result<(), JsonError> {
        self.white_space();
        if self.peek() == b']' {
            self.advance();
            return Ok(());
        }
        let mut value = JsonValue::Null;
        loop {
            self.white_space();
            self.any_value(depth, &mut value)?;
            element(&value);
            self.white_space();
            match self.next() {
                b',' => {}
                b']' => return Ok(()),
                _ => return Err(JsonError),
            }
        }
    }

    /// Reads a string, after the opening quote.
    #[inline(always)]
    fn string(&mut self) -> Result<JsonString<'a>, JsonError> {
        let start = self.at;
        let escaped = self.characters()?;
        let length = self.at.saturating_sub(1).saturating_sub(start);
        let rest = self.text.as_bytes().get(start..).unwrap_or_default();
        JsonString::new(rest, length, escaped).ok_or(JsonError)
    }

    /// Advances past the closing quote. Returns whether there were escapes.
    #[inline(always)]
    fn characters(&mut self) -> Result<bool, JsonError> {
        let mut escaped = false;
        loop {
            self.plain_characters();
            match self.next() {
                b'"' => return Ok(escaped),
                b'\\' => {
                    escaped = true;
                    self.escape()?;
                }
                0..=0x1f => return Err(JsonError),
                _ => {}
            }
        }
    }

    /// Skips bytes of a string that are not special ([`special_bytes`]), eight at a
    /// time. Does not skip the last seven bytes of the text: the caller reads these
    /// one by one.
    #[inline(always)]
    fn plain_characters(&mut self) {
        let mut rest = self.text.as_bytes().get(self.at..).unwrap_or_default();
        while let Some((bytes, behind)) = rest.split_first_chunk::<8>() {
            let special = special_bytes(u64::from_le_bytes(*bytes));
            if special != 0 {
                let plain = special.trailing_zeros() / 8;
                self.at = self.at.saturating_add(plain as usize);
                return;
            }
            self.at = self.at.saturating_add(8);
            rest = behind;
        }
    }

    /// Reads an escape, after the backslash.
    fn escape(&mut self) -> Result<(), JsonError> {
        match self.next() {
            b'"' | b'\\' | b'/' | b'b' | b'f' | b'n' | b'r' | b't' => Ok(()),
            b'u' => match self.four_hex_digits()? {
                // A high surrogate must be followed by a low surrogate.
                0xd800..=0xdbff => {
                    self.expect(b'\\')?;
                    self.expect(b'u')?;
                    match self.four_hex_digits()? {
                        0xdc00..=0xdfff => Ok(()),
                        _ => Err(JsonError),
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
            let digit = char::from(self.next()).to_digit(16).ok_or(JsonError)?;
            value = (value << 4) | digit;
        }
        Ok(value)
    }

    /// Reads a number, after its first byte. Returns whether it is so short that a
    /// double certainly holds it.
    #[inline(always)]
    fn number(&mut self, first: u8) -> Result<bool, JsonError> {
        let start = self.at;
        let mut short = true;
        let first = if first == b'-' { self.next() } else { first };
        match first {
            b'0' => {}
            b'1'..=b'9' => self.digits(),
            _ => return Err(JsonError),
        }
        if self.peek() == b'.' {
            self.advance();
            self.some_digits()?;
        }
        if let b'e' | b'E' = self.peek() {
            short = false;
            self.advance();
            if let b'+' | b'-' = self.peek() {
                self.advance();
            }
            self.some_digits()?;
        }
        Ok(short && self.at.saturating_sub(start) < 300)
    }

    #[inline(always)]
    fn digits(&mut self) {
        while self.peek().is_ascii_digit() {
            self.advance();
        }
    }

    fn some_digits(&mut self) -> Result<(), JsonError> {
        if !self.next().is_ascii_digit() {
            return Err(JsonError);
        }
        self.digits();
        Ok(())
    }
}

fn deeper(depth: usize) -> Result<usize, JsonError> {
    let deeper = depth.saturating_add(1);
    if deeper > MAX_DEPTH {
        return Err(JsonError);
    }
    Ok(deeper)
}

/// Sets the highest bit of each byte that is a quote, a backslash or a control
/// character, and clears all other bits. Only the lowest set bit is reliable: a borrow
/// of the subtraction may set bits above it by mistake.
#[inline(always)]
fn special_bytes(bytes: u64) -> u64 {
    const ONES: u64 = 0x0101_0101_0101_0101;
    const HIGH: u64 = 0x8080_8080_8080_8080;
    const QUOTES: u64 = 0x2222_2222_2222_2222;
    const BACKSLASHES: u64 = 0x5c5c_5c5c_5c5c_5c5c;
    const SPACES: u64 = 0x2020_2020_2020_2020;
    let below = |bytes: u64, least: u64| bytes.wrapping_sub(least) & !bytes;
    let marks =
        below(bytes ^ QUOTES, ONES) | below(bytes ^ BACKSLASHES, ONES) | below(bytes, SPACES);
    marks & HIGH
}
