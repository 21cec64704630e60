//! Reads CSV: rows of fields. The first row has the names of the columns.
//!
//! This uses csv-core instead of csv, which holds a row of any length in memory: a quotation mark
//! that is never closed turns the rest of the file into one row.

use std::path::Path;

use csv_core::{ReadRecordResult, Reader, ReaderBuilder};

use super::input::Input;
use super::{Cell, MAX_ROW, Row, Total, Unreadable, Wanted};
use crate::failure::{Failure, Outcome};
use crate::import::reasons::Reason;

/// The most fields of a row.
const MAX_FIELDS: usize = 4096;

/// A CSV file, opened after its first row.
pub(in super::super) struct Csv {
    rows: Records,
    names: Vec<String>,
}

/// The rows of a file, one at a time.
struct Records {
    input: Input,
    reader: Reader,
    fields: Vec<u8>,
    ends: Vec<usize>,
    /// The length of the current row in bytes.
    length: usize,
    count: usize,
    line: u64,
}

/// The result of reading a row.
enum Record {
    /// The row is in [`Records`].
    Whole,
    TooLong,
    End,
}

impl Csv {
    pub(super) fn open(path: &Path, delimiter: Option<u8>) -> Outcome<Self> {
        let tabs = path.extension().is_some_and(|extension| extension == "tsv");
        let delimiter = delimiter.unwrap_or(if tabs { b'\t' } else { b',' });
        let mut rows = Records {
            input: Input::open(path)?,
            reader: ReaderBuilder::new().delimiter(delimiter).build(),
            fields: vec![0; MAX_ROW],
            ends: vec![0; MAX_FIELDS],
            length: 0,
            count: 0,
            line: 1,
        };
        let said = |problem: &str| {
            let name = rows_name(path);
            Failure::new(format_args!("{name}: {problem}"))
                .fix("give a file whose first row names the columns")
        };
        match rows.next()? {
            Record::Whole => {}
            Record::TooLong => return Err(said("the first row is too long")),
            Record::End => return Err(said("the file is empty")),
        }
        let names: Option<Vec<String>> = rows
            .fields()
            .map(|name| {
                let name = std::str::from_utf8(name).ok()?;
                // csv-core removes a byte order mark only if it gets the mark in one piece.
                Some(name.trim_start_matches('\u{feff}').trim().to_owned())
            })
            .collect();
        let names = names.ok_or_else(|| said("the first row is not UTF-8"))?;
        Ok(Self { rows, names })
    }

    pub(super) fn names(&self) -> &[String] {
        &self.names
    }

    pub(super) fn total(&self) -> Total {
        self.rows.input.total()
    }

    pub(super) fn read(
        mut self,
        wanted: &[Wanted],
        each: &mut dyn FnMut(Row) -> Outcome<()>,
    ) -> Outcome<()> {
        let places: Vec<Option<usize>> = wanted
            .iter()
            .map(|wanted| self.names.iter().position(|name| *name == wanted.column))
            .collect();
        let mut number = 0_u64;
        loop {
            let record = self.rows.next()?;
            let cells = match record {
                Record::End => return Ok(()),
                Record::TooLong => Err(self.rows.unreadable(Reason::RowTooLong)),
                Record::Whole if self.rows.count != self.names.len() => {
                    Err(self.rows.unreadable(Reason::ColumnsMismatch {
                        expected: self.names.len(),
                        found: self.rows.count,
                    }))
                }
                Record::Whole => Ok(places
                    .iter()
                    .map(|place| cell(place.and_then(|place| self.rows.field(place))))
                    .collect()),
            };
            number = number.saturating_add(1);
            each(Row {
                number,
                line: Some(self.rows.line),
                bytes: self.rows.input.taken(),
                cells,
            })?;
        }
    }
}

fn rows_name(path: &Path) -> String {
    super::input::name(path).to_string()
}

/// The value of a field. CSV has no NULL: an empty field is an empty text.
fn cell(field: Option<&[u8]>) -> Cell {
    match field.map(|field| (field, std::str::from_utf8(field))) {
        None => Cell::Null,
        Some((_, Ok(text))) => Cell::Text(text.to_owned()),
        Some((field, Err(_))) => Cell::NotUtf8(field.to_vec()),
    }
}

impl Records {
    /// Reads to the end of a row, and skips the part of a row that is too long.
    fn next(&mut self) -> Outcome<Record> {
        (self.length, self.count) = (0, 0);
        self.line = self.reader.line();
        let mut too_long = false;
        loop {
            let input = self.input.peek()?;
            // A row begins after the line breaks before it.
            if self.length == 0 && self.count == 0 && !too_long {
                let breaks = input.iter().take_while(|b| matches!(b, b'\r' | b'\n'));
                let newlines = breaks.filter(|b| **b == b'\n').count() as u64;
                self.line = self.reader.line().saturating_add(newlines);
            }
            let (fields, ends) = if too_long {
                (&mut self.fields[..], &mut self.ends[..])
            } else {
                let fields = self.fields.get_mut(self.length..).unwrap_or_default();
                let ends = self.ends.get_mut(self.count..).unwrap_or_default();
                (fields, ends)
            };
            let (result, read, written, ended) = self.reader.read_record(input, fields, ends);
            self.input.take(read);
            if !too_long {
                self.length = self.length.saturating_add(written);
                self.count = self.count.saturating_add(ended);
            }
            match result {
                ReadRecordResult::InputEmpty => {}
                // The rest of the row overwrites the buffer until the row ends.
                ReadRecordResult::OutputFull | ReadRecordResult::OutputEndsFull => too_long = true,
                ReadRecordResult::Record if too_long => return Ok(Record::TooLong),
                ReadRecordResult::Record => return Ok(Record::Whole),
                ReadRecordResult::End => return Ok(Record::End),
            }
        }
    }

    fn field(&self, place: usize) -> Option<&[u8]> {
        let start = match place.checked_sub(1) {
            None => 0,
            Some(before) => *self.ends.get(before)?,
        };
        (place < self.count).then_some(())?;
        self.fields.get(start..*self.ends.get(place)?)
    }

    fn fields(&self) -> impl Iterator<Item = &[u8]> {
        (0..self.count).filter_map(|place| self.field(place))
    }

    fn unreadable(&self, reason: Reason) -> Unreadable {
        if matches!(reason, Reason::RowTooLong) {
            return Unreadable::new(reason, b"");
        }
        let row: Vec<&[u8]> = self.fields().collect();
        Unreadable::new(reason, &row.join(&b','))
    }
}
