//! Names that changed in the source. A row is identified by its id.

#![cfg(unix)]

use serde_json::Value;

use super::again::{Project, user};
use super::apply::left_out;
use super::{PBKDF2, row};

#[test]
fn a_rename_in_the_source_is_a_rename_here_and_frees_the_name() {
    let project = Project::new();
    project.have(&[
        user(1, "alice", Some(PBKDF2)),
        user(2, "bob", Some(PBKDF2)),
        user(3, "carol", Some(PBKDF2)),
    ]);
    // Bob takes alice's old name, and a new user takes bob's.
    let rows = [
        row(2, "alice"),
        row(1, "alicia"),
        row(3, "carol"),
        row(9, "bob"),
    ];
    let applied = project.applied(&rows, &["--overwrite", "--strict"]);
    let counts = ["put", "changed", "renamed", "already_there"];
    assert_eq!(counts.map(|name| &applied[name]), [1, 2, 2, 1]);
    for (name, id) in [("alicia", 1), ("alice", 2), ("carol", 3), ("bob", 9)] {
        assert_eq!(project.user(name)["id"], id, "{name}");
    }
}

/// The order of the rows allows no rename at first, and the rows are in two bulk files.
#[test]
fn a_chain_of_renames_is_carried_out_from_its_end() {
    let project = Project::new();
    let name = |place: u64| format!("user{place}");
    let users = (1..=6000).map(|id| user(id, &name(id), Some(PBKDF2)));
    project.have(&users.collect::<Vec<_>>());
    // Users 1 and 5999 are in the first and the second file.
    let new_name = |id| match id {
        1 => name(5999),
        5999 => name(6000),
        6000 => "free".to_owned(),
        _ => name(id),
    };
    let rows: Vec<Value> = (1..=6000).map(|id| row(id, &new_name(id))).collect();
    let applied = project.applied(&rows, &["--overwrite", "--strict"]);
    assert_eq!(applied["renamed"], 3);
    for id in [1, 5999, 6000] {
        assert_eq!(project.user(&new_name(id))["id"], id);
    }
}

#[test]
fn a_name_that_belongs_to_another_id_is_never_given_away() {
    let project = Project::new();
    project.have(&[user(34, "bob", Some(PBKDF2))]);
    let before = project.folder.read("kv.json");
    for more in [&["--strict"][..], &["--strict", "--overwrite", "--force"]] {
        let ran = project.run(&[row(33, "BOB")], more);
        assert_eq!(ran.status, 1, "{}", ran.error);
        assert_eq!(ran.json()["applied"]["name_taken"], 1);
        assert_eq!(
            left_out(&project.folder, "portcullis-import"),
            ["name_taken"]
        );
        assert_eq!(project.folder.read("kv.json"), before);
    }
    assert!(project.changes().is_empty());
}

#[test]
fn two_users_who_swapped_their_names_are_left_out() {
    let project = Project::new();
    project.have(&[user(1, "alice", Some(PBKDF2)), user(2, "bob", Some(PBKDF2))]);
    let ran = project.run(
        &[row(2, "alice"), row(1, "bob")],
        &["--overwrite", "--strict"],
    );
    assert_eq!(ran.status, 1);
    assert_eq!(ran.json()["applied"]["name_taken"], 2);
    assert!(project.changes().is_empty());
    let path = "portcullis-import/users-00001.left-out.jsonl";
    let said = project.folder.read(path);
    assert_eq!(said.matches("exchanged their names").count(), 2, "{said}");
    // The message says to give one user a free name. After that, the same rows can be imported.
    project.have(&[
        user(1, "alice-2", Some(PBKDF2)),
        user(2, "bob", Some(PBKDF2)),
    ]);
    let rows = [row(2, "alice"), row(1, "bob")];
    assert_eq!(
        project.applied(&rows, &["--overwrite", "--strict"])["renamed"],
        2
    );
    assert_eq!(project.user("bob")["id"], 1);
}

#[test]
fn only_users_who_exchanged_their_names_get_the_reason_of_an_exchange() {
    let project = Project::new();
    let names = ["a", "b", "c", "wants", "has"];
    let users = (1..)
        .zip(names)
        .map(|(id, name)| user(id, name, Some(PBKDF2)));
    project.have(&users.collect::<Vec<_>>());
    // User 5 is not in this source, and keeps the name.
    let rows = [row(1, "b"), row(2, "c"), row(3, "a"), row(4, "has")];
    let ran = project.run(&rows, &["--overwrite", "--strict"]);
    assert_eq!(ran.json()["applied"]["name_taken"], 4);
    let path = "portcullis-import/users-00001.left-out.jsonl";
    let said = project.folder.read(path);
    let is_ring: Vec<bool> = said
        .lines()
        .map(|line| line.contains("exchanged their names"))
        .collect();
    assert_eq!(is_ring, [true, true, true, false]);
}
