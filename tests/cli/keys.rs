//! `portcullis keys`.

use std::ops::RangeInclusive;

use portcullis::account::AccessKeys;
use portcullis::key::SecretJwkSet;
use serde_json::{Value, json};

use crate::support::{Folder, now};

const ALGORITHMS: [&str; 5] = ["EdDSA", "ES256", "HS256", "HS384", "HS512"];
const HOUR: i64 = 3600;

/// As the Worker reads `SIGNING_KEYS`.
fn as_the_worker(set: &str) -> AccessKeys {
    AccessKeys::from_jwk_set(&SecretJwkSet::from_json(set).unwrap()).unwrap()
}

fn with_keys() -> Folder {
    let folder = Folder::new();
    folder.done(&["keys", "generate", "--out", "keys.json"]);
    folder
}

fn set(folder: &Folder) -> Vec<Value> {
    let set: Value = serde_json::from_str(&folder.read("keys.json")).unwrap();
    set["keys"].as_array().unwrap().clone()
}

fn ids(folder: &Folder) -> Vec<String> {
    let id = |key: &Value| key["kid"].as_str().unwrap().to_owned();
    set(folder).iter().map(id).collect()
}

/// Changes a key of the file.
fn change(folder: &Folder, index: usize, change: impl FnOnce(&mut Value)) {
    let mut keys = set(folder);
    change(&mut keys[index]);
    folder.write("keys.json", &json!({ "keys": keys }).to_string());
}

/// Rotates, and says within which seconds that was.
fn rotate(folder: &Folder, more: &[&str]) -> RangeInclusive<i64> {
    let before = now();
    folder.done(&[&["keys", "rotate", "--file", "keys.json"], more].concat());
    before..=now()
}

#[track_caller]
fn lies_after(date: &Value, rotated: RangeInclusive<i64>, seconds: i64) {
    let date = date.as_i64().unwrap();
    assert!(rotated.contains(&(date - seconds)), "{date} {rotated:?}");
}

#[test]
fn a_generated_set_is_one_that_the_worker_takes_and_publishes_the_public_part_of() {
    let folder = Folder::new();
    for algorithm in ALGORITHMS {
        let text = folder.done(&["keys", "generate", "--alg", algorithm]);
        let set: Value = serde_json::from_str(&text).unwrap();
        let key = &set["keys"][0];
        assert_eq!(
            (&key["alg"], &key["use"]),
            (&algorithm.into(), &"sig".into())
        );
        let published = folder.run_with(&["keys", "public"], text.as_bytes());
        assert_eq!(
            published.text.trim_end(),
            as_the_worker(&text).public_json()
        );
        let symmetric = algorithm.starts_with("HS");
        assert_eq!(published.error.contains("Left out: 1"), symmetric);
        let count = published.json()["keys"].as_array().unwrap().len();
        assert_eq!(count, usize::from(!symmetric));
    }
    let default: Value = serde_json::from_str(&folder.done(&["keys", "generate"])).unwrap();
    assert_eq!(default["keys"][0]["alg"], "EdDSA");
}

#[test]
fn no_key_is_generated_twice() {
    let folder = Folder::new();
    let made = || folder.done(&["keys", "generate", "--alg", "HS256"]);
    assert_ne!(made(), made());
}

#[test]
fn a_file_of_keys_is_for_its_owner_and_never_written_over() {
    let folder = with_keys();
    let made = folder.read("keys.json");
    as_the_worker(&made);
    assert!(is_private(&folder));
    let again = folder.run(&["keys", "generate", "--out", "keys.json"]);
    again.is_refused(1, "keys.json is there already");
    assert_eq!(folder.read("keys.json"), made);
    let nowhere = folder.run(&["keys", "generate", "--out", "no/keys.json"]);
    nowhere.is_refused(1, "no/keys.json");
}

#[cfg(unix)]
fn is_private(folder: &Folder) -> bool {
    use std::os::unix::fs::PermissionsExt as _;
    let metadata = std::fs::metadata(folder.path("keys.json")).unwrap();
    metadata.permissions().mode() & 0o777 == 0o600
}

#[cfg(not(unix))]
fn is_private(_: &Folder) -> bool {
    true
}

#[test]
fn a_rotation_puts_a_new_key_in_front_and_says_until_when_the_old_one_verifies() {
    let folder = with_keys();
    let old = ids(&folder);
    let token = folder.done(&["token", "sign", "--key", "keys.json", "--sub", "1"]);
    let rotated = rotate(&folder, &[]);
    let keys = set(&folder);
    assert_eq!(keys.len(), 2);
    assert_ne!(keys[0]["kid"], *old[0]);
    assert_eq!(keys[1]["kid"], *old[0]);
    // An hour for its last token, and one until the set is in the Worker.
    lies_after(&keys[1]["exp"], rotated, 2 * HOUR);
    assert_eq!(keys[0].get("exp"), None);
    // What it signed stands, and what is signed now is the new key's.
    let verify = ["token", "verify", "--key", "keys.json", "--json"];
    let verified = folder.run_with(&verify, token.as_bytes()).json();
    assert_eq!(verified["header"]["kid"], *old[0]);
    let token = folder.done(&["token", "sign", "--key", "keys.json", "--sub", "1"]);
    let verified = folder.run_with(&verify, token.as_bytes()).json();
    assert_eq!(verified["header"]["kid"], keys[0]["kid"]);
}

