//! The command line as a user runs it.

#![cfg(feature = "cli")]

use std::io::Write as _;
use std::process::{Command, Output, Stdio};

use portcullis::account::{StandIns, StoredHashCheck, UserRecord, Username, admit};
use portcullis::password::ClearPassword;

fn run(arguments: &[&str], input: &[u8]) -> Output {
    let mut child = Command::new(env!("CARGO_BIN_EXE_portcullis"))
        .args(arguments)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    // It may not read what it has no use for.
    let _ = child.stdin.take().unwrap().write_all(input);
    child.wait_with_output().unwrap()
}

fn user_record(arguments: &[&str], input: &[u8]) -> Output {
    run(&[&["user-record"], arguments].concat(), input)
}

#[test]
fn a_user_record_is_printed_that_lets_its_user_in() {
    let output = user_record(
        &["--id", "7", "--username", "Alice", "--phone", "+4420"],
        b" correct horse \r\n",
    );
    assert!(output.status.success());
    let pair: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    let index = &pair[1];
    assert_eq!(
        (&index["key"], &index["value"]),
        (&"id:7".into(), &"alice".into())
    );
    let pair = &pair[0];
    assert_eq!(pair["key"], "user:alice");
    let stored = pair["value"].as_str().unwrap();
    let alice = Username::new("alice").unwrap();
    let record = UserRecord::parse(stored, &alice).unwrap();
    assert_eq!(
        (record.id.to_string().as_str(), record.phone.as_str()),
        ("7", "+4420")
    );
    let admitted = |password: &str| {
        let password = ClearPassword::new(password.to_owned()).unwrap();
        let stand_in = StandIns::default().for_username(&alice);
        admit(&alice, &password, Some(stored), &stand_in, &StoredHashCheck).is_ok()
    };
    assert!(admitted(" correct horse "));
    assert!(!admitted("correct horse"));
}

#[test]
fn two_records_of_one_password_have_different_salts() {
    let record = || user_record(&["--id", "1", "--username", "a"], b"secret").stdout;
    assert_ne!(record(), record());
}

#[test]
fn what_is_missing_or_wrong_is_said_and_nothing_is_printed() {
    let long = "x".repeat(1025);
    for (arguments, input, said) in [
        (&["--username", "a"][..], &b"x"[..], "--id is needed"),
        (&["--id", "1"], b"x", "--username"),
        (&["--id", "-1", "--username", "a"], b"x", "--id"),
        (
            &["--id", "9007199254740992", "--username", "a"],
            b"x",
            "--id",
        ),
        (&["--id", "1", "--username", ""], b"x", "1 to 80"),
        (
            &["--id", "1", "--username", "a", "--password", "x"],
            b"x",
            "--password",
        ),
        (&["--id", "1", "--username"], b"x", "--username"),
        (&["--id", "1", "--username", "a"], b"", "password"),
        (&["--id", "1", "--username", "a"], b"\n", "password"),
        (&["--id", "1", "--username", "a"], b"\xff", "UTF-8"),
        (&["--id", "1", "--username", "a"], long.as_bytes(), "1024"),
    ] {
        let output = user_record(arguments, input);
        let error = String::from_utf8(output.stderr).unwrap();
        assert_eq!(output.status.code(), Some(2), "{arguments:?}");
        assert!(error.contains(said), "{arguments:?}: {error}");
        assert!(output.stdout.is_empty());
    }
}

#[test]
fn help_is_given_where_it_is_asked_for_and_where_it_is_needed() {
    for arguments in [&["--help"][..], &["user-record", "--help"]] {
        let output = run(arguments, b"");
        assert!(output.status.success());
        assert!(String::from_utf8(output.stdout).unwrap().contains("Usage"));
    }
    for arguments in [&[][..], &["frobnicate"]] {
        let output = run(arguments, b"");
        assert_eq!(output.status.code(), Some(2));
        assert!(String::from_utf8(output.stderr).unwrap().contains("Usage"));
    }
}
