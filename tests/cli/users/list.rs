//! `users list`.

use serde_json::json;

use super::{Project, json_of};

#[test]
fn users_are_listed_with_numbers_and_states() {
    let project = Project::with_alice();
    project.store(json!({ "id": 8, "username": "bob", "phone": "", "disabled": true }));
    let text = project.done(&["list"], "");
    let words = text.lines().map(|line| line.split_whitespace().collect());
    let lines: Vec<Vec<&str>> = words.collect();
    assert_eq!(lines, [vec!["alice", "7"], vec!["bob", "8", "disabled"]]);
    let said = project.run(&["list"], "").error;
    assert!(said.starts_with("2 users at http://127.0.0.1:"), "{said}");
    assert_eq!(
        project.done(&["list", "--prefix", "B", "--names"], ""),
        "bob\n"
    );
    let json = json_of(&project.done(&["list", "--prefix", "al", "--json"], ""));
    let alice = json!({ "id": 7, "username": "alice", "phone": "+4420", "disabled": false });
    assert_eq!(json, alice);
    let names = project.done(&["list", "--names", "--json", "--limit", "1"], "");
    assert_eq!(names, "{\"username\":\"alice\"}\n");
}

#[test]
fn a_list_reads_all_pages_up_to_the_limit() {
    let project = Project::new();
    let names: Vec<String> = (0..25).map(|at| format!("ü&{at:02}")).collect();
    for (at, name) in names.iter().enumerate() {
        project.store(json!({ "id": at, "username": name, "phone": "", "disabled": false }));
    }
    project.worker.state().page = 10;
    let all = project.done(&["list", "--prefix", "ü&", "--names"], "");
    assert_eq!(all.lines().collect::<Vec<_>>(), names);
    assert_eq!(project.asked().len(), 3);
    let some = project.run(&["list", "--limit", "12"], "");
    assert_eq!(some.text.lines().count(), 12);
    assert!(
        some.error.starts_with("The first 12 users at "),
        "{}",
        some.error
    );
    assert!(some.error.contains("--limit"), "{}", some.error);
    let asked = project.asked();
    assert!(
        asked[3].ends_with("?limit=12") && asked[4].contains("limit=2&cursor="),
        "{asked:?}"
    );
    let whole = project.run(&["list", "--limit", "25"], "");
    assert!(whole.error.starts_with("25 users at "), "{}", whole.error);
}
