//! Reads a table of an SQLite database. The application may write to the database meanwhile.

use std::path::Path;

use rusqlite::types::ValueRef;
use rusqlite::{Connection, OpenFlags};
use serde_json::{Number, Value};

use super::{Cell, MAX_ROW, Row, Wanted};
use crate::failure::{Failure, Outcome};

/// A table, open for reading.
pub(in super::super) struct Sqlite {
    database: Connection,
    path: String,
    table: String,
    names: Vec<String>,
    rows: u64,
}

/// The table name that Flask-SQLAlchemy gives a class `User`, and the name that others use.
const TABLES: [&str; 2] = ["user", "users"];

/// SQLite's own id of a row, by which the rows are sorted.
const ROWID: &str = "rowid";

impl Sqlite {
    pub(super) fn open(path: &Path, table: Option<&str>) -> Outcome<Self> {
        let path_shown = path.display().to_string();
        // Open the file first for a clear error: SQLite only says that it cannot open the file.
        std::fs::File::open(path).map_err(crate::failure::about(&path_shown))?;
        let said = |error| failure(&path_shown, &error);
        let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let database = Connection::open_with_flags(path, flags).map_err(said)?;
        // A transaction, so that all reads see the same state even if the application writes.
        database.execute_batch("BEGIN").map_err(said)?;
        let tables = tables(&database).map_err(said)?;
        let table = choose(&tables, table, &path_shown)?;
        let names = columns(&database, &table).map_err(said)?;
        let count = format!("SELECT count(*) FROM {}", quoted(&table));
        let rows: i64 = database
            .query_row(&count, [], |row| row.get(0))
            .map_err(said)?;
        Ok(Self {
            database,
            path: path_shown,
            table,
            names,
            rows: rows.unsigned_abs(),
        })
    }

    pub(super) fn table(&self) -> &str {
        &self.table
    }

    pub(super) fn names(&self) -> &[String] {
        &self.names
    }

    pub(super) fn rows(&self) -> u64 {
        self.rows
    }

    pub(super) fn read(
        self,
        wanted: &[Wanted],
        each: &mut dyn FnMut(Row) -> Outcome<()>,
    ) -> Outcome<()> {
        let said = |error| failure(&self.path, &error);
        let select = select(wanted, &self.table);
        // A view and a table without row ids cannot be sorted by row id: they are read in their
        // own order.
        let by_rowid = format!("{select} ORDER BY {ROWID}");
        let statement = self.database.prepare(&by_rowid);
        let mut statement = match statement {
            Ok(statement) => statement,
            Err(_) => self.database.prepare(&select).map_err(said)?,
        };
        let mut rows = statement.query([]).map_err(said)?;
        let mut number = 0_u64;
        while let Some(row) = rows.next().map_err(said)? {
            let mut cells = Vec::with_capacity(wanted.len());
            for place in 0..wanted.len() {
                let place = place.saturating_mul(2);
                let is_long: bool = row.get(place).map_err(said)?;
                cells.push(if is_long {
                    Cell::TooLong
                } else {
                    cell(row.get_ref(place.saturating_add(1)).map_err(said)?)
                });
            }
            number = number.saturating_add(1);
            each(Row {
                number,
                line: None,
                bytes: 0,
                cells: Ok(cells),
            })?;
        }
        Ok(())
    }
}

/// The query for the wanted columns. For each column it returns whether the value is too long and,
/// if not, the value. SQLite knows the length without reading the value.
fn select(wanted: &[Wanted], table: &str) -> String {
    let columns: Vec<String> = wanted
        .iter()
        .map(|wanted| {
            let column = quoted(&wanted.column);
            let is_long = format!("ifnull(octet_length({column}) > {MAX_ROW}, 0)");
            format!("{is_long}, CASE WHEN {is_long} THEN NULL ELSE {column} END")
        })
        .collect();
    format!("SELECT {} FROM {}", columns.join(", "), quoted(table))
}

fn cell(value: ValueRef<'_>) -> Cell {
    match value {
        ValueRef::Null => Cell::Null,
        ValueRef::Integer(number) => Cell::Value(number.into()),
        ValueRef::Real(number) => match Number::from_f64(number) {
            Some(number) => Cell::Value(Value::Number(number)),
            None => Cell::Text(number.to_string()),
        },
        // A hash is text, whatever the type of its column.
        ValueRef::Text(bytes) | ValueRef::Blob(bytes) => match std::str::from_utf8(bytes) {
            Ok(text) => Cell::Text(text.to_owned()),
            Err(_) => Cell::NotUtf8(bytes.to_vec()),
        },
    }
}

fn tables(database: &Connection) -> rusqlite::Result<Vec<String>> {
    let list = "SELECT name FROM sqlite_schema \
         WHERE type IN ('table', 'view') AND name NOT LIKE 'sqlite~_%' ESCAPE '~' ORDER BY name";
    let mut statement = database.prepare(list)?;
    let names = statement.query_map([], |row| row.get(0))?;
    names.collect()
}

fn columns(database: &Connection, table: &str) -> rusqlite::Result<Vec<String>> {
    let statement = database.prepare(&format!("SELECT * FROM {}", quoted(table)))?;
    Ok(statement.column_names().map(String::from).collect())
}

/// Chooses the table that was asked for, or else one with a usual name.
fn choose(tables: &[String], asked: Option<&str>, path: &str) -> Outcome<String> {
    let find = |name: &str| tables.iter().find(|table| table.eq_ignore_ascii_case(name));
    let found = match asked {
        Some(name) => find(name),
        None => TABLES.iter().find_map(|name| find(name)),
    };
    found.cloned().ok_or_else(|| {
        let sought = asked.unwrap_or("user or users");
        let there = match tables {
            [] => "the database has no tables".to_owned(),
            tables => format!("the tables are {}", tables.join(", ")),
        };
        Failure::new(format_args!("{path} has no table {sought}"))
            .fix(format_args!("name a table with --table; {there}"))
    })
}

/// A name in SQL's quotation marks.
fn quoted(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}

fn failure(path: &str, error: &rusqlite::Error) -> Failure {
    use rusqlite::ErrorCode;
    let problem = Failure::new(format_args!("{path}: {error}"));
    match error.sqlite_error_code() {
        Some(ErrorCode::NotADatabase) => problem.fix("give --format if the file has another format"),
        Some(ErrorCode::CannotOpen | ErrorCode::ReadOnly) => problem
            .fix("SQLite must be able to write into the folder of a database in WAL mode: copy the database with sqlite3's .backup"),
        Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => {
            problem.fix("the application has locked the database: try again")
        }
        Some(ErrorCode::DatabaseCorrupt) => problem.fix("repair the database with sqlite3's .recover"),
        _ => problem,
    }
}
