//! The sources of a token and of its key.

use serde_json::json;

use super::{BY_SECRET, SECRET, folder, inspect, signed, verify};
use crate::support::run_with;

#[test]
fn a_token_is_found_in_a_header_or_in_json() {
    let folder = folder();
    let token = signed(&folder, &["--sub", "1"]);
    let answer = json!({ "token": token, "token_type": "Bearer", "expires_in": 3600 });
    let of_oauth = json!({ "access_token": token });
    for text in [
        token.clone(),
        format!("  {token}\r\n\n"),
        format!("Bearer {token}"),
        format!("authorization: bearer {token}\n"),
        format!("Authorization: JWT {token}"),
        format!("\u{feff}{token}"),
        answer.to_string(),
        serde_json::to_string_pretty(&of_oauth).unwrap(),
    ] {
        assert_eq!(verify(&folder, &text, &[]).status, 0, "{text}");
        let as_argument = [&["token", "verify"], &BY_SECRET[..], &[&text]].concat();
        assert_eq!(folder.run(&as_argument).status, 0, "{text}");
    }
    let dash = [&["token", "verify"], &BY_SECRET[..], &["-"]].concat();
    assert_eq!(folder.run_with(&dash, token.as_bytes()).status, 0);
    for (text, said) in [
        ("", "a token is needed"),
        (" \n", "a token is needed"),
        ("Bearer ", "a token is needed"),
        ("{\"tokens\":\"x\"}", "no token"),
        ("{\"token\":7}", "no token"),
        ("{\"token\":\"x\"", "no token"),
        (&format!("{token}\n{token}"), "only one token"),
        (
            &format!("{}\n{}", &token[..50], &token[50..]),
            "only one token",
        ),
    ] {
        verify(&folder, text, &[]).is_refused(2, said);
        inspect(&folder, text, &[]).is_refused(2, said);
    }
    let ran = folder.run_with(&["token", "inspect"], b"\xff\xfe");
    ran.is_refused(2, "UTF-8");
}

#[test]
fn a_secret_comes_from_a_file_or_a_variable_and_is_never_printed() {
    let folder = folder();
    let token = signed(&folder, &["--sub", "1"]);
    let by_env = |name: &str, value: &str| {
        let arguments = ["token", "verify", "--secret-env", name];
        let mut command = folder.command(&arguments);
        run_with(command.env("THE_SECRET", value), token.as_bytes())
    };
    assert_eq!(by_env("THE_SECRET", SECRET).status, 0);
    by_env("THE_SECRET", &SECRET[1..]).is_refused(1, "token_signature_invalid");
    by_env("THE_SECRET", "hunter2").is_refused(2, "--secret-env: a key for HS512");
    for name in ["", "hunter2", "hunter2=", SECRET] {
        by_env(name, SECRET).is_refused(2, "a variable that is not set");
    }
    for option in ["--secret-file", "--key"] {
        for given in ["hunter2", "{\"k\":\"hunter2\"}"] {
            let ran = folder.run(&["token", "verify", option, given, &token]);
            ran.is_refused(2, "cannot be read");
            assert!(!ran.error.contains("hunter2"));
        }
    }
    folder
        .run(&["token", "verify", &token])
        .is_refused(2, "a key is needed");
    // The secret is the whole text without one line break at its end.
    for (text, status) in [("\r\n", 0), ("\n\n", 1), (" \n", 1), ("", 0)] {
        folder.write("secret.txt", &format!("{SECRET}{text}"));
        assert_eq!(verify(&folder, &token, &[]).status, status, "{text:?}");
    }
}
