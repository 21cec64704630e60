//! Later imports, which change existing users: with a fake wrangler that keeps
//! a file, and a fake Worker.

#![cfg(unix)]

use portcullis::account::HashDigest;
use serde_json::{Value, json};

use super::apply::FAKE;
use super::{PBKDF2, SCRYPT, json_lines, row};
use crate::support::{Folder, Ran};
use crate::users::worker::{Canned, Worker};

/// A project with a KV, and a Worker that has the same users.
pub(super) struct Project {
    pub(super) folder: Folder,
    pub(super) worker: Worker,
}

impl Project {
    pub(super) fn new() -> Self {
        let folder = Folder::new();
        folder.write("wrangler.toml", "");
        let keys = folder.done(&["keys", "operator"]);
        let worker = Worker::start(&keys);
        Self { folder, worker }
    }

    /// Puts these users into KV and into the Worker.
    pub(super) fn have(&self, users: &[Value]) {
        let mut kv = json!({});
        let mut state = self.worker.state();
        state.users.clear();
        for user in users {
            let name = user["username"].as_str().unwrap();
            kv[format!("user:{name}")] = user.to_string().into();
            kv[format!("id:{}", user["id"])] = name.into();
            let mut told = user.clone();
            told["state"] = "active".into();
            told.as_object_mut().unwrap().remove("portcullis");
            state.users.insert(name.to_owned(), told);
        }
        self.folder.write("kv.json", &kv.to_string());
    }

    pub(super) fn run(&self, rows: &[Value], arguments: &[&str]) -> Ran {
        self.folder.write("a.jsonl", &json_lines(rows));
        let import = ["users", "import", "--quiet", "--from", "a.jsonl", "--apply"];
        let more = ["--local", "--json"];
        let mut command = self
            .folder
            .command(&[&import[..], &more, arguments].concat());
        command
            .env("PORTCULLIS_WRANGLER", FAKE)
            .env("FAKE_KV", self.folder.path("kv.json"))
            .env("PORTCULLIS_URL", &self.worker.url)
            .env_remove("PORTCULLIS_OPERATOR_KEY");
        Ran::of(command.output().unwrap())
    }

    #[track_caller]
    pub(super) fn applied(&self, rows: &[Value], arguments: &[&str]) -> Value {
        let ran = self.run(rows, arguments);
        assert_eq!(ran.status, 0, "{}", ran.error);
        ran.json()["applied"].clone()
    }

    pub(super) fn user(&self, name: &str) -> Value {
        self.worker.state().users[name].clone()
    }

    /// The requests that change a user, each as `METHOD body`.
    pub(super) fn changes(&self) -> Vec<String> {
        let mut state = self.worker.state();
        let asked = std::mem::take(&mut state.asked);
        let changes = asked.iter().filter(|request| request.method != "GET");
        changes
            .map(|request| format!("{} {}", request.method, request.body))
            .collect()
    }
}

fn digest(hash: &str) -> String {
    HashDigest::new(hash).to_string()
}

/// A user who has logged in and got a new hash at that login.
pub(super) fn user(id: u64, name: &str, imported: Option<&str>) -> Value {
    let mut user = json!({
        "id": id, "username": name, "hash_password": "$argon2id$…", "phone": "",
        "disabled": false, "portcullis": {"revision": 2, "version": 1},
    });
    if let Some(hash) = imported {
        user["imported_hash"] = digest(hash).into();
    }
    user
}

fn with(mut user: Value, member: &str, value: Value) -> Value {
    user[member] = value;
    user
}

