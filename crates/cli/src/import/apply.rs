//! `--apply`: puts the files into KV.
//!
//! A row is identified by its id. Only names and ids that KV does not have are put: a user who has
//! logged in is in the account's object, which does not read KV again. With `--overwrite`,
//! existing users are changed through the Worker after all new users are put.
//!
//! KV is listed at the beginning of each run, so a run can be repeated.

use std::collections::HashSet;
use std::fs::File;
use std::io::{BufRead as _, BufReader};
use std::path::Path;

use super::applied::Applied;
use super::bulk::{BulkFile, Pair};
use super::change::Differences;
use super::journal::{Done, Journal};
use super::left_out;
use super::missing::Missing;
use super::outcome::{Outcome, Tally};
use super::progress::Progress;
use super::seen::digest;
use super::standing::{self, SourceUser, Standing};
use super::through::{self, Kind, Task};
use crate::admin::Admin;
use crate::failure::{self, Failure, about};
use crate::kv::Kv;
use crate::output::Output;
use portcullis::account::UserId;

/// The options of `--apply` that do more than put new users.
pub(super) struct Options<'a> {
    /// The Worker, if existing users are to be changed.
    pub(super) overwrite: Option<&'a Admin>,
    /// Whether the source's password replaces a password that the user has changed here.
    pub(super) force: bool,
    /// The Worker and the source's ids, if users who are missing in the source are to be disabled.
    pub(super) missing: Option<(&'a Admin, Missing)>,
    pub(super) quiet: bool,
}

/// The users in KV, as digests of their keys.
struct Present {
    names: HashSet<[u8; 12]>,
    ids: HashSet<[u8; 12]>,
}

/// A file whose new users are put, and whose other users wait for the Worker.
struct OpenFile {
    file: BulkFile,
    tally: Tally,
    /// The users that this run did not put.
    others: Vec<(SourceUser, Outcome)>,
}

