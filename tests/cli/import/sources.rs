use portcullis::account::{StandIns, StoredHashCheck, Username, admit, find_stored_user};
use portcullis::password::ClearPassword;
use rusqlite::Connection;
use serde_json::json;

use super::{PBKDF2, SCRYPT, bulk_files, import, record, rejected, report, row, stored};
use crate::support::Folder;

/// The database of the tutorial's application.
fn tutorial(folder: &Folder, name: &str) -> Connection {
    let database = Connection::open(folder.path(name)).unwrap();
    database
        .execute_batch(
            "CREATE TABLE user (id INTEGER NOT NULL PRIMARY KEY, username VARCHAR(80) NOT NULL UNIQUE,
             hash_password VARCHAR(120) NOT NULL, phone VARCHAR(20) NOT NULL)",
        )
        .unwrap();
    database
}

fn insert(database: &Connection, id: i64, name: &str, hash: &str, phone: &str) {
    let statement = "INSERT INTO user VALUES (?, ?, ?, ?)";
    database
        .execute(statement, (id, name, hash, phone))
        .unwrap();
}

#[test]
fn the_tutorials_users_log_in_with_their_old_passwords() {
    let folder = Folder::new();
    let database = tutorial(&folder, "app.db");
    insert(&database, 1, "Alice", PBKDF2, "+4420");
    insert(&database, 7, "bob", SCRYPT, "");
    let report = report(&folder, &["--from", "app.db"]);
    assert_eq!(
        (&report["rows"], &report["importable"]),
        (&json!(2), &json!(2))
    );
    let stored = stored(&folder, "portcullis-import");
    assert_eq!((&*stored["id:1"], &*stored["id:7"]), ("alice", "bob"));
    let alice = record(&stored, "alice");
    assert_eq!((&*alice.id.to_string(), &*alice.phone), ("1", "+4420"));
    for name in ["alice", "bob"] {
        let username = Username::new(name).unwrap();
        let password = ClearPassword::new("correct horse".to_owned()).unwrap();
        let stand_in = StandIns::default().for_username(&username);
        let found = find_stored_user(&username, Some(&stored[&username.record_key()]));
        assert!(admit(found, &password, &stand_in, &StoredHashCheck).is_ok());
    }
}

#[test]
fn every_source_gives_the_same_files() {
    let folder = Folder::new();
    let database = tutorial(&folder, "a.sqlite");
    insert(&database, 1, "alice", PBKDF2, "+4420");
    insert(&database, 2, "Bob, \"the\" second", SCRYPT, "");
    let csv = format!(
        "phone,hash_password,id,username\n+4420,{PBKDF2},1,alice\n,{SCRYPT},2,\"Bob, \"\"the\"\" second\"\n"
    );
    folder.write("a.csv", &csv);
    folder.write(
        "a.tsv",
        &csv.replace("Bob, ", "Bob\u{1} ")
            .replace(',', "\t")
            .replace('\u{1}', ","),
    );
    let lines = format!(
        "{}\n{}\n",
        json!({"id": 1, "username": "alice", "hash_password": PBKDF2, "phone": "+4420"}),
        json!({"id": "2", "username": "Bob, \"the\" second", "hash_password": SCRYPT}),
    );
    folder.write("a.jsonl", &lines);
    for from in ["a.sqlite", "a.csv", "a.tsv", "a.jsonl"] {
        report(
            &folder,
            &["--from", from, "--out", from.trim_start_matches("a.")],
        );
    }
    for (format, text) in [("csv", &csv), ("json-lines", &lines)] {
        let arguments = [
            "users", "import", "--from", "-", "--format", format, "--out",
        ];
        let out = format!("{format}-input");
        let ran = folder.run_with(&[&arguments[..], &[&out]].concat(), text.as_bytes());
        assert_eq!(ran.status, 0, "{}", ran.error);
    }
    let expected = bulk_files(&folder, "sqlite");
    assert_eq!(expected.len(), 1);
    assert_eq!(expected[0].len(), 4);
    for out in ["csv", "tsv", "jsonl", "csv-input", "json-lines-input"] {
        assert_eq!(bulk_files(&folder, out), expected, "{out}");
    }
}