#[test]
fn the_worker_takes_a_rotated_set_and_publishes_no_more_than_before() {
    let folder = with_keys();
    rotate(&folder, &[]);
    rotate(&folder, &["--announce"]);
    let keys = set(&folder);
    assert!(keys[1].get("exp").is_some() && keys[2].get("nbf").is_some());
    let public: Value =
        serde_json::from_str(as_the_worker(&folder.read("keys.json")).public_json()).unwrap();
    let public = public["keys"].as_array().unwrap();
    assert_eq!(public.len(), 3);
    for (key, published) in keys.iter().zip(public) {
        let mut left = key.clone();
        for name in ["d", "exp", "nbf"] {
            left.as_object_mut().unwrap().remove(name);
        }
        assert_eq!(*published, left);
    }
}

#[test]
fn a_key_is_dropped_when_its_last_token_is_over_and_not_before() {
    let folder = with_keys();
    rotate(&folder, &[]);
    let first = ids(&folder);
    change(&folder, 1, |key| key["exp"] = (now() + HOUR).into());
    rotate(&folder, &[]);
    assert_eq!(ids(&folder)[1..], first);
    change(&folder, 2, |key| key["exp"] = (now() - 1).into());
    let ran = folder.run(&["keys", "rotate", "--file", "keys.json"]);
    assert!(ran.text.contains(&format!("dropped: {}", first[1])));
    let left = ids(&folder);
    assert_eq!(left.len(), 3);
    assert!(!left.contains(&first[1]) && left.contains(&first[0]));
}

#[test]
fn a_key_that_was_put_behind_by_hand_gets_its_end_at_the_next_rotation() {
    let folder = with_keys();
    rotate(&folder, &[]);
    change(&folder, 1, |key| {
        key.as_object_mut().unwrap().remove("exp");
    });
    let listed = folder.run(&["keys", "list", "--file", "keys.json"]);
    assert!(listed.text.contains("until when is not known"));
    let rotated = rotate(&folder, &[]);
    lies_after(&set(&folder)[2]["exp"], rotated, 2 * HOUR);
}

#[test]
fn a_key_that_was_put_back_in_front_by_hand_has_no_end_left_over() {
    let folder = with_keys();
    change(&folder, 0, |key| key["exp"] = 1.into());
    let rotated = rotate(&folder, &[]);
    lies_after(&set(&folder)[1]["exp"], rotated, 2 * HOUR);
}

#[test]
fn an_announced_key_is_known_before_it_signs() {
    let folder = with_keys();
    let old = ids(&folder);
    let before = set(&folder);
    let announced = rotate(&folder, &["--announce"]);
    let keys = set(&folder);
    assert_eq!(keys[0], before[0]);
    assert_eq!((keys.len(), &keys[0]["kid"]), (2, &Value::from(&*old[0])));
    lies_after(&keys[1]["nbf"], announced, 300);
    let new = ids(&folder)[1].clone();

    let before = folder.read("keys.json");
    let early = folder.run(&["keys", "rotate", "--file", "keys.json"]);
    early.is_refused(1, "may not know the announced key yet; wait until");
    let twice = folder.run(&["keys", "rotate", "--file", "keys.json", "--announce"]);
    twice.is_refused(2, "announced already");
    let other = folder.run(&["keys", "rotate", "--file", "keys.json", "--alg", "ES256"]);
    other.is_refused(2, "announced already");
    assert_eq!(folder.read("keys.json"), before);

    change(&folder, 1, |key| key["nbf"] = (now() - 1).into());
    let rotated = rotate(&folder, &[]);
    assert_eq!(ids(&folder), [new, old[0].clone()]);
    let keys = set(&folder);
    assert_eq!((keys[0].get("nbf"), keys[0].get("exp")), (None, None));
    lies_after(&keys[1]["exp"], rotated, 2 * HOUR);
}

#[test]
fn whoever_has_no_time_can_let_the_announced_key_sign_at_once() {
    let folder = with_keys();
    rotate(&folder, &["--announce"]);
    let before = ids(&folder);
    rotate(&folder, &["--force"]);
    assert_eq!(ids(&folder), [before[1].clone(), before[0].clone()]);
}

#[test]
fn a_rotation_keeps_the_algorithm_unless_it_is_told() {
    let folder = Folder::new();
    folder.done(&["keys", "generate", "--alg", "HS384", "--out", "keys.json"]);
    rotate(&folder, &[]);
    rotate(&folder, &["--alg", "es256"]);
    let algorithms: Vec<_> = set(&folder).iter().map(|key| key["alg"].clone()).collect();
    assert_eq!(algorithms, ["ES256", "HS384", "HS384"]);
}

