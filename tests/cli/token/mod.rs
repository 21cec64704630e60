//! `portcullis token`.

mod input;
mod peers;
mod policy;
mod sign;

use serde_json::Value;

use crate::support::{Folder, Ran, run_with};

const SECRET: &str = "a secret of at least sixty-four bytes, as HS512 asks for in RFC 7518";

const BY_SECRET: [&str; 2] = ["--secret-file", "secret.txt"];

fn folder() -> Folder {
    let folder = Folder::new();
    folder.write("secret.txt", &format!("{SECRET}\n"));
    folder.done(&["keys", "generate", "--out", "keys.json"]);
    folder
}

fn signed(folder: &Folder, more: &[&str]) -> String {
    let arguments = [&["token", "sign"], &BY_SECRET[..], more].concat();
    folder.done(&arguments).trim_end().to_owned()
}

fn verify(folder: &Folder, token: &str, more: &[&str]) -> Ran {
    let arguments = [&["token", "verify"], &BY_SECRET[..], more].concat();
    folder.run_with(&arguments, token.as_bytes())
}

fn inspect(folder: &Folder, token: &str, more: &[&str]) -> Ran {
    folder.run_with(&[&["token", "inspect"], more].concat(), token.as_bytes())
}

#[test]
fn the_exit_status_says_current_expired_or_wrong() {
    let folder = folder();
    let dates = [
        "--sub",
        "1",
        "--now",
        "1000",
        "--expires-in",
        "10m",
        "--not-before",
        "1m",
    ];
    let token = signed(&folder, &dates);
    for (time, status, name, code) in [
        ("1000", 1, "not-yet-valid", "token_not_yet_valid"),
        ("1060", 0, "current", ""),
        ("1599", 0, "current", ""),
        ("1600", 3, "expired", "token_expired"),
        ("1970-01-01T00:26:40Z", 3, "expired", "token_expired"),
    ] {
        let at = ["--now", time];
        let code = if code.is_empty() {
            Value::Null
        } else {
            code.into()
        };
        for told in [
            inspect(&folder, &token, &[&at[..], &["--json"]].concat()),
            verify(&folder, &token, &[&at[..], &["--json"]].concat()),
        ] {
            assert_eq!((told.status, &*told.error), (status, ""), "{time}");
            let told = told.json();
            assert_eq!(
                (&told["status"], &told["code"]),
                (&name.into(), &code),
                "{time}"
            );
        }
        assert_eq!(inspect(&folder, &token, &at).status, status);
        let verified = verify(&folder, &token, &at);
        match status {
            0 => assert_eq!(verified.status, 0),
            _ => verified.is_refused(status, code.as_str().unwrap()),
        }
    }
    let wrong = format!("{}A{}", &token[..60], &token[61..]);
    verify(&folder, &wrong, &["--now", "1100"]).is_refused(1, "token_signature_invalid");
    inspect(&folder, "no.token", &[]).is_refused(1, "token_malformed");
}

