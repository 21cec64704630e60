//! `users add`, and the requirements for a new password.

use serde_json::json;

use super::{OTHER, PASSWORD, Project, is_hash_of, json_of};
use crate::support::Folder;

#[test]
fn a_user_is_added_with_a_hash_of_the_password() {
    let project = Project::new();
    let said = project.done(&["add", "Alice", "--phone", "+4420"], PASSWORD);
    assert_eq!(said, "Added alice with number 4294967296, at URL.\n");
    let alice = project.user("alice").unwrap();
    assert_eq!(alice["phone"], "+4420");
    assert!(is_hash_of(&alice["hash_password"], PASSWORD));
    assert!(!is_hash_of(&alice["hash_password"], OTHER));
    assert_eq!(project.asked(), ["POST /admin/users"]);
    assert!(!project.worker.state().asked[0].body.contains(PASSWORD));
    let said = project.done(&["add", "bob", "--id", "8"], OTHER);
    assert_eq!(said, "Added bob with number 8, at URL.\n");
}

#[test]
fn a_name_or_number_in_use_is_refused() {
    let project = Project::with_alice();
    let ran = project.run(&["add", "ALICE"], PASSWORD);
    ran.is_refused(1, "there is already a user alice at http://127.0.0.1:");
    ran.is_refused(1, "choose another name");
    let ran = project.run(&["add", "bob", "--id", "7"], PASSWORD);
    ran.is_refused(1, "the number 7 belongs or belonged to another user");
    assert_eq!(project.user("bob"), None);
}

#[test]
fn a_new_password_must_meet_the_policy_of_the_worker() {
    let project = Project::with_alice();
    for (password, why) in [
        ("short", "at least 15 characters"),
        ("", "the password is empty"),
        ("alice1234567890", "too much like the username"),
        ("passwordpassword", "repeats itself"),
    ] {
        project
            .run(&["set-password", "alice"], password)
            .is_refused(2, why);
    }
    assert_eq!(project.user("alice").unwrap()["hash_password"], "kept");
    let config = |text| project.folder.write("wrangler.toml", text);
    config("[vars]\nPASSWORD_MIN_LENGTH = \"20\"");
    let ran = project.run(&["add", "bob"], "nineteen characters");
    ran.is_refused(2, "at least 20");
    project.done(&["add", "bob", "--min-length", "8"], "k3v9-xq7");
    config("[vars]\nPASSWORD_MIN_LENGTH = \"2\"");
    project
        .run(&["add", "carol"], PASSWORD)
        .is_refused(1, "PASSWORD_MIN_LENGTH");
    config("[vars]\nPASSWORD_MIN_LENGTH = \"2\"\n[env.a.vars]\nPASSWORD_MIN_LENGTH = \"8\"");
    project.done(&["add", "carol", "--env", "a"], "k3v9-xq7");
}

#[test]
fn a_config_that_does_not_exist_or_is_not_toml_is_named() {
    let project = Project::new();
    let add = ["add", "bob", "--config", "other.toml"];
    project
        .run(&add, PASSWORD)
        .is_refused(2, "other.toml does not exist");
    project.folder.write("other.toml", "name = ");
    project.run(&add, PASSWORD).is_refused(1, "other.toml: ");
}

#[test]
fn print_writes_the_seed_of_an_import_and_asks_no_worker() {
    let project = Project::new();
    let print = ["add", "alice", "--id", "7", "--phone", "+4420", "--print"];
    let pairs = json_of(&project.done(&print, " correct horse battery \r\n"));
    assert_eq!(pairs[0]["key"], "user:alice");
    assert_eq!(pairs[1], json!({ "key": "id:7", "value": "alice" }));
    let record = json_of(pairs[0]["value"].as_str().unwrap());
    assert!(is_hash_of(
        &record["hash_password"],
        " correct horse battery "
    ));
    assert!(!is_hash_of(
        &record["hash_password"],
        "correct horse battery"
    ));
    assert!(record["tokens_valid_from"].as_i64().unwrap() > 1_700_000_000);
    let rest = [&record["id"], &record["username"], &record["phone"]];
    assert_eq!(rest, [&json!(7), &json!("alice"), &json!("+4420")]);
    assert!(project.asked().is_empty());
    let again = json_of(&project.done(&print, PASSWORD));
    assert_ne!(again[0]["value"], pairs[0]["value"]);
}

#[test]
fn a_missing_or_wrong_argument_is_named_and_nothing_is_printed() {
    let folder = Folder::new();
    let long = "x".repeat(1025);
    for (arguments, input, said) in [
        (&["a", "--print"][..], PASSWORD.as_bytes(), "--id"),
        (&["a", "--id", "-1"], b"x", "--id"),
        (&["a", "--id", "9007199254740992", "--print"], b"x", "--id"),
        (&["", "--id", "1", "--print"], b"x", "1 to 80"),
        (
            &["a", "--phone", &long, "--id", "1", "--print"],
            b"x",
            "40 characters",
        ),
        (&["a", "--id", "1", "--password", "x"], b"x", "--password"),
        (&["a", "--id", "1", "--print"], b"", "password"),
        (&["a", "--id", "1", "--print"], b"\xff", "UTF-8"),
        (&["a", "--id", "1", "--print"], long.as_bytes(), "1024"),
        (&["a", "--min-length", "7"], b"x", "7"),
    ] {
        let ran = folder.run_with(&[&["users", "add"], arguments].concat(), input);
        ran.is_refused(2, said);
    }
}
