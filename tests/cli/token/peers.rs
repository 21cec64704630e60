//! Tokens that other libraries signed: see tests/native/vectors.

use std::path::{Path, PathBuf};

use serde_json::Value;

use crate::support::{Folder, Ran, run_with};

/// The vectors of other libraries, if they exist: see tests/native/vectors.
fn peers(file: &str) -> Option<(Value, Value)> {
    let read = |path: &Path| {
        let text = std::fs::read_to_string(path).unwrap();
        serde_json::from_str::<Value>(&text).unwrap()
    };
    let here = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
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
fn tokens_of_four_libraries_have_the_same_codes_as_in_the_core() {
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
        // The command line removes white space and a header around a token.
        let token = of("token");
        if code.is_null() || token.is_empty() || token.contains(char::is_whitespace) {
            continue;
        }
        let form = match of("alg") {
            hmac if hmac.starts_with("HS") => "jwk",
            // A PEM does not say which of RSA's algorithms it is for, and private keys are not read.
            "RS256" => "publicJwk",
            _ => ["privateJwk", "publicJwk", "privatePem", "publicPem"][i % 4],
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
fn tokens_of_itsdangerous_have_the_same_codes_as_in_the_core() {
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
