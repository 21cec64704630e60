//! Writes files with hashes: only their owner can read them, and each is written completely or not
//! at all.

use std::fs::{self, DirBuilder, File, OpenOptions};
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};
use std::thread;
use std::time::Duration;

/// A file that gets its name only when it is finished.
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
        // The file mode only applies to a new file.
        match fs::remove_file(&unfinished) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
            _ => {}
        }
        let to = BufWriter::with_capacity(1 << 16, private().open(&unfinished)?);
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

/// Writes a small file as a whole.
pub(super) fn write(path: PathBuf, text: &str) -> io::Result<()> {
    let mut file = WholeFile::create(path)?;
    file.write_all(text.as_bytes())?;
    file.finish()
}

/// Options that open a new or an existing file and give a new file to its owner only.
fn private() -> OpenOptions {
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

/// Locks a folder against other imports while this import runs.
pub(super) fn lock(path: &Path) -> io::Result<File> {
    let mut options = private();
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

/// The number of tries to take the lock, because the wrangler of a killed import may still be
/// ending.
const LOCK_TRIES: u32 = 20;
const LOCK_PAUSE: Duration = Duration::from_millis(100);
