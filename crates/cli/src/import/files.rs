//! Writes large files with hashes, line by line: only their owner can read them, and each is written
//! completely or not at all. `secret_file` does the same for a text that fits into memory.

use std::fs::{self, DirBuilder, File, OpenOptions};
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};
use std::thread;
use std::time::Duration;

/// A file that is written under a temporary name, `<name>.part`, and gets its own name when it is
/// finished.
pub(crate) struct WholeFile {
    unfinished: PathBuf,
    path: PathBuf,
    to: BufWriter<File>,
}

impl WholeFile {
    pub(crate) fn create(path: PathBuf) -> io::Result<Self> {
        let mut unfinished = path.clone().into_os_string();
        unfinished.push(".part");
        let unfinished = PathBuf::from(unfinished);
        // Remove the rest of an interrupted run. Its mode could be another one, because the system
        // sets the mode only for a new file.
        match fs::remove_file(&unfinished) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
            _ => {}
        }
        let to = BufWriter::with_capacity(1 << 16, owner_only().open(&unfinished)?);
        Ok(Self {
            unfinished,
            path,
            to,
        })
    }

    pub(crate) fn finish(self) -> io::Result<()> {
        let file = self
            .to
            .into_inner()
            .map_err(io::IntoInnerError::into_error)?;
        file.sync_all()?;
        fs::rename(&self.unfinished, &self.path)
    }
}

impl Write for WholeFile {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.to.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.to.flush()
    }
}

/// Writes a small file in one call.
pub(super) fn write(path: PathBuf, text: &str) -> io::Result<()> {
    let mut file = WholeFile::create(path)?;
    file.write_all(text.as_bytes())?;
    file.finish()
}

/// Options that create a new file for its owner only. An existing file is an error.
fn owner_only() -> OpenOptions {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options
}

/// Makes a folder for its owner only, if it does not exist.
pub(super) fn folder(path: &Path) -> io::Result<()> {
    let mut builder = DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(path)
}

/// The lock is tried for two seconds. A killed import holds its lock until the system has ended the
/// process, some milliseconds after `kill -9`. Its wrangler may run longer, but does not have the
/// lock: the system closes the file when it starts another program.
const LOCK_TRIES: u32 = 20;
const LOCK_PAUSE: Duration = Duration::from_millis(100);

/// Locks a folder against other imports while this import runs.
pub(super) fn lock(path: &Path) -> io::Result<File> {
    let mut options = owner_only();
    let file = options
        .create_new(false)
        .create(true)
        .truncate(false)
        .open(path)?;
    for _ in 0..LOCK_TRIES {
        match file.try_lock() {
            Ok(()) => return Ok(file),
            Err(fs::TryLockError::WouldBlock) => thread::sleep(LOCK_PAUSE),
            Err(fs::TryLockError::Error(error)) => return Err(error),
        }
    }
    Err(io::ErrorKind::WouldBlock.into())
}
