//! `portcullis users`.

use portcullis::account::{StandIns, StoredHashCheck, UserRecord, Username, admit};
use portcullis::password::ClearPassword;
use serde_json::{Value, json};

use super::project::{Project, run};

const PASSWORD: &str = "correct horse battery staple";
const OTHER: &str = "another horse, another staple";
/// Of werkzeug, and so replaced with the next login.
const OLD_HASH: &str = "sha1$abcdefgh$54bb54a9810996447facbdfff17b8d4fc2b364f8";

fn json_of(text: &str) -> Value {
    serde_json::from_str(text).unwrap()
}

fn lets_in(stored: &str, name: &str, password: &str) -> bool {
    let username = Username::new(name).unwrap();
    let password = ClearPassword::new(password.to_owned()).unwrap();
    let stand_in = StandIns::default().for_username(&username);
    admit(
        &username,
        &password,
        Some(stored),
        &stand_in,
        &StoredHashCheck,
    )
    .is_ok()
}

fn with_alice(name: &str) -> Project {
    let project = Project::new(name);
    let alice = json!({
        "id": 7, "username": "alice", "hash_password": OLD_HASH, "phone": "+4420",
        "email": "alice@example.com",
    });
    project.store("user:alice", &alice.to_string());
    project.store("id:7", "alice");
    project
}

fn alice(project: &Project) -> Value {
    json_of(&project.stored("user:alice").unwrap())
}

#[test]
fn a_user_who_is_added_can_log_in_and_is_found_by_number() {
    let project = Project::new("added");
    let said = project.done(&["users", "add", "Alice", "--phone", "+4420"], PASSWORD);
    assert_eq!(said, "Added alice with number 1, in the local KV.\n");
    let stored = project.stored("user:alice").unwrap();
    let record = UserRecord::parse(&stored, &Username::new("alice").unwrap()).unwrap();
    assert_eq!(
        (record.id.to_string(), record.phone),
        ("1".into(), "+4420".into())
    );
    assert!(lets_in(&stored, "alice", PASSWORD));
    assert!(!lets_in(&stored, "alice", OTHER));
    assert_eq!(project.stored("id:1").unwrap(), "alice");
    assert!(
        project
            .done(&["users", "add", "bob"], OTHER)
            .contains("number 2")
    );
}

#[test]
fn the_next_number_is_after_the_highest_that_no_sign_up_gave() {
    let project = Project::new("numbers");
    project.store("id:41", "someone");
    project.store("id:9", "someone");
    project.store("id:4294967296", "signed-up");
    assert!(
        project
            .done(&["users", "add", "alice"], PASSWORD)
            .contains("number 42,")
    );
}

#[test]
fn a_name_or_number_that_is_there_is_not_given_again() {
    let project = with_alice("taken");
    let (status, error) = project.refused(&["users", "add", "ALICE"], PASSWORD);
    assert_eq!(status, 1);
    assert!(
        error.contains("there is a user alice") && error.contains("another name"),
        "{error}"
    );
    let (_, error) = project.refused(&["users", "add", "bob", "--id", "7"], PASSWORD);
    assert!(error.contains("number 7 is someone else's"), "{error}");
    assert_eq!(project.stored("user:bob"), None);
}

#[test]
fn neither_password_nor_hash_is_in_an_argument_of_wrangler() {
    let project = Project::new("arguments");
    project.done(&["users", "add", "alice"], PASSWORD);
    project.done(&["users", "set-password", "alice"], OTHER);
    let asked = project.asked();
    assert!(asked.contains("bulk put") && asked.contains("--local") && !asked.contains("--remote"));
    assert!(!asked.contains("argon2id") && !asked.contains("horse"));
    // And it sends no figures.
    assert!(asked.lines().all(|line| line.ends_with(" false")));
}

