//! The commands that change a user.

use serde_json::json;

use super::{OTHER, Project, SESSION, is_hash_of};

const ALICE: &str = "/admin/users/~YWxpY2U";

#[test]
fn a_user_is_disabled_and_enabled() {
    let project = Project::with_alice();
    assert_eq!(
        project.done(&["disable", "Alice"], ""),
        "Disabled alice, at URL.\n"
    );
    assert_eq!(project.user("alice").unwrap()["disabled"], true);
    assert!(project.done(&["show", "alice"], "").contains("disabled"));
    assert_eq!(
        project.done(&["enable", "alice"], ""),
        "Enabled alice, at URL.\n"
    );
    assert_eq!(project.user("alice").unwrap()["disabled"], false);
    let asked = ["PATCH", "GET", "PATCH"].map(|method| format!("{method} {ALICE}"));
    assert_eq!(project.asked(), asked);
    let bodies: Vec<String> = {
        let state = project.worker.state();
        state
            .asked
            .iter()
            .map(|request| request.body.clone())
            .collect()
    };
    assert_eq!(
        bodies,
        [r#"{"disabled":true}"#, "", r#"{"disabled":false}"#]
    );
}

#[test]
fn signing_out_ends_all_sessions() {
    let project = Project::with_alice();
    let ran = project.run(&["sign-out", "alice"], "");
    assert!(
        ran.text.starts_with("Signed out alice, at "),
        "{}",
        ran.error
    );
    assert!(
        ran.error.contains("/verify accepts them until they expire"),
        "{}",
        ran.error
    );
    assert_eq!(project.user("alice").unwrap()["sessions"], json!([]));
    assert_eq!(project.asked(), [format!("POST {ALICE}/sign-out")]);
}

#[test]
fn a_new_password_is_sent_as_its_hash() {
    let project = Project::with_alice();
    let said = project.done(&["set-password", "alice"], OTHER);
    assert_eq!(said, "Set the password of alice, at URL.\n");
    let alice = project.user("alice").unwrap();
    assert!(is_hash_of(&alice["hash_password"], OTHER));
    assert_eq!(alice["phone"], "+4420");
    let state = project.worker.state();
    assert!(
        state
            .asked
            .iter()
            .all(|request| !request.body.contains(OTHER))
    );
}

#[test]
fn a_rename_changes_only_the_name() {
    let project = Project::with_alice();
    let said = project.done(&["rename", "alice", "Alice.Smith"], "");
    assert_eq!(said, "Renamed alice to alice.smith, at URL.\n");
    assert_eq!(project.user("alice"), None);
    assert_eq!(project.user("alice.smith").unwrap()["id"], 7);
    project.store(json!({ "username": "bob" }));
    let ran = project.run(&["rename", "bob", "alice.smith"], "");
    ran.is_refused(1, "there is already a user alice.smith");
    project
        .run(&["rename", "bob", "BOB"], "")
        .is_refused(2, "already has this name");
    project
        .run(&["rename", "bob", " "], "")
        .is_refused(2, "username");
}

#[test]
fn sessions_are_listed_and_one_is_ended() {
    let project = Project::with_alice();
    let text = project.done(&["sessions", "alice"], "");
    for part in [
        SESSION,
        "began",
        "renewed",
        "Firefox on Linux, 192.0.2.0/24",
    ] {
        assert!(text.contains(part), "{part}: {text}");
    }
    let json = project.run(&["sessions", "alice", "--json"], "").json();
    assert_eq!(json["began_at"], 1_795_543_512);
    let said = project.done(&["sessions", "alice", "--end", SESSION], "");
    assert_eq!(said, format!("Ended session {SESSION} of alice, at URL.\n"));
    assert_eq!(
        project.asked().pop().unwrap(),
        format!("DELETE {ALICE}/sessions/{SESSION}")
    );
    assert_eq!(project.done(&["sessions", "alice"], ""), "");
    let ran = project.run(&["sessions", "alice", "--end", SESSION], "");
    ran.is_refused(1, &format!("alice has no session {SESSION}"));
    // The id becomes part of a path, so other characters are refused.
    let ran = project.run(&["sessions", "alice", "--end", "../../~Ym9i"], "");
    ran.is_refused(2, "22 characters");
}

#[test]
fn without_a_terminal_a_user_is_removed_only_with_yes() {
    let project = Project::with_alice();
    project
        .run(&["remove", "alice"], "alice\n")
        .is_refused(2, "--yes");
    assert!(project.asked().is_empty());
    assert_eq!(
        project.done(&["remove", "alice", "--yes"], ""),
        "Removed alice, at URL.\n"
    );
    assert_eq!(project.user("alice"), None);
    assert_eq!(project.asked(), [format!("DELETE {ALICE}")]);
}

#[test]
fn a_user_who_does_not_exist_is_named() {
    let project = Project::new();
    for command in [
        "show",
        "disable",
        "enable",
        "set-password",
        "sign-out",
        "sessions",
    ] {
        let ran = project.run(&[command, "nobody"], OTHER);
        ran.is_refused(1, "there is no user nobody at http://127.0.0.1:");
    }
    project
        .run(&["remove", "nobody", "--yes"], "")
        .is_refused(1, "no user nobody");
    project
        .run(&["rename", "nobody", "somebody"], "")
        .is_refused(1, "no user nobody");
}
