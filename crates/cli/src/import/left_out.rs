//! `users-00001.left-out.jsonl`: the users of `users-00001.json` whom the import did not bring to the
//! source's state, each with the reason. `users import` can read this file.

use std::io::Write as _;
use std::path::{Path, PathBuf};

use serde_json::{Map, Value, json};

use super::comparison::SourceUser;
use super::files::WholeFile;
use super::outcome::Outcome;
use crate::failure::{self, Failure, about};

/// The path of the file that belongs to a bulk file.
fn path_of(bulk_file: &Path) -> PathBuf {
    bulk_file.with_extension("left-out.jsonl")
}

/// Writes the file that belongs to a bulk file. Writes no file if no user was left out.
pub(super) fn write(bulk_file: &Path, users: &mut [(SourceUser, Outcome)]) -> failure::Outcome<()> {
    users.sort_by_key(|(user, _)| user.place);
    let path = path_of(bulk_file);
    let shown = path.display().to_string();
    let mut file = None;
    for (user, outcome) in users.iter() {
        let Some((code, reason)) = outcome.left_out() else {
            continue;
        };
        let [pair, _] = &user.pairs;
        let mut members: Map<String, Value> =
            serde_json::from_str(&pair.value).map_err(Failure::new)?;
        members.insert("left_out".into(), json!({"code": code, "reason": reason}));
        let line = serde_json::to_string(&members).map_err(Failure::new)?;
        let file = match &mut file {
            Some(file) => file,
            none => none.insert(WholeFile::create(path.clone()).map_err(about(&shown))?),
        };
        writeln!(file, "{line}").map_err(about(&shown))?;
    }
    file.map_or(Ok(()), WholeFile::finish).map_err(about(shown))
}
