//! `portcullis users import`.

mod again;
mod apply;
mod columns;
mod export;
mod files;
mod properties;
mod reasons;
mod renames;
mod report;
mod sources;

use std::collections::BTreeMap;
use std::fs;

use portcullis::account::{UserRecord, Username};
use serde_json::{Value, json};

use crate::support::{Folder, Ran};

/// A hash of "correct horse".
pub(crate) const PBKDF2: &str =
    "pbkdf2:sha1:1000$abcdefgh$af7296463577a47bb16ec7ce1e7c94ca39fb1558";
pub(crate) const SCRYPT: &str = "scrypt:32768:8:1$abcdefghijklmnop$81b59dde9d092f718dfb03433d8da9c3665fd3041418559f01d92623eda9e66a6205e9230bf16318717746682357b4a1774d75dde137aea408fcfb874e777296";

/// Runs an import in `folder`, without progress.
pub(crate) fn import(folder: &Folder, arguments: &[&str]) -> Ran {
    folder.run(&[&["users", "import", "--quiet"], arguments].concat())
}

/// The report of an import that must succeed.
pub(crate) fn report(folder: &Folder, arguments: &[&str]) -> Value {
    let ran = import(folder, &[&["--json"], arguments].concat());
    assert_eq!(ran.status, 0, "{}", ran.error);
    assert_eq!(ran.error, "");
    ran.json()
}

/// The pairs in a folder's bulk files, one list per file.
pub(crate) fn bulk_files(folder: &Folder, out: &str) -> Vec<Vec<(String, String)>> {
    let mut names: Vec<String> = fs::read_dir(folder.path(out))
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .filter(|name| name.starts_with("users-") && name.ends_with(".json"))
        .collect();
    names.sort();
    names
        .iter()
        .map(|name| {
            let text = folder.read(&format!("{out}/{name}"));
            let pairs: Vec<BTreeMap<String, String>> = serde_json::from_str(&text).unwrap();
            pairs
                .into_iter()
                .map(|pair| (pair["key"].clone(), pair["value"].clone()))
                .collect()
        })
        .collect()
}

/// The content of KV after all bulk files are put.
pub(crate) fn stored(folder: &Folder, out: &str) -> BTreeMap<String, String> {
    bulk_files(folder, out).into_iter().flatten().collect()
}

/// The record of a user, as the Worker reads it.
pub(crate) fn record(stored: &BTreeMap<String, String>, name: &str) -> UserRecord {
    let username = Username::new(name).unwrap();
    UserRecord::parse(&stored[&username.record_key()], &username).unwrap()
}

/// The rows of `rejected.jsonl`; empty if there is no such file.
pub(crate) fn rejected(folder: &Folder, out: &str) -> Vec<Value> {
    let path = folder.path(&format!("{out}/rejected.jsonl"));
    let text = fs::read_to_string(path).unwrap_or_default();
    text.lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect()
}

/// A row of JSON lines.
pub(crate) fn row(id: u64, name: &str) -> Value {
    json!({"id": id, "username": name, "hash_password": PBKDF2, "phone": ""})
}

pub(crate) fn json_lines(rows: &[Value]) -> String {
    rows.iter().map(|row| format!("{row}\n")).collect()
}

/// JSON lines with `count` users.
pub(crate) fn many(count: u64) -> String {
    (1..=count)
        .map(|id| format!("{}\n", row(id, &format!("user{id}"))))
        .collect()
}
