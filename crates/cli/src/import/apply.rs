//! `--apply`: puts the files into KV.
//!
//! A row is its id. Only names and ids that KV does not have are put: a user
//! who has logged in is in the account's object, which takes nothing from KV
//! again. With `--overwrite`, a user who is there is changed through the Worker.
//!
//! KV is listed at the beginning of each run, so a run can be repeated.

use std::collections::HashSet;
use std::fs::File;
use std::io::{BufRead as _, BufReader, Write as _};
use std::path::Path;

use serde::Serialize;
use zeroize::Zeroizing;

use super::bulk::{BulkFile, Pair};
use super::files::WholeFile;
use super::journal::{Done, Journal};
use super::progress::Progress;
use super::report::{count, thousands};
use super::seen::digest;
use crate::admin::{Admin, UserChange};
use crate::failure::{Failure, Outcome, about};
use crate::kv::{self, Kv};
use crate::output::Output;
use portcullis::account::{HashDigest, Phone, StoredUser, UserRecord, Username};

/// What became of the users in the files, in this run and those before.
#[derive(Serialize)]
pub(super) struct Applied {
    target: String,
    /// Files that an earlier run had put.
    files_before: u64,
    put: u64,
    changed: u64,
    already_there: u64,
    id_taken: u64,
    name_taken: u64,
    removed: u64,
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
    admin: Option<&Admin>,
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
            let run = put(journal, file, kv, &present, admin);
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
        changed: sum(|done| done.changed),
        already_there: sum(|done| done.already_there),
        id_taken: sum(|done| done.id_taken),
        name_taken: sum(|done| done.name_taken),
        removed: sum(|done| done.removed),
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

/// Puts one file, or the part of it that is to be put.
fn put(
    journal: &mut Journal,
    file: &BulkFile,
    kv: &Kv,
    present: &Present,
    admin: Option<&Admin>,
) -> Outcome<()> {
    let path = journal.folder().join(&file.name);
    let mut pairs: Vec<kv::Pair> = Vec::new();
    let mut left_out = LeftOut::new(&path);
    let mut taken = Vec::new();
    let mut there = Vec::new();
    let again = journal.was_begun(file);
    let mut done = Done {
        name: file.name.clone(),
        put: 0,
        changed: 0,
        already_there: 0,
        id_taken: 0,
        name_taken: 0,
        removed: 0,
    };
    for_each_user(&path, &mut |user, index| {
        match (present.has_name(&user), present.has_id(&index)) {
            (true, _) => there.push((user, index)),
            (false, true) => taken.push((user, index)),
            _ => {
                done.put = done.put.saturating_add(1);
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
    for ((user, index), name) in taken.into_iter().zip(names) {
        if name.as_ref() == Some(&index.value) {
            done.put = done.put.saturating_add(1);
            pairs.extend([user, index].map(Into::into));
        } else {
            done.id_taken = done.id_taken.saturating_add(1);
            left_out.add(&user, "id_taken", "in KV the id is another user's")?;
        }
    }
    let keys: Vec<&str> = there.iter().map(|(user, _)| &*user.key).collect();
    let stored = kv.get_all(&keys)?;
    let mut changes = Vec::new();
    for ((user, index), stored) in there.into_iter().zip(stored) {
        match compare(&user, stored.as_deref()) {
            Compared::Corrupt => {
                done.already_there = done.already_there.saturating_add(1);
                left_out.add(&user, "record_corrupt", "KV's value is not a user's")?;
            }
            Compared::OtherId => {
                done.name_taken = done.name_taken.saturating_add(1);
                left_out.add(&user, "name_taken", "in KV the name is another id's")?;
            }
            Compared::Removed => {
                done.removed = done.removed.saturating_add(1);
                left_out.add(&user, "removed", "the user was removed here")?;
            }
            Compared::Same(change) => {
                // The index of a file that was begun may be missing.
                if again && !present.has_id(&index) {
                    pairs.push(index.into());
                }
                match (admin, change) {
                    (Some(_), Some(change)) => changes.push((user, change)),
                    _ => {
                        done.already_there = done.already_there.saturating_add(1);
                        left_out.add(&user, "already_there", "KV has the user")?;
                    }
                }
            }
        }
    }
    done.changed = u64::try_from(changes.len()).unwrap_or(u64::MAX);
    left_out.finish()?;
    let users = [
        done.put,
        done.changed,
        done.already_there,
        done.id_taken,
        done.name_taken,
        done.removed,
    ];
    if users.into_iter().fold(0, u64::saturating_add) != file.users {
        return Err(not_as_written(&path));
    }
    journal.begin_file(file, &kv.identity())?;
    if done.put == file.users {
        kv.bulk_put(&path)?;
    } else if !pairs.is_empty() {
        kv.put_all(&pairs)?;
    }
    if let Some(admin) = admin {
        for (user, change) in changes {
            let name = Username::new(&user.key.replacen("user:", "", 1));
            let name = name.map_err(|_| not_as_written(&path))?;
            admin.change(&name, &change)?;
        }
    }
    journal.end_file(done)
}

/// How a user of a file stands to the value that KV has under the name.
enum Compared {
    /// It is the same user, and this is what the source has otherwise.
    Same(Option<UserChange>),
    /// The name belongs to another id.
    OtherId,
    /// The name's user was removed.
    Removed,
    /// The value is not a user's.
    Corrupt,
}

fn compare(user: &Pair, stored: Option<&str>) -> Compared {
    let name = user.key.strip_prefix("user:").map(Username::new);
    let (Some(Ok(name)), Some(stored)) = (name, stored) else {
        return Compared::Corrupt;
    };
    let (Ok(source), Ok(stored)) = (
        UserRecord::parse(&user.value, &name),
        StoredUser::parse(stored, &name),
    ) else {
        return Compared::Corrupt;
    };
    // The digest of the hash that came from the source before. It is gone once
    // the password was changed here, and then the source's does not count.
    let (record, imported) = match stored {
        StoredUser::Removed(_) => return Compared::Removed,
        StoredUser::Seed(record) => {
            let imported = HashDigest::new(&record.hash_password);
            (record, Some(imported))
        }
        StoredUser::Replica(replica) => {
            let imported = replica.record.imported_hash.clone();
            (replica.record, imported)
        }
    };
    if record.id != source.id {
        return Compared::OtherId;
    }
    let has_new_hash = imported.is_some_and(|old| old != HashDigest::new(&source.hash_password));
    // A source without phones has empty ones, which clear nothing.
    let is_phone = !source.phone.is_empty() && Phone::new(&source.phone).is_ok();
    let change = UserChange {
        phone: (is_phone && record.phone != source.phone).then_some(source.phone),
        // An operator's decision here stands: nobody is let in again.
        disabled: (source.disabled && !record.disabled).then_some(true),
        imported: has_new_hash.then_some(true),
        hash_password: has_new_hash.then(|| Zeroizing::new(source.hash_password)),
    };
    let changes = change.phone.is_some() || change.disabled.is_some() || has_new_hash;
    Compared::Same(changes.then_some(change))
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
        self.id_taken == 0 && self.name_taken == 0
    }

    pub(super) fn write(&self, folder: &Path, output: &mut Output) -> Outcome<()> {
        if self.files_before > 0 {
            let before = count(self.files_before, "file");
            output.line(format_args!("{before} had been put before"))?;
        }
        let put = count(self.put, "user");
        output.line(format_args!("{put} put {}", self.target))?;
        if self.changed > 0 {
            let changed = thousands(self.changed);
            output.line(format_args!("changed through the Worker: {changed}"))?;
        }
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
        if self.name_taken > 0 {
            let taken = thousands(self.name_taken);
            output.line(format_args!(
                "not put, as in KV their name is another user's: {taken}"
            ))?;
        }
        if self.removed > 0 {
            let removed = thousands(self.removed);
            output.line(format_args!("removed here, and not put again: {removed}"))?;
        }
        if [
            self.already_there,
            self.id_taken,
            self.name_taken,
            self.removed,
        ] != [0; 4]
        {
            let shown = folder.join("users-*.left-out.jsonl");
            output.line(format_args!("who they are stands in {}", shown.display()))?;
        }
        Ok(())
    }
}
