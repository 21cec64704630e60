//! Against a wrangler that keeps a file; the real one is in the tests of Node.

#![cfg(unix)]

use std::collections::BTreeMap;
use std::fs;
use std::process::Output;

use serde_json::{Value, json};

use super::{PBKDF2, json_lines, many, row, stored};
use crate::support::{Folder, Ran};

const FAKE: &str = concat!(
    env!("CARGO_MANIFEST_DIR"),
    "/tests/cli/import/fake_wrangler.mjs"
);

/// A folder with a KV of its own.
struct Place {
    folder: Folder,
}

impl Place {
    fn new(rows: &str) -> Self {
        let folder = Folder::new();
        folder.write("a.jsonl", rows);
        folder.write("wrangler.toml", "");
        Self { folder }
    }

    fn output(&self, arguments: &[&str], environment: &[(&str, &str)]) -> Output {
        let command = ["users", "import", "--quiet", "--from", "a.jsonl", "--apply"];
        let mut command = self.folder.command(&[&command[..], arguments].concat());
        command
            .env("PORTCULLIS_WRANGLER", FAKE)
            .env("FAKE_KV", self.folder.path("kv.json"))
            .envs(environment.iter().copied());
        command.output().unwrap()
    }

    fn run(&self, arguments: &[&str], environment: &[(&str, &str)]) -> Ran {
        // A local KV with exactly a thousand keys is listed otherwise.
        Ran::of(self.output(&[&["--remote"], arguments].concat(), environment))
    }

    fn applied(&self, arguments: &[&str]) -> Value {
        let ran = self.run(&[&["--json"], arguments].concat(), &[]);
        assert_eq!(ran.status, 0, "{}", ran.error);
        let report = ran.json();
        let applied = &report["applied"];
        let count = |name: &str| applied[name].as_u64().unwrap();
        let sum = count("put") + count("already_there") + count("id_taken");
        assert_eq!(Some(sum), report["importable"].as_u64());
        applied.clone()
    }

    fn kv(&self) -> BTreeMap<String, String> {
        let text = fs::read_to_string(self.folder.path("kv.json"));
        text.map_or_else(
            |_| BTreeMap::new(),
            |text| serde_json::from_str(&text).unwrap(),
        )
    }

    fn set(&self, key: &str, value: &str) {
        let mut kv = self.kv();
        kv.insert(key.into(), value.into());
        self.folder.write("kv.json", &json!(kv).to_string());
    }

    fn puts(&self) -> usize {
        let calls = self.folder.read("kv.json.calls");
        calls.lines().filter(|call| *call == "kv bulk put").count()
    }
}

#[test]
fn the_files_are_put_and_a_second_run_has_nothing_to_do() {
    let place = Place::new(&many(12_000));
    let ran = place.run(&[], &[]);
    assert_eq!(ran.status, 0, "{}", ran.error);
    assert!(
        ran.text.contains("12,000 users put on Cloudflare"),
        "{}",
        ran.text
    );
    assert_eq!(place.kv(), stored(&place.folder, "portcullis-import"));
    assert_eq!(place.puts(), 3);
    let again = place.applied(&[]);
    assert_eq!(
        (&again["put"], &again["files_before"]),
        (&json!(12_000), &json!(3))
    );
    assert_eq!(place.puts(), 3);
}

#[test]
fn what_fails_goes_on_where_it_stopped() {
    let place = Place::new(&many(12_000));
    let failed = place.run(&[], &[("FAKE_FAIL_AT", "2")]);
    failed.is_refused(
        1,
        "the network is down (1 of 3 files are put); run the same again",
    );
    let half = place.kv();
    assert_eq!(half.len(), 15_000);
    // Meanwhile one logs in: the hash that is there now is the newer one.
    let newer =
        json!({"id": 6000, "username": "user6000", "hash_password": "$argon2id$…", "phone": ""});
    place.set("user:user6000", &newer.to_string());
    let again = place.applied(&[]);
    assert_eq!(again["files_before"], 1);
    assert_eq!(
        (&again["put"], &again["already_there"]),
        (&json!(9500), &json!(2500))
    );
    let mut expected = stored(&place.folder, "portcullis-import");
    expected.insert("user:user6000".into(), newer.to_string());
    assert_eq!(place.kv(), expected);
}

#[test]
fn what_is_killed_goes_on_where_it_stopped() {
    let place = Place::new(&many(12_000));
    let environment = [("FAKE_FAIL_AT", "3"), ("FAKE_KILL", "")];
    let killed = place.output(&["--remote"], &environment);
    assert_eq!(killed.status.code(), None);
    assert_eq!(place.kv().len(), 22_000);
    place.applied(&[]);
    assert_eq!(place.kv(), stored(&place.folder, "portcullis-import"));
}

/// KV may show some of the pairs of a file that was begun, and not others.
#[test]
fn an_index_that_was_not_put_with_its_record_is_put_again() {
    let place = Place::new(&many(3));
    place
        .run(&[], &[("FAKE_FAIL_AT", "1")])
        .is_refused(1, "0 of 1 files");
    let mut kv = place.kv();
    assert!(kv.remove("id:1").is_some());
    kv.remove("user:user2");
    kv.insert("id:3".into(), "user3".into());
    place.folder.write("kv.json", &json!(kv).to_string());
    place.applied(&[]);
    assert_eq!(place.kv(), stored(&place.folder, "portcullis-import"));
}

