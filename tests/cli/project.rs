//! Runs the command line with a fake wrangler.

use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::thread;
use std::time::{Duration, Instant};

/// The first value that `look` returns. Fails after ten seconds without a value.
pub(crate) fn eventually<T>(look: impl Fn() -> Option<T>, what: &str) -> T {
    let end = Instant::now() + Duration::from_secs(10);
    loop {
        if let Some(found) = look() {
            return found;
        }
        assert!(Instant::now() < end, "not within ten seconds: {what}");
        thread::sleep(Duration::from_millis(20));
    }
}

/// The fake wrangler.
pub(crate) const WRANGLER: &str =
    concat!(env!("CARGO_MANIFEST_DIR"), "/../../tests/cli/wrangler.mjs");

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
    // A command that does not read all of its input closes the pipe.
    let _ = child.stdin.take().unwrap().write_all(input);
    child.wait_with_output().unwrap()
}

/// A project whose KV is a file of the fake wrangler.
pub(crate) struct Project {
    folder: PathBuf,
}

impl Project {
    pub(crate) fn new(name: &str) -> Self {
        Self::inside(Path::new(env!("CARGO_TARGET_TMPDIR")), name)
    }

    /// A project in a folder inside `parent`.
    pub(crate) fn inside(parent: &Path, name: &str) -> Self {
        let folder = parent.join(format!("kv-{name}"));
        let _ = fs::remove_dir_all(&folder);
        fs::create_dir_all(&folder).unwrap();
        fs::write(folder.join("kv.json"), "{}").unwrap();
        Self { folder }
    }

    /// Writes a file of the project, such as `wrangler.toml`, or `fails`, which
    /// makes wrangler fail.
    pub(crate) fn file(&self, name: &str, text: &str) {
        fs::write(self.folder.join(name), text).unwrap();
    }

    pub(crate) fn run(&self, arguments: &[&str], input: &str) -> Output {
        finish(self.command(arguments), input.as_bytes())
    }

    /// The command line in this project, not yet started.
    pub(crate) fn command(&self, arguments: &[&str]) -> Command {
        let mut command = command(arguments);
        command
            .current_dir(&self.folder)
            .env("PORTCULLIS_WRANGLER", WRANGLER);
        command
    }

    /// Runs a command that must succeed. Returns its output.
    pub(crate) fn done(&self, arguments: &[&str], input: &str) -> String {
        let output = self.run(arguments, input);
        let error = String::from_utf8(output.stderr).unwrap();
        assert!(output.status.success(), "{arguments:?}: {error}");
        String::from_utf8(output.stdout).unwrap()
    }

    /// Runs a command that must fail. Returns its status and its error.
    pub(crate) fn refused(&self, arguments: &[&str], input: &str) -> (i32, String) {
        let output = self.run(arguments, input);
        let error = String::from_utf8(output.stderr).unwrap();
        assert!(!output.status.success(), "{arguments:?}");
        assert!(output.stdout.is_empty());
        assert_eq!(error.lines().count(), 1, "{error}");
        (output.status.code().unwrap(), error)
    }

    /// The content of a file that wrangler writes. Waits up to ten seconds for the file.
    pub(crate) fn appearing(&self, name: &str) -> String {
        let path = self.folder.join(name);
        eventually(|| fs::read_to_string(&path).ok(), name)
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.folder.join(name)
    }

    pub(crate) fn stored(&self, key: &str) -> Option<String> {
        let kv = fs::read_to_string(self.folder.join("kv.json")).unwrap();
        let kv: serde_json::Value = serde_json::from_str(&kv).unwrap();
        kv.get(key).map(|value| value.as_str().unwrap().to_owned())
    }

    /// The arguments of all calls of wrangler, one call per line.
    pub(crate) fn asked(&self) -> String {
        fs::read_to_string(self.folder.join("asked")).unwrap_or_default()
    }
}
