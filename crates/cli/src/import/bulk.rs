//! Writes bulk files for KV: arrays of pairs of a key and a value.
//!
//! Both pairs of a user are in the same file, the record first, so that the index `id:<number>`
//! never points to a record that was not put.

use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

use super::files::WholeFile;
use super::row::User;

/// The limits of a file. A bulk put of KV accepts 10,000 pairs and 100 MB.
const MAX_PAIRS: u32 = 10_000;
const MAX_BYTES: u64 = 95_000_000;

/// A key and its value.
#[derive(Clone, Serialize, Deserialize)]
pub(super) struct Pair {
    pub(super) key: String,
    pub(super) value: String,
}

impl From<Pair> for crate::kv::Pair {
    fn from(Pair { key, value }: Pair) -> Self {
        Self { key, value }
    }
}

/// A file that was written.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct BulkFile {
    pub(super) name: String,
    pub(super) users: u64,
}

/// The bulk files of an import. Without a folder (a dry run) nothing is written.
pub(super) struct BulkFiles {
    folder: Option<PathBuf>,
    open: Option<Open>,
    written: Vec<BulkFile>,
    /// The digest of all pairs.
    digest: Sha256,
}

struct Open {
    file: Option<WholeFile>,
    name: String,
    pairs: u32,
    bytes: u64,
    users: u64,
}

impl BulkFiles {
    pub(super) fn new(folder: Option<&Path>) -> Self {
        Self {
            folder: folder.map(Path::to_owned),
            open: None,
            written: Vec::new(),
            digest: Sha256::new(),
        }
    }

    /// Whether a file has the name of a bulk file.
    pub(super) fn is_bulk_file(name: &str) -> bool {
        name.starts_with("users-")
            && [".json", ".jsonl", ".part"]
                .iter()
                .any(|end| name.ends_with(end))
    }

    pub(super) fn add(&mut self, user: &User) -> io::Result<()> {
        let text = line(&user.username.record_key(), &user.record)?
            + ",\n"
            + &line(&user.id.index_key(), user.username.as_str())?;
        let length = text.len() as u64;
        let is_full = self.open.as_ref().is_some_and(|open| {
            open.pairs.saturating_add(2) > MAX_PAIRS
                || open.bytes.saturating_add(length) > MAX_BYTES
        });
        if is_full {
            self.close()?;
        }
        if self.open.is_none() {
            self.open = Some(self.next()?);
        }
        let Some(open) = &mut self.open else {
            return Err(io::ErrorKind::Other.into());
        };
        let gap = if open.pairs == 0 { "[\n" } else { ",\n" };
        open.pairs = open.pairs.saturating_add(2);
        open.users = open.users.saturating_add(1);
        open.bytes = open.bytes.saturating_add(length).saturating_add(2);
        for text in [gap, &text] {
            self.digest.update(text);
            if let Some(file) = &mut open.file {
                file.write_all(text.as_bytes())?;
            }
        }
        Ok(())
    }

    fn next(&self) -> io::Result<Open> {
        let name = format!("users-{:05}.json", self.written.len().saturating_add(1));
        let file = self
            .folder
            .as_ref()
            .map(|folder| WholeFile::create(folder.join(&name)));
        Ok(Open {
            file: file.transpose()?,
            name,
            pairs: 0,
            bytes: 0,
            users: 0,
        })
    }

    fn close(&mut self) -> io::Result<()> {
        let Some(open) = self.open.take() else {
            return Ok(());
        };
        self.digest.update("\n]\n");
        if let Some(mut file) = open.file {
            file.write_all(b"\n]\n")?;
            file.finish()?;
        }
        self.written.push(BulkFile {
            name: open.name,
            users: open.users,
        });
        Ok(())
    }

    /// Finishes the last file. Returns the files and the digest of their content.
    pub(super) fn finish(mut self) -> io::Result<(Vec<BulkFile>, String)> {
        self.close()?;
        Ok((self.written, hex(self.digest)))
    }
}

/// A digest in hexadecimal.
pub(super) fn hex(digest: Sha256) -> String {
    let digest = digest.finalize();
    digest.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// A pair as one line of JSON.
fn line(key: &str, value: &str) -> io::Result<String> {
    let pair = Pair {
        key: key.to_owned(),
        value: value.to_owned(),
    };
    serde_json::to_string(&pair).map_err(io::Error::other)
}
