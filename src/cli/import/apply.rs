//! `--apply`: puts the files into KV, and nobody over anybody.
//!
//! With `--overwrite` it is otherwise, but for who may not come in: that was
//! decided in KV, and the application does not know of it.
//!
//! What is in KV is listed at the beginning of each run. Whoever has a record
//! there keeps it: its password may have been changed, or hashed anew at a
//! login, since the files were written. That holds for a file that an earlier
//! run began as well, so it does no harm to begin it again.

use std::collections::HashSet;
use std::fs::File;
use std::io::{BufRead as _, BufReader, Write as _};
use std::path::Path;

use serde::Serialize;

use super::bulk::{BulkFile, Pair};
use super::files::WholeFile;
use super::journal::{Done, Journal};
use super::progress::Progress;
use super::report::{count, thousands};
use super::seen::digest;
use crate::account::{UserRecord, Username};
use crate::cli::failure::{Failure, Outcome, about};
use crate::cli::kv::{self, Kv};
use crate::cli::output::Output;

/// What became of the users in the files, in this run and those before.
#[derive(Serialize)]
pub(super) struct Applied {
    target: String,
    /// Files that an earlier run had put.
    files_before: u64,
    put: u64,
    already_there: u64,
    id_taken: u64,
}

/// Who is in KV, by what stands for their keys.
struct Present {
    names: HashSet<[u8; 12]>,
    ids: HashSet<[u8; 12]>,
}

impl Present {
    fn list(kv: &Kv) -> Outcome<Self> {
        let names = kv.keys("user:")?;
        let ids = kv.keys("id:")?;
        Ok(Self {
            names: names.iter().map(|key| digest(key)).collect(),
            ids: ids.iter().map(|key| digest(key)).collect(),
        })
    }

    fn has_name(&self, user: &Pair) -> bool {
        self.names.contains(&digest(&user.key))
    }

    fn has_id(&self, index: &Pair) -> bool {
        self.ids.contains(&digest(&index.key))
    }
}

/// Puts what is not put yet.
pub(super) fn apply(
    journal: &mut Journal,
    kv: &Kv,
    overwrite: bool,
    quiet: bool,
    output: &mut Output,
) -> Outcome<Applied> {
    let rest = journal.rest(&kv.identity())?;
    let files = journal.files().len() as u64;
    let before = journal.done().len() as u64;
    let mut progress = Progress::files(quiet, files);
    if !rest.is_empty() {
        let present = Present::list(kv)?;
        for (file, number) in rest.iter().zip(before..) {
            let run = put(journal, file, kv, &present, overwrite);
            if let Err(failure) = run {
                progress.finish();
                return Err(goes_on(failure, number, files));
            }
            progress.file(number.saturating_add(1), files, output);
        }
    }
    progress.finish();
    let sum = |of: fn(&Done) -> u64| journal.done().iter().map(of).fold(0, u64::saturating_add);
    Ok(Applied {
        target: kv.to_string(),
        files_before: before,
        put: sum(|done| done.put),
        already_there: sum(|done| done.already_there),
        id_taken: sum(|done| done.id_taken),
    })
}

/// Why a file was not put, and that the others stay as they are.
fn goes_on(failure: Failure, number: u64, files: u64) -> Failure {
    let Failure::Failed { problem, mend } = failure else {
        return failure;
    };
    let first = mend.map_or_else(String::new, |mend| format!("{mend}; then "));
    Failure::new(format_args!(
        "{problem} ({number} of {files} files are put)"
    ))
    .mend(format_args!(
        "{first}run the same again: it goes on from there"
    ))
}

