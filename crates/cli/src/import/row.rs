//! Turns a row into the record that the Worker reads.

use serde_json::{Map, Value};

use super::columns::{Field, Wanted};
use super::hash::HashFault;
use super::reasons::Reason;
use super::source::Cell;
use portcullis::account::object::FIRST_COUNTED_ID;
use portcullis::account::{NewUsername, Phone, UserId, UserRecord, Username};
use portcullis::password::{HashMethod, StoredHash};

/// A user who can be imported, unless another row has the same name or id.
pub(super) struct User {
    pub(super) id: UserId,
    pub(super) username: Username,
    /// The record as JSON, as it is stored.
    pub(super) record: String,
    pub(super) method: HashMethod,
    /// Whether the first login replaces the hash.
    pub(super) needs_rehash: bool,
    pub(super) remarks: Remarks,
}

/// Remarks about values that are unusual but are imported.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Remarks {
    pub(super) disabled: bool,
    /// The phone number has control characters or more than 40 characters, so a user could not enter
    /// it today. The Worker shows it unchanged.
    pub(super) phone: bool,
    /// The name has invisible characters, or spaces at its beginning or end.
    pub(super) name: bool,
}

/// The fields of a row.
struct Fields {
    /// Whether to accept ids from 2^32 up, which the service gives to users who sign up.
    sign_up_ids: bool,
    id: Option<UserId>,
    username: Option<Username>,
    hash: Option<(String, StoredHash)>,
    phone: String,
    kept: Map<String, Value>,
    remarks: Remarks,
}

impl User {
    /// # Errors
    /// The first [`Reason`] for which a cell is rejected, in the order of the columns.
    pub(super) fn read(
        cells: &[Cell],
        wanted: &[Wanted],
        sign_up_ids: bool,
    ) -> Result<Self, Reason> {
        let mut fields = Fields {
            sign_up_ids,
            id: None,
            username: None,
            hash: None,
            phone: String::new(),
            kept: Map::new(),
            remarks: Remarks::default(),
        };
        for (cell, wanted) in cells.iter().zip(wanted) {
            fields.set(cell, wanted)?;
        }
        let id = fields.id.ok_or(Reason::IdMissing)?;
        let username = fields.username.ok_or(Reason::NameMissing)?;
        let (hash, stored) = fields.hash.ok_or(Reason::Hash(HashFault::Missing))?;
        let mut record = UserRecord::new(id, &username, hash.clone(), fields.phone.clone());
        record.disabled = fields.remarks.disabled;
        let mut json = record.to_json().map_err(|_| Reason::RecordUnreadable)?;
        if !fields.kept.is_empty() {
            json = with_kept(&json, fields.kept).ok_or(Reason::RecordUnreadable)?;
        }
        // Check that the Worker will read the same values.
        let read = UserRecord::parse(&json, &username).map_err(|_| Reason::RecordUnreadable)?;
        let is_same = read.id == id
            && read.username == username.as_str()
            && read.hash_password == hash
            && read.phone == fields.phone
            && read.disabled == fields.remarks.disabled;
        if !is_same {
            return Err(Reason::RecordUnreadable);
        }
        Ok(Self {
            id,
            username,
            record: json,
            method: stored.method(),
            needs_rehash: stored.needs_rehash(),
            remarks: fields.remarks,
        })
    }
}