#[test]
fn members_that_portcullis_does_not_know_outlive_a_rotation() {
    let folder = with_keys();
    let note = json!({ "é \"": [1.50, null, true, false, "\u{1f511}"] });
    change(&folder, 0, |key| key["note"] = note.clone());
    rotate(&folder, &[]);
    rotate(&folder, &[]);
    assert_eq!(set(&folder)[2]["note"], note);
}

#[test]
fn a_dry_run_writes_nothing() {
    let folder = with_keys();
    let before = folder.read("keys.json");
    let ran = folder.run(&["keys", "rotate", "--file", "keys.json", "--dry-run"]);
    assert_eq!(ran.status, 0);
    assert!(ran.text.contains("verifies until"), "{}", ran.text);
    assert!(ran.error.contains("Nothing was written"));
    assert_eq!(folder.read("keys.json"), before);
}

#[test]
fn a_rotation_leaves_one_file_that_is_for_its_owner_alone() {
    let folder = with_keys();
    rotate(&folder, &[]);
    assert!(is_private(&folder));
    assert_eq!(folder.names(), ["keys.json"]);
}

#[cfg(unix)]
#[test]
fn where_the_file_is_a_link_what_it_leads_to_is_replaced() {
    let folder = with_keys();
    std::fs::rename(folder.path("keys.json"), folder.path("real.json")).unwrap();
    std::os::unix::fs::symlink("real.json", folder.path("keys.json")).unwrap();
    rotate(&folder, &[]);
    assert!(folder.path("keys.json").is_symlink());
    let real: Value = serde_json::from_str(&folder.read("real.json")).unwrap();
    assert_eq!(real["keys"].as_array().unwrap().len(), 2);
}

#[test]
fn how_long_tokens_last_is_taken_from_wrangler_toml_or_an_option() {
    for (config, more, lifetime) in [
        ("[vars]\nTOKEN_EXPIRATION = \"600\"", &[][..], 600),
        ("[vars]\nTOKEN_EXPIRATION = 600", &[], 600),
        ("[vars]\nTOKEN_ISSUER = \"x\"", &[], HOUR),
        // Of environments, the longest: no key is dropped too early.
        (
            "[vars]\nTOKEN_EXPIRATION = 600\n[env.a.vars]\nTOKEN_EXPIRATION = \"7200\"\n[env.b]",
            &[],
            7200,
        ),
        (
            "[vars]\nTOKEN_EXPIRATION = 600",
            &["--token-expiration", "15m"],
            900,
        ),
    ] {
        let folder = with_keys();
        folder.write("wrangler.toml", config);
        let rotated = rotate(&folder, more);
        lies_after(&set(&folder)[1]["exp"], rotated, lifetime + HOUR);
    }
    let folder = with_keys();
    folder.write("other.toml", "[vars]\nTOKEN_EXPIRATION = 60");
    let rotated = rotate(&folder, &["--config", "other.toml"]);
    lies_after(&set(&folder)[1]["exp"], rotated, 60 + HOUR);
}

#[test]
fn a_lifetime_that_the_worker_would_not_take_rotates_nothing() {
    let folder = with_keys();
    let before = folder.read("keys.json");
    let command = ["keys", "rotate", "--file", "keys.json"];
    for config in [
        "[vars",
        "[vars]\nTOKEN_EXPIRATION = \"1h\"",
        "[vars]\nTOKEN_EXPIRATION = 0",
        "[vars]\nTOKEN_EXPIRATION = 31536001",
        "[vars]\nTOKEN_EXPIRATION = true",
    ] {
        folder.write("wrangler.toml", config);
        folder.run(&command).is_refused(1, "wrangler.toml: ");
    }
    for lifetime in ["0", "2 years", "366d", "x"] {
        let ran = folder.run(&[&command[..], &["--token-expiration", lifetime]].concat());
        ran.is_refused(2, "--token-expiration");
    }
    assert_eq!(folder.read("keys.json"), before);
}

#[test]
fn a_list_says_what_each_key_is_for_and_shows_no_secret() {
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
    // It would be a hash of the secret.
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
fn dates_are_told_in_the_readers_zone() {
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
fn what_is_no_set_of_keys_is_said_without_a_word_of_it() {
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
    // A set, and none for SIGNING_KEYS.
    for text in [&*twice, &public, "{\"keys\":[]}"] {
        folder.write("keys.json", text);
        let ran = folder.run(&["keys", "rotate", "--file", "keys.json"]);
        ran.is_refused(1, "the Worker does not take this set");
        assert_eq!(folder.read("keys.json"), text);
    }
    for command in ["list", "public", "rotate"] {
        folder
            .run(&["keys", command, "--file", "no.json"])
            .is_refused(1, "the --file cannot be read");
    }
}
