//! `portcullis keys`.

mod lifetime;
mod list;
mod operator;
mod revoke;
mod rotate;

use std::ops::RangeInclusive;

use portcullis::account::AccessKeys;
use portcullis::key::SecretJwkSet;
use serde_json::{Value, json};

use crate::support::{Folder, now};

const ALGORITHMS: [&str; 6] = ["EdDSA", "Ed25519", "ES256", "HS256", "HS384", "HS512"];
const HOUR: i64 = 3600;

/// Parses a set like the Worker parses `SIGNING_KEYS`.
fn as_the_worker(set: &str) -> AccessKeys {
    AccessKeys::from_jwk_set(&SecretJwkSet::from_json(set).unwrap()).unwrap()
}

fn with_keys() -> Folder {
    let folder = Folder::new();
    folder.done(&["keys", "generate", "--out", "keys.json"]);
    folder
}

fn set(folder: &Folder) -> Vec<Value> {
    let set: Value = serde_json::from_str(&folder.read("keys.json")).unwrap();
    set["keys"].as_array().unwrap().clone()
}

fn ids(folder: &Folder) -> Vec<String> {
    let id = |key: &Value| key["kid"].as_str().unwrap().to_owned();
    set(folder).iter().map(id).collect()
}

/// Changes a key of the file.
fn change(folder: &Folder, index: usize, change: impl FnOnce(&mut Value)) {
    let mut keys = set(folder);
    change(&mut keys[index]);
    folder.write("keys.json", &json!({ "keys": keys }).to_string());
}

/// Rotates. Returns the seconds within which the rotation ran.
fn rotate(folder: &Folder, more: &[&str]) -> RangeInclusive<i64> {
    let before = now();
    folder.done(&[&["keys", "rotate", "--file", "keys.json"], more].concat());
    before..=now()
}

#[track_caller]
fn lies_after(date: &Value, rotated: RangeInclusive<i64>, seconds: i64) {
    let date = date.as_i64().unwrap();
    assert!(rotated.contains(&(date - seconds)), "{date} {rotated:?}");
}

#[test]
fn the_worker_accepts_a_generated_set_and_publishes_its_public_part() {
    let folder = Folder::new();
    for algorithm in ALGORITHMS {
        let text = folder.done(&["keys", "generate", "--alg", algorithm]);
        let set: Value = serde_json::from_str(&text).unwrap();
        let key = &set["keys"][0];
        assert_eq!(
            (&key["alg"], &key["use"]),
            (&algorithm.into(), &"sig".into())
        );
        let published = folder.run_with(&["keys", "public"], text.as_bytes());
        assert_eq!(
            published.text.trim_end(),
            as_the_worker(&text).public_json()
        );
        let symmetric = algorithm.starts_with("HS");
        assert_eq!(published.error.contains("Left out: 1"), symmetric);
        let count = published.json()["keys"].as_array().unwrap().len();
        assert_eq!(count, usize::from(!symmetric));
    }
    let default: Value = serde_json::from_str(&folder.done(&["keys", "generate"])).unwrap();
    assert_eq!(default["keys"][0]["alg"], "EdDSA");
}

#[test]
fn no_key_is_generated_twice() {
    let folder = Folder::new();
    let made = || folder.done(&["keys", "generate", "--alg", "HS256"]);
    assert_ne!(made(), made());
}

#[test]
fn only_its_owner_can_read_a_file_of_keys_and_it_is_never_overwritten() {
    let folder = with_keys();
    let made = folder.read("keys.json");
    as_the_worker(&made);
    assert!(is_private(&folder));
    let again = folder.run(&["keys", "generate", "--out", "keys.json"]);
    again.is_refused(1, "keys.json already exists");
    assert_eq!(folder.read("keys.json"), made);
    let nowhere = folder.run(&["keys", "generate", "--out", "no/keys.json"]);
    nowhere.is_refused(1, "no/keys.json");
}

#[cfg(unix)]
fn is_private(folder: &Folder) -> bool {
    use std::os::unix::fs::PermissionsExt as _;
    let metadata = std::fs::metadata(folder.path("keys.json")).unwrap();
    metadata.permissions().mode() & 0o777 == 0o600
}

#[cfg(not(unix))]
fn is_private(_: &Folder) -> bool {
    true
}
