//! Counts the results of reading the rows.

use std::collections::BTreeMap;

use serde::Serialize;

use super::reasons::Reason;
use super::row::User;
use super::source::Cell;
use crate::cost;
use portcullis::password::HashMethod;

/// The number of example rows for each reason.
const EXAMPLES: usize = 3;

/// The number of rows by result.
#[derive(Default)]
pub(super) struct Counts {
    pub(super) rows: u64,
    pub(super) importable: u64,
    pub(super) rejected: u64,
    pub(super) disabled: u64,
    pub(super) odd_phones: u64,
    pub(super) odd_names: u64,
    /// The hashes by the text of their method.
    pub(super) hashes: BTreeMap<String, Hashes>,
    /// The rejected rows by code.
    pub(super) reasons: BTreeMap<&'static str, Rejections>,
}

/// The number of hashes of one method and cost, and the CPU time of their logins.
#[derive(Serialize)]
pub(super) struct Hashes {
    pub(super) users: u64,
    /// The estimated CPU time on Cloudflare in milliseconds: the check of this hash and, if the
    /// login replaces it, a new hash.
    pub(super) first_login_ms: f64,
    /// The estimated CPU time of each later login in milliseconds.
    pub(super) later_login_ms: f64,
    /// Whether both times are within the limit of the free plan.
    pub(super) free_plan: bool,
}

/// The rows that were rejected for one reason.
#[derive(Serialize)]
pub(super) struct Rejections {
    pub(super) rows: u64,
    pub(super) summary: &'static str,
    pub(super) examples: Vec<Example>,
}

/// An example of a rejected row.
#[derive(Serialize)]
pub(super) struct Example {
    pub(super) row: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) username: Option<String>,
    pub(super) reason: String,
}

impl Counts {
    pub(super) fn accept(&mut self, user: &User) {
        self.importable = self.importable.saturating_add(1);
        let count = |count: &mut u64, is_one: bool| *count = count.saturating_add(is_one.into());
        count(&mut self.disabled, user.remarks.disabled);
        count(&mut self.odd_phones, user.remarks.phone);
        count(&mut self.odd_names, user.remarks.name);
        let method = user.method.to_string();
        let hashes = self
            .hashes
            .entry(method)
            .or_insert_with(|| Hashes::new(user.method, user.needs_rehash));
        hashes.users = hashes.users.saturating_add(1);
    }

    pub(super) fn reject(&mut self, row: u64, username: Option<&Cell>, reason: &Reason) {
        self.rejected = self.rejected.saturating_add(1);
        let rejections = self
            .reasons
            .entry(reason.code())
            .or_insert_with(|| Rejections {
                rows: 0,
                summary: reason.summary(),
                examples: Vec::new(),
            });
        rejections.rows = rejections.rows.saturating_add(1);
        if rejections.examples.len() < EXAMPLES {
            rejections.examples.push(Example {
                row,
                username: username.and_then(shown),
                reason: reason.to_string(),
            });
        }
    }

    /// Whether the results add up to the number of rows. If not, this code has a bug.
    pub(super) fn add_up(&self) -> bool {
        let sum = |counts: &mut dyn Iterator<Item = u64>| counts.fold(0, u64::saturating_add);
        self.importable.checked_add(self.rejected) == Some(self.rows)
            && sum(&mut self.hashes.values().map(|hashes| hashes.users)) == self.importable
            && sum(&mut self.reasons.values().map(|reasons| reasons.rows)) == self.rejected
    }
}

impl Hashes {
    fn new(method: HashMethod, needs_rehash: bool) -> Self {
        let own = cost::milliseconds(method);
        let today = cost::milliseconds_today();
        let (first, later) = if needs_rehash {
            (own + today, today)
        } else {
            (own, own)
        };
        Self {
            users: 0,
            first_login_ms: first,
            later_login_ms: later,
            free_plan: first.max(later) <= cost::FREE_PLAN_MILLISECONDS,
        }
    }
}

/// The beginning of a name, without control characters for a terminal.
fn shown(name: &Cell) -> Option<String> {
    let Cell::Text(name) = name else {
        return None;
    };
    let beginning: String = name.chars().take(40).collect();
    Some(beginning.escape_debug().to_string())
}
