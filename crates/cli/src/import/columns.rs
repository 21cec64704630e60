//! Finds the column for each field of a user.

use std::fmt;

use crate::failure::{Failure, Outcome};
use portcullis::account::UserRecord;

/// The field of a user that a column contains.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Field {
    Id,
    Username,
    HashPassword,
    Phone,
    /// True for users who may not log in.
    Disabled,
    /// True for users who may log in.
    Active,
    /// A member of the record that Portcullis does not use, and keeps.
    Kept,
    /// A member that only an export has; see [`EXPORTED`].
    Exported,
}

/// Members of a record that are only in an export, and in no application's data.
const EXPORTED: [&str; 2] = ["tokens_valid_from", "imported_hash"];

impl Field {
    const KNOWN: [Self; 6] = [
        Self::Id,
        Self::Username,
        Self::HashPassword,
        Self::Phone,
        Self::Disabled,
        Self::Active,
    ];

    /// The name in `--columns` and, except for `active`, in a record.
    pub(super) fn name(&self) -> &'static str {
        match self {
            Self::Id => "id",
            Self::Username => "username",
            Self::HashPassword => "hash_password",
            Self::Phone => "phone",
            Self::Disabled => "disabled",
            Self::Active => "active",
            Self::Kept | Self::Exported => "keep",
        }
    }

    /// The names that applications use for the field, the most reliable first.
    fn guesses(&self) -> &'static [&'static str] {
        match self {
            Self::Id => &["id", "user_id", "userid", "uid"],
            Self::Username => &[
                "username",
                "user_name",
                "login",
                "name",
                "nickname",
                "nick",
                "email",
            ],
            Self::HashPassword => &[
                "hash_password",
                "password_hash",
                "passwordhash",
                "hashed_password",
                "pw_hash",
                "pwhash",
                "password",
                "passwd",
            ],
            Self::Phone => &["phone", "phone_number", "telephone", "tel", "mobile"],
            Self::Disabled => &["disabled", "is_disabled", "blocked", "is_blocked", "banned"],
            Self::Active => &["active", "is_active", "enabled", "is_enabled"],
            Self::Kept | Self::Exported => &[],
        }
    }
}

/// A column that is read, with its field.
#[derive(Debug, Clone)]
pub(super) struct Wanted {
    pub(super) field: Field,
    pub(super) column: String,
}

/// The columns that are read.
#[derive(Debug)]
pub(super) struct Columns {
    wanted: Vec<Wanted>,
    ignored: Vec<String>,
}

/// A value of `--columns`: a field and its column.
#[derive(Debug, Clone)]
pub(super) struct Named {
    field: Field,
    column: String,
}

impl std::str::FromStr for Named {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let (name, column) = text
            .split_once('=')
            .filter(|(_, column)| !column.is_empty())
            .ok_or("write it as id=column,username=column")?;
        let field = Field::KNOWN.into_iter().find(|field| field.name() == name);
        let field = field.ok_or_else(|| {
            format!("{name} is not a field; the fields are id, username, hash_password, phone, disabled, active")
        })?;
        Ok(Self {
            field,
            column: column.to_owned(),
        })
    }
}

impl Columns {
    /// Finds each field's column among `there`: by `named`, else by the usual names. With `open`,
    /// rows may have more columns.
    pub(super) fn find(
        there: &[String],
        open: bool,
        named: &[Named],
        kept: &[String],
    ) -> Outcome<Self> {
        let there = There { names: there, open };
        let mut wanted = Vec::new();
        for field in [Field::Id, Field::Username, Field::HashPassword] {
            let found = there.said_or_guessed(field.clone(), named)?;
            wanted.push(found.ok_or_else(|| there.missing(&field))?);
        }
        wanted.extend(there.said_or_guessed(Field::Phone, named)?);
        wanted.extend(there.flag(named)?);
        // Later rows may have columns that the first rows do not have.
        if open {
            for field in [Field::Phone, Field::Disabled] {
                let is_there = |wanted: &Wanted| {
                    wanted.field == field
                        || (field == Field::Disabled && wanted.field == Field::Active)
                };
                if !wanted.iter().any(is_there) {
                    let column = field.name().to_owned();
                    wanted.push(Wanted::new(field, column));
                }
            }
            let exported = EXPORTED.map(|name| Wanted::new(Field::Exported, name.into()));
            wanted.extend(exported);
        }
        for column in kept {
            if UserRecord::MEMBERS.contains(&column.as_str()) {
                return Err(Failure::usage(format_args!(
                    "--keep {column}: Portcullis itself uses this name in a record"
                ))
                .fix("rename the column in the source"));
            }
            let column = there.must_have(column)?;
            wanted.push(Wanted::new(Field::Kept, column));
        }
        let is_twice = |wanted: &&Wanted| {
            let same = there.names.iter().filter(|name| **name == wanted.column);
            same.count() > 1
        };
        if let Some(Wanted { column, .. }) = wanted.iter().find(is_twice) {
            let problem = format_args!("two columns have the name {column}");
            return Err(Failure::new(problem).fix("rename one of them"));
        }
        let is_read = |name: &&String| wanted.iter().any(|wanted| wanted.column == **name);
        let ignored = there.names.iter().filter(|name| !is_read(name));
        let ignored = ignored.cloned().collect();
        Ok(Self { wanted, ignored })
    }

