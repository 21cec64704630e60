//! `portcullis doctor` on small projects with one error each.

mod bindings;
mod logins;
mod remote;
mod secrets;
mod settings;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::sync::atomic::{AtomicU32, Ordering};

use serde_json::Value;

const SECRET: &str = "q3vXw9ZbT7mKf2RjYh8LsN4cPd6GaVu1EoBiWxQyMzHtJrCk5D0eFgSnUpAlOqIv";

/// The second line of `.dev.vars` in a project without findings.
const IDENTITY: &str = "IDENTITY_SECRET=Vt5qGz8NcR2wKx7HsJd4YbLm1ZfPe9UoAi3TkXnQ\n";

const CONFIG: &str = r#"
name = "login"
main = "build/worker.js"
compatibility_date = "2026-04-26"

[assets]
directory = "www/dist"
binding = "ASSETS"

[[kv_namespaces]]
binding = "USERS"

[[durable_objects.bindings]]
name = "ACCOUNTS"
class_name = "Account"

[[migrations]]
tag = "v1"
new_sqlite_classes = ["Account"]

[[ratelimits]]
name = "LOGIN_LIMITER"
namespace_id = "1001"
simple = { limit = 100, period = 60 }

[vars]
TOKEN_ALGORITHM = "HS512"

[observability]
enabled = true
"#;

/// A project in its own folder, which is removed with it.
struct Project(PathBuf);

impl Project {
    /// A project without errors.
    fn new() -> Self {
        static COUNT: AtomicU32 = AtomicU32::new(0);
        let count = COUNT.fetch_add(1, Ordering::Relaxed);
        let folder = std::env::temp_dir();
        let folder = folder.join(format!("portcullis-doctor-{}-{count}", std::process::id()));
        let _ = fs::remove_dir_all(&folder);
        let project = Self(folder);
        fs::create_dir_all(project.0.join("www/dist")).unwrap();
        project.file("wrangler.toml", CONFIG);
        project.file("build/worker.js", "export default {};\n");
        project.dev_vars(&format!("SECRET_KEY=\"{SECRET}\"\n{IDENTITY}"));
        project
    }

    fn file(&self, name: &str, text: &str) -> &Self {
        let path = self.0.join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
        self
    }

    fn dev_vars(&self, text: &str) -> &Self {
        self.file(".dev.vars", text);
        mode(&self.0.join(".dev.vars"), 0o600);
        self
    }

    /// Replaces a text in the config.
    fn config(&self, old: &str, new: &str) -> &Self {
        let path = self.0.join("wrangler.toml");
        let config = fs::read_to_string(&path).unwrap();
        assert!(config.contains(old), "{old}");
        fs::write(path, config.replacen(old, new, 1)).unwrap();
        self
    }

    fn vars(&self, more: &str) -> &Self {
        self.config("[vars]\n", &format!("[vars]\n{more}\n"))
    }

    fn secrets(&self, more: &str) -> &Self {
        self.dev_vars(&format!("SECRET_KEY={SECRET}\n{IDENTITY}{more}\n"))
    }

    fn run(&self, arguments: &[&str]) -> Output {
        Command::new(env!("CARGO_BIN_EXE_portcullis"))
            .arg("doctor")
            .args(arguments)
            .current_dir(&self.0)
            .env(
                "PORTCULLIS_WRANGLER",
                concat!(
                    env!("CARGO_MANIFEST_DIR"),
                    "/../../tests/cli/doctor/wrangler.mjs"
                ),
            )
            .output()
            .unwrap()
    }

    /// The findings, each as `severity code subject`.
    fn found_with(&self, arguments: &[&str]) -> Vec<String> {
        let output = self.run(&[&["--json"], arguments].concat());
        let error = String::from_utf8(output.stderr).unwrap();
        assert_eq!(error, "");
        let text = String::from_utf8(output.stdout).unwrap();
        assert!(!text.contains(SECRET));
        let report: Value = serde_json::from_str(&text).unwrap();
        let is_wrong = report["errors"] != 0;
        assert_eq!(output.status.code(), Some(i32::from(is_wrong)));
        let findings = report["findings"].as_array().unwrap();
        let member = |finding: &Value, name: &str| {
            let text = finding[name].as_str().unwrap();
            assert!(!text.is_empty());
            text.to_owned()
        };
        for finding in findings {
            member(finding, "problem");
            member(finding, "mend");
        }
        let words = |finding| ["severity", "code", "subject"].map(|name| member(finding, name));
        findings
            .iter()
            .map(|finding| words(finding).join(" "))
            .collect()
    }

    fn found(&self) -> Vec<String> {
        self.found_with(&[])
    }
}

impl Drop for Project {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

#[cfg(unix)]
fn mode(path: &Path, mode: u32) {
    use std::os::unix::fs::PermissionsExt as _;
    fs::set_permissions(path, fs::Permissions::from_mode(mode)).unwrap();
}

#[cfg(not(unix))]
fn mode(_: &Path, _: u32) {}

const NONE: [&str; 0] = [];

#[test]
fn a_correct_project_has_no_findings() {
    assert_eq!(Project::new().found(), NONE);
}

#[test]
fn this_projects_own_config_has_no_findings() {
    let project = Project::new();
    let own = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../wrangler.toml");
    project.file("wrangler.toml", &fs::read_to_string(own).unwrap());
    assert_eq!(project.found(), NONE);
}

#[test]
fn a_config_that_cannot_be_read_is_reported_in_one_line() {
    let project = Project::new();
    for (arguments, said) in [
        (&["--env", "other"][..], "has no [env.other]"),
        (&["--config", "wrangler.jsonc"], "is not a TOML file"),
    ] {
        let output = project.run(arguments);
        let error = String::from_utf8(output.stderr).unwrap();
        assert_eq!(output.status.code(), Some(2), "{error}");
        assert!(error.contains(said), "{error}");
        assert_eq!(error.lines().count(), 1);
    }
    project.config("[vars]", "[vars");
    let output = project.run(&[]);
    let error = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(1));
    assert!(error.contains("wrangler.toml:26: "), "{error}");
    assert_eq!(error.lines().count(), 1, "{error}");
}
