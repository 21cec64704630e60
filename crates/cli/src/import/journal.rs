//! `import.json`: the progress of an import, so that it can be stopped at any time and started
//! again.

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

use super::bulk::{BulkFile, BulkFiles, hex};
use super::outcome::Tally;
use super::{files, rejected};
use crate::failure::{Failure, Outcome, about};

const NAME: &str = "import.json";
const LOCK: &str = "import.lock";

/// The content of `import.json`.
#[derive(Default, Serialize, Deserialize)]
struct Kept {
    version: u32,
    /// The digest of the pairs in the files; `None` while the files are being written.
    digest: Option<String>,
    files: Vec<BulkFile>,
    /// The digest of `rejected.jsonl`, to find out whether the user has edited it.
    rejected: Option<String>,
    /// The KV into which the files are put; set when the first file is begun.
    target: Option<String>,
    /// The number of users that were put, for a file that is not done.
    #[serde(default)]
    put: BTreeMap<String, u64>,
    done: Vec<Done>,
}

/// The results for the users of a file.
#[derive(Clone, Serialize, Deserialize)]
pub(super) struct Done {
    pub(super) name: String,
    #[serde(flatten)]
    pub(super) tally: Tally,
}

const VERSION: u32 = 1;

/// The folder of an import. Only one process at a time can open it.
pub(super) struct Journal {
    folder: PathBuf,
    kept: Kept,
    /// `import.lock`. The system releases the lock when this file is closed, also if the process
    /// is killed.
    _lock: File,
}

impl Journal {
    /// Opens a folder for an import: a new or empty folder, or the folder of an earlier import.
    pub(super) fn open(folder: &Path) -> Outcome<Self> {
        let shown = folder.display();
        let is_new = fs::read_dir(folder).map_or(true, |mut found| found.next().is_none());
        files::folder(folder).map_err(about(&shown))?;
        let path = folder.join(NAME);
        let is_ours = path.exists() || folder.join(LOCK).exists();
        if !is_new && !is_ours {
            return Err(Failure::new(format_args!(
                "{shown} has files that are not from an import"
            ))
            .fix("name a new folder with --out"));
        }
        let lock = files::lock(&folder.join(LOCK)).map_err(|error| match error.kind() {
            io::ErrorKind::WouldBlock => {
                Failure::new(format_args!("another import is running in {shown}"))
                    .fix("wait until that import ends, or name another folder with --out")
            }
            _ => about(&shown)(error),
        })?;
        let kept = match fs::read_to_string(&path) {
            Ok(text) => read(&text).ok_or_else(|| {
                Failure::new(format_args!("{} is not understood", path.display()))
                    .fix("name a new folder with --out")
            })?,
            Err(error) if error.kind() == io::ErrorKind::NotFound => Kept::default(),
            Err(error) => return Err(about(path.display())(error)),
        };
        Ok(Self {
            folder: folder.to_owned(),
            kept,
            _lock: lock,
        })
    }

    pub(super) fn folder(&self) -> &Path {
        &self.folder
    }

    /// Whether a part of the import may already be in KV and another part not yet. Then the files
    /// must not change.
    pub(super) fn is_begun(&self) -> bool {
        self.kept.target.is_some() && self.kept.done.len() < self.kept.files.len()
    }

    /// The number of users that were put, for a file that is not done.
    pub(super) fn put_before(&self, file: &BulkFile) -> u64 {
        self.kept.put.get(&file.name).copied().unwrap_or_default()
    }

    /// Removes the old files before new files are written.
    ///
    /// # Errors
    /// The user has edited `rejected.jsonl` in the folder.
    pub(super) fn start_writing(&mut self) -> Outcome<()> {
        self.rejected_untouched()?;
        self.kept = Kept::default();
        self.save()?;
        let shown = self.folder.display().to_string();
        for entry in fs::read_dir(&self.folder).map_err(about(&shown))? {
            let entry = entry.map_err(about(&shown))?;
            let name = entry.file_name();
            if BulkFiles::is_one(&name.to_string_lossy()) || name == rejected::NAME {
                fs::remove_file(entry.path()).map_err(about(entry.path().display()))?;
            }
        }
        Ok(())
    }