#[test]
fn a_new_password_must_be_what_the_worker_asks_of_one() {
    let project = with_alice("policy");
    for (command, password, why) in [
        ("set-password", "short", "at least 15 characters"),
        ("set-password", "", "a password is needed"),
        (
            "set-password",
            "alice1234567890",
            "too much like the username",
        ),
        ("set-password", "passwordpassword", "repeats itself"),
    ] {
        let (status, error) = project.refused(&["users", command, "alice"], password);
        assert_eq!(status, 2);
        assert!(error.contains(why), "{error}");
    }
    project.file("wrangler.toml", "[vars]\nPASSWORD_MIN_LENGTH = \"20\"");
    let (_, error) = project.refused(&["users", "add", "bob"], "nineteen characters");
    assert!(error.contains("at least 20"), "{error}");
    project.done(&["users", "add", "bob", "--min-length", "8"], "k3v9-xq7");
    project.file("wrangler.toml", "[vars]\nPASSWORD_MIN_LENGTH = \"2\"");
    let (_, error) = project.refused(&["users", "add", "carol"], PASSWORD);
    assert!(error.contains("PASSWORD_MIN_LENGTH"), "{error}");
}

#[test]
fn what_would_be_stored_is_printed_and_no_kv_asked() {
    let project = Project::new("printed");
    let print = ["users", "add", "alice", "--id", "7", "--print"];
    let pairs = json_of(&project.done(&print, " correct horse battery \r\n"));
    assert_eq!(pairs[0]["key"], "user:alice");
    assert_eq!(pairs[1], json!({ "key": "id:7", "value": "alice" }));
    let stored = pairs[0]["value"].as_str().unwrap();
    assert!(lets_in(stored, "alice", " correct horse battery "));
    assert!(!lets_in(stored, "alice", "correct horse battery"));
    assert_eq!(project.asked(), "");
    let again = json_of(&project.done(&print, PASSWORD));
    assert_ne!(again[0]["value"], pairs[0]["value"]);
}

#[test]
fn what_is_missing_or_wrong_is_said_and_nothing_is_printed() {
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
        let output = run(&[&["users", "add"], arguments].concat(), input);
        let error = String::from_utf8(output.stderr).unwrap();
        assert_eq!(output.status.code(), Some(2), "{arguments:?}");
        assert!(error.contains(said), "{arguments:?}: {error}");
        assert!(output.stdout.is_empty());
    }
}

#[test]
fn a_record_is_shown_without_its_hash() {
    let project = with_alice("shown");
    let text = project.done(&["users", "show", "Alice"], "");
    for part in [
        "alice",
        "7",
        "+4420",
        "may log in",
        "sha1, replaced",
        "also has       email",
    ] {
        assert!(text.contains(part), "{part}: {text}");
    }
    let json = project.done(&["users", "show", "alice", "--json"], "");
    assert!(!(text + &json).contains("54bb54a9"));
    let json = json_of(&json);
    assert_eq!((&json["id"], &json["disabled"]), (&7.into(), &false.into()));
    assert_eq!(
        json["hash"],
        json!({ "method": "sha1", "replaced_at_next_login": true })
    );
    assert_eq!(json["other_members"], json!(["email"]));
}

#[test]
fn a_disabled_user_is_let_in_no_more_until_enabled_and_the_rest_is_kept() {
    let project = with_alice("disabled");
    let before = alice(&project);
    project.done(&["users", "disable", "alice"], "");
    let disabled = alice(&project);
    assert_eq!(disabled["disabled"], true);
    assert!(disabled["tokens_valid_from"].as_i64().unwrap() > 1_700_000_000);
    assert!(
        project
            .done(&["users", "show", "alice"], "")
            .contains("disabled")
    );
    project.done(&["users", "enable", "alice"], "");
    let mut after = alice(&project);
    assert!(
        after
            .as_object_mut()
            .unwrap()
            .remove("tokens_valid_from")
            .is_some()
    );
    assert_eq!(after, before);
}

#[test]
fn signing_out_ends_all_tokens_and_brings_none_back() {
    let project = with_alice("signed-out");
    let later = 8_000_000_000_i64;
    let mut record = alice(&project);
    record["tokens_valid_from"] = later.into();
    record["session_kept"] = json!({ "id": "AAAAAAAAAAAAAAAAAAAAAA", "from": later });
    project.store("user:alice", &record.to_string());
    project.done(&["users", "sign-out", "alice"], "");
    assert_eq!(alice(&project)["tokens_valid_from"], later);
    assert_eq!(alice(&project).get("session_kept"), None);
}

