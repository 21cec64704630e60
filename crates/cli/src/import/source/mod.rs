//! Reads users from a source, row by row.

mod csv;
mod input;
mod json_lines;
mod sqlite;

use std::path::{Path, PathBuf};

use clap::ValueEnum;
use serde_json::Value;

use super::columns::{Columns, Wanted};
use super::reasons::Reason;
use crate::failure::{Failure, Outcome};

use self::csv::Csv;
use self::json_lines::JsonLines;
use self::sqlite::Sqlite;

/// The longest row, counted in the bytes that are read from it. A longer row is rejected and never
/// held in memory.
pub(super) const MAX_ROW: usize = 1 << 20;

/// The format of a file of users.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum Format {
    /// An SQLite database
    Sqlite,
    /// Rows of fields; the first row names the columns
    Csv,
    /// One JSON object per line
    JsonLines,
}

impl Format {
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Sqlite => "SQLite",
            Self::Csv => "CSV",
            Self::JsonLines => "JSON lines",
        }
    }

    /// Finds the format by the name of the file, else by its beginning.
    fn from_path(path: &Path) -> Outcome<Self> {
        let extension = path.extension().unwrap_or_default().to_string_lossy();
        match extension.to_ascii_lowercase().as_str() {
            "db" | "db3" | "sqlite" | "sqlite3" => Ok(Self::Sqlite),
            "csv" | "tsv" => Ok(Self::Csv),
            "jsonl" | "ndjson" | "jsonlines" => Ok(Self::JsonLines),
            _ if input::begins_with(path, b"SQLite format 3\0") => Ok(Self::Sqlite),
            _ => Err(Failure::usage(format_args!(
                "the format of {} cannot be told from its name",
                input::name(path)
            ))
            .fix("give --format sqlite, csv or json-lines")),
        }
    }
}

/// The file that `--from` names, and the options for reading it.
pub(super) struct From {
    /// `-` is standard input.
    pub(super) path: PathBuf,
    pub(super) format: Option<Format>,
    pub(super) table: Option<String>,
    pub(super) delimiter: Option<u8>,
}

/// An open file of users.
pub(super) enum Source {
    Sqlite(Sqlite),
    Csv(Box<Csv>),
    JsonLines(JsonLines),
}

/// The total amount to read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Total {
    Rows(u64),
    Bytes(u64),
    Unknown,
}

/// A value of a row.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Cell {
    /// The value is missing.
    Null,
    Text(String),
    /// A number, a truth value, or a JSON array or object.
    Value(Value),
    NotUtf8(Vec<u8>),
    /// The value is too long and was not read.
    TooLong,
}

/// A row as it was read.
pub(super) struct Row {
    /// The number of the row, from 1.
    pub(super) number: u64,
    /// The line at which the row begins, in a text file.
    pub(super) line: Option<u64>,
    /// The number of bytes from the beginning of the file to the end of the row.
    pub(super) bytes: u64,
    /// The cells, in the order of [`Columns::wanted`].
    pub(super) cells: Result<Vec<Cell>, Unreadable>,
}

/// The reason why a row has no cells.
pub(super) struct Unreadable {
    pub(super) reason: Reason,
    /// The beginning of the row.
    pub(super) text: String,
}

impl Unreadable {
    /// Keeps enough of the row's text to find the row again.
    fn new(reason: Reason, row: &[u8]) -> Self {
        const SHOWN: usize = 4096;
        let beginning = row.get(..SHOWN).unwrap_or(row);
        Self {
            reason,
            text: String::from_utf8_lossy(beginning).into_owned(),
        }
    }
}

impl Source {
    pub(super) fn open(from: &From) -> Outcome<Self> {
        let is_input = from.path.as_os_str() == "-";
        let format = match from.format {
            Some(format) => format,
            None if is_input => {
                return Err(Failure::usage("the format of standard input is not known")
                    .fix("give --format csv or json-lines"));
            }
            None => Format::from_path(&from.path)?,
        };
        if format != Format::Sqlite && from.table.is_some() {
            return Err(Failure::usage("--table is only for SQLite").fix("leave it out"));
        }
        if format != Format::Csv && from.delimiter.is_some() {
            return Err(Failure::usage("--delimiter is only for CSV").fix("leave it out"));
        }
        Ok(match format {
            Format::Sqlite if is_input => {
                return Err(
                    Failure::usage("SQLite cannot be read from standard input").fix("name a file")
                );
            }
            Format::Sqlite => Self::Sqlite(Sqlite::open(&from.path, from.table.as_deref())?),
            Format::Csv => Self::Csv(Box::new(Csv::open(&from.path, from.delimiter)?)),
            Format::JsonLines => Self::JsonLines(JsonLines::open(&from.path)?),
        })
    }

    pub(super) fn format(&self) -> Format {
        match self {
            Self::Sqlite(_) => Format::Sqlite,
            Self::Csv(_) => Format::Csv,
            Self::JsonLines(_) => Format::JsonLines,
        }
    }

    /// The name of the table, for SQLite.
    pub(super) fn table(&self) -> Option<&str> {
        match self {
            Self::Sqlite(sqlite) => Some(sqlite.table()),
            _ => None,
        }
    }

    /// The names of a row's columns or members.
    pub(super) fn names(&self) -> &[String] {
        match self {
            Self::Sqlite(sqlite) => sqlite.names(),
            Self::Csv(csv) => csv.names(),
            Self::JsonLines(lines) => lines.names(),
        }
    }

    /// Whether rows may have more names than [`names`](Self::names): only the first JSON lines were
    /// read ahead.
    pub(super) fn names_are_open(&self) -> bool {
        matches!(self, Self::JsonLines(_))
    }

    pub(super) fn total(&self) -> Total {
        match self {
            Self::Sqlite(sqlite) => Total::Rows(sqlite.rows()),
            Self::Csv(csv) => csv.total(),
            Self::JsonLines(lines) => lines.total(),
        }
    }

    /// Reads the source to its end, and passes each row on.
    pub(super) fn read(
        self,
        columns: &Columns,
        each: &mut dyn FnMut(Row) -> Outcome<()>,
    ) -> Outcome<()> {
        let wanted: &[Wanted] = columns.wanted();
        match self {
            Self::Sqlite(sqlite) => sqlite.read(wanted, each),
            Self::Csv(csv) => csv.read(wanted, each),
            Self::JsonLines(lines) => lines.read(wanted, each),
        }
    }
}