#[test]
fn who_is_there_already_is_left_alone_unless_one_says_otherwise() {
    let place = Place::new(&json_lines(&[
        row(1, "alice"),
        row(2, "bob"),
        row(3, "carol"),
    ]));
    place.set("user:alice", "newer");
    place.set("id:1", "alice");
    place.set("id:2", "dave");
    let ran = place.run(&["--strict"], &[]);
    assert_eq!(ran.status, 1, "an id is another's");
    for said in [
        "1 user put on Cloudflare",
        "already there, and left as they are: 1",
        "not put, as in KV their id is another user's: 1",
    ] {
        assert!(ran.text.contains(said), "{}", ran.text);
    }
    let kv = place.kv();
    assert_eq!((&*kv["user:alice"], &*kv["id:2"]), ("newer", "dave"));
    assert!(kv.contains_key("user:carol") && !kv.contains_key("user:bob"));
    let left_out = place
        .folder
        .read("portcullis-import/users-00001.left-out.jsonl");
    let left_out: Vec<Value> = left_out
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    let codes: Vec<_> = left_out
        .iter()
        .map(|line| (&line["key"], &line["code"]))
        .collect();
    assert_eq!(
        codes,
        [
            (&json!("user:alice"), &json!("already_there")),
            (&json!("user:bob"), &json!("id_taken")),
        ]
    );
    assert!(left_out[1]["value"].as_str().unwrap().contains(PBKDF2));
    let applied = place.applied(&["--out", "anew", "--overwrite"]);
    assert_eq!(
        (&applied["put"], &applied["id_taken"]),
        (&json!(2), &json!(1))
    );
    assert!(place.kv()["user:alice"].contains(PBKDF2));
}

#[test]
fn overwriting_lets_nobody_in_whom_kv_keeps_out_and_takes_nobodys_number() {
    let place = Place::new(&json_lines(&[
        row(1, "alice"),
        row(2, "bob"),
        row(3, "carol"),
    ]));
    let alice = json!({
        "id": 1, "username": "alice", "hash_password": "$argon2id$…", "phone": "old",
        "disabled": true, "tokens_valid_from": 1_795_543_512,
    });
    place.set("user:alice", &alice.to_string());
    place.set("id:1", "alice");
    // Bob's number is dave's here.
    let bob = json!({"id": 9, "username": "bob", "hash_password": "$argon2id$…", "phone": ""});
    place.set("user:bob", &bob.to_string());
    place.set("id:9", "bob");
    place.set("id:2", "dave");
    let applied = place.applied(&["--overwrite"]);
    assert_eq!(
        (&applied["put"], &applied["id_taken"]),
        (&json!(2), &json!(1))
    );
    let kv = place.kv();
    let put: Value = serde_json::from_str(&kv["user:alice"]).unwrap();
    assert_eq!(
        (&put["hash_password"], &put["phone"]),
        (&json!(PBKDF2), &json!(""))
    );
    for member in ["disabled", "tokens_valid_from"] {
        assert_eq!(put[member], alice[member], "{member}");
    }
    assert_eq!((&*kv["id:2"], &kv["user:bob"]), ("dave", &bob.to_string()));
}

#[test]
fn files_that_were_written_before_are_put() {
    let place = Place::new(&many(3));
    super::report(&place.folder, &["--from", "a.jsonl"]);
    assert_eq!(place.applied(&[])["put"], 3);
}

#[test]
fn another_source_or_another_kv_is_refused_once_it_was_begun() {
    let place = Place::new(&many(6000));
    place
        .run(&[], &[("FAKE_FAIL_AT", "2")])
        .is_refused(1, "1 of 2 files");
    let before = place.kv();
    place
        .run(&["--env", "other"], &[])
        .is_refused(1, "another KV");
    Ran::of(place.output(&["--local"], &[])).is_refused(1, "another KV");
    place.folder.write("a.jsonl", &many(6001));
    let said = "are not those that were begun to be put from portcullis-import; import them to a new folder";
    place.run(&[], &[]).is_refused(1, said);
    // Also without --apply: the files are those that are half put.
    super::import(&place.folder, &["--from", "a.jsonl"]).is_refused(1, said);
    assert_eq!(place.kv(), before);
    // As it says: none of them is put twice.
    let applied = place.applied(&["--out", "anew"]);
    assert_eq!(
        (&applied["put"], &applied["already_there"]),
        (&json!(501), &json!(5500))
    );
    assert_eq!(place.kv(), stored(&place.folder, "anew"));
}

#[test]
fn a_file_that_was_changed_is_not_put() {
    let place = Place::new(&many(3));
    place
        .run(&[], &[("FAKE_FAIL_AT", "1")])
        .is_refused(1, "0 of 1 files");
    let name = "portcullis-import/users-00001.json";
    let text = place.folder.read(name);
    let text: Vec<&str> = text
        .lines()
        .filter(|line| !line.contains("user3"))
        .collect();
    place.folder.write(name, &text.join("\n"));
    place
        .run(&[], &[])
        .is_refused(1, "is not as it was written");
}

#[test]
fn without_a_wrangler_nothing_is_begun() {
    let place = Place::new(&many(3));
    let none = [("PORTCULLIS_WRANGLER", "/nowhere/wrangler")];
    place.run(&[], &none).is_refused(1, "wrangler is not found");
    assert!(place.kv().is_empty());
    // So it can be put elsewhere.
    assert_eq!(Ran::of(place.output(&["--local"], &[])).status, 0);
}
