//! The doctor's checks of the secrets and of their file.

use std::fs;
use std::process::Command;

use super::{IDENTITY, NONE, Project, SECRET, mode};

#[test]
fn a_secret_in_the_config_is_an_error() {
    let project = Project::new();
    project.vars(&format!("SECRET_KEY = \"{SECRET}\""));
    assert_eq!(project.found(), ["error secret_in_config SECRET_KEY"]);
}

#[test]
fn a_secret_that_is_short_or_can_be_guessed_is_an_error() {
    for (secret, code) in [
        ("short", Some("setting_wrong")),
        (&SECRET.repeat(2), Some("secret_weak")),
        (&"ab".repeat(40), Some("secret_weak")),
        (&"0123456789".repeat(7), Some("secret_weak")),
        (
            "this-is-my-very-long-secret-key-which-is-surely-long-enough-for-it",
            Some("setting_wrong"),
        ),
        (
            "09d25e094faa6ca2556c818166b7a9563b93f7099f6f0f4caa6cf63b88e8d3e7",
            Some("setting_wrong"),
        ),
        (
            "this-is-our-very-long-secret-key-which-is-surely-long-enough-for-it",
            Some("secret_weak"),
        ),
        (SECRET, None),
        // Hexadecimal, and 64 bytes in base64url.
        (
            "8f2b1c9ea7d04563f1b8e2c79a0d6453b7f1e8c2d9a0456378f1b2c3e4d5a697",
            None,
        ),
    ] {
        let project = Project::new();
        project.dev_vars(&format!("SECRET_KEY={secret}\n{IDENTITY}"));
        let found: Vec<_> = code
            .iter()
            .map(|code| format!("error {code} SECRET_KEY"))
            .collect();
        assert_eq!(project.found(), found, "{secret}");
        let all = project.run(&[]);
        assert!(!String::from_utf8(all.stdout).unwrap().contains(secret) || secret == "short");
    }
}

#[test]
fn a_legacy_secret_from_a_tutorial_is_a_warning() {
    for secret in [
        "hard to guess string",
        "you-will-never-guess",
        "dev",
        "Change Me",
        "the quick brown fox jumped over the lazy dog",
    ] {
        let project = Project::new();
        project
            .vars("LEGACY_UNTIL = \"9999-01-31\"")
            .secrets(&format!("LEGACY_SECRET_KEY=\"{secret}\""));
        let found = project.found();
        let warning = "warning legacy_secret_published LEGACY_SECRET_KEY".to_owned();
        assert!(found.contains(&warning), "{secret}: {found:?}");
    }
}

#[test]
fn two_equal_secrets_are_an_error() {
    let project = Project::new();
    project.secrets(&format!("INTROSPECTION_SECRET={SECRET}"));
    assert_eq!(
        project.found(),
        ["error secret_shared INTROSPECTION_SECRET"]
    );
}

#[test]
fn a_missing_identity_secret_is_a_warning_and_a_short_or_weak_one_an_error() {
    let project = Project::new();
    for (line, found) in [
        ("", "warning identity_secret_missing IDENTITY_SECRET"),
        (
            "IDENTITY_SECRET=short",
            "error setting_wrong IDENTITY_SECRET",
        ),
        (
            "IDENTITY_SECRET=abababababababababababababababababababab",
            "error secret_weak IDENTITY_SECRET",
        ),
    ] {
        project.dev_vars(&format!("SECRET_KEY={SECRET}\n{line}\n"));
        assert_eq!(project.found(), [found]);
    }
    // If Cloudflare has the secret, its value is unknown and nothing is reported.
    project.dev_vars(&format!("SECRET_KEY={SECRET}\n"));
    project.file("secrets.json", "[\"SECRET_KEY\", \"IDENTITY_SECRET\"]");
    assert_eq!(project.found_with(&["--remote"]), NONE);
}

#[test]
fn without_dev_vars_the_secrets_are_not_checked() {
    let project = Project::new();
    fs::remove_file(project.0.join(".dev.vars")).unwrap();
    assert_eq!(project.found(), ["note secrets_unknown .dev.vars"]);
    // The doctor cannot know either whether the secret key is missing.
    project.vars("LEGACY_UNTIL = 4102444800\nLEGACY_SALT = \"login\"");
    let found = project.found();
    assert!(
        !found.iter().any(|found| found.starts_with("error")),
        "{found:?}"
    );
    project.config("4102444800", "\"soon\"");
    assert!(
        project
            .found()
            .contains(&"error setting_wrong LEGACY_UNTIL".into())
    );
}

#[test]
fn dev_vars_is_parsed_like_dotenv() {
    let project = Project::new();
    project.dev_vars(&format!(
        "# A comment\n\nexport SECRET_KEY='{SECRET}' # mine\nSIGNING_KEYS=\"{{\n\\\"keys\\\":[]}}\"\n{IDENTITY}"
    ));
    assert_eq!(project.found(), ["error setting_wrong SIGNING_KEYS"]);
    project.dev_vars(&format!(
        "SECRET_KEY=short\nSECRET_KEY={SECRET} # the last counts\nnothing\n{IDENTITY}"
    ));
    assert_eq!(project.found(), NONE);
}

#[cfg(unix)]
#[test]
fn a_file_of_secrets_that_others_can_read_is_a_warning() {
    let project = Project::new();
    mode(&project.0.join(".dev.vars"), 0o644);
    assert_eq!(project.found(), ["warning secrets_readable .dev.vars"]);
}

/// Whether git exits without an error.
fn git(project: &Project, arguments: &[&str]) -> bool {
    let git = Command::new("git")
        .args(arguments)
        .current_dir(&project.0)
        .output();
    git.is_ok_and(|git| git.status.success())
}

#[test]
fn a_file_of_secrets_that_git_tracks_or_would_add_is_found() {
    let project = Project::new();
    let git = |arguments: &[&str]| git(&project, arguments);
    if !git(&["init", "-q"]) {
        return; // no git on this machine, and so nothing it keeps
    }
    assert_eq!(project.found(), ["warning secrets_not_ignored .dev.vars"]);
    assert!(git(&["add", ".dev.vars"]));
    assert_eq!(project.found(), ["error secrets_in_git .dev.vars"]);
    assert!(git(&["rm", "-q", "--cached", ".dev.vars"]));
    project.file(".gitignore", ".dev.vars\n");
    assert_eq!(project.found(), NONE);
}

#[cfg(unix)]
#[test]
fn a_program_that_the_repositorys_config_names_is_not_run() {
    let project = Project::new();
    project.file("monitor.sh", "#!/bin/sh\ntouch ran\n");
    mode(&project.0.join("monitor.sh"), 0o700);
    let git = |arguments: &[&str]| git(&project, arguments);
    let monitor = project.0.join("monitor.sh");
    let set = ["config", "core.fsmonitor", monitor.to_str().unwrap()];
    if !git(&["init", "-q"]) || !git(&set) {
        return; // no git on this machine
    }
    assert_eq!(project.found(), ["warning secrets_not_ignored .dev.vars"]);
    assert!(!project.0.join("ran").exists());
}