#[test]
fn a_password_is_changed_only_if_it_changed_in_the_source_and_not_here() {
    let project = Project::new();
    project.have(&[
        user(1, "same", Some(PBKDF2)),
        user(2, "changed", Some(SCRYPT)),
        user(3, "own", None),
    ]);
    let rows = [row(1, "same"), row(2, "changed"), row(3, "own")];
    let applied = project.applied(&rows, &["--overwrite"]);
    let counts = ["already_there", "changed", "passwords", "passwords_kept"];
    assert_eq!(counts.map(|name| &applied[name]), [2, 1, 1, 1]);
    let patch = json!({"hash_password": PBKDF2, "imported": true});
    assert_eq!(project.changes(), [format!("PATCH {patch}")]);
    assert_eq!(project.user("changed")["imported_hash"], digest(PBKDF2));
    // With --force, the password is replaced.
    let applied = project.applied(&rows, &["--overwrite", "--force"]);
    assert_eq!(applied["passwords"], 1);
    assert_eq!(project.user("own")["hash_password"], PBKDF2);
}

/// KV may be a minute old; the account's object has a newer password.
#[test]
fn a_password_that_was_changed_here_a_moment_ago_stays() {
    let project = Project::new();
    project.have(&[user(1, "alice", Some(SCRYPT))]);
    let newer = with(user(1, "alice", None), "state", "active".into());
    project.worker.state().users.insert("alice".into(), newer);
    let applied = project.applied(&[row(1, "alice")], &["--overwrite"]);
    let counts = ["already_there", "changed", "passwords_kept"];
    assert_eq!(counts.map(|name| &applied[name]), [1, 0, 1]);
    assert!(project.changes().is_empty());
}

#[test]
fn force_is_refused_without_overwrite() {
    let project = Project::new();
    project
        .run(&[row(1, "alice")], &["--force"])
        .is_refused(2, "--overwrite");
}

