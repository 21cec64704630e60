//! `--apply` with a fake wrangler that keeps a file. The tests of Node use the real wrangler.

#![cfg(unix)]

use std::collections::BTreeMap;
use std::fs;
use std::process::Output;

use serde_json::{Value, json};

use super::{PBKDF2, json_lines, many, row, stored};
use crate::support::{Folder, Ran};

pub(super) const FAKE: &str = concat!(
    env!("CARGO_MANIFEST_DIR"),
    "/../../tests/cli/import/fake_wrangler.mjs"
);

/// A folder with its own KV.
pub(super) struct Place {
    pub(super) folder: Folder,
}

impl Place {
    pub(super) fn new(rows: &str) -> Self {
        let folder = Folder::new();
        folder.write("a.jsonl", rows);
        folder.write("wrangler.toml", "");
        Self { folder }
    }

    pub(super) fn output(&self, arguments: &[&str], environment: &[(&str, &str)]) -> Output {
        let command = ["users", "import", "--quiet", "--from", "a.jsonl", "--apply"];
        let mut command = self.folder.command(&[&command[..], arguments].concat());
        command
            .env("PORTCULLIS_WRANGLER", FAKE)
            .env("FAKE_KV", self.folder.path("kv.json"))
            .envs(environment.iter().copied());
        command.output().unwrap()
    }

    pub(super) fn run(&self, arguments: &[&str], environment: &[(&str, &str)]) -> Ran {
        // A local KV with exactly a thousand keys is listed in another way.
        Ran::of(self.output(&[&["--remote"], arguments].concat(), environment))
    }

    pub(super) fn applied(&self, arguments: &[&str]) -> Value {
        let ran = self.run(&[&["--json"], arguments].concat(), &[]);
        assert_eq!(ran.status, 0, "{}", ran.error);
        let report = ran.json();
        let applied = &report["applied"];
        let count = |name: &str| applied[name].as_u64().unwrap();
        let outcomes = [
            "put",
            "already_there",
            "changed",
            "removed",
            "name_taken",
            "id_taken",
            "corrupt",
            "refused",
        ];
        let sum: u64 = outcomes.into_iter().map(count).sum();
        assert_eq!(Some(sum), report["importable"].as_u64());
        applied.clone()
    }

    pub(super) fn kv(&self) -> BTreeMap<String, String> {
        let text = fs::read_to_string(self.folder.path("kv.json"));
        text.map_or_else(
            |_| BTreeMap::new(),
            |text| serde_json::from_str(&text).unwrap(),
        )
    }

