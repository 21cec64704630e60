//! Sorts the rows of a source into bulk files and `rejected.jsonl`.

use std::path::Path;

use super::bulk::{BulkFile, BulkFiles};
use super::columns::{Columns, Field};
use super::counts::Counts;
use super::missing::{Missing, RejectedIds};
use super::reasons::Reason;
use super::rejected::Rejected;
use super::row::{self, User};
use super::seen::{Seen, Taken};
use super::source::{Cell, Row};
use crate::failure::{Failure, Outcome};

/// The folders to write files to; `None` writes no file.
#[derive(Default)]
pub(super) struct Folders<'a> {
    pub(super) bulk: Option<&'a Path>,
    pub(super) rejected: Option<&'a Path>,
}

/// The options that concern rows.
#[derive(Clone, Copy)]
pub(super) struct Options {
    /// Whether ids that the service gives at sign-up are accepted.
    pub(super) sign_up_ids: bool,
    /// Whether the ids of all rows are collected, for `--disable-missing`.
    pub(super) missing: bool,
}

/// The result of reading a whole source.
pub(super) struct Reading {
    pub(super) counts: Counts,
    pub(super) files: Vec<BulkFile>,
    pub(super) digest: String,
    /// The ids of all rows; `None` without `--disable-missing`.
    pub(super) missing: Option<Outcome<Missing>>,
}

/// The state while rows are sorted.
pub(super) struct Sorting<'a> {
    columns: &'a Columns,
    sign_up_ids: bool,
    seen: Seen,
    rejected_ids: Option<RejectedIds>,
    counts: Counts,
    bulk: BulkFiles,
    rejected: Rejected<'a>,
}

impl<'a> Sorting<'a> {
    pub(super) fn new(columns: &'a Columns, folders: Folders<'a>, options: Options) -> Self {
        Self {
            columns,
            sign_up_ids: options.sign_up_ids,
            seen: Seen::default(),
            rejected_ids: options.missing.then(RejectedIds::default),
            counts: Counts::default(),
            bulk: BulkFiles::new(folders.bulk),
            rejected: Rejected::new(folders.rejected),
        }
    }

    pub(super) fn sort(&mut self, row: &Row) -> Outcome<std::io::Result<()>> {
        self.counts.rows = self.counts.rows.saturating_add(1);
        let judged = match self.judge(row)? {
            Ok(user) => {
                self.counts.accept(&user);
                self.bulk.add(&user)
            }
            Err(reason) => {
                if let Some(ids) = &mut self.rejected_ids {
                    let cell = cell(self.columns, row, &Field::Id);
                    ids.note(cell.and_then(|cell| row::id(cell).ok()));
                }
                let name = cell(self.columns, row, &Field::Username);
                self.counts.reject(row.number, name, &reason);
                self.rejected.add(row, self.columns.wanted(), &reason)
            }
        };
        Ok(judged)
    }

    fn judge(&mut self, row: &Row) -> Outcome<Result<User, Reason>> {
        let user = match &row.cells {
            Ok(cells) => User::read(cells, self.columns.wanted(), self.sign_up_ids),
            Err(unreadable) => Err(unreadable.reason.clone()),
        };
        let user = match user {
            Ok(user) => user,
            Err(reason) => return Ok(Err(reason)),
        };
        let noted = self.seen.note(row.number, user.id, &user.username)?;
        Ok(match noted {
            Ok(()) => Ok(user),
            Err(Taken::Id(by)) => Err(Reason::IdTaken { by }),
            Err(Taken::Name(by)) => Err(Reason::NameTaken {
                by,
                name: user.username.as_str().to_owned(),
            }),
        })
    }

    pub(super) fn finish(self) -> std::io::Result<Outcome<Reading>> {
        self.rejected.finish()?;
        let (files, digest) = self.bulk.finish()?;
        if !self.counts.add_up() {
            return Ok(Err(Failure::new(
                "the counts of the rows do not add up: this is a bug in Portcullis; please report it",
            )));
        }
        Ok(Ok(Reading {
            counts: self.counts,
            files,
            digest,
            missing: self.rejected_ids.map(|ids| ids.with(self.seen.ids())),
        }))
    }
}

/// A field of a row.
fn cell<'r>(columns: &Columns, row: &'r Row, field: &Field) -> Option<&'r Cell> {
    let mut fields = columns.wanted().iter();
    let place = fields.position(|wanted| wanted.field == *field)?;
    row.cells.as_ref().ok()?.get(place)
}
