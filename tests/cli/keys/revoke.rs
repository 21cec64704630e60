//! `portcullis keys revoke`.

use super::*;

fn revoke(folder: &Folder, more: &[&str]) -> String {
    folder.done(&[&["keys", "revoke", "--file", "keys.json"], more].concat())
}

#[test]
fn a_revoked_signing_key_is_replaced_by_a_new_key() {
    for algorithm in ALGORITHMS {
        let folder = Folder::new();
        folder.done(&["keys", "generate", "--alg", algorithm, "--out", "keys.json"]);
        let stolen = ids(&folder)[0].clone();
        let old = folder.done(&["token", "sign", "--key", "keys.json", "--sub", "1"]);
        let said = revoke(&folder, &[&stolen]);
        assert!(said.contains(&format!("revoked: {stolen}")), "{said}");
        let keys = set(&folder);
        assert_eq!((keys.len(), &keys[0]["alg"]), (1, &algorithm.into()));
        assert_ne!(keys[0]["kid"], *stolen);
        as_the_worker(&folder.read("keys.json"));
        assert!(is_private(&folder));
        let verify = ["token", "verify", "--key", "keys.json", "--json"];
        let refused = folder.run_with(&verify, old.as_bytes());
        assert_eq!(refused.json()["code"], "token_key_unknown");
        let new = folder.done(&["token", "sign", "--key", "keys.json", "--sub", "1"]);
        let verified = folder.run_with(&verify, new.as_bytes()).json();
        assert_eq!(verified["header"]["kid"], keys[0]["kid"]);
    }
}

#[test]
fn revoking_a_key_that_does_not_sign_does_not_change_the_others() {
    let folder = with_keys();
    rotate(&folder, &[]);
    rotate(&folder, &["--announce"]);
    let before = set(&folder);
    let stolen = ids(&folder)[1].clone();
    let ran = folder.run(&["keys", "revoke", "--file", "keys.json", &stolen]);
    assert!(ran.error.contains("keeps 2 other keys"), "{}", ran.error);
    assert_eq!(set(&folder), [before[0].clone(), before[2].clone()]);
}

#[test]
fn an_announced_key_does_not_replace_a_revoked_key() {
    let folder = with_keys();
    rotate(&folder, &["--announce"]);
    let before = ids(&folder);
    revoke(&folder, &[&before[0]]);
    let after = ids(&folder);
    assert_eq!((after.len(), &after[1]), (2, &before[1]));
    assert!(!before.contains(&after[0]));
}

#[test]
fn a_stolen_file_has_all_its_keys_revoked() {
    let folder = with_keys();
    rotate(&folder, &[]);
    rotate(&folder, &["--announce"]);
    let before = ids(&folder);
    let said = revoke(&folder, &["--all"]);
    let after = ids(&folder);
    assert_eq!(after.len(), 1);
    assert!(!before.contains(&after[0]));
    for id in before {
        assert!(said.contains(&format!("revoked: {id}")), "{said}");
    }
}

#[test]
fn a_dry_run_or_an_unknown_kid_revokes_nothing() {
    let folder = with_keys();
    let before = folder.read("keys.json");
    let id = ids(&folder)[0].clone();
    revoke(&folder, &[&id, "--dry-run"]);
    let unknown = folder.run(&["keys", "revoke", "--file", "keys.json", "other"]);
    unknown.is_refused(1, "keys.json has no key with this kid");
    let none = folder.run(&["keys", "revoke", "--file", "keys.json"]);
    assert_eq!(none.status, 2);
    assert_eq!(folder.read("keys.json"), before);
}

#[test]
fn a_kid_may_start_with_a_hyphen_and_options_may_follow_it() {
    let folder = with_keys();
    change(&folder, 0, |key| key["kid"] = "--a-kid".into());
    let before = folder.read("keys.json");
    folder.done(&[
        "keys",
        "revoke",
        "--file",
        "keys.json",
        "--a-kid",
        "--dry-run",
    ]);
    assert_eq!(folder.read("keys.json"), before);
    folder.done(&["keys", "revoke", "--a-kid", "--file", "keys.json"]);
    assert_ne!(ids(&folder), ["--a-kid"]);
    change(&folder, 0, |key| key["kid"] = "-a".into());
    folder.done(&["keys", "revoke", "-a", "--file", "keys.json"]);
    assert_ne!(ids(&folder), ["-a"]);
}
