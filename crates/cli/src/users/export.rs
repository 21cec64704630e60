//! `portcullis users export`: all users, as JSON lines that the import reads.

use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use clap::Args;

use crate::failure::{Failure, Outcome, Status, about};
use crate::import::WholeFile;
use crate::json_text::shown;
use crate::kv::KvOptions;
use crate::output::Output;
use portcullis::account::{StoredUser, Username};

/// How many users are in memory at once.
const AT_ONCE: usize = 1000;

/// Write all users, with their hashes, to a file that can be imported
///
/// Each line is one user as a JSON object: id, username, hash_password, phone, disabled,
/// tokens_valid_from and all other members of the record. Removed users and sessions are not
/// exported. KV may be up to a minute old: close REGISTRATION before the last export.
#[derive(Args)]
#[command(after_long_help = "\
Examples:
  portcullis users export
  portcullis users export everybody.jsonl --remote
  portcullis users import --from everybody.jsonl --sign-up-ids --apply")]
pub(super) struct ExportCommand {
    /// The new file, which only you can read; - is standard output
    #[arg(default_value = "portcullis-users.jsonl")]
    file: PathBuf,
    #[command(flatten)]
    kv: KvOptions,
}

/// The destination of the lines.
enum Target<'o> {
    File(WholeFile),
    Output(&'o mut Output),
}

impl<'o> Target<'o> {
    /// # Errors
    /// The file exists already, or cannot be written.
    fn open(path: &Path, output: &'o mut Output) -> Outcome<Self> {
        if path == Path::new("-") {
            return Ok(Self::Output(output));
        }
        let shown = path.display();
        if path.try_exists().map_err(about(&shown))? {
            return Err(Failure::new(format_args!("{shown} already exists"))
                .fix("name a new file, or - for standard output"));
        }
        let file = WholeFile::create(path.to_owned()).map_err(about(shown))?;
        Ok(Self::File(file))
    }

    fn line(&mut self, text: &str) -> Outcome<io::Result<()>> {
        match self {
            Self::File(file) => Ok(writeln!(file, "{text}")),
            Self::Output(output) => output.line(text).map(Ok),
        }
    }

    fn finish(self) -> io::Result<()> {
        match self {
            Self::File(file) => file.finish(),
            Self::Output(_) => Ok(()),
        }
    }
}

impl ExportCommand {
    pub(super) fn run(self, output: &mut Output) -> Outcome {
        let kv = self.kv.open()?;
        let path = self.file.display();
        let mut target = Target::open(&self.file, output)?;
        let keys = kv.keys("user:")?;
        let (mut users, mut corrupt) = (0_u64, Vec::new());
        for keys in keys.chunks(AT_ONCE) {
            for (key, value) in keys.iter().zip(kv.get_all(keys)?) {
                // The key was removed after it was listed.
                let Some(value) = value else {
                    continue;
                };
                match Stored::read(key, &value) {
                    Stored::User(line) => {
                        target.line(&line)?.map_err(about(&path))?;
                        users = users.saturating_add(1);
                    }
                    Stored::Removed => {}
                    Stored::Corrupt => corrupt.push(key),
                }
            }
        }
        target.finish().map_err(about(&path))?;
        let plural = if users == 1 { "" } else { "s" };
        let to = match self.file == Path::new("-") {
            true => "standard output".to_owned(),
            false => path.to_string(),
        };
        output.say(format_args!(
            "Exported {users} user{plural} ({kv}) to {to}."
        ));
        let Some(first) = corrupt.first() else {
            return Ok(Status::Done);
        };
        let count = corrupt.len();
        let values = match count {
            1 => "1 value in KV is not a user and was not exported".to_owned(),
            _ => format!("{count} values in KV are not users and were not exported"),
        };
        let first = shown(first);
        Err(
            Failure::new(format_args!("{values}; the first key is {first}"))
                .fix("import those users again or delete the keys, and export again"),
        )
    }
}

/// The value of a key in KV.
enum Stored {
    /// The user as a line of the export.
    User(String),
    Removed,
    Corrupt,
}

impl Stored {
    fn read(key: &str, value: &str) -> Self {
        let name = key.strip_prefix("user:").map(Username::new);
        let Some(Ok(name)) = name else {
            return Self::Corrupt;
        };
        let record = match StoredUser::parse(value, &name) {
            Ok(StoredUser::Seed(record)) => record,
            Ok(StoredUser::Replica(replica)) => replica.record,
            Ok(StoredUser::Removed(_)) => return Self::Removed,
            Err(_) => return Self::Corrupt,
        };
        record.to_json().map_or(Self::Corrupt, Self::User)
    }
}
