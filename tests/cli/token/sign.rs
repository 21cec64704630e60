//! `portcullis token sign`.

use serde_json::{Value, json};

use super::{BY_SECRET, folder, inspect, signed};
use crate::support::{Folder, now};

#[test]
fn a_signed_token_is_verified_with_every_algorithm() {
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
fn a_signed_token_has_the_claims_of_the_options() {
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
    // Standard input is not read if options give the claims.
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
fn a_token_lasts_an_hour_by_default() {
    let folder = folder();
    let before = now();
    let token = signed(&folder, &["--sub", "1"]);
    let claims = &inspect(&folder, &token, &["--json"]).json()["claims"];
    let issued_at = claims["iat"].as_i64().unwrap();
    assert!((before..=now()).contains(&issued_at));
    assert_eq!(claims["exp"], issued_at + 3600);
}

#[test]
fn ambiguous_or_malformed_claims_are_not_signed() {
    let folder = folder();
    for (more, input, said) in [
        (&[][..], "", "not a JSON object"),
        (&[], "[]", "not a JSON object"),
        (&[], "{\"a\":1,\"a\":2}", "not a JSON object"),
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
        (
            &["--claims", "no.json"],
            "",
            "the --claims file cannot be read",
        ),
    ] {
        let arguments = [&["token", "sign"], &BY_SECRET[..], more].concat();
        folder
            .run_with(&arguments, input.as_bytes())
            .is_refused(2, said);
    }
}