#[test]
fn a_database_is_read_while_its_application_writes() {
    let folder = Folder::new();
    let database = tutorial(&folder, "app.db");
    database.pragma_update(None, "journal_mode", "WAL").unwrap();
    insert(&database, 1, "alice", PBKDF2, "");
    database.execute_batch("BEGIN IMMEDIATE").unwrap();
    insert(&database, 2, "bob", PBKDF2, "");
    let report = report(&folder, &["--from", "app.db"]);
    assert_eq!(report["rows"], 1, "what is not committed is not there");
    database.execute_batch("COMMIT").unwrap();
    assert!(folder.path("app.db-wal").exists());
}

#[test]
fn sqlite_values_of_any_type_are_read() {
    let folder = Folder::new();
    let database = Connection::open(folder.path("a.db")).unwrap();
    database
        .execute_batch("CREATE TABLE users (id, username, hash_password, phone)")
        .unwrap();
    let values = [
        format!("'1', 'text', '{PBKDF2}', 4420"),
        format!("2.0, 42, CAST('{PBKDF2}' AS BLOB), NULL"),
        format!("NULL, 'no id', '{PBKDF2}', ''"),
        format!("3.5, 'half', '{PBKDF2}', ''"),
        format!("4, NULL, '{PBKDF2}', ''"),
        "5, 'no hash', NULL, ''".to_owned(),
        format!("6, CAST(x'ff' AS TEXT), '{PBKDF2}', ''"),
        format!("7, 'blob', '{PBKDF2}', x'ff'"),
        "8, 'long', CAST(zeroblob(3000000) AS TEXT), ''".to_owned(),
        format!("9e99, 'large', '{PBKDF2}', ''"),
    ];
    for values in &values {
        let insert = format!("INSERT INTO users VALUES ({values})");
        database.execute_batch(&insert).unwrap();
    }
    let report = report(&folder, &["--from", "a.db"]);
    assert_eq!(report["source"]["table"], "users");
    let stored = stored(&folder, "portcullis-import");
    assert_eq!(record(&stored, "text").phone, "4420");
    assert_eq!(record(&stored, "42").id.to_string(), "2");
    let codes: Vec<_> = rejected(&folder, "portcullis-import")
        .iter()
        .map(|row| row["rejected"]["code"].as_str().unwrap().to_owned())
        .collect();
    let expected = [
        "id_missing",
        "id_malformed",
        "name_missing",
        "hash_missing",
        "not_utf8",
        "not_utf8",
        "row_too_long",
        "id_malformed",
    ];
    assert_eq!(codes, expected);
}

#[test]
fn csv_from_windows_is_read() {
    let folder = Folder::new();
    let csv = format!(
        "\u{feff}id;username;password;phone\r\n1;alice;{PBKDF2};\"+44\r\n20\"\r\n\r\n2;bob;{PBKDF2};\r\n3;x;{PBKDF2}\r\n"
    );
    folder.write("a.csv", &csv);
    let report = report(&folder, &["--from", "a.csv", "--delimiter", ";"]);
    assert_eq!(
        (&report["rows"], &report["importable"]),
        (&json!(3), &json!(2))
    );
    let stored = stored(&folder, "portcullis-import");
    assert_eq!(record(&stored, "alice").phone, "+44\r\n20");
    assert_eq!(record(&stored, "bob").phone, "");
    // The number is that of the line in the file: a row and an empty line before it take two lines each.
    let why = &rejected(&folder, "portcullis-import")[0]["rejected"];
    assert_eq!(
        (&why["code"], &why["row"], &why["line"]),
        (&json!("columns_mismatch"), &json!(3), &json!(6))
    );
}

#[test]
fn json_lines_may_have_empty_lines_a_byte_order_mark_and_no_last_line_break() {
    let folder = Folder::new();
    let lines = format!("\u{feff}{}\r\n\n  \n{}", row(1, "alice"), row(2, "bob"));
    folder.write("a.ndjson", &lines);
    let report = report(&folder, &["--from", "a.ndjson"]);
    assert_eq!(
        (&report["rows"], &report["importable"]),
        (&json!(2), &json!(2))
    );
}

