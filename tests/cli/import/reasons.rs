use serde_json::{Value, json};

use super::{PBKDF2, SCRYPT, json_lines, record, rejected, report, row, stored};
use crate::support::Folder;

/// A row in which only `member` may be wrong.
fn with(member: &str, value: Value) -> Value {
    let mut row = row(5, "alice");
    row[member] = value;
    row
}

fn hash(hash: &str) -> Value {
    with("hash_password", hash.into())
}

/// The reason for which the only row of a file is rejected.
fn why(text: &str) -> Value {
    let folder = Folder::new();
    folder.write("a.jsonl", text);
    let report = report(
        &folder,
        &[
            "--from",
            "a.jsonl",
            "--columns",
            "id=id,username=username,hash_password=hash_password",
        ],
    );
    assert_eq!(report["rows"], 1, "{text}");
    let mut rejected = rejected(&folder, "portcullis-import");
    if rejected.is_empty() {
        return json!(null);
    }
    let why = rejected.remove(0)["rejected"].take();
    assert_eq!(
        report["reasons"][why["code"].as_str().unwrap()]["rows"],
        1,
        "{text}"
    );
    why
}

#[test]
fn each_error_of_a_row_has_a_code() {
    let argon2id = "$argon2id$v=19$m=19456,t=2,p=1$MlW+rK7luHLyA34SdHsBnA$DvlKzcW0IU+k4aE43tpeuhh8RUjBeDwI+sU8Zt8NGa4";
    let hex = "0".repeat(64);
    let long_salt = "x".repeat(129);
    for (row, code) in [
        (with("id", json!(null)), "id_missing"),
        (with("id", json!("")), "id_missing"),
        (with("id", json!(-1)), "id_malformed"),
        (with("id", json!(1.5)), "id_malformed"),
        (with("id", json!("one")), "id_malformed"),
        (with("id", json!("+1")), "id_malformed"),
        (with("id", json!(true)), "id_malformed"),
        (with("id", json!([1])), "id_malformed"),
        (with("id", json!(9_007_199_254_740_992_u64)), "id_too_large"),
        (with("id", json!("99999999999999999999999")), "id_too_large"),
        (with("id", json!(4_294_967_296_u64)), "id_reserved"),
        (with("username", json!(null)), "name_missing"),
        (with("username", json!("")), "name_missing"),
        (with("username", json!(["a"])), "name_malformed"),
        (with("username", json!("x".repeat(81))), "name_too_long"),
        (with("username", json!("x".repeat(5000))), "name_too_long"),
        // Each becomes three characters in the normalization.
        (with("username", json!("㎪".repeat(41))), "name_too_long"),
        (with("username", json!("a\nb")), "name_control"),
        (with("username", json!("a\u{85}")), "name_control"),
        (with("hash_password", json!(null)), "hash_missing"),
        (hash(""), "hash_missing"),
        (with("hash_password", json!(7)), "hash_malformed"),
        (hash("plain$$secret"), "hash_plain"),
        (hash("plain$x$secret"), "hash_plain"),
        (hash("secret"), "hash_unknown"),
        (hash("sha256"), "hash_unknown"),
        (
            hash("$2b$12$abcdefghijklmnopqrstuuhT8hJcM1uM8KgkHiMm0GmQGQZ8VPmNO"),
            "hash_unknown",
        ),
        (
            hash(
                "$argon2i$v=19$m=19456,t=2,p=1$MlW+rK7luHLyA34SdHsBnA$DvlKzcW0IU+k4aE43tpeuhh8RUjBeDwI+sU8Zt8NGa4",
            ),
            "hash_unknown",
        ),
        (hash("pbkdf2_sha256$1000$salt$hash"), "hash_unknown"),
        (
            hash(&format!("pbkdf2:whirlpool:1000$salt${hex}")),
            "hash_unknown",
        ),
        (hash(&format!("crypt$salt${hex}")), "hash_unknown"),
        (hash(&SCRYPT[..120]), "hash_cut"),
        (hash(&SCRYPT[..161]), "hash_cut"),
        (hash(&SCRYPT[..25]), "hash_cut"),
        (hash("scrypt:32768:8:1"), "hash_cut"),
        (hash("scrypt:327"), "hash_cut"),
        (hash(&PBKDF2[..50]), "hash_cut"),
        (hash("sha256$abcdefgh$54bb54"), "hash_cut"),
        (hash(&argon2id[..40]), "hash_cut"),
        (hash(&argon2id[..70]), "hash_cut"),
        (hash(&format!("{PBKDF2}0")), "hash_malformed"),
        (hash(&format!(" {PBKDF2}")), "hash_unknown"),
        (hash(&format!("{PBKDF2} ")), "hash_malformed"),
        (
            hash(&PBKDF2.to_uppercase().replace("PBKDF2:SHA1", "pbkdf2:sha1")),
            "hash_malformed",
        ),
        (hash(&format!("pbkdf2:sha256$salt${hex}")), "hash_malformed"),
        (
            hash(&format!("pbkdf2:sha256:many$salt${hex}")),
            "hash_malformed",
        ),
        (
            hash(&format!("pbkdf2:sha256:1000$${hex}")),
            "hash_malformed",
        ),
        (
            hash(&format!("pbkdf2:sha256:1000${long_salt}${hex}")),
            "hash_malformed",
        ),
        (
            hash(&format!("pbkdf2:sha256:01000$salt${hex}")),
            "hash_malformed",
        ),
        (
            hash(&format!("scrypt:32767:8:1$salt${hex}{hex}")),
            "hash_malformed",
        ),
        (
            hash(&format!("scrypt:32768:8$salt${hex}{hex}")),
            "hash_malformed",
        ),
        (hash(&argon2id.replace("v=19", "v=16")), "hash_malformed"),
        (
            hash(&format!("pbkdf2:sha256:2000001$salt${hex}")),
            "hash_cost",
        ),
        (
            hash(&format!("pbkdf2:sha256:99999999999$salt${hex}")),
            "hash_cost",
        ),
        (
            hash(&format!("scrypt:1048576:8:1$salt${hex}{hex}")),
            "hash_cost",
        ),
        (hash(&argon2id.replace("19456", "65537")), "hash_cost"),
        (hash(&argon2id.replace("t=2", "t=9")), "hash_cost"),
        (with("phone", json!({"a": 1})), "phone_malformed"),
        (with("phone", json!(true)), "phone_malformed"),
        (with("disabled", json!("maybe")), "disabled_malformed"),
        (with("disabled", json!([])), "disabled_malformed"),
        (hash(PBKDF2), ""),
        (hash(SCRYPT), ""),
        (hash(argon2id), ""),
        (with("id", json!("5.0")), ""),
        (with("id", json!(4_294_967_295_u64)), ""),
        (with("username", json!("x".repeat(80))), ""),
        (with("username", json!(12)), ""),
    ] {
        let text = row.to_string();
        let why = why(&text);
        assert_eq!(
            why["code"].as_str().unwrap_or_default(),
            code,
            "{text}: {why}"
        );
    }
    for (text, code) in [
        ("{\"id\":1,\"id\":2}", "json_malformed"),
        ("[1]", "json_malformed"),
        ("{\"id\":1", "json_malformed"),
        ("nonsense", "json_malformed"),
    ] {
        assert_eq!(why(text)["code"], code, "{text}");
    }
}

