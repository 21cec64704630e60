//! `portcullis users import`: brings an application's file of users into KV.
//!
//! Each row becomes a record in a bulk file ([`bulk`]), or is written to `rejected.jsonl` with the
//! reason ([`rejected`]). `--apply` then puts the files into KV ([`apply`]) and records its
//! progress in a journal ([`journal`]).

mod applied;
mod apply;
mod bulk;
mod change;
mod columns;
mod counts;
mod files;
mod hash;
mod journal;
mod left_out;
mod missing;
mod outcome;
mod progress;
mod reasons;
mod rejected;
mod report;
mod row;
mod seen;
mod sorting;
mod source;
mod standing;
mod table;
mod through;

use std::path::{Path, PathBuf};

use clap::Args;

use super::admin::{Admin, AdminOptions};
use super::failure::{Failure, Outcome, Status, about};
use super::kv::{Kv, KvOptions};
use super::output::Output;

pub(super) use files::WholeFile;

use columns::{Columns, Named};
use counts::Counts;
use journal::Journal;
use progress::Progress;
use report::Report;
use sorting::{Folders, Reading, Sorting};
use source::{Format, From, Source};

/// Import an application's users with their hashes
///
/// Writes files for KV with at most 10,000 pairs each. With --apply, also puts them into KV. Rows
/// that cannot be imported go to rejected.jsonl in the same folder, with the reason and all values
/// of the row, including the hash: fix the rows there, and import that file.
///
/// Without --overwrite, users who are already in KV are not changed, so an import can be stopped
/// and started again. Nobody should sign up during an import: leave REGISTRATION closed.
///
/// The exit status is 1 if the Worker refused to change a user. Rejected rows do not change the
/// exit status, unless --strict is given.
#[derive(Args)]
#[command(after_long_help = "\
Examples:
  portcullis users import --from app.db --dry-run
  portcullis users import --from app.db --apply --remote
  portcullis users import --from users.csv \\
    --columns id=uid,username=login --keep email")]
pub(crate) struct ImportCommand {
    /// The source: SQLite, CSV or JSON lines; - is standard input
    #[arg(long, value_name = "FILE")]
    from: PathBuf,
    /// The format of the source, if its name does not tell it
    #[arg(long, hide_short_help = true)]
    format: Option<Format>,
    /// The table of SQLite [default: user, or users]
    #[arg(long, value_name = "NAME", hide_short_help = true)]
    table: Option<String>,
    /// The columns of the fields, such as id=uid,username=login
    ///
    /// The fields are id, username, hash_password, phone, and disabled or active. The column of
    /// a field that is not named is found by its usual names.
    #[arg(long, value_name = "F=C,…", value_delimiter = ',')]
    columns: Vec<Named>,
    /// Other columns that the records keep
    #[arg(
        long,
        value_name = "C,…",
        value_delimiter = ',',
        hide_short_help = true
    )]
    keep: Vec<String>,
    /// The separator of CSV fields [default: a comma, or a tab for .tsv]
    #[arg(long, value_name = "CHARACTER", value_parser = delimiter, hide_short_help = true)]
    delimiter: Option<u8>,
    /// The folder for the files [default: portcullis-import]
    #[arg(
        long,
        value_name = "FOLDER",
        default_value = "portcullis-import",
        hide_default_value = true
    )]
    out: PathBuf,
    /// Only report what would happen
    #[arg(long, conflicts_with = "apply")]
    dry_run: bool,
    /// Put the files into KV, or continue to put them
    #[arg(long)]
    apply: bool,
    /// With --apply, change users who already exist, through the Worker
    ///
    /// The import renames users who have another name in the source. It changes phone numbers,
    /// if the source has them, and disables users who are disabled in the source. It changes a
    /// password if the source's hash differs from the last import's and the user has not changed
    /// the password here; that ends the user's sessions. The import never enables a user, and
    /// never restores a user who was removed here.
    #[arg(long, requires = "apply", hide_short_help = true)]
    overwrite: bool,
    /// With --overwrite, also replace passwords that users changed here
    ///
    /// The record of such a user no longer says which hash was imported. So the source's password
    /// replaces the user's password even if it did not change in the source.
    #[arg(long, requires = "overwrite", hide_short_help = true)]
    force: bool,
    /// With --apply, disable users whose id the source does not have, through the Worker
    ///
    /// The source must have all users. Users with ids from 4294967296 up are not disabled,
    /// because they signed up here.
    #[arg(long, requires = "apply", hide_short_help = true)]
    disable_missing: bool,
    /// Accept ids from 4294967296 up, which an export has for users who signed up
    #[arg(long, hide_short_help = true)]
    sign_up_ids: bool,
    /// Exit with 1 if a row was rejected, or its name or id belongs to another user
    #[arg(long, hide_short_help = true)]
    strict: bool,
    /// Print the report as JSON
    #[arg(long)]
    json: bool,
    /// Show no progress
    #[arg(long, short, hide_short_help = true)]
    quiet: bool,
    #[command(flatten)]
    kv: KvOptions,
    #[command(flatten)]
    admin: AdminOptions,
}