/// Puts the files that are not put yet.
pub(super) fn apply(
    journal: &mut Journal,
    kv: &Kv,
    options: &Options<'_>,
    output: &mut Output,
) -> failure::Outcome<Applied> {
    let rest = journal.rest(&kv.identity())?;
    let files = journal.files().len() as u64;
    let before = journal.done().len() as u64;
    let ids = kv.keys("id:")?;
    let gone: Vec<UserId> = match &options.missing {
        Some((_, missing)) => missing.of_keys(&ids),
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
            let file = run.map_err(|failure| {
                progress.finish();
                goes_on(failure, number, files)
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
    let again = |failure| goes_on(failure, files, files);
    if let Some(admin) = options.overwrite {
        let mut progress = Progress::users(options.quiet, tasks.len() as u64);
        let answered = through::carry_out(admin, tasks, options.force, &mut progress, output);
        progress.finish();
        for answer in answered.map_err(again)? {
            if let Some(file) = open.get_mut(answer.file) {
                file.tally.add(&answer.outcome);
                file.tally.keep_password(answer.keeps_password);
                file.others.push((answer.user, answer.outcome));
            }
        }
    }
    for file in open {
        end(journal, file)?;
    }
    let missing = match &options.missing {
        Some((admin, _)) => {
            let disabled = through::disable_missing(admin, kv, &gone, output);
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

/// Adds to a failure how many files are put, and how to continue.
fn goes_on(failure: Failure, number: u64, files: u64) -> Failure {
    let Failure::Failed { problem, fix } = failure else {
        return failure;
    };
    let first = fix.map_or_else(String::new, |fix| format!("{fix}; then "));
    Failure::new(format_args!(
        "{problem} ({number} of {files} files are put)"
    ))
    .fix(format_args!(
        "{first}run the same command again: it continues from there"
    ))
}

/// Puts the new users of one file, and adds tasks for the users that the Worker has to change.
fn put(
    journal: &mut Journal,
    file: BulkFile,
    kv: &Kv,
    present: &Present,
    options: &Options<'_>,
    number: usize,
    tasks: &mut Vec<Task>,
) -> failure::Outcome<OpenFile> {
    let path = journal.folder().join(&file.name);
    let mut pairs: Vec<Pair> = Vec::new();
    let mut known = Vec::new();
    let (mut users, mut new) = (0_usize, 0_u64);
    for_each_user(&path, &mut |user, index| {
        let is_known =
            present.names.contains(&digest(&user.key)) || present.ids.contains(&digest(&index.key));
        if is_known {
            let user = SourceUser::read(users, user, index);
            known.push(user.ok_or_else(|| not_as_written(&path))?);
        } else {
            new = new.saturating_add(1);
            pairs.extend([user, index]);
        }
        users = users.saturating_add(1);
        Ok(())
    })?;
    if users as u64 != file.users {
        return Err(not_as_written(&path));
    }
    let is_whole = known.is_empty();
    let mut others = Vec::new();
    let mut tally = Tally::default();
    let first_task = tasks.len();
    for (user, standing) in standing::of_all(kv, known)? {
        let kind = match judge(&user, standing, options) {
            Judged::Task(kind) => kind,
            Judged::Put => {
                new = new.saturating_add(1);
                pairs.extend(user.pairs);
                continue;
            }
            Judged::Left(outcome, keeps_password) => {
                // An interrupted run may have put the record without its index.
                let [_, index] = &user.pairs;
                let is_there = matches!(outcome, Outcome::AlreadyThere { .. });
                if is_there && !present.ids.contains(&digest(&index.key)) {
                    pairs.push(index.clone());
                }
                tally.add(&outcome);
                tally.keep_password(keeps_password);
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
    journal.begin_file(&kv.identity())?;
    if is_whole {
        kv.bulk_put(&path)?;
    } else if !pairs.is_empty() {
        let pairs: Vec<_> = pairs.into_iter().map(Into::into).collect();
        kv.put_all(&pairs)?;
    }
    tally.put_before(journal.put_before(&file));
    tally.put = tally.put.saturating_add(new);
    // The tally and the tasks of a file must add up to its users.
    let with_tasks = tally
        .users()
        .saturating_add(tasks.len().saturating_sub(first_task) as u64);
    if with_tasks != file.users {
        return Err(not_as_written(&path));
    }
    journal.has_put(&file, tally.put)?;
    Ok(OpenFile {
        file,
        tally,
        others,
    })
}

enum Judged {
    /// KV has neither the name nor a user of this id.
    Put,
    /// The Worker has to change the user.
    Task(Kind),
    /// Nothing is done. The flag tells whether the user keeps a password that was changed here.
    Left(Outcome, bool),
}

fn judge(user: &SourceUser, standing: Standing, options: &Options<'_>) -> Judged {
    let asks = options.overwrite.is_some();
    let left = |outcome| Judged::Left(outcome, false);
    match standing {
        Standing::New => Judged::Put,
        Standing::Same(facts) => {
            let differences = Differences::between(user, &facts, options.force);
            let is_different = differences.change.is_some();
            if asks && is_different {
                return Judged::Task(Kind::Change);
            }
            let outcome = Outcome::AlreadyThere { is_different };
            Judged::Left(outcome, differences.keeps_password)
        }
        Standing::Renamed { from, is_taken } if asks => Judged::Task(Kind::Rename {
            from,
            waits: is_taken,
        }),
        Standing::NameFreed if asks => Judged::Task(Kind::Create { waits: false }),
        Standing::NameTaken if asks => Judged::Task(Kind::Create { waits: true }),
        Standing::Renamed { is_taken: true, .. } | Standing::NameFreed | Standing::NameTaken => {
            left(Outcome::NameTaken { is_swap: false })
        }
        Standing::Renamed { .. } => left(Outcome::IdTaken),
        Standing::IdKeyStale => left(Outcome::IdKeyStale(user.id().index_key())),
        Standing::Removed => left(Outcome::Removed),
        Standing::Corrupt(name) => left(Outcome::Corrupt(name.as_str().to_owned())),
    }
}

/// Marks a file as done.
fn end(journal: &mut Journal, mut open: OpenFile) -> failure::Outcome<()> {
    let path = journal.folder().join(&open.file.name);
    left_out::write(&path, &mut open.others)?;
    journal.end_file(Done {
        name: open.file.name,
        tally: open.tally,
    })
}

fn not_as_written(path: &Path) -> Failure {
    let shown = path.display();
    Failure::new(format_args!(
        "{shown} was changed after the import wrote it"
    ))
    .fix("import again into a new folder with --out")
}

/// Reads a bulk file of an import: one pair per line, two pairs per user.
fn for_each_user(
    path: &Path,
    each: &mut dyn FnMut(Pair, Pair) -> failure::Outcome<()>,
) -> failure::Outcome<()> {
    let shown = path.display();
    let file = BufReader::new(File::open(path).map_err(about(&shown))?);
    let mut user = None;
    for text in file.lines() {
        let text = text.map_err(about(&shown))?;
        let text = text.strip_suffix(',').unwrap_or(&text);
        if text == "[" || text == "]" {
            continue;
        }
        let pair: Pair = serde_json::from_str(text).map_err(|_| not_as_written(path))?;
        match user.take() {
            None => user = Some(pair),
            Some(user) => each(user, pair)?,
        }
    }
    Ok(())
}
