//! The reasons why a row is not imported. Their codes are stable.

use std::fmt;

use super::hash::HashFault;
use portcullis::account::object::FIRST_COUNTED_ID;
use portcullis::account::{UserId, Username};

/// The reason why a row is not imported.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Reason {
    RowTooLong,
    NotUtf8 { column: Option<String> },
    JsonMalformed,
    ColumnsMismatch { expected: usize, found: usize },
    IdMissing,
    IdMalformed,
    IdTooLarge,
    IdReserved,
    IdTaken { by: u64 },
    NameMissing,
    NameMalformed,
    NameTooLong,
    NameControl,
    NameTaken { by: u64, name: String },
    Hash(HashFault),
    PhoneMalformed,
    DisabledMalformed { column: String },
    RecordUnreadable,
}

impl Reason {
    /// The code in `rejected.jsonl` and in the report.
    pub(super) fn code(&self) -> &'static str {
        match self {
            Self::RowTooLong => "row_too_long",
            Self::NotUtf8 { .. } => "not_utf8",
            Self::JsonMalformed => "json_malformed",
            Self::ColumnsMismatch { .. } => "columns_mismatch",
            Self::IdMissing => "id_missing",
            Self::IdMalformed => "id_malformed",
            Self::IdTooLarge => "id_too_large",
            Self::IdReserved => "id_reserved",
            Self::IdTaken { .. } => "id_taken",
            Self::NameMissing => "name_missing",
            Self::NameMalformed => "name_malformed",
            Self::NameTooLong => "name_too_long",
            Self::NameControl => "name_control",
            Self::NameTaken { .. } => "name_taken",
            Self::Hash(fault) => fault.code(),
            Self::PhoneMalformed => "phone_malformed",
            Self::DisabledMalformed { .. } => "disabled_malformed",
            Self::RecordUnreadable => "record_unreadable",
        }
    }

    /// A description that fits all rows of this code.
    pub(super) fn summary(&self) -> &'static str {
        match self {
            Self::RowTooLong => "longer than 1 MiB",
            Self::NotUtf8 { .. } => "not UTF-8",
            Self::JsonMalformed => "not one JSON object",
            Self::ColumnsMismatch { .. } => "the number of fields is not the number of columns",
            Self::IdMissing => "no id",
            Self::IdMalformed => "the id is not a whole number",
            Self::IdTooLarge => "the id is above 2^53 - 1",
            Self::IdReserved => "the id is in the range for sign-ups, from 2^32 up",
            Self::IdTaken { .. } => "an earlier row has the same id",
            Self::NameMissing => "no name",
            Self::NameMalformed => "the name is not text",
            Self::NameTooLong => "the name has more than 80 characters",
            Self::NameControl => "the name has control characters",
            Self::NameTaken { .. } => "an earlier row has the same normalized name",
            Self::Hash(fault) => fault.summary(),
            Self::PhoneMalformed => "the phone number is not text",
            Self::DisabledMalformed { .. } => {
                "the column does not tell whether the user may log in"
            }
            Self::RecordUnreadable => "the Worker could not read the record",
        }
    }
}

/// The reason with the details of the row, but without a hash.
impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotUtf8 {
                column: Some(column),
            } => write!(f, "{column} is not UTF-8"),
            Self::ColumnsMismatch { expected, found } => {
                write!(
                    f,
                    "the row has {found} fields, but there are {expected} columns"
                )
            }
            Self::IdTooLarge => write!(f, "the id is above {}", UserId::MAX),
            Self::IdReserved => write!(
                f,
                "the service gives ids from {FIRST_COUNTED_ID} up to users who sign up; \
                 use --sign-up-ids to import an export"
            ),
            Self::IdTaken { by } => write!(f, "row {by} also has this id"),
            Self::NameTooLong => {
                let most = Username::MAX_LENGTH;
                write!(
                    f,
                    "the name has more than {most} characters after normalization"
                )
            }
            Self::NameTaken { by, name } => {
                write!(
                    f,
                    "row {by} also has this name: both are {name:?} after normalization"
                )
            }
            Self::Hash(fault) => fault.fmt(f),
            Self::DisabledMalformed { column } => {
                write!(f, "{column} is neither true nor false")
            }
            _ => f.write_str(self.summary()),
        }
    }
}
