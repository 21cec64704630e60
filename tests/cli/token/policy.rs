//! The checks of a token other than its signature.

use serde_json::json;

use super::{folder, inspect, signed, verify};

/// itsdangerous 2.0 signed this token with `secret-key`. It is valid for ten minutes from
/// 1600000000.
const LEGACY: &str = "eyJhbGciOiJIUzUxMiIsImlhdCI6MTYwMDAwMDAwMCwiZXhwIjoxNjAwMDAwNjAwfQ.eyJpZCI6MX0.iWFeoOg2VrMlFjE8FBkSLZ3j13XQfHnDB2dhPoVlu0rOmjk9pSYliocPSvbBPOtx66VEvQx6CSqhE8KfsHRqBg";

#[test]
fn each_option_of_the_policy_is_checked() {
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
