//! `portcullis keys list`, and malformed sets.

use serde_json::{Value, json};

use super::*;

#[test]
fn a_list_has_the_state_of_each_key_and_no_secret() {
    let folder = Folder::new();
    folder.done(&["keys", "generate", "--alg", "HS256", "--out", "keys.json"]);
    rotate(&folder, &["--alg", "EdDSA"]);
    rotate(&folder, &["--alg", "ES256"]);
    rotate(&folder, &["--announce"]);
    change(&folder, 1, |key| key["kid"] = "named".into());
    change(&folder, 2, |key| key["exp"] = 1_000_000_000.into());
    let keys = set(&folder);
    let ran = folder.run(&["keys", "list", "--file", "keys.json", "--json"]);
    let listed = ran.json();
    let thumbprints: Vec<_> = (0..4)
        .map(|i| listed["keys"][i]["thumbprint"].clone())
        .collect();
    assert_eq!(thumbprints[0], keys[0]["kid"]);
    assert_eq!(thumbprints[1].as_str().unwrap().len(), 43);
    let key = |i: usize, state: &str, until: &Value, from: &Value| {
        json!({
            "kid": keys[i]["kid"], "alg": keys[i]["alg"], "use": "sig", "state": state,
            "verifies_until": until, "may_sign_from": from, "thumbprint": thumbprints[i],
        })
    };
    let null = &Value::Null;
    let expected = json!({ "keys": [
        key(0, "signs", null, null),
        key(1, "verifies", &keys[1]["exp"], null),
        key(2, "over", &keys[2]["exp"], null),
        key(3, "announced", null, &keys[3]["nbf"]),
    ]});
    assert_eq!(listed, expected);
    // The thumbprint would be a hash of the secret.
    assert_eq!(thumbprints[2], Value::Null);

    let text = folder.done(&["keys", "list", "--file", "keys.json"]);
    let lines: Vec<_> = text.lines().collect();
    for (line, said) in [
        (lines[0], "ES256  sig  signs"),
        (lines[1], "verifies until "),
        (lines[2], thumbprints[1].as_str().unwrap()),
        (lines[3], "over since Sun 9 Sep 2001 01:46:40 UTC"),
        (lines[4], "announced, may sign from "),
    ] {
        assert!(line.contains(said), "{line}");
    }
    for secret in keys.iter().flat_map(|key| [&key["d"], &key["k"]]) {
        if let Some(secret) = secret.as_str() {
            assert!(!text.contains(secret) && !ran.text.contains(secret));
        }
    }
}

#[test]
fn dates_are_shown_in_the_time_zone_of_the_reader() {
    let folder = with_keys();
    rotate(&folder, &[]);
    change(&folder, 1, |key| key["exp"] = 1_000_000_000.into());
    let list = |more: &[&str]| {
        let arguments = [&["keys", "list", "--file", "keys.json"], more].concat();
        let output = folder.command(&arguments).env("TZ", "XYZ-2").output();
        String::from_utf8(output.unwrap().stdout).unwrap()
    };
    assert!(list(&[]).contains("over since Sun 9 Sep 2001 03:46:40 XYZ"));
    assert!(list(&["--utc"]).contains("over since Sun 9 Sep 2001 01:46:40 UTC"));
}

#[test]
fn a_malformed_key_set_is_reported_without_its_content() {
    let folder = with_keys();
    let key = set(&folder)[0].to_string();
    let public = folder.done(&["keys", "public", "--file", "keys.json"]);
    let twice = format!("{{\"keys\":[{key},{key}]}}");
    let no_date =
        json!({ "keys": [{ "kty": "oct", "alg": "HS256", "k": "A".repeat(43), "exp": "soon" }] });
    for text in ["", "secret-text", "{}", &key, &no_date.to_string()] {
        folder.write("keys.json", text);
        for command in ["list", "public", "rotate"] {
            let ran = folder.run(&["keys", command, "--file", "keys.json"]);
            ran.is_refused(1, "(key_invalid)");
            assert!(!ran.error.contains("secret-text") && !ran.error.contains("soon"));
        }
    }
    // Valid sets that SIGNING_KEYS does not accept.
    for text in [&*twice, &public, "{\"keys\":[]}"] {
        folder.write("keys.json", text);
        let ran = folder.run(&["keys", "rotate", "--file", "keys.json"]);
        ran.is_refused(1, "which the Worker does not accept");
        assert_eq!(folder.read("keys.json"), text);
    }
    for command in ["list", "public", "rotate"] {
        folder
            .run(&["keys", command, "--file", "no.json"])
            .is_refused(1, "the --file cannot be read");
    }
}
