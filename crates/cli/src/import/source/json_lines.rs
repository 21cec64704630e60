//! Reads JSON lines: one object per line. Empty lines are not rows.

use std::collections::VecDeque;
use std::path::Path;

use serde_json::Value;

use super::input::Input;
use super::{Cell, MAX_ROW, Row, Total, Unreadable, Wanted};
use crate::failure::Outcome;
use crate::import::reasons::Reason;
use portcullis::encoding::json::{self, JsonValue};

/// A file of JSON lines, whose first lines were read ahead.
pub(in super::super) struct JsonLines {
    input: Input,
    /// The lines that were read ahead and are not used yet.
    ahead: VecDeque<Line>,
    lines: u64,
    names: Vec<String>,
}

/// How many lines, and how many bytes, are read ahead to find the names of the members.
const READ_AHEAD: (usize, usize) = (1000, 1 << 22);

/// The most names of members that are collected.
const MAX_NAMES: usize = 4096;

/// A line without its end.
struct Line {
    number: u64,
    /// The position of the next line, in bytes.
    bytes: u64,
    /// `None` if the line is too long.
    text: Option<Vec<u8>>,
}

impl JsonLines {
    pub(super) fn open(path: &Path) -> Outcome<Self> {
        let mut lines = Self {
            input: Input::open(path)?,
            ahead: VecDeque::new(),
            lines: 0,
            names: Vec::new(),
        };
        let mut bytes = 0_usize;
        while lines.ahead.len() < READ_AHEAD.0
            && bytes < READ_AHEAD.1
            && let Some(line) = lines.next_line()?
        {
            if let Some(text) = &line.text {
                bytes = bytes.saturating_add(text.len());
                lines.note_names(text);
            }
            lines.ahead.push_back(line);
        }
        Ok(lines)
    }

    fn note_names(&mut self, line: &[u8]) {
        let Ok(text) = std::str::from_utf8(line) else {
            return;
        };
        let mut found = Vec::new();
        if json::read_object(text, |name, _| found.push(name.decode().into_owned())).is_ok() {
            for name in found {
                if self.names.len() < MAX_NAMES && !self.names.contains(&name) {
                    self.names.push(name);
                }
            }
        }
    }

    pub(super) fn names(&self) -> &[String] {
        &self.names
    }

    pub(super) fn total(&self) -> Total {
        self.input.total()
    }

    pub(super) fn read(
        mut self,
        wanted: &[Wanted],
        each: &mut dyn FnMut(Row) -> Outcome<()>,
    ) -> Outcome<()> {
        let mut number = 0_u64;
        loop {
            let line = match self.ahead.pop_front() {
                Some(line) => Some(line),
                None => self.next_line()?,
            };
            let Some(line) = line else {
                return Ok(());
            };
            number = number.saturating_add(1);
            each(Row {
                number,
                line: Some(line.number),
                bytes: line.bytes,
                cells: match &line.text {
                    None => Err(Unreadable::new(Reason::RowTooLong, b"")),
                    Some(text) => cells(text, wanted),
                },
            })?;
        }
    }

    /// The next line that is not empty.
    fn next_line(&mut self) -> Outcome<Option<Line>> {
        loop {
            let Some(text) = self.any_line()? else {
                return Ok(None);
            };
            let is_blank = text
                .as_ref()
                .is_some_and(|text| text.trim_ascii().is_empty());
            if !is_blank {
                return Ok(Some(Line {
                    number: self.lines,
                    bytes: self.input.taken(),
                    text,
                }));
            }
        }
    }

    /// The next line; `Some(None)` if it is too long.
    fn any_line(&mut self) -> Outcome<Option<Option<Vec<u8>>>> {
        let (mut line, mut too_long) = (Vec::new(), false);
        let mut begun = false;
        loop {
            let more = self.input.peek()?;
            if more.is_empty() && !begun {
                return Ok(None);
            }
            begun = true;
            let end = more.iter().position(|byte| *byte == b'\n');
            let part = end.and_then(|end| more.get(..end)).unwrap_or(more);
            too_long |= line.len().saturating_add(part.len()) > MAX_ROW;
            if too_long {
                line = Vec::new();
            } else {
                line.extend_from_slice(part);
            }
            let is_last = end.is_some() || more.is_empty();
            let taken = end.map_or(more.len(), |end| end.saturating_add(1));
            self.input.take(taken);
            if is_last {
                self.lines = self.lines.saturating_add(1);
                // Programs on Windows may write a byte order mark at the beginning.
                if self.lines == 1 && line.starts_with(b"\xef\xbb\xbf") {
                    line.drain(..3);
                }
                return Ok(Some((!too_long).then_some(line)));
            }
        }
    }
}

fn cells(line: &[u8], wanted: &[Wanted]) -> Result<Vec<Cell>, Unreadable> {
    let unreadable = |reason| Unreadable::new(reason, line);
    let text =
        std::str::from_utf8(line).map_err(|_| unreadable(Reason::NotUtf8 { column: None }))?;
    let mut cells = vec![Cell::Null; wanted.len()];
    json::read_object(text.trim(), |name, value| {
        let name = name.decode();
        for (cell, wanted) in cells.iter_mut().zip(wanted) {
            if wanted.column == name {
                *cell = cell_from(value);
            }
        }
    })
    .map_err(|_| unreadable(Reason::JsonMalformed))?;
    Ok(cells)
}

fn cell_from(value: &JsonValue<'_>) -> Cell {
    match value {
        JsonValue::Null => Cell::Null,
        JsonValue::String(text) => Cell::Text(text.decode().into_owned()),
        JsonValue::Bool(value) => Cell::Value(Value::Bool(*value)),
        JsonValue::Number(number) => nested(number),
        JsonValue::Array(text) | JsonValue::Object(text) => nested(text),
    }
}

/// Parses a nested value. A value that serde cannot represent, such as `1e999`, stays a text.
fn nested(text: &str) -> Cell {
    serde_json::from_str(text).map_or_else(|_| Cell::Text(text.to_owned()), Cell::Value)
}
