//! `--apply`: puts the files into KV.
//!
//! A row is identified by its id. Only users whose name and id KV does not have are put: the
//! account's object of a user who has logged in does not read KV again. With `--overwrite`, the
//! Worker changes existing users after all new users are put.
//!
//! Each run lists the keys of KV first, so a run can be repeated.

use std::collections::HashSet;
use std::fs::File;
use std::io::{BufRead as _, BufReader, ErrorKind};
use std::path::Path;

use super::applied::Applied;
use super::bulk::{BulkFile, Pair};
use super::change::Differences;
use super::comparison::{self, Comparison, SourceUser};
use super::journal::{Done, Journal};
use super::left_out;
use super::outcome::{Outcome, Tally};
use super::progress::Progress;
use super::seen::digest;
use super::source_ids::SourceIds;
use super::worker_tasks::{self, Kind, Task};
use crate::admin::Admin;
use crate::failure::{self, Failure, about};
use crate::kv::Kv;
use crate::output::Output;
use portcullis::account::UserId;

/// The options that change more than new users.
pub(super) struct Options<'a> {
    /// The Worker that changes existing users; `None` without `--overwrite`.
    pub(super) overwrite: Option<&'a Admin>,
    /// Whether the source's password replaces a password that the user changed in Portcullis.
    pub(super) force: bool,
    /// The Worker that disables users whose ids the source does not have; `None` without
    /// `--disable-missing`.
    pub(super) disable_missing: Option<(&'a Admin, SourceIds)>,
    pub(super) quiet: bool,
}

/// The users in KV, as digests of their keys.
struct Present {
    names: HashSet<[u8; 12]>,
    ids: HashSet<[u8; 12]>,
}

/// A bulk file whose new users are put, and whose other users may have a task for the Worker.
struct OpenFile {
    file: BulkFile,
    tally: Tally,
    /// The users whom this run did not put, as far as their outcome is known.
    others: Vec<(SourceUser, Outcome)>,
}

/// Puts the files that are not put yet.
pub(super) fn apply(
    journal: &mut Journal,
    kv: &Kv,
    options: &Options<'_>,
    output: &mut Output,
) -> failure::Outcome<Applied> {
    let rest = journal.unfinished_files(&kv.identity())?;
    let files = journal.files().len() as u64;
    let before = journal.done().len() as u64;
    let ids = kv.keys("id:")?;
    let gone: Vec<UserId> = match &options.disable_missing {
        Some((_, source_ids)) => source_ids.missing_users(&ids),
        None => Vec::new(),
    };
    let mut progress = Progress::files(options.quiet, files);
    let mut open = Vec::new();
    let mut tasks = Vec::new();
    if !rest.is_empty() {
        let names = kv.keys("user:")?;
        let present = Present {
            names: names.iter().map(|key| digest(key)).collect(),
            ids: ids.iter().map(|key| digest(key)).collect(),
        };
        drop((names, ids));
        for (file, number) in rest.into_iter().zip(before..) {
            let run = put(journal, file, kv, &present, options, open.len(), &mut tasks);
            let file = run.map_err(|stop| {
                progress.finish();
                match stop {
                    Stop::Failed(failure) => how_to_continue(failure, number, files),
                    Stop::FileNotAsWritten(problem) => {
                        Failure::new(with_count(&problem, number, files)).fix(NEW_IMPORT)
                    }
                }
            })?;
            // A file without a task is done, even if a later file fails.
            if tasks.last().is_some_and(|task| task.file == open.len()) {
                open.push(file);
            } else {
                end(journal, file)?;
            }
            progress.file(number.saturating_add(1), files, output);
        }
    }
    progress.finish();
    let again = |failure| how_to_continue(failure, files, files);
    if let Some(admin) = options.overwrite {
        let mut progress = Progress::users(options.quiet, tasks.len() as u64);
        let answered = worker_tasks::carry_out(admin, tasks, options.force, &mut progress, output);
        progress.finish();
        for answer in answered.map_err(again)? {
            if let Some(file) = open.get_mut(answer.file) {
                file.tally.add(&answer.outcome);
                file.tally.count_kept_password(answer.keeps_password);
                file.others.push((answer.user, answer.outcome));
            }
        }
    }
    for file in open {
        end(journal, file)?;
    }
    let missing = match &options.disable_missing {
        Some((admin, _)) => {
            let disabled = worker_tasks::disable_missing(admin, kv, &gone, output);
            Some(disabled.map_err(again)?)
        }
        None => None,
    };
    let sum = |sum: Tally, done: &Done| sum.plus(&done.tally);
    Ok(Applied {
        target: kv.to_string(),
        files_before: before,
        tally: journal.done().iter().fold(Tally::default(), sum),
        missing_disabled: missing.map(|missing| missing.users),
        missing_refused: missing.map(|missing| missing.refused),
    })
}