#[test]
fn a_new_password_takes_the_old_ones_place_and_ends_all_tokens() {
    let project = with_alice("password");
    project.done(&["users", "set-password", "alice"], OTHER);
    let stored = project.stored("user:alice").unwrap();
    assert!(lets_in(&stored, "alice", OTHER));
    assert!(!lets_in(&stored, "alice", "correct horse"));
    assert!(json_of(&stored)["tokens_valid_from"].is_i64());
    assert_eq!(json_of(&stored)["email"], "alice@example.com");
}

#[test]
fn a_user_is_removed_only_with_yes_where_nobody_can_be_asked() {
    let project = with_alice("removed");
    let (status, error) = project.refused(&["users", "remove", "alice"], "alice\n");
    assert!(status == 2 && error.contains("--yes"), "{error}");
    project.done(&["users", "remove", "alice", "--yes"], "");
    assert_eq!(
        (project.stored("user:alice"), project.stored("id:7")),
        (None, None)
    );
    // Without a number that has become someone else's.
    let project = with_alice("removed-alone");
    project.store("id:7", "bob");
    project.done(&["users", "remove", "alice", "--yes"], "");
    assert_eq!(project.stored("id:7").unwrap(), "bob");
}

#[test]
fn a_user_who_is_not_there_is_told_from_wrangler_failing() {
    let project = Project::new("nobody");
    for command in ["show", "disable", "enable", "set-password", "sign-out"] {
        let (status, error) = project.refused(&["users", command, "nobody"], PASSWORD);
        assert!(
            status == 1 && error.contains("no user nobody"),
            "{command}: {error}"
        );
    }
    project.store("user:broken", "{}");
    let (_, error) = project.refused(&["users", "disable", "broken"], "");
    assert!(error.contains("no user's record"), "{error}");
    assert_eq!(project.stored("user:broken").unwrap(), "{}");
}

#[test]
fn a_failure_of_wrangler_is_one_line_with_the_mend() {
    let project = with_alice("failures");
    for (wranglers, ours) in [
        (
            "✘ [ERROR] In a non-interactive environment, it's necessary to set a CLOUDFLARE_API_TOKEN …",
            "wrangler login",
        ),
        (
            "\u{1b}[31m✘ \u{1b}[41;31m[\u{1b}[41;97mERROR\u{1b}[41;31m]\u{1b}[0m \u{1b}[1mA namespace with binding name \"USERS\" was not found\u{1b}[0m",
            "--binding",
        ),
        ("✘ [ERROR] No KV Namespaces configured!", "--config"),
        (
            "✘ [ERROR] No namespace ID found for binding \"USERS\".",
            "wrangler deploy",
        ),
        (
            "✘ [ERROR] Unable to resolve Cloudflare's API hostname (api.cloudflare.com …).",
            "not reached; see to the network",
        ),
        (
            "\n✘ [ERROR] It is Tuesday.\n\nAnd so on.",
            "wrangler: It is Tuesday.",
        ),
        ("", "did not say why"),
    ] {
        project.file("fails", wranglers);
        let (status, error) = project.refused(&["users", "show", "alice"], "");
        assert!(status == 1 && error.contains(ours), "{error}");
    }
}

#[test]
fn users_are_listed_with_numbers_states_and_kinds_of_hash() {
    let project = with_alice("listed");
    project.done(&["users", "add", "bob"], OTHER);
    project.done(&["users", "disable", "bob"], "");
    project.store("user:broken", "{}");
    let text = project.done(&["users", "list"], "");
    let lines: Vec<Vec<&str>> = text
        .lines()
        .map(|line| line.split_whitespace().collect())
        .collect();
    assert_eq!(lines[0], ["alice", "7", "sha1"]);
    assert_eq!(
        lines[1],
        ["bob", "8", "disabled", "argon2id:m=19456,t=2,p=1"]
    );
    assert_eq!(lines[2][0], "broken");
    assert_eq!(
        project.done(&["users", "list", "b", "--names"], ""),
        "bob\nbroken\n"
    );
    let some = project.run(&["users", "list", "--limit", "1", "--json", "--remote"], "");
    assert_eq!(
        json_of(&String::from_utf8(some.stdout).unwrap())["username"],
        "alice"
    );
    assert!(
        String::from_utf8(some.stderr)
            .unwrap()
            .contains("1 of 3 users on Cloudflare")
    );
}

