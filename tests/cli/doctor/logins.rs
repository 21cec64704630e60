//! The doctor's checks of a login's CPU time: by plan, config and the hashes in use.

use super::{NONE, Project};

const ARGON2ID: &str = "$argon2id$v=19$m=19456,t=2,p=1$c29tZXNhbHRzb21lc2FsdA$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc";
const PBKDF2: &str = "pbkdf2:sha256:600000$abcdefghijklmnop$0d1a4641f1a9aad40c6e7dc993181b8ac3db35a661fe79bae81fe32cf3306dce";

/// A folder of bulk files, with one user for each hash.
fn bulk(project: &Project, hashes: &[&str]) {
    let pairs = hashes.iter().enumerate().flat_map(|(i, hash)| {
        let record = serde_json::json!({"id": i, "username": format!("u{i}"), "hash_password": hash, "phone": ""});
        [
            serde_json::json!({"key": format!("user:u{i}"), "value": record.to_string()}),
            serde_json::json!({"key": format!("id:{i}"), "value": format!("u{i}")}),
        ]
    });
    let pairs: Vec<_> = pairs.collect();
    project.file(
        "bulk/users-00001.json",
        &serde_json::to_string(&pairs).unwrap(),
    );
    project.file("bulk/state.json", "{\"some\":\"other file\"}");
}

#[test]
fn a_login_takes_more_cpu_time_than_the_free_plan_allows() {
    let project = Project::new();
    assert_eq!(project.found_with(&["--plan", "paid"]), NONE);
    assert_eq!(
        project.found_with(&["--plan", "free"]),
        ["error plan_cpu the free plan"]
    );
    project.config("name = \"login\"", "limits = { cpu_ms = 30000 }");
    assert_eq!(
        project.found_with(&["--plan", "free"]),
        [
            "error plan_cpu the free plan",
            "error plan_limits limits.cpu_ms"
        ]
    );
}

#[test]
fn the_cpu_limit_is_compared_with_the_most_expensive_hash_in_use() {
    let project = Project::new();
    project.config("name = \"login\"", "limits = { cpu_ms = 100 }");
    bulk(&project, &[ARGON2ID]);
    assert_eq!(project.found_with(&["--users", "bulk"]), NONE);
    bulk(&project, &[ARGON2ID, PBKDF2]);
    assert_eq!(
        project.found_with(&["--users", "bulk"]),
        ["error cpu_limit limits.cpu_ms", "note hashes_old the users"]
    );
    project.config("cpu_ms = 100", "cpu_ms = 1000");
    assert_eq!(
        project.found_with(&["--users", "bulk"]),
        ["note hashes_old the users"]
    );
    project.config("cpu_ms = 1000", "cpu_ms = 20");
    assert_eq!(project.found(), ["error cpu_limit limits.cpu_ms"]);
}

#[test]
fn hashes_that_no_password_matches_are_counted() {
    let project = Project::new();
    bulk(&project, &[ARGON2ID, &PBKDF2[..80], "plain$$secret"]);
    assert_eq!(
        project.found_with(&["--users", "bulk"]),
        ["warning hash_unusable the users"]
    );
    let output = project.run(&["--users", "bulk"]);
    let text = String::from_utf8(output.stdout).unwrap();
    assert!(text.contains("2 of 3 checked users"), "{text}");
    assert!(
        !text.contains("abcdefghijklmnop") && !text.contains("plain"),
        "{text}"
    );
}

#[test]
fn a_project_without_users_gets_a_note() {
    let project = Project::new();
    project.file("bulk/other.json", "[]");
    assert_eq!(
        project.found_with(&["--users", "bulk"]),
        ["note users_none the users"]
    );
}
