//! Runs the program in a folder of the test's own.

use std::ffi::OsStr;
use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{SystemTime, UNIX_EPOCH};

/// A folder that goes with the test.
pub(crate) struct Folder(PathBuf);

impl Folder {
    pub(crate) fn new() -> Self {
        static NEXT: AtomicU32 = AtomicU32::new(0);
        let name = format!(
            "cli-{}-{}",
            std::process::id(),
            NEXT.fetch_add(1, Ordering::Relaxed)
        );
        let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
        fs::create_dir_all(&path).unwrap();
        Self(path)
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.0.join(name)
    }

    pub(crate) fn read(&self, name: &str) -> String {
        fs::read_to_string(self.path(name)).unwrap()
    }

    pub(crate) fn write(&self, name: &str, text: &str) {
        fs::write(self.path(name), text).unwrap();
    }

    /// The names of what is in it, in order.
    pub(crate) fn names(&self) -> Vec<String> {
        let entries = fs::read_dir(&self.0).unwrap();
        let mut names: Vec<_> = entries
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .collect();
        names.sort();
        names
    }

    /// The program in this folder, without colours, in UTC and with nothing on
    /// standard input.
    pub(crate) fn command<S: AsRef<OsStr>>(&self, arguments: &[S]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_portcullis"));
        command
            .args(arguments)
            .current_dir(&self.0)
            .env_remove("NO_COLOR")
            .env_remove("CLICOLOR_FORCE")
            .env("TZ", "UTC")
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        command
    }

    pub(crate) fn run(&self, arguments: &[&str]) -> Ran {
        Ran::of(self.command(arguments).output().unwrap())
    }

    pub(crate) fn run_with(&self, arguments: &[&str], input: &[u8]) -> Ran {
        run_with(&mut self.command(arguments), input)
    }

    /// What is printed by a command that must succeed.
    pub(crate) fn done(&self, arguments: &[&str]) -> String {
        let ran = self.run(arguments);
        assert_eq!(ran.status, 0, "{arguments:?}: {}", ran.error);
        ran.text
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

pub(crate) fn run_with(command: &mut Command, input: &[u8]) -> Ran {
    let mut child = command.stdin(Stdio::piped()).spawn().unwrap();
    // It may not read what it has no use for.
    let _ = child.stdin.take().unwrap().write_all(input);
    Ran::of(child.wait_with_output().unwrap())
}

/// What came of it.
pub(crate) struct Ran {
    pub(crate) status: i32,
    pub(crate) text: String,
    pub(crate) error: String,
}

impl Ran {
    pub(crate) fn of(output: Output) -> Self {
        Self {
            status: output.status.code().expect("ended by a signal"),
            text: String::from_utf8(output.stdout).unwrap(),
            error: String::from_utf8(output.stderr).unwrap(),
        }
    }

    pub(crate) fn json(&self) -> serde_json::Value {
        serde_json::from_str(&self.text).unwrap()
    }

    /// Refused with one line that says so, and nothing else.
    #[track_caller]
    pub(crate) fn is_refused(&self, status: i32, said: &str) {
        assert_eq!(self.status, status, "{}", self.error);
        assert_eq!(self.text, "");
        assert!(self.error.starts_with("error: "), "{}", self.error);
        assert_eq!(self.error.lines().count(), 1, "{}", self.error);
        assert!(self.error.ends_with('\n'), "{}", self.error);
        assert!(!self.error.contains("panicked"), "{}", self.error);
        assert!(self.error.contains(said), "{}", self.error);
    }
}

pub(crate) fn now() -> i64 {
    let elapsed = SystemTime::now().duration_since(UNIX_EPOCH).unwrap();
    elapsed.as_secs().try_into().unwrap()
}

pub(crate) fn run(arguments: &[&str], input: &[u8]) -> Output {
    finish(command(arguments), input)
}

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
        let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(format!("users-{name}"));
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
        let wrangler = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/cli/wrangler.mjs");
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

    pub(crate) fn store(&self, key: &str, value: &str) {
        let path = self.folder.join("kv.json");
        let kv = fs::read_to_string(&path).unwrap();
        let mut kv: serde_json::Value = serde_json::from_str(&kv).unwrap();
        kv[key] = value.into();
        fs::write(path, kv.to_string()).unwrap();
    }

    /// The arguments of all that wrangler was asked, a line each.
    pub(crate) fn asked(&self) -> String {
        fs::read_to_string(self.folder.join("asked")).unwrap_or_default()
    }
}