#[test]
fn a_column_that_only_later_rows_have_is_not_lost() {
    let folder = Folder::new();
    let mut lines = super::many(2000);
    let late = json!({"id": 3000, "username": "late", "hash_password": PBKDF2, "phone": "+4420", "disabled": true});
    lines.push_str(&late.to_string());
    folder.write("a.jsonl", &lines);
    report(&folder, &["--from", "a.jsonl"]);
    let late = record(&stored(&folder, "portcullis-import"), "late");
    assert_eq!((&*late.phone, late.disabled), ("+4420", true));
}

/// The row is far longer than a read buffer and than the limit for a row.
#[test]
fn a_row_that_never_ends_is_one_rejected_row() {
    let long = "x".repeat(5_000_000);
    let folder = Folder::new();
    let first = row(1, "alice");
    folder.write(
        "a.jsonl",
        &format!(
            "{first}\n{{\"id\":2,\"username\":\"{long}\n{}\n",
            row(3, "bob")
        ),
    );
    folder.write(
        "a.csv",
        &format!("id,username,hash_password\n1,alice,{PBKDF2}\n2,{long},{long}\n3,bob,{PBKDF2}\n4,\"{long}\n5,carol,{PBKDF2}\n"),
    );
    let fields = "x,".repeat(100_000);
    folder.write(
        "wide.csv",
        &format!("id,username,hash_password\n1,alice,{PBKDF2}\n2,{fields}\n3,bob,{PBKDF2}\n"),
    );
    for (from, bad) in [("a.jsonl", 1), ("a.csv", 2), ("wide.csv", 1)] {
        let report = report(&folder, &["--from", from, "--out", &format!("out-{from}")]);
        assert_eq!(report["importable"], 2, "{from}");
        assert_eq!(report["reasons"]["row_too_long"]["rows"], bad, "{from}");
        assert_eq!(report["rejected"], bad, "{from}");
    }
}

#[test]
fn a_source_that_cannot_be_read_is_reported_with_a_fix() {
    let folder = Folder::new();
    let database = Connection::open(folder.path("other.db")).unwrap();
    database
        .execute_batch("CREATE TABLE account (a); CREATE TABLE post (b)")
        .unwrap();
    drop(database);
    folder.write("text.db", "not a database, and longer than its header of a hundred bytes, so that it is looked at: it is not one");
    folder.write("empty.csv", "");
    folder.write("empty.jsonl", "\n");
    folder.write("what.ever", "");
    for (arguments, status, said) in [
        (&["--from", "none.db"][..], 1, "none.db: No such file"),
        (&["--from", "none.csv"], 1, "none.csv: No such file"),
        (
            &["--from", "other.db"],
            1,
            "name a table with --table; the tables are account, post",
        ),
        (&["--from", "other.db", "--table", "x"], 1, "no table x"),
        (
            &["--from", "other.db", "--table", "post"],
            1,
            "--columns id=…; the columns are b",
        ),
        (&["--from", "text.db"], 1, "--format"),
        (&["--from", "empty.csv"], 1, "the file is empty"),
        (&["--from", "empty.jsonl"], 1, "no columns were found"),
        (&["--from", "what.ever"], 2, "give --format"),
        (&["--from", "."], 2, "give --format"),
        (&["--from", ".", "--format", "csv"], 1, "is a folder"),
        (&["--from", "-"], 2, "give --format csv or json-lines"),
        (&["--from", "-", "--format", "sqlite"], 2, "name a file"),
        (
            &["--from", "empty.csv", "--table", "x"],
            2,
            "--table is only for SQLite",
        ),
        (
            &["--from", "other.db", "--delimiter", ";"],
            2,
            "--delimiter is only for CSV",
        ),
        (
            &["--from", "empty.csv", "--delimiter", "ab"],
            2,
            "one ASCII character",
        ),
        (
            &["--from", "empty.csv", "--dry-run", "--apply"],
            2,
            "--apply",
        ),
        (&[], 2, "--from"),
    ] {
        import(&folder, arguments).is_refused(status, said);
        assert!(!folder.path("portcullis-import").exists(), "{arguments:?}");
    }
}