#[test]
fn the_reason_for_a_hash_cut_at_120_characters_has_its_full_length() {
    let why = why(&hash(&SCRYPT[..120]).to_string());
    let reason = why["reason"].as_str().unwrap();
    assert!(reason.contains("162") && reason.contains("120"), "{reason}");
}

#[test]
fn the_column_of_bytes_that_are_not_utf_8_is_named() {
    let folder = Folder::new();
    let mut csv = format!("id,username,hash_password\n1,a\u{f6},{PBKDF2}\n2,").into_bytes();
    csv.extend(b"a\xf6,");
    csv.extend(PBKDF2.as_bytes());
    std::fs::write(folder.path("a.csv"), csv).unwrap();
    report(&folder, &["--from", "a.csv"]);
    let rejected = rejected(&folder, "portcullis-import");
    assert_eq!(rejected[0]["rejected"]["reason"], "username is not UTF-8");
    std::fs::write(folder.path("a.jsonl"), b"{\"id\":1,\"username\":\"\xff\"}").unwrap();
    let report = report(
        &folder,
        &[
            "--from",
            "a.jsonl",
            "--dry-run",
            "--columns",
            "id=id,username=username,hash_password=h",
        ],
    );
    assert_eq!(report["reasons"]["not_utf8"]["rows"], 1);
}

#[test]
fn the_first_row_with_a_normalized_name_keeps_it_and_the_reason_names_both_rows() {
    let folder = Folder::new();
    let rows = [
        row(1, "Ångström"),
        // The second name is decomposed; the third has the sign of the unit.
        row(2, "A\u{30a}ngstro\u{308}m"),
        row(3, "\u{212b}NGSTRÖM"),
        row(4, "ﬁne"),
        row(5, "fine"),
        // A rejected row does not take its name or id.
        with("hash_password", json!("secret")),
        row(6, "alice"),
        row(6, "bob"),
    ];
    folder.write("a.jsonl", &json_lines(&rows));
    let report = report(&folder, &["--from", "a.jsonl"]);
    assert_eq!(report["importable"], 3);
    let stored = stored(&folder, "portcullis-import");
    for (name, id) in [("ångström", "1"), ("fine", "4"), ("alice", "6")] {
        assert_eq!(record(&stored, name).id.to_string(), id);
    }
    let rejected = rejected(&folder, "portcullis-import");
    let found: Vec<_> = rejected
        .iter()
        .map(|row| &row["rejected"])
        .map(|why| {
            (
                why["row"].as_u64().unwrap(),
                why["code"].as_str().unwrap(),
                why["reason"].as_str().unwrap(),
            )
        })
        .collect();
    let same =
        |by, name| format!("row {by} also has this name: both are \"{name}\" after normalization");
    assert_eq!(
        found,
        [
            (2, "name_taken", &*same(1, "ångström")),
            (3, "name_taken", &*same(1, "ångström")),
            (5, "name_taken", &*same(4, "fine")),
            (6, "hash_unknown", "a hash of an unknown method"),
            (8, "id_taken", "row 7 also has this id"),
        ]
    );
}

#[test]
fn unusual_but_usable_values_are_imported_and_counted() {
    let folder = Folder::new();
    let rows = [
        json!({"id": 1, "username": " alice", "hash_password": PBKDF2, "phone": "4".repeat(41)}),
        json!({"id": 2, "username": "bo\u{200b}b", "hash_password": PBKDF2, "phone": "a\nb"}),
        row(3, "carol"),
    ];
    folder.write("a.jsonl", &json_lines(&rows));
    let report = report(&folder, &["--from", "a.jsonl"]);
    assert_eq!(
        (&report["names_unusual"], &report["phones_unusual"]),
        (&json!(2), &json!(2))
    );
    let stored = stored(&folder, "portcullis-import");
    assert_eq!(record(&stored, " alice").phone, "4".repeat(41));
    assert_eq!(record(&stored, "bo\u{200b}b").phone, "a\nb");
}
