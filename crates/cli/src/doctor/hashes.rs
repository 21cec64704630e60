//! Compares the CPU time of a login with the limits of the plan and the config.

use std::fs;
use std::path::Path;

use serde::Deserialize;
use toml::Value;

use super::Plan;
use super::finding::Findings;
use super::project::Project;
use crate::cost;
use crate::failure::{Outcome, about};
use crate::kv::Kv;
use portcullis::account::{UserRecord, Username};
use portcullis::password::StoredHash;

/// The stored records of some of the users, by their keys.
pub(super) struct Sample {
    records: Vec<(String, String)>,
    /// The number of all users.
    all: usize,
}

/// The largest sample, spread evenly over all users.
const MOST: usize = 500;
const PREFIX: &str = "user:";

impl Sample {
    pub(super) fn of_kv(kv: &Kv) -> Outcome<Self> {
        let keys = kv.keys(PREFIX)?;
        let chosen = spread(&keys);
        let values = kv.get_all(&chosen)?;
        let found = chosen.iter().zip(values);
        let records = found.filter_map(|(key, value)| Some(((*key).clone(), value?)));
        Ok(Self {
            records: records.collect(),
            all: keys.len(),
        })
    }

    /// Reads a sample from the bulk files in a folder, as `users import` writes them.
    pub(super) fn of_files(folder: &Path) -> Outcome<Self> {
        #[derive(Deserialize)]
        struct Pair {
            key: String,
            value: String,
        }
        let entries = fs::read_dir(folder).map_err(about(folder.display()))?;
        let mut paths: Vec<_> = entries.flatten().map(|entry| entry.path()).collect();
        paths.retain(|path| path.extension().is_some_and(|kind| kind == "json"));
        paths.sort();
        let mut sample = Self {
            records: Vec::new(),
            all: 0,
        };
        for path in &paths {
            let text = fs::read_to_string(path).map_err(about(path.display()))?;
            // The folder may contain other JSON, such as a report.
            let Ok(pairs) = serde_json::from_str::<Vec<Pair>>(&text) else {
                continue;
            };
            let users = pairs
                .into_iter()
                .filter(|pair| pair.key.starts_with(PREFIX));
            let users: Vec<_> = users.map(|pair| (pair.key, pair.value)).collect();
            sample.all = sample.all.saturating_add(users.len());
            sample.records.extend(spread(&users).into_iter().cloned());
        }
        Ok(sample)
    }
}

/// Every n-th item, so that at most [`MOST`] remain.
fn spread<T>(all: &[T]) -> Vec<&T> {
    let step = all.len().div_ceil(MOST).max(1);
    all.iter().step_by(step).collect()
}

/// A summary of the hashes of a sample.
struct Hashes {
    /// The CPU time of the most expensive login, in milliseconds.
    slowest: f64,
    old: usize,
    unusable: usize,
}

impl Hashes {
    fn from_sample(sample: &Sample) -> Self {
        let mut hashes = Self {
            slowest: 0.0,
            old: 0,
            unusable: 0,
        };
        for (key, value) in &sample.records {
            let name = key.strip_prefix(PREFIX).unwrap_or_default();
            let record = Username::new(name).ok();
            let record = record.and_then(|name| UserRecord::parse(value, &name).ok());
            let hash = record.and_then(|record| StoredHash::parse(&record.hash_password).ok());
            let Some(hash) = hash else {
                hashes.unusable = hashes.unusable.saturating_add(1);
                continue;
            };
            let mut login = cost::milliseconds(hash.method());
            if hash.needs_rehash() {
                hashes.old = hashes.old.saturating_add(1);
                login += cost::milliseconds_today();
            }
            hashes.slowest = hashes.slowest.max(login);
        }
        hashes
    }
}

pub(super) fn check(
    project: &Project,
    plan: Plan,
    sample: Option<&Sample>,
    findings: &mut Findings,
) {
    // Every user gets a hash with today's cost at the next login.
    let mut slowest = cost::milliseconds_today();
    let mut what = "a login with a new hash";
    if let Some(sample) = sample {
        let hashes = Hashes::from_sample(sample);
        if hashes.slowest > slowest {
            slowest = hashes.slowest;
            what =
                "a first login with the most expensive stored hash, which also makes a new hash,";
        }
        report_hashes(sample, &hashes, findings);
    }
    let limit = project.inherited("limits");
    let limit = limit.and_then(|limits| limits.get("cpu_ms"));
    let limit = limit.and_then(Value::as_integer);
    if plan == Plan::Free {
        if slowest > cost::FREE_PLAN_MILLISECONDS {
            findings.error(
                "plan_cpu",
                "the free plan",
                format!(
                    "allows a request {} ms of CPU time, and {what} takes about {slowest:.0} ms: it works on this machine, but Cloudflare ends the request",
                    cost::FREE_PLAN_MILLISECONDS
                ),
                "take the paid plan; /me, /verify and the page also work on the free plan",
            );
        }
        if limit.is_some() {
            findings.error(
                "plan_limits",
                "limits.cpu_ms",
                "needs the paid plan: Cloudflare refuses it on the free plan",
                "remove it",
            );
        }
        return;
    }
    // Doubled, because a machine may be slower than the one that was measured.
    let wanted = slowest * 2.0;
    #[allow(clippy::cast_precision_loss)] // at most 300,000
    if limit.is_some_and(|limit| (limit as f64) < wanted) {
        findings.error(
            "cpu_limit",
            "limits.cpu_ms",
            format!("is less than a login may need: {what} takes about {slowest:.0} ms, and more on a slow machine"),
            format!("set {:.0} or more, or remove it: the default is 30 s", (wanted / 100.0).ceil() * 100.0),
        );
    }
}

fn report_hashes(sample: &Sample, hashes: &Hashes, findings: &mut Findings) {
    let looked_at = sample.records.len();
    if looked_at == 0 {
        findings.note(
            "users_none",
            "the users",
            "do not exist yet: no hash was checked",
            "run `portcullis users import` or `portcullis users add`",
        );
        return;
    }
    let all = sample.all;
    if hashes.unusable > 0 {
        findings.warning(
            "hash_unusable",
            "the users",
            format!(
                "include some whose record or hash cannot be used, so that no password works: {} of {looked_at} checked users, out of {all}",
                hashes.unusable
            ),
            "run `portcullis users set-password` for each of these users",
        );
    }
    if hashes.old > 0 {
        findings.note(
            "hashes_old",
            "the users",
            format!(
                "include some with an older kind of hash: {} of {looked_at} checked users, out of {all}; a first login takes at most about {:.0} ms of CPU time",
                hashes.old, hashes.slowest
            ),
            "nothing to do: the first login of each user replaces the hash",
        );
    }
}
