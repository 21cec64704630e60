//! Against a wrangler that keeps a file; the real one is in the tests of Node.

#![cfg(unix)]

use std::collections::BTreeMap;
use std::fs;
use std::process::Output;

use portcullis::account::HashDigest;
use serde_json::{Value, json};

use super::{PBKDF2, json_lines, many, row, stored};
use crate::support::{Folder, Ran};
use crate::users::worker::Worker;

const FAKE: &str = concat!(
    env!("CARGO_MANIFEST_DIR"),
    "/../../tests/cli/import/fake_wrangler.mjs"
);

/// A folder with a KV of its own.
struct Place {
    folder: Folder,
}

impl Place {
    /// A Worker that knows the folder's operator.
    fn worker(&self) -> Worker {
        let key = self.folder.path(".portcullis/operator.json");
        let command: &[&str] = if key.exists() {
            &["keys", "operator", "--public"]
        } else {
            &["keys", "operator"]
        };
        Worker::start(&self.folder.done(command))
    }

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
        let sum: u64 = [
            "put",
            "changed",
            "already_there",
            "id_taken",
            "name_taken",
            "removed",
        ]
        .into_iter()
        .map(count)
        .sum();
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
fn a_user_who_is_there_is_left_alone_and_no_name_or_id_goes_to_another_user() {
    let place = Place::new(&json_lines(&[
        row(1, "alice"),
        row(2, "bob"),
        row(3, "carol"),
        row(4, "dora"),
        row(5, "erin"),
        row(6, "frank"),
    ]));
    let alice = user(1, "alice", "newer").to_string();
    place.set("user:alice", &alice);
    place.set("id:1", "alice");
    // Bob's number is dave's, and dora's name is another number's.
    place.set("id:2", "dave");
    place.set("user:dora", &user(9, "dora", "other").to_string());
    place.set(
        "user:erin",
        r#"{"id":5,"username":"erin","portcullis":{"revision":2,"version":2,"removed":true}}"#,
    );
    place.set("user:frank", "no record");
    let ran = place.run(&["--strict"], &[]);
    assert_eq!(ran.status, 1, "a name and an id are another user's");
    for said in [
        "1 user put on Cloudflare",
        "already there, and left as they are: 2",
        "not put, as in KV their id is another user's: 1",
        "not put, as in KV their name is another user's: 1",
        "removed here, and not put again: 1",
    ] {
        assert!(ran.text.contains(said), "{}", ran.text);
    }
    let kv = place.kv();
    assert_eq!((&kv["user:alice"], &*kv["id:2"]), (&alice, "dave"));
    assert!(kv.contains_key("user:carol") && !kv.contains_key("user:bob"));
    assert!(kv["user:dora"].contains("other"));
    let left_out = place
        .folder
        .read("portcullis-import/users-00001.left-out.jsonl");
    let left_out: Vec<Value> = left_out
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    let mut codes: Vec<_> = left_out
        .iter()
        .map(|line| {
            (
                line["key"].as_str().unwrap(),
                line["code"].as_str().unwrap(),
            )
        })
        .collect();
    codes.sort_unstable();
    assert_eq!(
        codes,
        [
            ("user:alice", "already_there"),
            ("user:bob", "id_taken"),
            ("user:dora", "name_taken"),
            ("user:erin", "removed"),
            ("user:frank", "record_corrupt"),
        ]
    );
    assert!(
        left_out
            .iter()
            .any(|line| line["value"].as_str().unwrap().contains(PBKDF2))
    );
}

#[test]
fn a_name_that_another_row_has_meanwhile_is_not_given_to_the_row_that_was_rejected_first() {
    let place = Place::new(&json_lines(&[row(34, "Bob")]));
    assert_eq!(place.applied(&[])["put"], 1);
    place
        .folder
        .write("a.jsonl", &json_lines(&[row(33, "BOB")]));
    for more in [&["--out", "second"][..], &["--out", "third", "--overwrite"]] {
        let worker = place.worker();
        let arguments = [more, &["--url", &worker.url]].concat();
        let applied =
            Ran::of(place.output(&[&["--json", "--local"], &arguments[..]].concat(), &[])).json();
        assert_eq!(applied["applied"]["name_taken"], 1, "{applied}");
        assert!(worker.state().asked.is_empty());
    }
    assert!(place.kv()["user:bob"].contains(r#""id":34"#));
}

fn user(id: u64, name: &str, phone: &str) -> Value {
    json!({"id": id, "username": name, "hash_password": PBKDF2, "phone": phone})
}

/// The record as the object writes it for a user who was imported with this hash.
fn replica(id: u64, name: &str, imported: Option<&str>) -> Value {
    let mut user = user(id, name, "");
    user["hash_password"] = json!("$argon2id$now");
    user["portcullis"] = json!({"revision": 1, "version": 1});
    if let Some(hash) = imported {
        user["imported_hash"] = json!(HashDigest::new(hash).to_string());
    }
    user
}

#[test]
fn overwriting_changes_users_through_the_worker_and_no_password_that_was_changed_here() {
    let place = Place::new(&json_lines(&[
        row(1, "same"),
        row(2, "newer"),
        row(3, "own"),
        row(4, "seed"),
    ]));
    for (id, name, imported) in [
        (1, "same", Some(PBKDF2)),
        (2, "newer", Some("an older hash of the source")),
        (3, "own", None),
    ] {
        place.set(
            &format!("user:{name}"),
            &replica(id, name, imported).to_string(),
        );
        place.set(&format!("id:{id}"), name);
    }
    place.set("user:seed", &user(4, "seed", "+44 old").to_string());
    place.set("id:4", "seed");
    let before = place.kv();
    let worker = place.worker();
    for name in ["same", "newer", "own", "seed"] {
        worker.state().users.insert(
            name.into(),
            json!({"id": 0, "username": name, "phone": "", "disabled": false}),
        );
    }
    let arguments = ["--json", "--local", "--overwrite", "--url", &worker.url];
    let ran = Ran::of(place.output(&arguments, &[]));
    assert_eq!(ran.status, 0, "{}", ran.error);
    let applied = &ran.json()["applied"];
    assert_eq!(
        (&applied["changed"], &applied["already_there"]),
        (&json!(1), &json!(3))
    );
    assert_eq!(place.kv(), before, "KV is the object's to write");
    let state = worker.state();
    let changes: Vec<Value> = state
        .asked
        .iter()
        .map(|request| serde_json::from_str(&request.body).unwrap())
        .collect();
    assert_eq!(
        changes,
        [json!({"hash_password": PBKDF2, "imported": true}),]
    );
}

#[test]
fn overwriting_on_cloudflare_needs_the_deployed_workers_url() {
    let place = Place::new(&many(1));
    place
        .run(&["--overwrite"], &[])
        .is_refused(2, "--url https://");
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