    pub(super) fn set(&self, key: &str, value: &str) {
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
fn the_files_are_put_and_a_second_run_changes_nothing() {
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
        (&again["put"], &again["already_there"]),
        (&json!(0), &json!(12_000))
    );
    assert_eq!(place.puts(), 3);
}

#[test]
fn a_failed_import_continues_where_it_stopped() {
    let place = Place::new(&many(12_000));
    let failed = place.run(&[], &[("FAKE_FAIL_AT", "2")]);
    failed.is_refused(
        1,
        "the network is down (1 of 3 files are put); run the same command again",
    );
    let half = place.kv();
    assert_eq!(half.len(), 15_000);
    // Meanwhile a user logs in, so that KV has a newer hash.
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
fn a_killed_import_continues_where_it_stopped() {
    let place = Place::new(&many(12_000));
    let environment = [("FAKE_FAIL_AT", "3"), ("FAKE_KILL", "")];
    let killed = place.output(&["--remote"], &environment);
    assert_eq!(killed.status.code(), None);
    assert_eq!(place.kv().len(), 22_000);
    place.applied(&[]);
    assert_eq!(place.kv(), stored(&place.folder, "portcullis-import"));
}

/// KV may show only some of the pairs of an unfinished file.
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
fn existing_users_are_not_changed_and_left_out_users_have_a_reason() {
    let place = Place::new(&json_lines(&[
        row(1, "alice"),
        row(2, "bob"),
        row(3, "carol"),
        row(4, "dora"),
    ]));
    let alice = json!({"id": 1, "username": "alice", "hash_password": "$argon2id$…", "phone": "1"});
    place.set("user:alice", &alice.to_string());
    place.set("id:1", "alice");
    place.set("id:2", "dave");
    place.set("user:dora", "newer");
    let ran = place.run(&["--strict"], &[]);
    assert_eq!(ran.status, 1, "an id is another's");
    for said in [
        "1 user put on Cloudflare",
        "already there, and not changed: 1",
        "not put, because in KV the user with their id has another name: 1",
        "not put, because the value in KV is not a user: 1",
    ] {
        assert!(ran.text.contains(said), "{}", ran.text);
    }
    let kv = place.kv();
    assert_eq!(
        (&kv["user:alice"], &*kv["id:2"]),
        (&alice.to_string(), "dave")
    );
    assert!(kv.contains_key("user:carol") && !kv.contains_key("user:bob"));
    let codes = ["different", "id_taken", "corrupt"];
    assert_eq!(left_out(&place.folder, "portcullis-import"), codes);
}

/// The codes of the users who were left out of the first file.
pub(super) fn left_out(folder: &Folder, out: &str) -> Vec<String> {
    let text = folder.read(&format!("{out}/users-00001.left-out.jsonl"));
    let lines = text.lines().map(|line| {
        let line: Value = serde_json::from_str(line).unwrap();
        assert!(line["id"].is_u64() && line["hash_password"].is_string());
        line["left_out"]["code"].as_str().unwrap().to_owned()
    });
    lines.collect()
}

#[test]
fn a_removed_user_stays_removed_and_their_index_does_not_matter() {
    let place = Place::new(&json_lines(&[row(1, "alice"), row(2, "bob")]));
    let tombstone = json!({"id": 1, "portcullis": {"revision": 3, "version": 2, "removed": true}});
    place.set("user:alice", &tombstone.to_string());
    // The key of a corrupt record that was removed.
    place.set("id:2", "bob");
    let applied = place.applied(&["--strict"]);
    assert_eq!(
        (&applied["put"], &applied["removed"]),
        (&json!(1), &json!(1))
    );
    let kv = place.kv();
    assert_eq!(kv["user:alice"], tombstone.to_string());
    assert!(kv["user:bob"].contains(PBKDF2));
    assert_eq!(left_out(&place.folder, "portcullis-import"), ["removed"]);
}

/// The state if the operator forgot `users remove admin`.
#[test]
fn the_file_of_left_out_users_can_be_imported_and_the_same_run_repeated() {
    let place = Place::new(&json_lines(&[row(1, "alice"), row(2, "bob")]));
    let admin = json!({"id": 1, "username": "admin", "hash_password": "x", "phone": ""});
    place.set("user:admin", &admin.to_string());
    place.set("id:1", "admin");
    assert_eq!(place.applied(&[])["id_taken"], 1);
    let left_out = place
        .folder
        .read("portcullis-import/users-00001.left-out.jsonl");
    let mut kv = place.kv();
    kv.remove("user:admin");
    kv.remove("id:1");
    let without_admin = json!(kv).to_string();
    place.folder.write("kv.json", &without_admin);
    assert_eq!(place.applied(&[])["put"], 1);
    let whole = place.kv();
    assert!(whole.contains_key("user:alice"));
    place.folder.write("kv.json", &without_admin);
    place.folder.write("a.jsonl", &left_out);
    assert_eq!(place.applied(&["--out", "rest"])["put"], 1);
    assert_eq!(place.kv(), whole);
}

#[test]
fn an_open_registration_is_reported() {
    let place = Place::new(&many(3));
    let vars = "[vars]\nREGISTRATION = \"open\"\n";
    place.folder.write("wrangler.toml", vars);
    let ran = place.run(&[], &[]);
    assert_eq!(ran.status, 0, "{}", ran.error);
    assert!(ran.error.contains("Close it while you import"));
}

#[test]
fn files_of_an_earlier_run_are_put() {
    let place = Place::new(&many(3));
    super::report(&place.folder, &["--from", "a.jsonl"]);
    assert_eq!(place.applied(&[])["put"], 3);
}

#[test]
fn an_unfinished_import_refuses_another_source_and_another_kv() {
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
    let said = "those of the unfinished import in portcullis-import; import them into a new folder";
    place.run(&[], &[]).is_refused(1, said);
    // Also without --apply, because half of these files are put.
    super::import(&place.folder, &["--from", "a.jsonl"]).is_refused(1, said);
    assert_eq!(place.kv(), before);
    // As the message says, no user is put twice.
    let applied = place.applied(&["--out", "second"]);
    assert_eq!(
        (&applied["put"], &applied["already_there"]),
        (&json!(501), &json!(5500))
    );
    assert_eq!(place.kv(), stored(&place.folder, "second"));
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
        .is_refused(1, "was changed after the import wrote it");
}

#[test]
fn without_wrangler_no_file_is_begun() {
    let place = Place::new(&many(3));
    let none = [("PORTCULLIS_WRANGLER", "/nowhere/wrangler")];
    place.run(&[], &none).is_refused(1, "wrangler is not found");
    assert!(place.kv().is_empty());
    // So the files can be put into another KV.
    assert_eq!(Ran::of(place.output(&["--local"], &[])).status, 0);
}
