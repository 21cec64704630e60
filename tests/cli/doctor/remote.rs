//! The doctor's checks of the deployed Worker, through wrangler.

use std::fs;

use super::{NONE, Project};

#[test]
fn secrets_that_are_missing_on_cloudflare_are_named() {
    let project = Project::new();
    project.secrets("INTROSPECTION_SECRET=Wm3kXv9ZbT7mKf2RjYh8LsN4cPd6GaVu1EoB");
    for (there, found) in [
        ("\"SECRET_KEY\", \"INTROSPECTION_SECRET\"", &[][..]),
        ("\"SIGNING_KEYS\", \"INTROSPECTION_SECRET\"", &[]),
        (
            "\"SECRET_KEY\"",
            &["warning secret_not_on_cloudflare INTROSPECTION_SECRET"],
        ),
        (
            "\"INTROSPECTION_SECRET\"",
            &["error secret_not_on_cloudflare SECRET_KEY"],
        ),
    ] {
        project.file("secrets.json", &format!("[\"IDENTITY_SECRET\", {there}]"));
        assert_eq!(project.found_with(&["--remote"]), found, "{there}");
    }
}

#[test]
fn settings_of_a_secret_that_only_cloudflare_has_are_checked() {
    let project = Project::new();
    project.file(
        "secrets.json",
        "[\"SECRET_KEY\", \"IDENTITY_SECRET\", \"LEGACY_SECRET_KEY\"]",
    );
    assert_eq!(
        project.found_with(&["--remote"]),
        ["error setting_wrong LEGACY_UNTIL"]
    );
    project.file(
        "secrets.json",
        "[\"SECRET_KEY\", \"IDENTITY_SECRET\", \"LEGACY_SECRET\"]",
    );
    assert_eq!(
        project.found_with(&["--remote"]),
        ["error setting_unknown LEGACY_SECRET"]
    );
    // Their values are unknown, so the doctor does not judge them.
    fs::remove_file(project.0.join(".dev.vars")).unwrap();
    project.file(
        "secrets.json",
        "[\"SECRET_KEY\", \"IDENTITY_SECRET\", \"INTROSPECTION_SECRET\"]",
    );
    assert_eq!(project.found_with(&["--remote"]), NONE);
}

#[test]
fn an_undeployed_worker_or_a_failed_question_to_cloudflare_is_one_finding() {
    let project = Project::new();
    project.file("fails", "X [ERROR] Worker \"login\" not found.\n\nIf this is a new Worker, run `wrangler deploy` first.\n");
    assert_eq!(
        project.found_with(&["--remote"]),
        ["note not_deployed the Worker"]
    );
    project.file("fails", "X [ERROR] You are not logged in\n");
    assert_eq!(
        project.found_with(&["--remote"]),
        ["error cloudflare_not_asked Cloudflare"]
    );
}

#[test]
fn the_users_in_kv_are_checked() {
    let project = Project::new();
    project.file("kv.json", "{}");
    assert_eq!(
        project.found_with(&["--users"]),
        ["note users_none the users"]
    );
    let record = r#"{\"id\":1,\"username\":\"a\",\"hash_password\":\"sha1$abcdefgh$54bb54a9810996447facbdfff17b8d4fc2b364f8\",\"phone\":\"\"}"#;
    project.file(
        "kv.json",
        &format!("{{\"user:a\":\"{record}\",\"id:1\":\"a\"}}"),
    );
    assert_eq!(
        project.found_with(&["--users"]),
        ["note hashes_old the users"]
    );
}