/// The reason why a bulk file was not put.
enum Stop {
    /// The same command can continue.
    Failed(Failure),
    /// The file is not the file that the import wrote. The same command would find it again.
    FileNotAsWritten(String),
}

impl From<Failure> for Stop {
    fn from(failure: Failure) -> Self {
        Self::Failed(failure)
    }
}

const NEW_IMPORT: &str =
    "import again into a new folder with --out: users who are already in KV are not put twice";

/// Adds to a failure how many files are put, and that the same command continues.
fn how_to_continue(failure: Failure, number: u64, files: u64) -> Failure {
    let Failure::Failed { problem, fix } = failure else {
        return failure;
    };
    let failure = Failure::new(with_count(&problem, number, files));
    match fix {
        Some(fix) => failure.fix(format_args!(
            "{fix}; the same command continues where it stopped"
        )),
        None => failure.fix("run the same command again: it continues where it stopped"),
    }
}

fn with_count(problem: &str, number: u64, files: u64) -> String {
    format!("{problem} ({number} of {files} files are put)")
}

/// Puts the new users of one file. Adds a task for each user whom the Worker has to change.
fn put(
    journal: &mut Journal,
    file: BulkFile,
    kv: &Kv,
    present: &Present,
    options: &Options<'_>,
    number: usize,
    tasks: &mut Vec<Task>,
) -> Result<OpenFile, Stop> {
    let path = journal.folder().join(&file.name);
    let mut pairs: Vec<Pair> = Vec::new();
    let mut known = Vec::new();
    let (mut users, mut new) = (0_usize, 0_u64);
    for_each_user(&path, &mut |user, index| {
        let is_known =
            present.names.contains(&digest(&user.key)) || present.ids.contains(&digest(&index.key));
        if is_known {
            let user = SourceUser::read(users, user, index);
            known.push(user.ok_or_else(|| changed(&path))?);
        } else {
            new = new.saturating_add(1);
            pairs.extend([user, index]);
        }
        users = users.saturating_add(1);
        Ok(())
    })?;
    if users as u64 != file.users {
        return Err(changed(&path));
    }
    let is_whole = known.is_empty();
    let mut others = Vec::new();
    let mut tally = Tally::default();
    let first_task = tasks.len();
    for (user, comparison) in comparison::compare_all(kv, known)? {
        let kind = match next_step(&user, comparison, options) {
            Step::Task(kind) => kind,
            Step::Put => {
                new = new.saturating_add(1);
                pairs.extend(user.pairs);
                continue;
            }
            Step::Leave(outcome, keeps_password) => {
                // An interrupted run may have put the record without its index.
                let [_, index] = &user.pairs;
                let is_there = matches!(outcome, Outcome::AlreadyThere { .. });
                if is_there && !present.ids.contains(&digest(&index.key)) {
                    pairs.push(index.clone());
                }
                tally.add(&outcome);
                tally.count_kept_password(keeps_password);
                others.push((user, outcome));
                continue;
            }
        };
        tasks.push(Task {
            file: number,
            user,
            kind,
        });
    }
    journal.record_begun(&kv.identity())?;
    if is_whole {
        kv.bulk_put(&path)?;
    } else if !pairs.is_empty() {
        let pairs: Vec<_> = pairs.into_iter().map(Into::into).collect();
        kv.put_all(&pairs)?;
    }
    tally.count_as_put(journal.put_before(&file));
    tally.put = tally.put.saturating_add(new);
    // The tally and the tasks of a file must add up to its users.
    let with_tasks = tally
        .users()
        .saturating_add(tasks.len().saturating_sub(first_task) as u64);
    if with_tasks != file.users {
        return Err(changed(&path));
    }
    journal.record_put(&file, tally.put)?;
    Ok(OpenFile {
        file,
        tally,
        others,
    })
}

