//! `portcullis token`.

use std::path::{Path, PathBuf};

use serde_json::{Value, json};

use crate::support::{Folder, Ran, now, run_with};

const SECRET: &str = "a secret of at least sixty-four bytes, as HS512 asks for in RFC 7518";
/// itsdangerous 2.0 signed it with `secret-key`, for the ten minutes from
/// 1600000000 on.
const LEGACY: &str = "eyJhbGciOiJIUzUxMiIsImlhdCI6MTYwMDAwMDAwMCwiZXhwIjoxNjAwMDAwNjAwfQ.eyJpZCI6MX0.iWFeoOg2VrMlFjE8FBkSLZ3j13XQfHnDB2dhPoVlu0rOmjk9pSYliocPSvbBPOtx66VEvQx6CSqhE8KfsHRqBg";

fn folder() -> Folder {
    let folder = Folder::new();
    folder.write("secret.txt", &format!("{SECRET}\n"));
    folder.done(&["keys", "generate", "--out", "keys.json"]);
    folder
}

const BY_SECRET: [&str; 2] = ["--secret-file", "secret.txt"];

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
fn a_token_is_told_in_words() {
    let folder = folder();
    let token = signed(
        &folder,
        &["--sub", "1", "--now", "1795543512", "--expires-in", "12m"],
    );
    let told = |time| inspect(&folder, &token, &["--now", time, "--utc"]).text;
    let text = told("1795543512");
    for said in [
        "Current: ends in 12 minutes\n",
        "The signature was not checked: anyone can have written this.\n",
        "Issued      Tue 24 Nov 2026 18:05:12 UTC, now\n",
        "Ends        Tue 24 Nov 2026 18:17:12 UTC, in 12 minutes\n",
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
        text.starts_with("Not yet valid: begins in 2 hours\n"),
        "{text}"
    );
    let text = inspect(&folder, &sooner, &["--now", "9000"]).text;
    assert!(text.starts_with("Current: never ends\n"), "{text}");
    let text = verify(&folder, &token, &["--now", "1795543512"]).text;
    assert!(text.contains("\nThe signature is right.\n"), "{text}");
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
fn a_token_is_found_in_what_one_has_at_hand() {
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
        (&format!("{token}\n{token}"), "one token at a time"),
        (
            &format!("{}\n{}", &token[..50], &token[50..]),
            "one token at a time",
        ),
    ] {
        verify(&folder, text, &[]).is_refused(2, said);
        inspect(&folder, text, &[]).is_refused(2, said);
    }
    let ran = folder.run_with(&["token", "inspect"], b"\xff\xfe");
    ran.is_refused(2, "UTF-8");
}

