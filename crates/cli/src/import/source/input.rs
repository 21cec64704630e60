//! Reads a text file or standard input in pieces.

use std::fmt;
use std::fs::File;
use std::io::{self, BufRead as _, BufReader, Read};
use std::path::Path;

use super::Total;
use crate::failure::{Failure, Outcome, about};

/// An input of bytes, with the number of bytes that were taken.
pub(super) struct Input {
    from: BufReader<Box<dyn Read>>,
    name: String,
    total: Total,
    taken: u64,
}

/// The name of a source in messages.
pub(super) fn name(path: &Path) -> impl fmt::Display {
    if path.as_os_str() == "-" {
        "standard input".to_owned()
    } else {
        path.display().to_string()
    }
}

pub(super) fn begins_with(path: &Path, magic: &[u8]) -> bool {
    let mut beginning = vec![0; magic.len()];
    let read = File::open(path).and_then(|mut file| file.read_exact(&mut beginning));
    read.is_ok() && beginning == magic
}

impl Input {
    pub(super) fn open(path: &Path) -> Outcome<Self> {
        let name = name(path).to_string();
        let (from, total): (Box<dyn Read>, _) = if path.as_os_str() == "-" {
            (Box::new(io::stdin()), Total::Unknown)
        } else {
            let file = File::open(path).map_err(about(&name))?;
            let about_it = file.metadata().map_err(about(&name))?;
            if about_it.is_dir() {
                return Err(Failure::new(format_args!("{name} is a folder")).fix("name a file"));
            }
            let total = if about_it.is_file() {
                Total::Bytes(about_it.len())
            } else {
                Total::Unknown
            };
            (Box::new(file), total)
        };
        Ok(Self {
            from: BufReader::with_capacity(1 << 16, from),
            name,
            total,
            taken: 0,
        })
    }

    pub(super) fn total(&self) -> Total {
        self.total
    }

    /// The number of bytes that were taken.
    pub(super) fn taken(&self) -> u64 {
        self.taken
    }

    /// The next bytes; empty at the end.
    pub(super) fn peek(&mut self) -> Outcome<&[u8]> {
        // Interrupted reads are repeated.
        while let Err(error) = self.from.fill_buf() {
            if error.kind() != io::ErrorKind::Interrupted {
                return Err(about(&self.name)(error));
            }
        }
        Ok(self.from.buffer())
    }

    /// Takes the first `count` bytes that [`peek`](Self::peek) returned.
    pub(super) fn take(&mut self, count: usize) {
        self.from.consume(count);
        self.taken = self.taken.saturating_add(count as u64);
    }
}
