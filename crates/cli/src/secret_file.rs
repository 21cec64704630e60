//! Writes files with secrets: only their owner can read them, and each is written completely or
//! not at all.

use std::ffi::OsString;
use std::fs::{self, DirBuilder, File, OpenOptions};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use super::failure::{Failure, Outcome, about};
use super::system;

/// Makes a new file. It is an error if the file already exists; that file stays as it is.
pub(super) fn create(path: &Path, text: &str) -> Outcome<()> {
    let mut file = new_file(path).map_err(|error| match error.kind() {
        io::ErrorKind::AlreadyExists => {
            Failure::new(format_args!("{} already exists", path.display()))
                .fix("name another file, or remove this one")
        }
        _ => about(path.display())(error),
    })?;
    write(&mut file, text).map_err(|error| {
        let _ = fs::remove_file(path);
        about(path.display())(error)
    })
}

/// Replaces an existing file in one step: a reader sees the old file or the new file, even after a
/// power failure.
pub(super) fn replace(path: &Path, text: &str) -> Outcome<()> {
    // If the path is a link, its target is replaced.
    let path = fs::canonicalize(path).map_err(about(path.display()))?;
    let beside = beside(&path)?;
    let replaced = new_file(&beside)
        .and_then(|mut file| write(&mut file, text))
        .and_then(|()| fs::rename(&beside, &path));
    replaced.map_err(|error| {
        let _ = fs::remove_file(&beside);
        about(path.display())(error)
    })?;
    // Also makes the rename durable; not all systems support this.
    if let Some(Ok(folder)) = path.parent().map(File::open) {
        let _ = folder.sync_all();
    }
    Ok(())
}

/// The name of a temporary file in the same folder, so that renaming is one step.
fn beside(path: &Path) -> Outcome<PathBuf> {
    let mut name = OsString::from(".");
    name.push(path.file_name().unwrap_or_default());
    name.push(format!(".{:016x}", u64::from_le_bytes(*system::random()?)));
    Ok(path.with_file_name(name))
}

/// Makes the folder for such a file, and its parent folders, if they do not exist.
pub(super) fn create_folder_of(path: &Path) -> Outcome<()> {
    let folder = path.parent().filter(|folder| *folder != Path::new(""));
    let Some(folder) = folder else { return Ok(()) };
    let mut builder = DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(folder).map_err(about(folder.display()))
}

fn new_file(path: &Path) -> io::Result<File> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path)
}

fn write(file: &mut File, text: &str) -> io::Result<()> {
    file.write_all(text.as_bytes())?;
    file.sync_all()
}
