//! The results of `--apply`, for the report.

use std::path::Path;

use serde::Serialize;

use super::outcome::Tally;
use crate::failure::Outcome;
use crate::output::Output;
use crate::words::{count, thousands};

/// The results for the users in the files, of this run and of earlier runs.
#[derive(Serialize)]
pub(super) struct Applied {
    pub(super) target: String,
    /// The number of files that an earlier run put.
    pub(super) files_before: u64,
    #[serde(flatten)]
    pub(super) tally: Tally,
    /// Users who are missing in the source and were disabled; `None` without `--disable-missing`.
    pub(super) missing_disabled: Option<u64>,
    /// Users who are missing in the source and whom the Worker refused to disable.
    pub(super) missing_refused: Option<u64>,
}

impl Applied {
    /// Whether the Worker refused a user. A refusal is never expected, so it changes the exit
    /// status even without `--strict`.
    pub(super) fn has_refused(&self) -> bool {
        self.tally.refused > 0 || self.missing_refused.is_some_and(|refused| refused > 0)
    }

    /// Whether every row is in KV. A user who was removed here stays removed and counts as
    /// complete.
    pub(super) fn is_whole(&self) -> bool {
        let tally = &self.tally;
        [
            tally.id_taken,
            tally.name_taken,
            tally.corrupt,
            tally.refused,
        ] == [0; 4]
    }

    pub(super) fn write(&self, folder: &Path, output: &mut Output) -> Outcome<()> {
        let tally = &self.tally;
        if self.files_before > 0 {
            let before = count(self.files_before, "file");
            output.line(format_args!("{before} put by an earlier run"))?;
        }
        let put = count(tally.put, "user");
        output.line(format_args!("{put} put {}", self.target))?;
        for (number, what) in [
            (tally.changed, "changed through the Worker"),
            (tally.renamed, "  of them renamed"),
            (
                tally.passwords,
                "  of them with a new password, which ends their sessions",
            ),
            (
                self.missing_disabled.unwrap_or_default(),
                "missing in the source, and disabled through the Worker",
            ),
            (
                self.missing_refused.unwrap_or_default(),
                "missing in the source, but the Worker refused to disable them",
            ),
            (tally.already_there, "already there, and not changed"),
            (
                tally.different,
                "  of them with other data in the source (--overwrite changes them)",
            ),
            (
                tally.passwords_kept,
                "with a password that they changed here and keep",
            ),
            (
                tally.id_taken,
                "not put, because in KV the user with their id has another name",
            ),
            (
                tally.name_taken,
                "not put, because in KV their name belongs to another user",
            ),
            (
                tally.corrupt,
                "not put, because the value in KV is not a user",
            ),
            (tally.refused, "refused by the Worker"),
            (tally.removed, "removed here, and not put again"),
        ] {
            if number > 0 {
                output.line(format_args!("{what}: {}", thousands(number)))?;
            }
        }
        let left_out = [
            tally.different,
            tally.id_taken,
            tally.name_taken,
            tally.corrupt,
            tally.refused,
            tally.removed,
        ];
        if left_out != [0; 6] {
            let shown = folder.join("users-*.left-out.jsonl");
            output.line(format_args!(
                "the users who were left out, with reasons, are in {}",
                shown.display()
            ))?;
        }
        Ok(())
    }
}