#[test]
fn what_a_terminal_would_obey_is_written_out() {
    let project = with_alice("escaped");
    let record = json!({
        "id": 9, "username": "m\u{202e}al", "hash_password": OLD_HASH,
        "phone": "+44\u{1b}]0;x\u{7}", "a\u{1b}[2J": 1,
    });
    project.store("user:m\u{202e}al", &record.to_string());
    project.store("user:\u{1b}[31mred", "{}");
    let list = project.done(&["users", "list"], "");
    let names = project.done(&["users", "list", "--names"], "");
    let show = project.done(&["users", "show", "m\u{202e}al"], "");
    let changed = project.done(&["users", "disable", "m\u{202e}al"], "");
    for text in [&list, &names, &show, &changed] {
        assert!(text.contains("m\\u202eal"), "{text}");
        let obeyed = |c: char| c == '\u{202e}' || c.is_control() && c != '\n';
        assert!(!text.contains(obeyed), "{text:?}");
    }
    // Without a terminal escape sequences would be left out, and be no sign of anything.
    assert!(list.contains("\\u001b[31mred") && names.contains("\\u001b[31mred"));
    assert!(show.contains("+44\\u001b]0;x\\u0007"), "{show}");
    assert!(show.contains("a\\u001b[2J"), "{show}");
}

#[test]
fn dates_are_told_as_everywhere() {
    let project = with_alice("dates");
    let mut record = alice(&project);
    record["tokens_valid_from"] = 1_795_543_512.into();
    project.store("user:alice", &record.to_string());
    let text = project.done(&["users", "show", "alice", "--utc"], "");
    assert!(
        text.contains("over if from before Tue 24 Nov 2026 18:05:12 UTC, "),
        "{text}"
    );
}

#[test]
fn the_local_namespace_is_the_one_that_wrangler_dev_takes() {
    let project = with_alice("preview");
    let show = ["users", "show", "alice"];
    project.file(
        "wrangler.toml",
        "[[kv_namespaces]]\nbinding = \"USERS\"\nid = \"1\"",
    );
    project.done(&show, "");
    assert!(project.asked().contains("--local --preview false"));
    project.file(
        "wrangler.toml",
        "[[kv_namespaces]]\nbinding = \"USERS\"\nid = \"1\"\npreview_id = \"2\"",
    );
    project.done(&show, "");
    assert!(project.asked().contains("--local --preview true"));
    project.done(&[&show[..], &["--remote"]].concat(), "");
    assert!(project.asked().contains("--remote --preview false"));
}

#[test]
fn a_config_that_is_not_there_or_not_toml_is_named() {
    let project = with_alice("config");
    let show = ["users", "show", "alice", "--config", "other.toml"];
    let (status, error) = project.refused(&show, "");
    assert!(
        status == 2 && error.contains("other.toml is not there"),
        "{error}"
    );
    project.file("other.toml", "name = ");
    let (_, error) = project.refused(&show, "");
    assert!(error.contains("other.toml: "), "{error}");
}

#[test]
fn the_help_of_each_command_fits_a_screen() {
    let commands = [
        "add",
        "show",
        "list",
        "disable",
        "enable",
        "set-password",
        "sign-out",
        "remove",
    ];
    for command in commands {
        let help = String::from_utf8(run(&["users", command, "-h"], b"").stdout).unwrap();
        assert!(help.lines().count() <= 24, "{command}: {help}");
        assert!(
            help.lines().all(|line| line.chars().count() <= 80),
            "{command}: {help}"
        );
    }
}