/// Puts one file, or what of it is to be put.
fn put(
    journal: &mut Journal,
    file: &BulkFile,
    kv: &Kv,
    present: &Present,
    overwrite: bool,
) -> Outcome<()> {
    let path = journal.folder().join(&file.name);
    let mut pairs: Vec<kv::Pair> = Vec::new();
    let mut left_out = LeftOut::new(&path);
    let mut taken = Vec::new();
    let mut there = Vec::new();
    let again = journal.was_begun(file);
    let (mut put, mut already_there) = (0_u64, 0_u64);
    for_each_user(&path, &mut |user, index| {
        match (present.has_name(&user), present.has_id(&index)) {
            (true, has_id) if !overwrite => {
                already_there = already_there.saturating_add(1);
                left_out.add(&user, "already_there", "KV has a record of this name")?;
                // Of a file that was begun: its index may not have been put.
                if again && !has_id {
                    pairs.push(index.into());
                }
            }
            (true, _) => there.push((user, index)),
            (false, true) => taken.push((user, index)),
            _ => {
                put = put.saturating_add(1);
                pairs.extend([user, index].map(Into::into));
            }
        }
        Ok(())
    })?;
    // Of a file that was begun the index may be there without the record.
    let names = if again {
        let keys: Vec<&str> = taken.iter().map(|(_, index)| index.key.as_str()).collect();
        kv.get_all(&keys)?
    } else {
        vec![None; taken.len()]
    };
    let as_written = there.is_empty();
    let mut id_taken = 0_u64;
    for ((user, index), name) in taken.into_iter().zip(names) {
        if name.as_ref() == Some(&index.value) {
            put = put.saturating_add(1);
            pairs.extend([user, index].map(Into::into));
        } else {
            id_taken = id_taken.saturating_add(1);
            left_out.add(&user, "id_taken", "in KV the id is another user's")?;
        }
    }
    let keys: Vec<&str> = there
        .iter()
        .flat_map(|(user, index)| [&*user.key, &*index.key])
        .collect();
    let mut stored = kv.get_all(&keys)?.into_iter();
    for (mut user, index) in there {
        let (record, name) = (stored.next().flatten(), stored.next().flatten());
        if name.is_some_and(|name| name != index.value) {
            id_taken = id_taken.saturating_add(1);
            left_out.add(&user, "id_taken", "in KV the id is another user's")?;
            continue;
        }
        if let Some(kept_out) = record.and_then(|record| still_kept_out(&user, &record)) {
            user.value = kept_out;
        }
        put = put.saturating_add(1);
        pairs.extend([user, index].map(Into::into));
    }
    left_out.finish()?;
    let users = [put, already_there, id_taken];
    if users.into_iter().fold(0, u64::saturating_add) != file.users {
        return Err(not_as_written(&path));
    }
    journal.begin_file(file, &kv.identity())?;
    if put == file.users && as_written {
        kv.bulk_put(&path)?;
    } else if !pairs.is_empty() {
        kv.put_all(&pairs)?;
    }
    journal.end_file(Done {
        name: file.name.clone(),
        put,
        already_there,
        id_taken,
    })
}

/// The record of a file, which lets nobody and nothing in that `stored` keeps
/// out; `None` if that is no record.
fn still_kept_out(user: &Pair, stored: &str) -> Option<String> {
    let name = Username::new(user.key.strip_prefix("user:")?).ok()?;
    let stored = UserRecord::parse(stored, &name).ok()?;
    let mut record = UserRecord::parse(&user.value, &name).ok()?;
    record.disabled |= stored.disabled;
    record.tokens_valid_from = record.tokens_valid_from.max(stored.tokens_valid_from);
    record.to_json().ok()
}

fn not_as_written(path: &Path) -> Failure {
    let shown = path.display();
    Failure::new(format_args!("{shown} is not as it was written"))
        .mend("import again to a new folder with --out")
}

/// Reads a file of ours, a pair a line, two of them a user.
fn for_each_user(path: &Path, each: &mut dyn FnMut(Pair, Pair) -> Outcome<()>) -> Outcome<()> {
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

/// `users-00001.left-out.jsonl`: who of a file was not put, and why.
struct LeftOut {
    path: std::path::PathBuf,
    file: Option<WholeFile>,
}

impl LeftOut {
    fn new(path: &Path) -> Self {
        Self {
            path: path.with_extension("left-out.jsonl"),
            file: None,
        }
    }

    fn add(&mut self, user: &Pair, code: &str, reason: &str) -> Outcome<()> {
        #[derive(Serialize)]
        struct Line<'a> {
            key: &'a str,
            value: &'a str,
            code: &'a str,
            reason: &'a str,
        }
        let shown = self.path.display().to_string();
        let file = match &mut self.file {
            Some(file) => file,
            none => none.insert(WholeFile::create(self.path.clone()).map_err(about(&shown))?),
        };
        let line = serde_json::to_string(&Line {
            key: &user.key,
            value: &user.value,
            code,
            reason,
        });
        let line = line.map_err(Failure::new)?;
        writeln!(file, "{line}").map_err(about(&shown))
    }

    fn finish(self) -> Outcome<()> {
        let shown = self.path.display().to_string();
        self.file
            .map_or(Ok(()), WholeFile::finish)
            .map_err(about(shown))
    }
}

impl Applied {
    /// Whether all went in.
    pub(super) fn is_whole(&self) -> bool {
        self.id_taken == 0
    }

    pub(super) fn write(&self, folder: &Path, output: &mut Output) -> Outcome<()> {
        if self.files_before > 0 {
            let before = count(self.files_before, "file");
            output.line(format_args!("{before} had been put before"))?;
        }
        let put = count(self.put, "user");
        output.line(format_args!("{put} put {}", self.target))?;
        if self.already_there > 0 {
            let there = thousands(self.already_there);
            output.line(format_args!("already there, and left as they are: {there}"))?;
        }
        if self.id_taken > 0 {
            let taken = thousands(self.id_taken);
            output.line(format_args!(
                "not put, as in KV their id is another user's: {taken}"
            ))?;
        }
        if self.already_there > 0 || self.id_taken > 0 {
            let shown = folder.join("users-*.left-out.jsonl");
            output.line(format_args!("who they are stands in {}", shown.display()))?;
        }
        Ok(())
    }
}