    pub(super) fn wanted(&self) -> &[Wanted] {
        &self.wanted
    }

    /// The columns that are not read.
    pub(super) fn ignored(&self) -> &[String] {
        &self.ignored
    }
}

impl Wanted {
    fn new(field: Field, column: String) -> Self {
        Self { field, column }
    }
}

/// The columns of the source.
struct There<'a> {
    names: &'a [String],
    open: bool,
}

impl There<'_> {
    fn find(&self, column: &str) -> Option<String> {
        let exact = self.names.iter().find(|name| *name == column);
        let any_case = || {
            self.names
                .iter()
                .find(|name| name.eq_ignore_ascii_case(column))
        };
        exact.or_else(any_case).cloned()
    }

    fn must_have(&self, column: &str) -> Outcome<String> {
        let found = self
            .find(column)
            .or_else(|| self.open.then(|| column.to_owned()));
        found.ok_or_else(|| {
            Failure::usage(format_args!("there is no column {column}"))
                .fix(format_args!("the columns are {}", self.names.join(", ")))
        })
    }

    fn said(&self, field: &Field, named: &[Named]) -> Outcome<Option<Wanted>> {
        let mut said = named.iter().filter(|named| named.field == *field);
        let Some(first) = said.next() else {
            return Ok(None);
        };
        if said.next().is_some() {
            let name = field.name();
            return Err(
                Failure::usage(format_args!("--columns has {name} twice")).fix("name it once")
            );
        }
        let column = self.must_have(&first.column)?;
        Ok(Some(Wanted::new(field.clone(), column)))
    }

    fn guessed(&self, field: Field) -> Option<Wanted> {
        let column = field.guesses().iter().find_map(|name| self.find(name))?;
        Some(Wanted::new(field, column))
    }

    fn said_or_guessed(&self, field: Field, named: &[Named]) -> Outcome<Option<Wanted>> {
        let said = self.said(&field, named)?;
        Ok(said.or_else(|| self.guessed(field)))
    }

    /// The column that tells whether a user may log in.
    fn flag(&self, named: &[Named]) -> Outcome<Option<Wanted>> {
        let said = (
            self.said(&Field::Disabled, named)?,
            self.said(&Field::Active, named)?,
        );
        let guessed = || (self.guessed(Field::Disabled), self.guessed(Field::Active));
        let found = match said {
            (None, None) => guessed(),
            said => said,
        };
        match found {
            (Some(disabled), Some(active)) => {
                let (disabled, active) = (disabled.column, active.column);
                Err(Failure::usage(format_args!(
                    "two columns tell who may log in, {disabled} and {active}"
                ))
                .fix(format_args!(
                    "choose one with --columns disabled={disabled} or --columns active={active}"
                )))
            }
            (flag, None) | (None, flag) => Ok(flag),
        }
    }

    fn missing(&self, field: &Field) -> Failure {
        let name = field.name();
        let there = match self.names {
            [] => "no columns were found".to_owned(),
            names => format!("the columns are {}", names.join(", ")),
        };
        Failure::new(format_args!("no column was recognized as the {name}"))
            .fix(format_args!("name it with --columns {name}=…; {there}"))
    }
}

/// `id=id, username=name, …`: the named and the guessed columns.
impl fmt::Display for Columns {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let shown = self.wanted.iter();
        let shown = shown.filter(|wanted| wanted.field != Field::Exported);
        for (place, Wanted { field, column }) in shown.enumerate() {
            let gap = if place == 0 { "" } else { ", " };
            write!(f, "{gap}{}={column}", field.name())?;
        }
        Ok(())
    }
}