#[test]
fn a_phone_is_changed_and_a_user_is_disabled_and_never_enabled() {
    let project = Project::new();
    let off = |id, name| with(user(id, name, Some(PBKDF2)), "disabled", true.into());
    project.have(&[
        user(1, "moved", Some(PBKDF2)),
        user(2, "blocked", Some(PBKDF2)),
        off(3, "off"),
    ]);
    let rows = [
        with(row(1, "moved"), "phone", "+4420".into()),
        with(row(2, "blocked"), "disabled", true.into()),
        with(row(3, "off"), "disabled", false.into()),
    ];
    let applied = project.applied(&rows, &["--overwrite"]);
    assert_eq!(
        (&applied["changed"], &applied["already_there"]),
        (&json!(2), &json!(1))
    );
    assert_eq!(
        project.changes(),
        [r#"PATCH {"phone":"+4420"}"#, r#"PATCH {"disabled":true}"#]
    );
}

#[test]
fn a_source_without_phone_numbers_changes_no_phone_number() {
    let project = Project::new();
    project.have(&[with(
        user(1, "alice", Some(PBKDF2)),
        "phone",
        "+4420".into(),
    )]);
    let rows = [json!({"id": 1, "username": "alice", "hash_password": PBKDF2})];
    assert_eq!(project.applied(&rows, &["--overwrite"])["already_there"], 1);
    assert!(project.changes().is_empty());
}

#[test]
fn without_overwrite_the_worker_gets_no_request() {
    let project = Project::new();
    project.have(&[user(1, "alice", Some(SCRYPT)), user(2, "old", Some(PBKDF2))]);
    let rows = [row(1, "alice"), row(2, "new"), row(3, "carol")];
    let applied = project.applied(&rows, &[]);
    let counts = ["put", "already_there", "different", "id_taken"];
    assert_eq!(counts.map(|name| &applied[name]), [1, 1, 1, 1]);
    assert!(project.worker.state().asked.is_empty());
}

#[test]
fn a_user_whom_the_worker_refuses_is_left_out_and_the_others_are_changed() {
    let project = Project::new();
    // KV is out of date: the Worker has already renamed the first user.
    project.have(&[user(1, "alice", Some(SCRYPT)), user(2, "bob", Some(SCRYPT))]);
    project.worker.state().users.remove("alice");
    let rows = [row(1, "alice"), row(2, "bob")];
    let ran = project.run(&rows, &["--overwrite"]);
    assert_eq!(ran.status, 1, "{}", ran.error);
    let applied = &ran.json()["applied"];
    assert_eq!(
        (&applied["refused"], &applied["changed"]),
        (&json!(1), &json!(1))
    );
    let left_out = project
        .folder
        .read("portcullis-import/users-00001.left-out.jsonl");
    assert!(left_out.contains("user_unknown"), "{left_out}");
}

#[test]
fn a_phone_that_the_worker_would_refuse_is_not_sent() {
    let project = Project::new();
    project.have(&[user(1, "alice", Some(SCRYPT))]);
    let long = with(row(1, "alice"), "phone", "1".repeat(41).into());
    project.applied(&[long], &["--overwrite"]);
    let patch = json!({"hash_password": PBKDF2, "imported": true});
    assert_eq!(project.changes(), [format!("PATCH {patch}")]);
}

#[test]
fn a_missing_user_whom_the_worker_refuses_to_disable_is_named_and_the_others_are_disabled() {
    let project = Project::new();
    project.have(&[
        user(1, "alice", Some(PBKDF2)),
        user(2, "stuck", Some(PBKDF2)),
        user(3, "gone", Some(PBKDF2)),
    ]);
    let body = json!({"code": "id_taken", "detail": "the number is taken"});
    project.worker.state().canned = Some(Canned(409, "", body.to_string()));
    let ran = project.run(&[row(1, "alice")], &["--disable-missing"]);
    assert_eq!(ran.status, 1, "{}", ran.error);
    let said =
        "id 2 is missing in the source, but was not disabled: the number of the user belongs";
    assert!(ran.error.contains(said), "{}", ran.error);
    let applied = &ran.json()["applied"];
    assert_eq!(
        (&applied["missing_disabled"], &applied["missing_refused"]),
        (&json!(1), &json!(1))
    );
    assert_eq!(project.user("gone")["disabled"], true);
}

#[test]
fn users_who_are_missing_in_the_source_are_disabled_with_an_option() {
    let project = Project::new();
    project.have(&[
        user(1, "alice", Some(PBKDF2)),
        user(2, "gone", Some(PBKDF2)),
        user(3, "cut", Some(PBKDF2)),
        user(1 << 32, "signed-up", None),
    ]);
    // A rejected row is not missing in the source.
    let cut = with(row(3, "cut"), "hash_password", "scrypt:32768:8:1$a".into());
    let rows = [row(1, "alice"), cut];
    project.applied(&rows, &[]);
    assert!(project.changes().is_empty());
    let applied = project.applied(&rows, &["--disable-missing"]);
    assert_eq!(applied["missing_disabled"], 1);
    assert_eq!(project.changes(), [r#"PATCH {"disabled":true}"#]);
    assert_eq!(project.user("gone")["disabled"], true);
    let nothing = [with(row(1, "alice"), "hash_password", "x".into())];
    project
        .run(&nothing, &["--disable-missing"])
        .is_refused(1, "all users would be disabled");
    let unreadable = [row(1, "alice"), with(row(2, "gone"), "id", "two".into())];
    project
        .run(&unreadable, &["--disable-missing"])
        .is_refused(1, "the id of 1 row cannot be read");
}

#[test]
fn new_users_are_put_even_if_the_worker_is_not_reached() {
    let project = Project::new();
    project.have(&[user(1, "alice", Some(SCRYPT))]);
    let nowhere = ["--url", "http://127.0.0.1:9", "--overwrite"];
    assert_eq!(project.applied(&[row(2, "bob")], &nowhere)["put"], 1);
    let ran = project.run(&[row(1, "alice"), row(3, "carol")], &nowhere);
    ran.is_refused(1, "run the same command again");
    let applied = project.applied(&[row(1, "alice"), row(3, "carol")], &["--overwrite"]);
    assert_eq!(
        (&applied["put"], &applied["changed"]),
        (&json!(1), &json!(1))
    );
}