/// The next step for a user.
enum Step {
    /// Put the user: KV has neither the name nor a user of this id.
    Put,
    /// Have the Worker change the user.
    Task(Kind),
    /// Leave the user unchanged. The flag tells whether the user keeps a password that was changed
    /// in Portcullis.
    Leave(Outcome, bool),
}

fn next_step(user: &SourceUser, comparison: Comparison, options: &Options<'_>) -> Step {
    let asks = options.overwrite.is_some();
    let leave = |outcome| Step::Leave(outcome, false);
    match comparison {
        Comparison::New => Step::Put,
        Comparison::Same(existing) => {
            let differences = Differences::between(user, &existing, options.force);
            let is_different = differences.change.is_some();
            if asks && is_different {
                return Step::Task(Kind::Change);
            }
            let outcome = Outcome::AlreadyThere { is_different };
            Step::Leave(outcome, differences.keeps_password)
        }
        Comparison::Renamed { from, is_taken } if asks => Step::Task(Kind::Rename {
            from,
            waits: is_taken,
        }),
        Comparison::NameFreed if asks => Step::Task(Kind::Create { waits: false }),
        Comparison::NameTaken if asks => Step::Task(Kind::Create { waits: true }),
        Comparison::Renamed { is_taken: true, .. }
        | Comparison::NameFreed
        | Comparison::NameTaken => leave(Outcome::NameTaken { is_swap: false }),
        Comparison::Renamed { .. } => leave(Outcome::IdTaken),
        Comparison::IdKeyStale => leave(Outcome::IdKeyStale(user.id().index_key())),
        Comparison::Removed => leave(Outcome::Removed),
        Comparison::Corrupt(name) => leave(Outcome::Corrupt(name.as_str().to_owned())),
    }
}

/// Writes the users who were left out, and marks the file as done.
fn end(journal: &mut Journal, mut open: OpenFile) -> failure::Outcome<()> {
    let path = journal.folder().join(&open.file.name);
    left_out::write(&path, &mut open.others)?;
    journal.record_done(Done {
        name: open.file.name,
        tally: open.tally,
    })
}

fn changed(path: &Path) -> Stop {
    let shown = path.display();
    Stop::FileNotAsWritten(format!("{shown} was changed after the import wrote it"))
}

/// Reads a bulk file of an import: one pair per line, two pairs per user.
fn for_each_user(
    path: &Path,
    each: &mut dyn FnMut(Pair, Pair) -> Result<(), Stop>,
) -> Result<(), Stop> {
    let shown = path.display();
    let file = File::open(path).map_err(|error| match error.kind() {
        ErrorKind::NotFound => Stop::FileNotAsWritten(format!("{shown} is missing")),
        _ => about(&shown)(error).into(),
    })?;
    let file = BufReader::new(file);
    let mut user = None;
    for text in file.lines() {
        let text = text.map_err(about(&shown))?;
        let text = text.strip_suffix(',').unwrap_or(&text);
        if text == "[" || text == "]" {
            continue;
        }
        let pair: Pair = serde_json::from_str(text).map_err(|_| changed(path))?;
        match user.take() {
            None => user = Some(pair),
            Some(user) => each(user, pair)?,
        }
    }
    Ok(())
}
