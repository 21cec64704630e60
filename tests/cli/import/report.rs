use std::io::Write as _;
use std::process::Stdio;

use serde_json::json;

use super::{PBKDF2, SCRYPT, import, json_lines, many, report, row};
use crate::support::Folder;

#[test]
fn hashes_are_counted_by_method_with_the_cost_of_their_logins() {
    let folder = Folder::new();
    let hash = |id: u64, hash: &str| json!({"id": id, "username": format!("u{id}"), "hash_password": hash});
    let argon2id = "$argon2id$v=19$m=19456,t=2,p=1$MlW+rK7luHLyA34SdHsBnA$DvlKzcW0IU+k4aE43tpeuhh8RUjBeDwI+sU8Zt8NGa4";
    let rows = [
        hash(1, PBKDF2),
        hash(2, SCRYPT),
        hash(3, SCRYPT),
        hash(4, argon2id),
        hash(5, &argon2id.replace("19456,t=2", "8,t=1")),
    ];
    folder.write("a.jsonl", &json_lines(&rows));
    let report = report(&folder, &["--from", "a.jsonl", "--dry-run"]);
    let hashes = &report["hashes"];
    assert_eq!(hashes.as_object().unwrap().len(), 4);
    let later = hashes["argon2id:m=19456,t=2,p=1"]["later_login_ms"]
        .as_f64()
        .unwrap();
    assert!(later > 10.0, "{later}");
    for (method, users, is_slow) in [
        ("pbkdf2:sha1:1000", 1, false),
        ("scrypt:32768:8:1", 2, true),
        ("argon2id:m=19456,t=2,p=1", 1, false),
        ("argon2id:m=8,t=1,p=1", 1, false),
    ] {
        let kind = &hashes[method];
        assert_eq!(kind["users"], users, "{method}");
        assert_eq!(kind["later_login_ms"], later, "{method}");
        assert_eq!(kind["free_plan"], false, "{method}");
        let first = kind["first_login_ms"].as_f64().unwrap();
        assert!(
            first >= later && (first > 2.0 * later) == is_slow,
            "{method}: {first}"
        );
    }
    let text = import(&folder, &["--from", "a.jsonl", "--dry-run"]).text;
    assert!(
        text.contains("hash\tusers\tfirst login\tlater logins\tplan\nscrypt:32768:8:1\t2\t"),
        "{text}"
    );
    assert!(text.contains("A dry run: nothing was written."), "{text}");
}

#[test]
fn rejected_rows_are_named_and_change_the_status_with_strict() {
    let folder = Folder::new();
    folder.write(
        "a.jsonl",
        &json_lines(&[row(1, "alice"), row(2, "a\u{1b}[2J"), row(3, "ALICE")]),
    );
    let ran = import(&folder, &["--from", "a.jsonl"]);
    assert_eq!(ran.status, 0);
    let text = &ran.text;
    assert!(
        text.contains("rows\t3\nimportable\t1\nrejected\t2\n"),
        "{text}"
    );
    assert!(
        text.contains("  row 2 (a\\u{1b}[2J): the name has control characters"),
        "{text}"
    );
    assert!(
        text.contains("  row 3 (ALICE): row 1 also has this name"),
        "{text}"
    );
    assert!(
        text.contains("2 rows to fix in portcullis-import/rejected.jsonl, which has their hashes"),
        "{text}"
    );
    assert!(
        !text.contains(&PBKDF2[30..]) && !text.contains('\u{1b}'),
        "{text}"
    );
    assert_eq!(
        import(&folder, &["--from", "a.jsonl", "--strict"]).status,
        1
    );
    folder.write("a.jsonl", &many(1));
    assert_eq!(
        import(&folder, &["--from", "a.jsonl", "--strict"]).status,
        0
    );
}

#[test]
fn a_reader_that_closes_the_pipe_is_not_a_failure() {
    let folder = Folder::new();
    let arguments = ["users", "import", "--from", "-", "--format", "json-lines"];
    let mut child = folder
        .command(&arguments)
        .stdin(Stdio::piped())
        .spawn()
        .unwrap();
    drop(child.stdout.take());
    // The report is written only after the input has ended.
    child
        .stdin
        .take()
        .unwrap()
        .write_all(many(10).as_bytes())
        .unwrap();
    let output = child.wait_with_output().unwrap();
    assert_eq!(output.status.code(), Some(0));
    assert_eq!(String::from_utf8(output.stderr).unwrap(), "");
}