#[test]
fn the_report_of_a_token_is_readable() {
    let folder = folder();
    let token = signed(
        &folder,
        &["--sub", "1", "--now", "1795543512", "--expires-in", "12m"],
    );
    let told = |time| inspect(&folder, &token, &["--now", time, "--utc"]).text;
    let text = told("1795543512");
    for said in [
        "Current: expires in 12 minutes\n",
        "The signature was not checked: anyone could have written this token.\n",
        "Issued      Tue 24 Nov 2026 18:05:12 UTC, now\n",
        "Expires     Tue 24 Nov 2026 18:17:12 UTC, in 12 minutes\n",
        "\nHeader\n{\n  \"alg\": \"HS512\",\n  \"typ\": \"JWT\"\n}\n",
        "\nClaims\n{\n  \"sub\": \"1\",\n  \"iat\": 1795543512,\n  \"exp\": 1795544232\n}\n",
    ] {
        assert!(text.contains(said), "{said}: {text}");
    }
    assert!(told("1795803432").starts_with("Expired 3 days ago\n"));
    let sooner = ["--sub", "1", "--now", "1000", "--not-before", "2h"];
    let sooner = signed(&folder, &[&sooner[..], &["--no-expiry"]].concat());
    let text = inspect(&folder, &sooner, &["--now", "1000"]).text;
    assert!(
        text.starts_with("Not yet valid: becomes valid in 2 hours\n"),
        "{text}"
    );
    let text = inspect(&folder, &sooner, &["--now", "9000"]).text;
    assert!(text.starts_with("Current: never expires\n"), "{text}");
    let late = inspect(&folder, &token, &["--now", "1795544240", "--leeway", "30s"]);
    assert_eq!(late.status, 0);
    let said = "Current only because of the leeway: expired 8 seconds ago\n";
    assert!(late.text.starts_with(said), "{}", late.text);
    let text = verify(&folder, &token, &["--now", "1795543512"]).text;
    assert!(text.contains("\nThe signature is valid.\n"), "{text}");
    let expired = verify(&folder, &token, &["--now", "1795803432"]);
    expired.is_refused(3, "the token has expired, 3 days ago (token_expired)");

    let mut abroad = folder.command(&["token", "inspect", "--now", "1795543512"]);
    let abroad = run_with(abroad.env("TZ", "XYZ-2"), token.as_bytes());
    assert!(abroad.text.contains("20:05:12 XYZ"), "{}", abroad.text);
}

#[test]
fn a_program_reads_one_line_of_json() {
    let folder = folder();
    let claims = r#"{ "sub" : "é" , "n": 1.0, "big": 12345678901234567890123, "list": [ 1 ] }"#;
    folder.write("claims.json", claims);
    let token = signed(&folder, &["--claims", "claims.json", "--now", "1000"]);
    let current = inspect(&folder, &token, &["--json", "--now", "1000"]);
    let expected = concat!(
        r#"{"status":"current","code":null,"verified":false,"legacy":false,"#,
        r#""issued_at":1000,"not_before":null,"expires_at":4600,"seconds_left":3600,"#,
        r#""header":{"alg":"HS512","typ":"JWT"},"claims":{"sub":"é","n":1.0,"#,
        r#""big":12345678901234567890123,"list":[1],"iat":1000,"exp":4600}}"#,
        "\n"
    );
    assert_eq!(current.text, expected);
    let verified = verify(&folder, &token, &["--json", "--now", "1000"]);
    let expected = expected.replace("\"verified\":false", "\"verified\":true");
    assert_eq!(verified.text, expected);

    let expired = verify(&folder, &token, &["--json", "--now", "5000"]);
    assert_eq!(
        expired.text,
        "{\"status\":\"expired\",\"code\":\"token_expired\",\"message\":\"the token has expired\",\"expired_at\":4600}\n"
    );
    let foreign = verify(
        &folder,
        &token,
        &["--json", "--now", "1000", "--issuer", "x"],
    );
    assert_eq!(foreign.status, 1);
    assert_eq!(foreign.json()["claim"], "iss");
    assert_eq!(foreign.json()["code"], "token_claim_invalid");
    let none = inspect(&folder, "x", &["--json"]);
    assert_eq!((none.status, &none.json()["status"]), (1, &"wrong".into()));
    assert_eq!(none.json()["code"], "token_malformed");
}

#[test]
fn terminal_control_characters_of_a_token_are_escaped() {
    let folder = folder();
    let claim = "--claim=name=\u{9b}2J\u{202e}\u{7f}";
    let token = signed(&folder, &["--sub", "1", claim]);
    for ran in [
        inspect(&folder, &token, &[]),
        inspect(&folder, &token, &["--json"]),
    ] {
        assert!(ran.text.contains("\\u009b2J\\u202e\\u007f"), "{}", ran.text);
    }
}