#[test]
fn what_a_terminal_would_obey_is_shown_and_not_sent() {
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

#[test]
fn what_the_policy_asks_for_is_asked_for() {
    let folder = folder();
    let claims = [
        "--sub", "1", "--iss", "a", "--aud", "b", "--aud", "c", "--type", "at+jwt",
    ];
    let token = signed(&folder, &[&claims[..], &["--now", "1000"]].concat());
    for (more, claim) in [
        (&["--issuer", "x", "--issuer", "a"][..], ""),
        (&["--issuer", "x"], "iss"),
        (&["--audience", "x", "--audience", "c"], ""),
        (&["--audience", "x"], "aud"),
        (&["--subject", "1"], ""),
        (&["--subject", "2"], "sub"),
        (&["--type", "application/AT+JWT"], ""),
        (&["--type", "JWT"], "typ"),
        (&["--max-age", "100s"], ""),
    ] {
        let ran = verify(
            &folder,
            &token,
            &[&["--json", "--now", "1099"], more].concat(),
        );
        let told = ran.json();
        assert_eq!(told["claim"].as_str().unwrap_or(""), claim, "{more:?}");
        assert_eq!(ran.status, i32::from(!claim.is_empty()), "{more:?}");
    }
    let aged = |more: &[&str]| {
        let more = [&["--max-age", "100s", "--now", "1100"], more].concat();
        verify(&folder, &token, &more).status
    };
    assert_eq!((aged(&[]), aged(&["--leeway", "1s"])), (3, 0));
    let endless = signed(&folder, &["--sub", "1", "--no-expiry"]);
    verify(&folder, &endless, &[]).is_refused(1, "\"exp\" is missing");
    let ran = verify(&folder, &endless, &["--allow-no-expiry", "--json"]);
    assert_eq!(
        (ran.status, &ran.json()["status"]),
        (0, &"never-expires".into())
    );
}

#[test]
fn a_token_of_itsdangerous_is_recognized_and_verified_with_legacy() {
    let folder = folder();
    folder.write("flask.txt", "secret-key");
    let told = inspect(&folder, LEGACY, &["--json", "--now", "1600000600"]);
    let told = (told.status, told.json());
    assert_eq!((told.0, &told.1["legacy"]), (0, &true.into()));
    let text = inspect(&folder, LEGACY, &["--now", "1600000601"]);
    assert_eq!(text.status, 3);
    assert!(text.text.contains("itsdangerous (Flask)"), "{}", text.text);

    let legacy = |more: &[&str]| {
        let by = ["token", "verify", "--legacy", "--secret-file", "flask.txt"];
        folder.run_with(&[&by[..], more].concat(), LEGACY.as_bytes())
    };
    let right = legacy(&["--now", "1600000600", "--json"]);
    assert_eq!(
        (right.status, &right.json()["claims"]),
        (0, &json!({ "id": 1 }))
    );
    assert_eq!(right.json()["verified"], true);
    legacy(&["--now", "1600000601"]).is_refused(3, "token_expired");
    let salted = legacy(&["--now", "1600000600", "--salt", "x"]);
    salted.is_refused(1, "token_signature_invalid");
    let plain = ["token", "verify", "--secret-file", "flask.txt", LEGACY];
    folder.run(&plain).is_refused(2, "key_invalid");
    let by_key = ["token", "verify", "--legacy", "--key", "keys.json", LEGACY];
    folder
        .run(&by_key)
        .is_refused(2, "--secret-file or --secret-env");
}

#[test]
fn a_secret_is_a_files_or_a_variables_and_never_said() {
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
    // It is the text as it stands, but for one line break.
    for (text, status) in [("\r\n", 0), ("\n\n", 1), (" \n", 1), ("", 0)] {
        folder.write("secret.txt", &format!("{SECRET}{text}"));
        assert_eq!(verify(&folder, &token, &[]).status, status, "{text:?}");
    }
}

#[test]
fn what_the_command_line_signs_it_verifies_with_every_algorithm() {
    let folder = Folder::new();
    for algorithm in ["EdDSA", "ES256", "HS256", "HS384", "HS512"] {
        let set = folder.done(&["keys", "generate", "--alg", algorithm]);
        folder.write("set.json", &set);
        let set: Value = serde_json::from_str(&set).unwrap();
        folder.write("key.json", &set["keys"][0].to_string());
        folder.write(
            "public.json",
            &folder.done(&["keys", "public", "--file", "set.json"]),
        );
        let token = folder.done(&["token", "sign", "--key", "key.json", "--sub", "1"]);
        let verified = |key| folder.run(&["token", "verify", "--key", key, "--json", &token]);
        assert_eq!(verified("set.json").json()["claims"]["sub"], "1");
        assert_eq!(
            verified("key.json").json()["header"]["kid"],
            set["keys"][0]["kid"]
        );
        if algorithm.starts_with("HS") {
            verified("public.json").is_refused(2, "key_invalid");
        } else {
            assert_eq!(verified("public.json").status, 0);
            let sign = ["token", "sign", "--sub", "1", "--key", "public.json"];
            folder.run(&sign).is_refused(2, "no private part");
        }
    }
}

#[test]
fn a_signed_token_says_what_it_was_told_to() {
    let folder = folder();
    let claims = |more: &[&str], input: &str| {
        let arguments = [&["token", "sign", "--now", "1000"], &BY_SECRET[..], more].concat();
        let ran = folder.run_with(&arguments, input.as_bytes());
        assert_eq!(ran.status, 0, "{}", ran.error);
        inspect(&folder, &ran.text, &["--json"]).json()["claims"].clone()
    };
    assert_eq!(
        claims(&[], "{\"id\":7,\"iat\":5,\"exp\":6}\n"),
        json!({ "id": 7, "iat": 5, "exp": 6 })
    );
    // Of what is not asked for, nothing is read.
    assert_eq!(
        claims(&["--sub", "1"], "{\"id\":7}"),
        json!({ "sub": "1", "iat": 1000, "exp": 4600 })
    );
    assert_eq!(
        claims(&["--claims", "-", "--claim", "a=b"], "{\"id\":7}"),
        json!({ "id": 7, "a": "b", "iat": 1000, "exp": 4600 })
    );
    let values = [
        "a=1",
        "b=true",
        "c={\"d\":[]}",
        "e=x=y",
        "f=\"1\"",
        "g=",
        "h=01",
    ];
    let options: Vec<_> = values.iter().flat_map(|value| ["--claim", value]).collect();
    let more = [
        "--iss",
        "i",
        "--aud",
        "x",
        "--aud",
        "y",
        "--expires-in",
        "1h30m",
    ];
    assert_eq!(
        claims(&[&options[..], &more].concat(), ""),
        json!({
            "a": 1, "b": true, "c": { "d": [] }, "e": "x=y", "f": "1", "g": "", "h": "01",
            "iss": "i", "aud": ["x", "y"], "iat": 1000, "exp": 6400,
        })
    );
    let with_id = claims(&["--sub", "1", "--jti"], "");
    let other = claims(&["--sub", "1", "--jti"], "");
    assert_eq!(with_id["jti"].as_str().unwrap().len(), 22);
    assert_ne!(with_id["jti"], other["jti"]);
}

#[test]
fn a_token_lasts_an_hour_from_now_unless_it_is_told_otherwise() {
    let folder = folder();
    let before = now();
    let token = signed(&folder, &["--sub", "1"]);
    let claims = &inspect(&folder, &token, &["--json"]).json()["claims"];
    let issued_at = claims["iat"].as_i64().unwrap();
    assert!((before..=now()).contains(&issued_at));
    assert_eq!(claims["exp"], issued_at + 3600);
}

#[test]
fn claims_that_cannot_be_meant_are_not_signed() {
    let folder = folder();
    for (more, input, said) in [
        (&[][..], "", "no JSON object"),
        (&[], "[]", "no JSON object"),
        (&[], "{\"a\":1,\"a\":2}", "no JSON object"),
        (&["--claim", "x"], "", "NAME=VALUE"),
        (&["--claim", "a=1", "--claim", "a=2"], "", "given twice"),
        (
            &["--claims", "-", "--claim", "a=1"],
            "{\"a\":2}",
            "given twice",
        ),
        (
            &["--claim", "sub=x", "--sub", "1"],
            "",
            "\"sub\" is set both",
        ),
        (
            &["--claim", "exp=1", "--expires-in", "1h"],
            "",
            "\"exp\" is set both",
        ),
        (&["--claim", "exp=soon"], "", "\"exp\" has the wrong type"),
        (&["--claim", "sub=1"], "", "\"sub\" has the wrong type"),
        (&["--aud", ""], "", "\"aud\" has the wrong type"),
        (&["--claims", "no.json"], "", "the --claims cannot be read"),
    ] {
        let arguments = [&["token", "sign"], &BY_SECRET[..], more].concat();
        folder
            .run_with(&arguments, input.as_bytes())
            .is_refused(2, said);
    }
}

/// Of others' tokens, where they are: see tests/native/vectors.
fn peers(file: &str) -> Option<(Value, Value)> {
    let read = |path: &Path| {
        let text = std::fs::read_to_string(path).unwrap();
        serde_json::from_str::<Value>(&text).unwrap()
    };
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    let folder = std::env::var_os("PORTCULLIS_VECTORS")
        .map_or_else(|| here.join("../shared/vectors"), PathBuf::from);
    let folder = folder.is_dir().then(|| folder.join("peers"))?;
    let codes = read(&here.join("tests/vectors/codes.json"));
    Some((read(&folder.join(file)), codes))
}

#[track_caller]
fn has_code(ran: &Ran, code: &Value, case: &str) {
    let told = ran.json();
    let (status, expected) = match code.as_str().unwrap() {
        "accepted" => (0, &Value::Null),
        "token_expired" => (3, code),
        _ => (1, code),
    };
    assert_eq!((ran.status, &told["code"]), (status, expected), "{case}");
}

#[test]
fn tokens_of_four_libraries_have_the_codes_that_they_have_everywhere() {
    let Some((file, codes)) = peers("jwt.json") else {
        return;
    };
    let (keys, _) = peers("jwt_keys.json").unwrap();
    let folder = Folder::new();
    for (algorithm, forms) in keys.as_object().unwrap() {
        for form in ["jwk", "privateJwk", "publicJwk", "privatePem", "publicPem"] {
            let text = match &forms[form] {
                Value::String(pem) => pem.clone(),
                jwk => jwk.to_string(),
            };
            folder.write(&format!("{algorithm}.{form}"), &text);
        }
    }
    let mut seen = 0;
    let at = file["verify_at"].to_string();
    for (i, case) in file["cases"].as_array().unwrap().iter().enumerate() {
        let of = |name| case[name].as_str().unwrap();
        let id = format!("{} {} {}", of("alg"), of("made_by"), of("name"));
        let code = &codes["peers/jwt"][&id];
        // What stands around a token is taken away here.
        let token = of("token");
        if of("alg") == "RS256"
            || code.is_null()
            || token.is_empty()
            || token.contains(char::is_whitespace)
        {
            continue;
        }
        let form = match of("alg").starts_with("HS") {
            true => "jwk",
            false => ["privateJwk", "publicJwk", "privatePem", "publicPem"][i % 4],
        };
        let key = format!("{}.{form}", of("alg"));
        let asked = [
            "--issuer",
            "https://example.com",
            "--audience",
            "example-api",
        ];
        let by = ["token", "verify", "--json", "--now", &at, "--key", &key];
        let ran = folder.run_with(&[&by[..], &asked].concat(), token.as_bytes());
        has_code(&ran, code, &id);
        seen += 1;
    }
    assert!(seen > 150, "{seen}");
}

#[test]
fn tokens_of_itsdangerous_have_the_codes_that_they_have_everywhere() {
    let Some((file, codes)) = peers("itsdangerous.json") else {
        return;
    };
    let folder = Folder::new();
    let mut seen = 0;
    for case in file["cases"].as_array().unwrap() {
        let of = |name| case[name].as_str().unwrap();
        let token = of("token");
        if token.is_empty() || token.contains(char::is_whitespace) {
            continue;
        }
        let at = case["verify_at"].to_string();
        let by = ["token", "verify", "--legacy", "--json", "--now", &at];
        let key = ["--secret-env", "THE_SECRET", "--alg", of("alg")];
        let mut command = folder.command(&[&by[..], &key].concat());
        if let Some(salt) = case["salt"].as_str() {
            command.args(["--salt", salt]);
        }
        let ran = run_with(command.env("THE_SECRET", of("secret")), token.as_bytes());
        has_code(&ran, &codes["peers/itsdangerous"][of("name")], of("name"));
        seen += 1;
    }
    assert!(seen > 60, "{seen}");
}
