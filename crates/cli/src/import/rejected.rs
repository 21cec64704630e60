//! `rejected.jsonl`: the rows that are not imported, each with its reason.
//!
//! The rows are unchanged, including the hash, under the names that `users import` guesses. So the
//! user can correct them in this file and import it.

use std::io::{self, Write as _};
use std::path::Path;

use serde_json::{Map, Value};

use super::columns::{Field, Wanted};
use super::files::WholeFile;
use super::reasons::Reason;
use super::source::{Cell, Row};

/// The name of the file.
pub(super) const NAME: &str = "rejected.jsonl";

/// The file, which exists only if a row was rejected.
pub(super) struct Rejected<'a> {
    folder: Option<&'a Path>,
    file: Option<WholeFile>,
}

impl<'a> Rejected<'a> {
    pub(super) fn new(folder: Option<&'a Path>) -> Self {
        Self { folder, file: None }
    }

    pub(super) fn add(&mut self, row: &Row, wanted: &[Wanted], reason: &Reason) -> io::Result<()> {
        let Some(folder) = self.folder else {
            return Ok(());
        };
        let file = match &mut self.file {
            Some(file) => file,
            none => none.insert(WholeFile::create(folder.join(NAME))?),
        };
        let mut members = Map::new();
        match &row.cells {
            Ok(cells) => {
                for (cell, wanted) in cells.iter().zip(wanted) {
                    let name = match wanted.field {
                        Field::Exported if matches!(cell, Cell::Null) => continue,
                        Field::Kept | Field::Exported => wanted.column.as_str(),
                        _ => wanted.field.name(),
                    };
                    members.insert(name.to_owned(), value(cell));
                }
            }
            Err(unreadable) => {
                members.insert("text".to_owned(), unreadable.text.clone().into());
            }
        }
        let mut why = Map::new();
        why.insert("row".to_owned(), row.number.into());
        if let Some(line) = row.line {
            why.insert("line".to_owned(), line.into());
        }
        why.insert("code".to_owned(), reason.code().into());
        why.insert("reason".to_owned(), reason.to_string().into());
        members.insert("rejected".to_owned(), Value::Object(why));
        let members = serde_json::to_string(&members).map_err(io::Error::other)?;
        writeln!(file, "{members}")
    }

    pub(super) fn finish(self) -> io::Result<()> {
        self.file.map_or(Ok(()), WholeFile::finish)
    }
}

fn value(cell: &Cell) -> Value {
    match cell {
        Cell::Null | Cell::TooLong => Value::Null,
        Cell::Text(text) => text.as_str().into(),
        Cell::Value(value) => value.clone(),
        Cell::NotUtf8(bytes) => String::from_utf8_lossy(bytes).into(),
    }
}
