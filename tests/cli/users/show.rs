//! `users show`.

use serde_json::json;

use super::{Project, json_of};

#[test]
fn a_user_is_shown_without_the_hash() {
    let project = Project::with_alice();
    let text = project.done(&["show", "Alice", "--utc"], "");
    for part in [
        "alice at URL\n",
        "number         7\n",
        "phone          +4420\n",
        "state          may log in\n",
        "password       sha1, replaced at the next login\n",
        "record         version 3\n",
        "tokens         rejected if issued before Tue 24 Nov 2026 18:05:12 UTC, ",
        "sessions       1\n",
    ] {
        assert!(text.contains(part), "{part}: {text}");
    }
    assert!(!text.contains("kept"));
}

#[test]
fn the_workers_json_is_shown_on_one_line() {
    let project = Project::with_alice();
    let text = project.done(&["show", "alice", "--json"], "");
    assert_eq!(text.lines().count(), 1);
    let mut alice = project.user("alice").unwrap();
    alice.as_object_mut().unwrap().remove("hash_password");
    assert_eq!(json_of(&text), alice);
}

#[test]
fn the_state_of_an_imported_user_is_shown() {
    let project = Project::new();
    project.store(json!({
        "id": 9, "username": "carol", "phone": "", "disabled": false, "state": "imported",
        "version": 0, "hash": null, "sessions": [],
    }));
    let text = project.done(&["show", "carol"], "");
    for part in [
        "imported, no login yet",
        "phone          none",
        "cannot be used",
    ] {
        assert!(text.contains(part), "{part}: {text}");
    }
}

#[test]
fn terminal_control_characters_of_a_user_are_escaped() {
    let project = Project::new();
    project.store(json!({
        "id": 9, "username": "m\u{202e}al", "phone": "+44\u{1b}]0;x\u{7}", "disabled": false,
        "state": "active", "version": 1, "hash": { "scheme": "a\u{1b}[2J", "current": true },
        "sessions": [{
            "id": super::SESSION, "began_at": 1, "renewed_at": 2, "client": { "agent": "b\u{9b}2J" },
        }],
    }));
    let red = "\u{1b}[31mred";
    project.store(json!({ "id": 1, "username": red, "phone": "", "disabled": false }));
    let list = project.done(&["list"], "");
    let names = project.done(&["list", "--names"], "");
    let show = project.done(&["show", "m\u{202e}al"], "");
    let sessions = project.done(&["sessions", "m\u{202e}al"], "");
    let changed = project.done(&["disable", "m\u{202e}al"], "");
    for text in [&list, &names, &show, &sessions, &changed] {
        let is_obeyed = |c: char| c == '\u{202e}' || c.is_control() && c != '\n';
        assert!(!text.contains(is_obeyed), "{text:?}");
    }
    for text in [&list, &names, &show, &changed] {
        assert!(text.contains("m\\u202eal"), "{text}");
    }
    // Without a terminal the program drops escape sequences. That they are missing proves nothing,
    // so check that they are written as text.
    assert!(list.contains("\\u001b[31mred") && names.contains("\\u001b[31mred"));
    assert!(show.contains("+44\\u001b]0;x\\u0007") && show.contains("a\\u001b[2J"));
    assert!(sessions.contains("b\\u009b2J"), "{sessions}");
}
