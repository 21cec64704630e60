//! Runs the command line, over a wrangler of the tests.

use std::fs;
use std::io::Write as _;
use std::path::PathBuf;
use std::process::{Command, Output, Stdio};

fn command(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_portcullis"));
    command.args(arguments);
    command
}

fn finish(mut command: Command, input: &[u8]) -> Output {
    let mut child = command
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    // It may not read what it has no use for.
    let _ = child.stdin.take().unwrap().write_all(input);
    child.wait_with_output().unwrap()
}

/// A project whose KV is a file, which a script in wrangler's place keeps.
pub(crate) struct Project {
    folder: PathBuf,
}

impl Project {
    pub(crate) fn new(name: &str) -> Self {
        let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(format!("kv-{name}"));
        let _ = fs::remove_dir_all(&folder);
        fs::create_dir_all(&folder).unwrap();
        fs::write(folder.join("kv.json"), "{}").unwrap();
        Self { folder }
    }

    /// Sets a file of the project: `wrangler.toml`, or `fails`, with which
    /// wrangler refuses.
    pub(crate) fn file(&self, name: &str, text: &str) {
        fs::write(self.folder.join(name), text).unwrap();
    }

    pub(crate) fn run(&self, arguments: &[&str], input: &str) -> Output {
        let wrangler = concat!(env!("CARGO_MANIFEST_DIR"), "/../../tests/cli/wrangler.mjs");
        let mut command = command(arguments);
        command
            .current_dir(&self.folder)
            .env("PORTCULLIS_WRANGLER", wrangler);
        finish(command, input.as_bytes())
    }

    /// As [`run`](Self::run), of what succeeds: what it says.
    pub(crate) fn done(&self, arguments: &[&str], input: &str) -> String {
        let output = self.run(arguments, input);
        let error = String::from_utf8(output.stderr).unwrap();
        assert!(output.status.success(), "{arguments:?}: {error}");
        String::from_utf8(output.stdout).unwrap()
    }

    /// As [`run`](Self::run), of what fails: its status and why.
    pub(crate) fn refused(&self, arguments: &[&str], input: &str) -> (i32, String) {
        let output = self.run(arguments, input);
        let error = String::from_utf8(output.stderr).unwrap();
        assert!(!output.status.success(), "{arguments:?}");
        assert!(output.stdout.is_empty());
        assert_eq!(error.lines().count(), 1, "{error}");
        (output.status.code().unwrap(), error)
    }

    pub(crate) fn stored(&self, key: &str) -> Option<String> {
        let kv = fs::read_to_string(self.folder.join("kv.json")).unwrap();
        let kv: serde_json::Value = serde_json::from_str(&kv).unwrap();
        kv.get(key).map(|value| value.as_str().unwrap().to_owned())
    }

    /// The arguments of all that wrangler was asked, a line each.
    pub(crate) fn asked(&self) -> String {
        fs::read_to_string(self.folder.join("asked")).unwrap_or_default()
    }
}
