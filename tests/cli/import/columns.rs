use serde_json::json;

use super::{PBKDF2, import, record, rejected, report, stored};
use crate::support::Folder;

fn csv(folder: &Folder, header: &str, rows: &[&str]) {
    let rows: String = rows
        .iter()
        .map(|row| format!("{}\n", row.replace("HASH", PBKDF2)))
        .collect();
    folder.write("a.csv", &format!("{header}\n{rows}"));
}

#[test]
fn usual_names_are_guessed_and_reported() {
    let folder = Folder::new();
    csv(
        &folder,
        "user_id,Login,PASSWORD_HASH,tel,email",
        &["5,alice,HASH,+44,a@x"],
    );
    let ran = import(&folder, &["--from", "a.csv"]);
    let said = "columns: id=user_id, username=Login, hash_password=PASSWORD_HASH, phone=tel\nnot imported: email\n";
    assert!(ran.text.contains(said), "{}", ran.text);
    let alice = record(&stored(&folder, "portcullis-import"), "alice");
    assert_eq!((&*alice.id.to_string(), &*alice.phone), ("5", "+44"));
}

#[test]
fn terminal_control_characters_in_column_names_are_escaped() {
    let folder = Folder::new();
    let header = "id,username,hash_password,phone,a\u{1b}[2J\u{202e}";
    csv(&folder, header, &["5,alice,HASH,+44,x"]);
    let ran = import(&folder, &["--from", "a.csv", "--dry-run"]);
    let said = "not imported: a\\u001b[2J\\u202e\n";
    assert!(ran.text.contains(said), "{}", ran.text);
}

#[test]
fn columns_can_be_named_by_an_option() {
    let folder = Folder::new();
    csv(&folder, "id,username,a,b,c", &["5,old,9,New Name,HASH"]);
    let columns = [
        "--columns",
        "id=a,username=B",
        "--columns",
        "hash_password=c",
    ];
    let report = report(&folder, &[&["--from", "a.csv"], &columns[..]].concat());
    assert_eq!(
        report["source"]["columns"],
        "id=a, username=b, hash_password=c"
    );
    assert_eq!(report["source"]["not_imported"], json!(["id", "username"]));
    let user = record(&stored(&folder, "portcullis-import"), "new name");
    assert_eq!(user.id.to_string(), "9");
}

#[test]
fn kept_columns_are_not_changed() {
    let folder = Folder::new();
    let row = json!({"id": 1, "username": "alice", "hash_password": PBKDF2, "email": "a@x", "tags": ["a", {"b": null}], "age": 3});
    folder.write("a.jsonl", &row.to_string());
    report(
        &folder,
        &["--from", "a.jsonl", "--keep", "email,tags,age,absent"],
    );
    let stored = stored(&folder, "portcullis-import");
    record(&stored, "alice");
    let record: serde_json::Value = serde_json::from_str(&stored["user:alice"]).unwrap();
    assert_eq!(record["email"], "a@x");
    assert_eq!(
        (&record["tags"], &record["age"]),
        (&row["tags"], &row["age"])
    );
    assert_eq!(record["absent"], json!(null));
}

#[test]
fn a_user_who_may_not_log_in_is_disabled() {
    let folder = Folder::new();
    for (flag, disabled) in [
        ("disabled", ["1", "true", "T", "yes"]),
        ("is_active", ["0", "False", "f", ""]),
    ] {
        let enabled = if flag == "disabled" {
            ["0", "false", "", "no"]
        } else {
            ["1", "TRUE", "t", "y"]
        };
        let rows: Vec<String> = disabled
            .iter()
            .chain(&enabled)
            .enumerate()
            .map(|(id, value)| format!("{id},user{id},HASH,{value}"))
            .chain(["9,unclear,HASH,perhaps".to_owned()])
            .collect();
        let rows: Vec<&str> = rows.iter().map(String::as_str).collect();
        csv(&folder, &format!("id,username,password,{flag}"), &rows);
        let report = report(&folder, &["--from", "a.csv", "--out", flag]);
        assert_eq!(report["disabled"], 4, "{flag}");
        let stored = stored(&folder, flag);
        for id in 0..8 {
            assert_eq!(
                record(&stored, &format!("user{id}")).disabled,
                id < 4,
                "{flag} {id}"
            );
        }
        assert_eq!(
            rejected(&folder, flag)[0]["rejected"]["code"],
            "disabled_malformed"
        );
    }
}

#[test]
fn ambiguous_or_unknown_columns_are_refused() {
    let folder = Folder::new();
    csv(
        &folder,
        "id,name,password,active,disabled",
        &["1,alice,HASH,1,0"],
    );
    for (arguments, said) in [
        (&[][..], "active and disabled"),
        (
            &["--columns", "active=active,disabled=disabled"],
            "active and disabled",
        ),
        (
            &["--columns", "id=none"],
            "no column none; the columns are id, name, password",
        ),
        (&["--columns", "id=id,id=name"], "id twice"),
        (&["--columns", "mail=name"], "mail is not a field"),
        (&["--columns", "id"], "id=column"),
        (
            &["--columns", "active=active", "--keep", "none"],
            "no column none",
        ),
        (
            &["--columns", "active=active", "--keep", "id"],
            "Portcullis itself uses this name",
        ),
    ] {
        let said = said.replace("active and disabled", "disabled and active");
        import(&folder, &[&["--from", "a.csv"], arguments].concat()).is_refused(2, &said);
    }
    report(&folder, &["--from", "a.csv", "--columns", "active=active"]);
    csv(&folder, "id,name,name,password", &[]);
    import(&folder, &["--from", "a.csv"]).is_refused(1, "two columns have the name name");
}
