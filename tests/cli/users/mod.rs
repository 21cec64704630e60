//! `portcullis users`, against a fake Worker.

mod change;
mod list;
mod new;
mod refused;
mod show;
pub(crate) mod worker;

use std::process::Command;

use portcullis::password::{ClearPassword, StoredHash};
use serde_json::{Value, json};

use crate::support::{Folder, Ran, run_with};
use worker::Worker;

const PASSWORD: &str = "correct horse battery staple";
const OTHER: &str = "another horse, another staple";
const SESSION: &str = "AAAAAAAAAAAAAAAAAAAAAA";

fn json_of(text: &str) -> Value {
    serde_json::from_str(text).unwrap()
}

fn is_hash_of(hash: &Value, password: &str) -> bool {
    let hash = StoredHash::parse(hash.as_str().unwrap()).unwrap();
    let password = ClearPassword::new(password.to_owned()).unwrap();
    hash.check(&password).is_ok()
}

/// A project with an operator's key, and a Worker that knows the key.
struct Project {
    folder: Folder,
    worker: Worker,
}

impl Project {
    fn new() -> Self {
        let folder = Folder::new();
        folder.write("wrangler.toml", "");
        let keys = folder.done(&["keys", "operator"]);
        let worker = Worker::start(&keys);
        Self { folder, worker }
    }

    /// A project with a user alice who has one session.
    fn with_alice() -> Self {
        let project = Self::new();
        project.store(json!({
            "id": 7, "username": "alice", "phone": "+4420", "disabled": false,
            "hash_password": "kept", "state": "active", "version": 3,
            "tokens_valid_from": 1_795_543_512,
            "hash": { "scheme": "sha1", "current": false },
            "sessions": [{
                "id": SESSION, "began_at": 1_795_543_512, "renewed_at": 1_795_543_600,
                "client": { "agent": "Firefox on Linux", "network": "192.0.2.0/24" },
            }],
        }));
        project
    }

    fn store(&self, user: Value) {
        let name = user["username"].as_str().unwrap().to_owned();
        self.worker.state().users.insert(name, user);
    }

    fn user(&self, name: &str) -> Option<Value> {
        self.worker.state().users.get(name).cloned()
    }

    /// The requests that the Worker received, each as `METHOD target`.
    fn asked(&self) -> Vec<String> {
        let state = self.worker.state();
        let asked = state.asked.iter();
        asked
            .map(|request| format!("{} {}", request.method, request.target))
            .collect()
    }

    fn command(&self, arguments: &[&str]) -> Command {
        let mut command = self.folder.command(&[&["users"], arguments].concat());
        command
            .env("PORTCULLIS_URL", &self.worker.url)
            .env_remove("PORTCULLIS_OPERATOR_KEY");
        command
    }

    fn run(&self, arguments: &[&str], input: &str) -> Ran {
        run_with(&mut self.command(arguments), input.as_bytes())
    }

    /// The output of a command that must succeed, with `URL` for the Worker's URL.
    #[track_caller]
    fn done(&self, arguments: &[&str], input: &str) -> String {
        let ran = self.run(arguments, input);
        assert_eq!(ran.status, 0, "{arguments:?}: {}", ran.error);
        ran.text.replace(&self.worker.url, "URL")
    }
}