impl Fields {
    fn set(&mut self, cell: &Cell, wanted: &Wanted) -> Result<(), Reason> {
        match cell {
            Cell::TooLong => return Err(Reason::RowTooLong),
            Cell::NotUtf8(_) => {
                return Err(Reason::NotUtf8 {
                    column: Some(wanted.column.clone()),
                });
            }
            Cell::Null | Cell::Text(_) | Cell::Value(_) => {}
        }
        match wanted.field {
            Field::Id => {
                let id = id(cell)?;
                if !self.sign_up_ids && id.number() >= FIRST_COUNTED_ID {
                    return Err(Reason::IdReserved);
                }
                self.id = Some(id);
            }
            Field::Username => {
                let typed = text(cell).ok_or(Reason::NameMalformed)?;
                self.username = Some(username(&typed)?);
                self.remarks.name = NewUsername::new(&typed).is_err();
            }
            Field::HashPassword => {
                let stored = match cell {
                    Cell::Null => String::new(),
                    Cell::Text(text) => text.clone(),
                    _ => return Err(Reason::Hash(HashFault::Malformed)),
                };
                let hash = StoredHash::parse(&stored)
                    .map_err(|_| Reason::Hash(HashFault::find(&stored)))?;
                self.hash = Some((stored, hash));
            }
            Field::Phone => {
                self.phone = text(cell).ok_or(Reason::PhoneMalformed)?;
                self.remarks.phone = Phone::new(&self.phone).is_err();
            }
            Field::Disabled | Field::Active => {
                let is_true = truth(cell).ok_or_else(|| Reason::DisabledMalformed {
                    column: wanted.column.clone(),
                })?;
                self.remarks.disabled = is_true == (wanted.field == Field::Disabled);
            }
            Field::Exported if matches!(cell, Cell::Null) => {}
            Field::Kept | Field::Exported => {
                let value = match cell {
                    Cell::Text(text) => Value::String(text.clone()),
                    Cell::Value(value) => value.clone(),
                    _ => Value::Null,
                };
                self.kept.insert(wanted.column.clone(), value);
            }
        }
        Ok(())
    }
}

/// Adds the kept members to a record.
fn with_kept(json: &str, kept: Map<String, Value>) -> Option<String> {
    let mut members: Map<String, Value> = serde_json::from_str(json).ok()?;
    for (name, value) in kept {
        members.entry(name).or_insert(value);
    }
    serde_json::to_string(&members).ok()
}

/// Reads an id: a whole number, a number as text, or `7.0`, as spreadsheets write it.
pub(super) fn id(cell: &Cell) -> Result<UserId, Reason> {
    let number = match cell {
        Cell::Null => return Err(Reason::IdMissing),
        Cell::Text(text) if text.is_empty() => return Err(Reason::IdMissing),
        Cell::Text(text) => text.clone(),
        Cell::Value(Value::Number(number)) => number.to_string(),
        _ => return Err(Reason::IdMalformed),
    };
    let digits = number.strip_suffix(".0").unwrap_or(&number);
    if digits.is_empty() || !digits.bytes().all(|b| b.is_ascii_digit()) {
        return Err(Reason::IdMalformed);
    }
    // Parsing digits fails only if the number is too large.
    let number: u64 = digits.parse().map_err(|_| Reason::IdTooLarge)?;
    UserId::new(number).ok_or(Reason::IdTooLarge)
}

fn username(typed: &str) -> Result<Username, Reason> {
    Username::new(typed).map_err(|_| {
        if typed.is_empty() {
            Reason::NameMissing
        } else if typed.chars().any(char::is_control) {
            Reason::NameControl
        } else {
            Reason::NameTooLong
        }
    })
}

/// Reads a text, or a number: SQLite stores a text such as `442079460000` as a number if the column
/// has a numeric type.
fn text(cell: &Cell) -> Option<String> {
    match cell {
        Cell::Null => Some(String::new()),
        Cell::Text(text) => Some(text.clone()),
        Cell::Value(Value::Number(number)) => {
            let text = number.to_string();
            Some(text.strip_suffix(".0").map_or(text.clone(), String::from))
        }
        _ => None,
    }
}

/// Reads a truth value like Python: a missing value is false.
fn truth(cell: &Cell) -> Option<bool> {
    let text = match cell {
        Cell::Null => return Some(false),
        Cell::Value(Value::Bool(value)) => return Some(*value),
        Cell::Value(Value::Number(number)) => number.to_string(),
        Cell::Text(text) => text.to_ascii_lowercase(),
        _ => return None,
    };
    match text.as_str() {
        "" | "0" | "0.0" | "f" | "false" | "n" | "no" | "off" => Some(false),
        "1" | "1.0" | "t" | "true" | "y" | "yes" | "on" => Some(true),
        _ => None,
    }
}
