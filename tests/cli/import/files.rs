use std::fs;

use serde_json::json;

use super::{PBKDF2, SCRYPT, bulk_files, import, json_lines, many, rejected, report, row, stored};
use crate::support::Folder;

#[cfg(unix)]
#[test]
fn only_the_owner_can_read_files_with_hashes() {
    use std::os::unix::fs::PermissionsExt as _;
    let folder = Folder::new();
    folder.write("a.jsonl", &json_lines(&[row(1, "alice"), row(1, "bob")]));
    report(&folder, &["--from", "a.jsonl", "--out", "deep/out"]);
    let mode = |path: &str| {
        fs::metadata(folder.path(path))
            .unwrap()
            .permissions()
            .mode()
            & 0o777
    };
    assert_eq!(mode("deep/out"), 0o700);
    let mut names: Vec<String> = fs::read_dir(folder.path("deep/out"))
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort();
    assert_eq!(
        names,
        [
            "import.json",
            "import.lock",
            "rejected.jsonl",
            "users-00001.json"
        ]
    );
    for name in names {
        assert_eq!(mode(&format!("deep/out/{name}")), 0o600, "{name}");
    }
}

#[test]
fn a_file_has_at_most_ten_thousand_pairs_and_both_pairs_of_a_user() {
    let folder = Folder::new();
    folder.write("a.jsonl", &many(20_001));
    let report = report(&folder, &["--from", "a.jsonl"]);
    let files = bulk_files(&folder, "portcullis-import");
    let sizes: Vec<usize> = files.iter().map(Vec::len).collect();
    assert_eq!(sizes, [10_000, 10_000, 10_000, 10_000, 2]);
    assert_eq!(report["files"].as_array().unwrap().len(), 5);
    for file in &files {
        for pair in file.chunks(2) {
            let [(user, value), (index, name)] = pair else {
                panic!()
            };
            let record: serde_json::Value = serde_json::from_str(value).unwrap();
            assert_eq!(*user, format!("user:{name}"));
            assert_eq!(*index, format!("id:{}", record["id"]));
        }
    }
}

/// KV accepts 100 MB per file. Each row has almost a mebibyte.
#[test]
fn a_file_has_less_than_a_hundred_megabytes() {
    let folder = Folder::new();
    let note = "x".repeat(1_000_000);
    let rows: String = (0..120)
        .map(|id| format!("{id},user{id},{PBKDF2},{note}\n"))
        .collect();
    folder.write("a.csv", &format!("id,username,password,note\n{rows}"));
    report(&folder, &["--from", "a.csv", "--keep", "note"]);
    let sizes: Vec<u64> = ["users-00001.json", "users-00002.json"]
        .map(|name| {
            fs::metadata(folder.path("portcullis-import").join(name))
                .unwrap()
                .len()
        })
        .into();
    assert!(sizes.iter().all(|size| *size < 100_000_000), "{sizes:?}");
    assert_eq!(stored(&folder, "portcullis-import").len(), 240);
}

#[test]
fn a_dry_run_writes_nothing_and_reports_the_same_as_a_real_run() {
    let folder = Folder::new();
    let rows = [
        row(1, "alice"),
        row(2, "ALICE"),
        json!({"id": 3, "username": "bob", "hash_password": SCRYPT}),
        json!({"id": 4, "username": "carol", "hash_password": "plain$$x"}),
    ];
    folder.write("a.jsonl", &json_lines(&rows));
    let mut dry = report(&folder, &["--from", "a.jsonl", "--dry-run"]);
    assert_eq!(folder.names(), ["a.jsonl"]);
    let mut real = report(&folder, &["--from", "a.jsonl"]);
    assert_eq!(
        (&dry["dry_run"], &real["dry_run"]),
        (&json!(true), &json!(false))
    );
    for report in [&mut dry, &mut real] {
        let members = report.as_object_mut().unwrap();
        members.remove("dry_run");
        members.remove("folder");
    }
    assert_eq!(dry, real);
}

#[test]
fn the_same_source_gives_the_same_files() {
    let folder = Folder::new();
    folder.write("a.jsonl", &many(6000));
    let mut files = Vec::new();
    for out in ["one", "two", "two"] {
        report(&folder, &["--from", "a.jsonl", "--out", out]);
        let read = |name: &str| fs::read(folder.path(out).join(name)).unwrap();
        files.push(["import.json", "users-00001.json", "users-00002.json"].map(read));
    }
    assert_eq!(files[0], files[1]);
    assert_eq!(files[1], files[2]);
}

#[test]
fn files_of_a_larger_import_before_are_removed() {
    let folder = Folder::new();
    folder.write("a.jsonl", &format!("{}{}\n", many(6000), row(1, "again")));
    report(&folder, &["--from", "a.jsonl"]);
    folder.write("b.jsonl", &many(1));
    report(&folder, &["--from", "b.jsonl"]);
    assert_eq!(stored(&folder, "portcullis-import").len(), 2);
    assert!(!folder.path("portcullis-import/rejected.jsonl").exists());
}

#[test]
fn rejected_rows_can_be_fixed_and_imported_from_their_file() {
    let folder = Folder::new();
    let bob = json!({"id": 2, "username": "Alice", "hash_password": SCRYPT, "phone": "+44", "email": "b@x", "active": 0});
    folder.write("a.jsonl", &json_lines(&[row(1, "alice"), bob]));
    let keep = ["--keep", "email"];
    report(&folder, &[&["--from", "a.jsonl"], &keep[..]].concat());
    let mut row = rejected(&folder, "portcullis-import").remove(0);
    assert_eq!(row["hash_password"], SCRYPT);
    row["username"] = "Bob".into();
    let fixed = "portcullis-import/rejected.jsonl";
    folder.write(fixed, &row.to_string());
    // The import neither reads a file that it overwrites, nor overwrites an edited file.
    import(&folder, &["--from", fixed]).is_refused(2, "name another folder with --out");
    import(&folder, &["--from", "a.jsonl"]).is_refused(1, "would overwrite it");
    report(
        &folder,
        &[&["--from", fixed, "--out", "fixed"], &keep[..]].concat(),
    );
    let stored = stored(&folder, "fixed");
    let record: serde_json::Value = serde_json::from_str(&stored["user:bob"]).unwrap();
    let expected = json!({"id": 2, "username": "bob", "hash_password": SCRYPT, "phone": "+44", "email": "b@x", "disabled": true});
    assert_eq!(record, expected);
}

#[test]
fn a_folder_with_other_files_is_not_used() {
    let folder = Folder::new();
    folder.write("a.jsonl", &many(1));
    import(&folder, &["--from", "a.jsonl", "--out", "."])
        .is_refused(1, "files that are not from an import");
    assert_eq!(folder.names(), ["a.jsonl"]);
    fs::create_dir(folder.path("out")).unwrap();
    fs::write(folder.path("out/import.json"), "{}").unwrap();
    import(&folder, &["--from", "a.jsonl", "--out", "out"]).is_refused(1, "is not understood");
}

#[test]
fn two_imports_do_not_write_to_one_folder() {
    let folder = Folder::new();
    folder.write("a.jsonl", &many(1));
    report(&folder, &["--from", "a.jsonl"]);
    let lock = fs::File::open(folder.path("portcullis-import/import.lock")).unwrap();
    lock.lock().unwrap();
    import(&folder, &["--from", "a.jsonl"]).is_refused(1, "another import is running");
    lock.unlock().unwrap();
    report(&folder, &["--from", "a.jsonl"]);
}
