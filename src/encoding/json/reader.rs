use super::{JsonError, JsonString, JsonValue, MAX_DEPTH, number};

pub(super) struct Reader<'a> {
    text: &'a str,
    at: usize,
    /// The member names of the objects that are open, the innermost last.
    names: Vec<JsonString<'a>>,
}

impl<'a> Reader<'a> {
    pub(super) fn new(text: &'a str) -> Self {
        Self {
            text,
            at: 0,
            names: Vec::with_capacity(16),
        }
    }

    /// To the first member or element of the outermost object or array.
    pub(super) fn open(&mut self, bracket: u8) -> Result<(), JsonError> {
        self.white_space();
        if self.next() == Some(bracket) {
            Ok(())
        } else {
            Err(JsonError)
        }
    }

    /// A value with nothing before and behind it.
    pub(super) fn only_value(&mut self) -> Result<JsonValue<'a>, JsonError> {
        self.white_space();
        let value = self.value(0)?;
        self.end()?;
        Ok(value)
    }

    /// The names of the outermost object.
    pub(super) fn into_names(self) -> Vec<JsonString<'a>> {
        self.names
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

    pub(super) fn end(&mut self) -> Result<(), JsonError> {
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
                number::fits_a_double(text)?;
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

    /// Behind `{`.
    pub(super) fn members(
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
    pub(super) fn elements(
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
        Ok(JsonString::new(raw, escaped))
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

/// Compares each with each while they are few, else sorts.
fn has_duplicate(names: &[JsonString<'_>]) -> bool {
    if names.len() <= 16 && names.iter().all(|name| !name.is_escaped()) {
        return names.iter().enumerate().any(|(i, name)| {
            names
                .get(..i)
                .unwrap_or_default()
                .iter()
                .any(|earlier| earlier.raw() == name.raw())
        });
    }
    let mut decoded: Vec<_> = names.iter().map(|name| name.decode()).collect();
    decoded.sort_unstable();
    decoded.windows(2).any(|pair| match pair {
        [a, b] => a == b,
        _ => false,
    })
}
