//! `portcullis keys rotate`.

use serde_json::{Value, json};

use super::*;

#[test]
fn a_rotation_puts_a_new_key_in_front_and_dates_the_old_key() {
    let folder = with_keys();
    let old = ids(&folder);
    let token = folder.done(&["token", "sign", "--key", "keys.json", "--sub", "1"]);
    let rotated = rotate(&folder, &[]);
    let keys = set(&folder);
    assert_eq!(keys.len(), 2);
    assert_ne!(keys[0]["kid"], *old[0]);
    assert_eq!(keys[1]["kid"], *old[0]);
    // One hour for the last token, and one hour until the Worker has the set.
    lies_after(&keys[1]["exp"], rotated, 2 * HOUR);
    assert_eq!(keys[0].get("exp"), None);
    // Tokens of the old key stay valid, and the new key signs.
    let verify = ["token", "verify", "--key", "keys.json", "--json"];
    let verified = folder.run_with(&verify, token.as_bytes()).json();
    assert_eq!(verified["header"]["kid"], *old[0]);
    let token = folder.done(&["token", "sign", "--key", "keys.json", "--sub", "1"]);
    let verified = folder.run_with(&verify, token.as_bytes()).json();
    assert_eq!(verified["header"]["kid"], keys[0]["kid"]);
}

#[test]
fn the_worker_accepts_a_rotated_set_and_publishes_no_dates() {
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
fn a_key_is_dropped_when_its_last_token_has_expired_and_not_before() {
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
fn a_key_without_an_end_gets_one_at_the_next_rotation() {
    let folder = with_keys();
    rotate(&folder, &[]);
    change(&folder, 1, |key| {
        key.as_object_mut().unwrap().remove("exp");
    });
    let listed = folder.run(&["keys", "list", "--file", "keys.json"]);
    assert!(listed.text.contains("end not recorded"));
    let rotated = rotate(&folder, &[]);
    lies_after(&set(&folder)[2]["exp"], rotated, 2 * HOUR);
}

#[test]
fn a_key_that_was_moved_to_the_front_by_hand_loses_its_end() {
    let folder = with_keys();
    change(&folder, 0, |key| key["exp"] = 1.into());
    let rotated = rotate(&folder, &[]);
    lies_after(&set(&folder)[1]["exp"], rotated, 2 * HOUR);
}

#[test]
fn an_announced_key_is_published_before_it_signs() {
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
    twice.is_refused(2, "already announced");
    let other = folder.run(&["keys", "rotate", "--file", "keys.json", "--alg", "ES256"]);
    other.is_refused(2, "already announced");
    assert_eq!(folder.read("keys.json"), before);

    change(&folder, 1, |key| key["nbf"] = (now() - 1).into());
    let rotated = rotate(&folder, &[]);
    assert_eq!(ids(&folder), [new, old[0].clone()]);
    let keys = set(&folder);
    assert_eq!((keys[0].get("nbf"), keys[0].get("exp")), (None, None));
    lies_after(&keys[1]["exp"], rotated, 2 * HOUR);
}

#[test]
fn force_lets_an_announced_key_sign_at_once() {
    let folder = with_keys();
    rotate(&folder, &["--announce"]);
    let before = ids(&folder);
    rotate(&folder, &["--force"]);
    assert_eq!(ids(&folder), [before[1].clone(), before[0].clone()]);
}

#[test]
fn a_rotation_keeps_the_algorithm_by_default() {
    let folder = Folder::new();
    folder.done(&["keys", "generate", "--alg", "HS384", "--out", "keys.json"]);
    rotate(&folder, &[]);
    rotate(&folder, &["--alg", "es256"]);
    let algorithms: Vec<_> = set(&folder).iter().map(|key| key["alg"].clone()).collect();
    assert_eq!(algorithms, ["ES256", "HS384", "HS384"]);
}

#[test]
fn a_rotation_keeps_unknown_members() {
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
fn a_rotation_leaves_one_file_that_only_its_owner_can_read() {
    let folder = with_keys();
    rotate(&folder, &[]);
    assert!(is_private(&folder));
    assert_eq!(folder.names(), ["keys.json"]);
}

#[cfg(unix)]
#[test]
fn the_target_of_a_linked_file_is_replaced() {
    let folder = with_keys();
    std::fs::rename(folder.path("keys.json"), folder.path("real.json")).unwrap();
    std::os::unix::fs::symlink("real.json", folder.path("keys.json")).unwrap();
    rotate(&folder, &[]);
    assert!(folder.path("keys.json").is_symlink());
    let real: Value = serde_json::from_str(&folder.read("real.json")).unwrap();
    assert_eq!(real["keys"].as_array().unwrap().len(), 2);
}

#[test]
fn a_set_that_is_too_long_for_a_cloudflare_secret_gets_a_warning() {
    let folder = with_keys();
    let rotated = || folder.run(&["keys", "rotate", "--file", "keys.json"]);
    let mut remarked = rotated();
    // No key has expired yet; a key has about 240 bytes.
    for _ in 0..30 {
        let too_long = folder.read("keys.json").len() > 5120;
        assert_eq!(remarked.error.contains("this set is too long"), too_long);
        if too_long {
            return;
        }
        remarked = rotated();
    }
    panic!("30 rotations are no 5120 bytes");
}