    /// # Errors
    /// `rejected.jsonl` has changed since the import wrote it.
    pub(super) fn rejected_untouched(&self) -> Outcome<()> {
        let path = self.folder.join(rejected::NAME);
        let now = digest_of(&path)?;
        if self.kept.digest.is_none() || now.is_none() || now == self.kept.rejected {
            return Ok(());
        }
        let shown = path.display();
        Err(Failure::new(format_args!(
            "{shown} was changed, and this import would overwrite it"
        ))
        .fix("move the file elsewhere; import it with --from and its own folder for --out"))
    }

    /// Records that all files are written.
    pub(super) fn written(&mut self, files: Vec<BulkFile>, digest: String) -> Outcome<()> {
        self.kept.files = files;
        self.kept.digest = Some(digest);
        self.rejected_written()
    }

    /// Records that `rejected.jsonl` is written, if a row was rejected.
    pub(super) fn rejected_written(&mut self) -> Outcome<()> {
        self.kept.rejected = digest_of(&self.folder.join(rejected::NAME))?;
        self.save()
    }

    /// # Errors
    /// The source differs from the source of the written files.
    pub(super) fn same_as_written(&self, digest: &str) -> Outcome<()> {
        if self.kept.digest.as_deref() == Some(digest) {
            return Ok(());
        }
        let shown = self.folder.display();
        Err(Failure::new(format_args!(
            "the users differ from those of the unfinished import in {shown}"
        ))
        .fix(
            "import them into a new folder with --out: users who are already in KV are not changed",
        ))
    }

    /// The files that still have to be put into `target`.
    ///
    /// # Errors
    /// Other files were put into another KV.
    pub(super) fn rest(&self, target: &str) -> Outcome<Vec<BulkFile>> {
        if let Some(before) = &self.kept.target
            && before != target
        {
            let shown = self.folder.display();
            return Err(Failure::new(format_args!(
                "the unfinished import in {shown} belongs to another KV ({before})"
            ))
            .fix("finish that import first, or import into a new folder with --out"));
        }
        let is_done = |file: &&BulkFile| self.kept.done.iter().any(|done| done.name == file.name);
        let rest = self.kept.files.iter().filter(|file| !is_done(file));
        Ok(rest.cloned().collect())
    }

    /// Records that a file is about to be put into `target`.
    pub(super) fn begin_file(&mut self, target: &str) -> Outcome<()> {
        self.kept.target = Some(target.to_owned());
        self.save()
    }

    /// Records how many users of a file were put. Other users may wait for the Worker.
    pub(super) fn has_put(&mut self, file: &BulkFile, users: u64) -> Outcome<()> {
        self.kept.put.insert(file.name.clone(), users);
        self.save()
    }

    /// Records that a file is done.
    pub(super) fn end_file(&mut self, done: Done) -> Outcome<()> {
        self.kept.put.remove(&done.name);
        self.kept.done.push(done);
        self.save()
    }

    pub(super) fn files(&self) -> &[BulkFile] {
        &self.kept.files
    }

    pub(super) fn done(&self) -> &[Done] {
        &self.kept.done
    }

    fn save(&mut self) -> Outcome<()> {
        self.kept.version = VERSION;
        let text = serde_json::to_string_pretty(&self.kept).map_err(Failure::new)?;
        let path = self.folder.join(NAME);
        files::write(path.clone(), &text).map_err(about(path.display()))
    }
}

/// The digest of a file in hexadecimal; `None` if the file does not exist.
fn digest_of(path: &Path) -> Outcome<Option<String>> {
    let mut file = match File::open(path) {
        Ok(file) => file,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(about(path.display())(error)),
    };
    let mut digest = Digesting(Sha256::new());
    io::copy(&mut file, &mut digest).map_err(about(path.display()))?;
    Ok(Some(hex(digest.0)))
}

/// A writer that computes a digest.
struct Digesting(Sha256);

impl io::Write for Digesting {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.update(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

fn read(text: &str) -> Option<Kept> {
    let kept: Kept = serde_json::from_str(text).ok()?;
    (kept.version == VERSION).then_some(kept)
}