/// Reads a delimiter: one byte, or `\t`.
fn delimiter(text: &str) -> Result<u8, &'static str> {
    match text.as_bytes() {
        b"\\t" => Ok(b'\t'),
        [b'"' | b'\r' | b'\n'] => Err("a delimiter cannot be a quotation mark or a line break"),
        [byte] if byte.is_ascii() => Ok(*byte),
        _ => Err("a delimiter is one ASCII character, or \\t"),
    }
}

impl ImportCommand {
    pub(super) fn run(self, output: &mut Output) -> Outcome {
        let kv = if self.apply {
            Some(self.kv.open()?)
        } else {
            None
        };
        if let Some(kv) = &kv {
            self.say_if_anyone_may_sign_up(kv, output)?;
        }
        let admin = if self.overwrite || self.disable_missing {
            Some(self.open_admin()?)
        } else {
            None
        };
        let source = Source::open(&From {
            path: self.from.clone(),
            format: self.format,
            table: self.table.clone(),
            delimiter: self.delimiter,
        })?;
        let open = source.names_are_open();
        let columns = Columns::find(source.names(), open, &self.columns, &self.keep)?;
        let mut report = Report {
            source: self.from.display().to_string(),
            format: source.format().name(),
            table: source.table().map(String::from),
            columns: columns.to_string(),
            ignored: columns.ignored().to_vec(),
            counts: Counts::default(),
            files: Vec::new(),
            folder: None,
            applied: None,
        };
        if self.dry_run {
            let reading = self.read(source, &columns, Folders::default(), output)?;
            (report.counts, report.files) = (reading.counts, reading.files);
        } else {
            let mut journal = Journal::open(&self.out)?;
            self.source_is_elsewhere()?;
            let begun = journal.is_begun();
            if begun {
                journal.rejected_untouched()?;
            } else {
                journal.start_writing()?;
            }
            let folders = Folders {
                bulk: (!begun).then_some(&*self.out),
                rejected: Some(&self.out),
            };
            let mut reading = self.read(source, &columns, folders, output)?;
            if begun {
                journal.same_as_written(&reading.digest)?;
                journal.rejected_written()?;
            } else {
                journal.written(reading.files.clone(), reading.digest)?;
            }
            (report.counts, report.files) = (reading.counts, reading.files);
            report.folder = Some(self.out.clone());
            if let Some(kv) = &kv {
                let missing = reading.missing.take().transpose()?;
                let options = apply::Options {
                    overwrite: admin.as_ref().filter(|_| self.overwrite),
                    force: self.force,
                    missing: admin.as_ref().zip(missing),
                    quiet: self.quiet,
                };
                report.applied = Some(apply::apply(&mut journal, kv, &options, output)?);
            }
        }
        report.write(self.json, output)?;
        let is_whole = report.counts.rejected == 0
            && report
                .applied
                .as_ref()
                .is_none_or(applied::Applied::is_whole);
        let has_refused = report
            .applied
            .as_ref()
            .is_some_and(applied::Applied::has_refused);
        Ok(if has_refused || (self.strict && !is_whole) {
            Status::Wrong
        } else {
            Status::Done
        })
    }

    /// Opens the Worker that belongs to the chosen KV.
    fn open_admin(&self) -> Outcome<Admin> {
        if self.kv.is_remote() && self.admin.is_local() {
            return Err(Failure::usage(
                "--remote with --overwrite or --disable-missing needs the deployed Worker",
            )
            .fix("name its URL with --url https://…, and an operator's key with --key"));
        }
        self.admin.open()
    }

    /// Warns if registration is open: a sign-up during the import could take a name that KV does
    /// not show yet.
    fn say_if_anyone_may_sign_up(&self, kv: &Kv, output: &mut Output) -> Outcome<()> {
        let config = self.kv.project_config()?;
        let registration = config.variable("REGISTRATION", self.kv.environment());
        if registration.as_deref() == Some("open") {
            output.say(format_args!(
                "REGISTRATION is open {kv}. Close it while you import: KV shows a sign-up up to a \
                 minute late."
            ));
        }
        Ok(())
    }

    /// Checks that the source is not in the import's folder, whose files are overwritten.
    fn source_is_elsewhere(&self) -> Outcome<()> {
        let folder = self.from.canonicalize().ok();
        let folder = folder.as_deref().and_then(Path::parent);
        if folder.is_none() || folder != self.out.canonicalize().ok().as_deref() {
            return Ok(());
        }
        let (from, out) = (self.from.display(), self.out.display());
        Err(Failure::usage(format_args!(
            "{from} is in {out}, whose files this import overwrites"
        ))
        .fix("name another folder with --out"))
    }

    /// Reads all rows, and writes each row to a bulk file or to `rejected.jsonl`.
    fn read(
        &self,
        source: Source,
        columns: &Columns,
        folders: Folders<'_>,
        output: &mut Output,
    ) -> Outcome<Reading> {
        let total = source.total();
        let options = sorting::Options {
            sign_up_ids: self.sign_up_ids,
            missing: self.disable_missing,
        };
        let mut sorting = Sorting::new(columns, folders, options);
        let mut progress = Progress::rows(self.quiet, total);
        let out = self.out.display();
        let read = source.read(columns, &mut |row| {
            sorting.sort(&row)?.map_err(about(&out))?;
            progress.row(&row, total, output);
            Ok(())
        });
        progress.finish();
        read?;
        sorting.finish().map_err(about(out))?
    }
}
