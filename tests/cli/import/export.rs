//! `portcullis users export`, whose file `users import` reads.

#![cfg(unix)]

use std::fs;
use std::os::unix::fs::PermissionsExt as _;

use portcullis::account::HashDigest;
use serde_json::{Value, json};

use super::apply::{FAKE, Place};
use super::{PBKDF2, json_lines, row};
use crate::support::Ran;

fn export(place: &Place, more: &[&str]) -> Ran {
    let arguments = [&["users", "export", "--remote"], more].concat();
    let mut command = place.folder.command(&arguments);
    command
        .env("PORTCULLIS_WRANGLER", FAKE)
        .env("FAKE_KV", place.folder.path("kv.json"));
    Ran::of(command.output().unwrap())
}

/// A KV with two users whom an import put, one who signed up and was disabled,
/// one with all members, and one who was removed.
fn place() -> Place {
    let place = Place::new(&json_lines(&[row(1, "alice"), row(2, "bob")]));
    place.applied(&[]);
    let signed_up = json!({
        "id": 1_u64 << 32, "username": "carol", "hash_password": PBKDF2, "phone": "",
        "disabled": true, "portcullis": {"revision": 3, "version": 2},
    });
    let whole = json!({
        "id": 7, "username": "erin", "hash_password": PBKDF2, "phone": "+44", "color": "red",
        "tokens_valid_from": 1_700_000_000, "imported_hash": HashDigest::new("x").to_string(),
        "portcullis": {"revision": 3, "version": 2},
    });
    let removed = json!({"id": 9, "portcullis": {"revision": 3, "version": 2, "removed": true}});
    for (name, value) in [("carol", signed_up), ("dave", removed), ("erin", whole)] {
        place.set(&format!("user:{name}"), &value.to_string());
        place.set(&format!("id:{}", value["id"]), name);
    }
    place
}

#[test]
fn an_export_can_be_imported_into_an_empty_kv_unchanged() {
    let place = place();
    let ran = export(&place, &["-"]);
    assert_eq!(ran.status, 0, "{}", ran.error);
    assert_eq!(ran.text.lines().count(), 4, "{}", ran.text);
    place.folder.write("a.jsonl", &ran.text);
    place.folder.write("kv.json", "{}");
    let arguments = ["--out", "new", "--sign-up-ids", "--keep", "color"];
    assert_eq!(place.applied(&arguments)["put"], 4);
    let user = |name: &str| -> Value {
        serde_json::from_str(&place.kv()[&format!("user:{name}")]).unwrap()
    };
    assert_eq!(user("carol")["disabled"], true);
    assert_eq!(
        user("erin"),
        json!({
            "id": 7, "username": "erin", "hash_password": PBKDF2, "phone": "+44", "color": "red",
            "tokens_valid_from": 1_700_000_000, "imported_hash": HashDigest::new("x").to_string(),
        })
    );
    // `--keep` gives the member to every user.
    let again = export(&place, &["-"]).text;
    assert_eq!(again.replace(r#""color":null,"#, ""), ran.text);
}

#[test]
fn ids_of_sign_ups_are_only_accepted_with_an_option() {
    let place = place();
    place.folder.write("a.jsonl", &export(&place, &["-"]).text);
    place.folder.write("kv.json", "{}");
    let ran = place.run(&["--json", "--out", "new"], &[]);
    assert!(ran.text.contains("id_reserved"), "{}", ran.text);
    assert!(ran.text.contains("--sign-up-ids"), "{}", ran.text);
}

#[test]
fn only_the_owner_can_read_the_export_and_no_file_is_overwritten() {
    let place = place();
    let ran = export(&place, &[]);
    assert_eq!((ran.status, &*ran.text), (0, ""), "{}", ran.error);
    assert!(
        ran.error.contains("portcullis-users.jsonl"),
        "{}",
        ran.error
    );
    let path = place.folder.path("portcullis-users.jsonl");
    let mode = fs::metadata(&path).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o600);
    assert_eq!(
        place.folder.read("portcullis-users.jsonl"),
        export(&place, &["-"]).text
    );
    export(&place, &[]).is_refused(1, "already exists");
    assert_eq!(export(&place, &["other.jsonl"]).status, 0);
}

#[test]
fn a_value_that_is_not_a_user_is_named_and_the_others_are_exported() {
    let place = place();
    place.set("user:frank", "nothing");
    let ran = export(&place, &["-"]);
    assert_eq!(
        (ran.status, ran.text.lines().count()),
        (1, 4),
        "{}",
        ran.error
    );
    assert!(ran.error.contains("user:frank"), "{}", ran.error);
}
