//! The outcome for a user of a bulk file, and the counts of outcomes.

use serde::{Deserialize, Serialize};

/// The outcome for one user.
#[derive(Debug, Clone)]
pub(super) enum Outcome {
    /// The user is new and was put.
    Put,
    /// The user existed already, and the import changed nothing.
    AlreadyThere {
        /// Whether the source has different data, which `--overwrite` would bring in.
        is_different: bool,
    },
    /// The user was changed through the Worker.
    Changed { renamed: bool, password: bool },
    /// The name belongs to another id.
    NameTaken {
        /// Whether the two users exchange names in the source, directly or in a ring of renames.
        is_swap: bool,
    },
    /// The id belongs to a user with another name.
    IdTaken,
    /// This key of an id names a user whom KV does not have.
    IdKeyStale(String),
    /// The user was removed here.
    Removed,
    /// KV's value under this name is not a user.
    Corrupt(String),
    /// The Worker refused, with this code and message.
    Refused(String, String),
}

impl Outcome {
    /// The code and the reason for the file of left-out users.
    pub(super) fn left_out(&self) -> Option<(&str, String)> {
        let (code, reason) = match self {
            Self::Put
            | Self::Changed { .. }
            | Self::AlreadyThere {
                is_different: false,
            } => return None,
            Self::AlreadyThere { is_different: true } => (
                "different",
                "the user exists, and the source has other data: import again with --overwrite",
            ),
            Self::NameTaken { is_swap: false } => (
                "name_taken",
                "the name belongs or belonged to another id here: rename one of the two users in \
                 the source or here, and import again with --overwrite",
            ),
            Self::NameTaken { is_swap: true } => (
                "name_taken",
                "users exchanged their names in the source: give one of them a free name with \
                 `portcullis users rename`, and import again with --overwrite",
            ),
            Self::IdTaken => (
                "id_taken",
                "the user of this id has another name here: import again with --overwrite, \
                 which renames users",
            ),
            Self::Removed => ("removed", "the user was removed here"),
            Self::Corrupt(name) => {
                let fix = format!(
                    "KV's value under user:{name} is not a user: remove it with `portcullis \
                     users remove {name}`, and import again"
                );
                return Some(("corrupt", fix));
            }
            Self::IdKeyStale(key) => {
                let fix = format!(
                    "KV's {key} names a user whom KV does not have: import again in a minute; \
                     if this reason is there again, delete the key with `npx wrangler kv key delete`"
                );
                return Some(("id_taken", fix));
            }
            Self::Refused(code, said) => return Some((code, said.clone())),
        };
        Some((code, reason.to_owned()))
    }
}

/// The numbers of users, by outcome.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(default)]
pub(super) struct Tally {
    pub(super) put: u64,
    pub(super) already_there: u64,
    pub(super) changed: u64,
    pub(super) removed: u64,
    pub(super) name_taken: u64,
    pub(super) id_taken: u64,
    pub(super) corrupt: u64,
    pub(super) refused: u64,
    /// Users with different data in the source; also counted in `already_there`.
    pub(super) different: u64,
    /// Also counted in `changed`.
    pub(super) renamed: u64,
    /// Also counted in `changed`.
    pub(super) passwords: u64,
    /// Users who changed the password here and keep it; also counted in `changed` or
    /// `already_there`.
    pub(super) passwords_kept: u64,
}

impl Tally {
    pub(super) fn add(&mut self, outcome: &Outcome) {
        let mut count = |count: fn(&mut Self) -> &mut u64, is_one: bool| {
            let count = count(self);
            *count = count.saturating_add(is_one.into());
        };
        match outcome {
            Outcome::Put => count(|tally| &mut tally.put, true),
            Outcome::AlreadyThere { is_different } => {
                count(|tally| &mut tally.already_there, true);
                count(|tally| &mut tally.different, *is_different);
            }
            Outcome::Changed { renamed, password } => {
                count(|tally| &mut tally.changed, true);
                count(|tally| &mut tally.renamed, *renamed);
                count(|tally| &mut tally.passwords, *password);
            }
            Outcome::NameTaken { .. } => count(|tally| &mut tally.name_taken, true),
            Outcome::IdTaken | Outcome::IdKeyStale(_) => {
                count(|tally| &mut tally.id_taken, true);
            }
            Outcome::Removed => count(|tally| &mut tally.removed, true),
            Outcome::Corrupt(_) => count(|tally| &mut tally.corrupt, true),
            Outcome::Refused(..) => count(|tally| &mut tally.refused, true),
        }
    }

    /// Counts a user who keeps a password that was changed here.
    pub(super) fn keep_password(&mut self, keeps: bool) {
        self.passwords_kept = self.passwords_kept.saturating_add(keeps.into());
    }

    pub(super) fn plus(mut self, other: &Self) -> Self {
        for (sum, more) in [
            (&mut self.put, other.put),
            (&mut self.already_there, other.already_there),
            (&mut self.changed, other.changed),
            (&mut self.removed, other.removed),
            (&mut self.name_taken, other.name_taken),
            (&mut self.id_taken, other.id_taken),
            (&mut self.corrupt, other.corrupt),
            (&mut self.refused, other.refused),
            (&mut self.different, other.different),
            (&mut self.renamed, other.renamed),
            (&mut self.passwords, other.passwords),
            (&mut self.passwords_kept, other.passwords_kept),
        ] {
            *sum = sum.saturating_add(more);
        }
        self
    }

    /// The number of all users.
    pub(super) fn users(&self) -> u64 {
        let all = [
            self.put,
            self.already_there,
            self.changed,
            self.removed,
            self.name_taken,
            self.id_taken,
            self.corrupt,
            self.refused,
        ];
        all.into_iter().fold(0, u64::saturating_add)
    }

    /// Moves the users that an earlier run put from `already_there` to `put`.
    pub(super) fn put_before(&mut self, before: u64) {
        let moved = before.min(self.already_there);
        self.already_there = self.already_there.saturating_sub(moved);
        self.put = self.put.saturating_add(moved);
    }
}
