//! `portcullis doctor` on small projects, in which one thing is wrong.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::sync::atomic::{AtomicU32, Ordering};

use serde_json::Value;

const SECRET: &str = "q3vXw9ZbT7mKf2RjYh8LsN4cPd6GaVu1EoBiWxQyMzHtJrCk5D0eFgSnUpAlOqIv";

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

/// A project in a folder of its own, which goes with it.
struct Project(PathBuf);

impl Project {
    /// In which nothing is wrong.
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
        project.dev_vars(&format!("SECRET_KEY=\"{SECRET}\"\n"));
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

    /// The config with one text in the place of another.
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
        self.dev_vars(&format!("SECRET_KEY={SECRET}\n{more}\n"))
    }

    fn run(&self, arguments: &[&str]) -> Output {
        Command::new(env!("CARGO_BIN_EXE_portcullis"))
            .arg("doctor")
            .args(arguments)
            .current_dir(&self.0)
            .output()
            .unwrap()
    }

    /// What is found, as `severity code subject`.
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
fn a_project_that_is_right_has_no_findings() {
    assert_eq!(Project::new().found(), NONE);
}

#[test]
fn this_projects_own_config_has_no_findings() {
    let project = Project::new();
    let own = Path::new(env!("CARGO_MANIFEST_DIR")).join("wrangler.toml");
    project.file("wrangler.toml", &fs::read_to_string(own).unwrap());
    assert_eq!(project.found(), NONE);
}

#[test]
fn settings_that_the_worker_refuses_are_errors_all_of_them() {
    let project = Project::new();
    project
        .vars("TOKEN_EXPIRATION = \"1h\"\nREGISTRATION = \"yes\"\nLOGIN_ATTEMPTS = true\nLOGIN_ATEMPTS = 3")
        .secrets("INTROSPECTION_SECRET=short");
    assert_eq!(
        project.found(),
        [
            "error setting_unknown LOGIN_ATEMPTS",
            "error setting_wrong TOKEN_EXPIRATION",
            "error setting_wrong REGISTRATION",
            "error setting_wrong LOGIN_ATTEMPTS",
            "error setting_wrong INTROSPECTION_SECRET",
        ]
    );
    let output = String::from_utf8(project.run(&[]).stdout).unwrap();
    assert!(
        output.contains("LOGIN_ATTEMPTS is perhaps meant"),
        "{output}"
    );
    assert!(output.contains("TOKEN_EXPIRATION must be a whole number of seconds"));
    assert!(output.ends_with("5 errors\n"), "{output}");
}

#[test]
fn a_value_that_is_right_here_and_wrong_on_cloudflare_is_found_and_the_other_way_round() {
    let project = Project::new();
    project
        .vars("TOKEN_EXPIRATION = \"1h\"")
        .secrets("TOKEN_EXPIRATION=60");
    assert_eq!(project.found(), ["error setting_wrong TOKEN_EXPIRATION"]);
    let project = Project::new();
    project
        .vars("TOKEN_EXPIRATION = 60")
        .secrets("TOKEN_EXPIRATION=1h");
    assert_eq!(project.found(), ["error setting_wrong TOKEN_EXPIRATION"]);
    let project = Project::new();
    project
        .vars("TOKEN_EXPIRATION = 60")
        .secrets("TOKEN_EXPIRATION=30");
    assert_eq!(project.found(), NONE);
    let project = Project::new();
    project.secrets("TOKEN_EXPIRATION=30");
    assert_eq!(
        project.found(),
        ["warning setting_only_local TOKEN_EXPIRATION"]
    );
}

#[test]
fn values_that_work_and_are_hardly_meant_are_warnings() {
    for (vars, found) in [
        ("TOKEN_EXPIRATION = 86400", &[][..]),
        (
            "TOKEN_EXPIRATION = 86401",
            &["warning token_lifetime_long TOKEN_EXPIRATION"],
        ),
        ("REFRESH_EXPIRATION = 3600", &[]),
        (
            "REFRESH_EXPIRATION = 3599",
            &["warning session_shorter REFRESH_EXPIRATION"],
        ),
        ("CORS_ORIGINS = [\"https://app.example.com\"]", &[]),
        (
            "CORS_ORIGINS = [\"http://app.example.com\"]",
            &["warning cors_insecure CORS_ORIGINS"],
        ),
        (
            "CORS_ORIGINS = \"http://localhost:5173\"",
            &["note cors_local CORS_ORIGINS"],
        ),
        (
            "CORS_ORIGINS = \"http://localhost.example\"",
            &["warning cors_insecure CORS_ORIGINS"],
        ),
        ("REGISTRATION = \"open\"", &[]),
    ] {
        assert_eq!(Project::new().vars(vars).found(), found, "{vars}");
    }
}

#[test]
fn the_flask_applications_key_has_an_end_that_is_neither_past_nor_far() {
    const KEY: &str = "LEGACY_SECRET_KEY=Zk3vXw9ZbT7mKf2RjYh8";
    let until = |days: i64| {
        let now = std::time::SystemTime::now();
        let now = now.duration_since(std::time::UNIX_EPOCH).unwrap().as_secs();
        format!(
            "LEGACY_UNTIL = {}",
            i64::try_from(now).unwrap() + days * 86_400
        )
    };
    for (vars, secrets, found) in [
        (until(30), KEY, &[][..]),
        (until(-1), KEY, &["warning legacy_over LEGACY_UNTIL"]),
        (
            "LEGACY_UNTIL = \"2027\"".into(),
            KEY,
            &["warning legacy_over LEGACY_UNTIL"],
        ),
        (until(400), KEY, &["warning legacy_long LEGACY_UNTIL"]),
        (String::new(), KEY, &["error setting_wrong LEGACY_UNTIL"]),
        (until(30), "", &["error setting_wrong LEGACY_SECRET_KEY"]),
        (
            until(30),
            "LEGACY_SECRET_KEY=secret-key",
            &["warning legacy_secret_weak LEGACY_SECRET_KEY"],
        ),
    ] {
        let project = Project::new();
        assert_eq!(
            project.vars(&vars).secrets(secrets).found(),
            found,
            "{vars} {secrets}"
        );
    }
}

#[test]
fn a_secret_in_the_config_is_an_error() {
    let project = Project::new();
    project.vars(&format!("SECRET_KEY = \"{SECRET}\""));
    assert_eq!(project.found(), ["error secret_in_config SECRET_KEY"]);
}

#[test]
fn a_secret_that_is_short_or_can_be_guessed_is_an_error() {
    for (secret, code) in [
        ("short", Some("setting_wrong")),
        (&SECRET.repeat(2), Some("secret_weak")),
        (&"ab".repeat(40), Some("secret_weak")),
        (&"0123456789".repeat(7), Some("secret_weak")),
        (
            "this-is-my-very-long-secret-key-which-is-surely-long-enough-for-it",
            Some("secret_weak"),
        ),
        (SECRET, None),
        // Hexadecimal, and 64 bytes in base64url.
        (
            "8f2b1c9ea7d04563f1b8e2c79a0d6453b7f1e8c2d9a0456378f1b2c3e4d5a697",
            None,
        ),
    ] {
        let project = Project::new();
        project.dev_vars(&format!("SECRET_KEY={secret}\n"));
        let found: Vec<_> = code
            .iter()
            .map(|code| format!("error {code} SECRET_KEY"))
            .collect();
        assert_eq!(project.found(), found, "{secret}");
        let all = project.run(&[]);
        assert!(!String::from_utf8(all.stdout).unwrap().contains(secret) || secret == "short");
    }
}

#[test]
fn two_secrets_that_are_one_are_an_error() {
    let project = Project::new();
    project.secrets(&format!("INTROSPECTION_SECRET={SECRET}"));
    assert_eq!(
        project.found(),
        ["error secret_shared INTROSPECTION_SECRET"]
    );
}

#[test]
fn without_a_file_of_secrets_nothing_is_said_of_them() {
    let project = Project::new();
    fs::remove_file(project.0.join(".dev.vars")).unwrap();
    assert_eq!(project.found(), ["note secrets_unknown .dev.vars"]);
    project.vars("LEGACY_UNTIL = \"soon\"");
    // Nothing can be said of it without its key.
    assert_eq!(project.found(), ["note secrets_unknown .dev.vars"]);
}

#[test]
fn dev_vars_is_read_as_dotenv_reads_it() {
    let project = Project::new();
    project.dev_vars(&format!(
        "# A comment\n\nexport SECRET_KEY='{SECRET}' # mine\nSIGNING_KEYS=\"{{\n\\\"keys\\\":[]}}\"\n"
    ));
    assert_eq!(project.found(), ["error setting_wrong SIGNING_KEYS"]);
    project.dev_vars(&format!(
        "SECRET_KEY=short\nSECRET_KEY={SECRET} # the last counts\nnothing\n"
    ));
    assert_eq!(project.found(), NONE);
}

#[cfg(unix)]
#[test]
fn a_file_of_secrets_that_others_can_read_is_a_warning() {
    let project = Project::new();
    mode(&project.0.join(".dev.vars"), 0o644);
    assert_eq!(project.found(), ["warning secrets_readable .dev.vars"]);
}

#[test]
fn a_file_of_secrets_that_git_keeps_or_would_is_found() {
    let project = Project::new();
    let git = |arguments: &[&str]| {
        let git = Command::new("git")
            .args(arguments)
            .current_dir(&project.0)
            .output();
        git.is_ok_and(|git| git.status.success())
    };
    if !git(&["init", "-q"]) {
        return; // no git on this machine, and so nothing it keeps
    }
    assert_eq!(project.found(), ["warning secrets_not_ignored .dev.vars"]);
    assert!(git(&["add", ".dev.vars"]));
    assert_eq!(project.found(), ["error secrets_in_git .dev.vars"]);
    assert!(git(&["rm", "-q", "--cached", ".dev.vars"]));
    project.file(".gitignore", ".dev.vars\n");
    assert_eq!(project.found(), NONE);
}

#[test]
fn bindings_are_there_and_of_the_right_kind() {
    const LIMIT: &str = "simple = { limit = 100, period = 60 }";
    let more = "[[r2_buckets]]\nbinding = \"OTHER\"\nbucket_name = \"x\"\n[[kv_namespaces]]\nbinding = \"USERS\"";
    for (old, new, found) in [
        (
            "binding = \"USERS\"",
            "binding = \"USER\"",
            "error binding_missing USERS",
        ),
        (
            "name = \"ACCOUNTS\"",
            "name = \"ACCOUNT\"",
            "error binding_missing ACCOUNTS",
        ),
        (
            "name = \"LOGIN_LIMITER\"",
            "name = \"LIMITER\"",
            "error binding_missing LOGIN_LIMITER",
        ),
        (
            "[[kv_namespaces]]",
            "[[r2_buckets]]",
            "error binding_kind USERS",
        ),
        ("[[kv_namespaces]]\nbinding = \"USERS\"", more, ""),
        (
            "binding = \"USERS\"",
            "binding = \"USERS\"\nid = \"<your id>\"",
            "error kv_id_wrong USERS",
        ),
        (
            "binding = \"USERS\"",
            "binding = \"USERS\"\nid = \"0123456789abcdef0123456789abcdef\"",
            "",
        ),
        (
            "class_name = \"Account\"",
            "class_name = \"Accounts\"",
            "error durable_object_class ACCOUNTS",
        ),
        (
            "new_sqlite_classes = [\"Account\"]",
            "",
            "error durable_object_migration_missing ACCOUNTS",
        ),
        (
            "new_sqlite_classes",
            "new_classes",
            "error durable_object_not_sqlite ACCOUNTS",
        ),
        (
            LIMIT,
            "simple = { limit = 100, period = 30 }",
            "error limiter_period LOGIN_LIMITER",
        ),
        (LIMIT, "simple = { limit = 100, period = 10 }", ""),
        (
            LIMIT,
            "simple = { limit = 0, period = 60 }",
            "error limiter_limit LOGIN_LIMITER",
        ),
        ("\"1001\"", "1001", "error limiter_namespace LOGIN_LIMITER"),
        (
            "[vars]",
            "[[ratelimits]]\nname = \"OTHER\"\nnamespace_id = \"1001\"\nsimple = { limit = 1, period = 10 }\n[vars]",
            "warning limiter_shared LOGIN_LIMITER",
        ),
        (
            "directory = \"www/dist\"",
            "directory = \"www/other\"",
            "error assets_not_built ASSETS",
        ),
        (
            "[assets]\ndirectory = \"www/dist\"\nbinding = \"ASSETS\"",
            "",
            "warning assets_missing ASSETS",
        ),
    ] {
        let project = Project::new();
        let expected: Vec<_> = [found]
            .into_iter()
            .filter(|found| !found.is_empty())
            .collect();
        assert_eq!(project.config(old, new).found(), expected, "{new}");
    }
}

#[test]
fn an_open_registration_wants_a_limiter_that_limits() {
    let open = || {
        let project = Project::new();
        project.vars("REGISTRATION = \"open\"");
        project
    };
    let project = open();
    project.config("name = \"LOGIN_LIMITER\"", "name = \"LIMITER\"");
    assert_eq!(
        project.found(),
        [
            "error registration_unlimited REGISTRATION",
            "error binding_missing LOGIN_LIMITER"
        ]
    );
    let project = open();
    project.config("limit = 100, period = 60", "limit = 101, period = 10");
    assert_eq!(project.found(), ["warning registration_loose REGISTRATION"]);
    let project = open();
    project.config("limit = 100, period = 60", "limit = 100, period = 10");
    assert_eq!(project.found(), NONE);
}

#[test]
fn what_cloudflare_is_told_to_run_is_there_and_of_its_time() {
    for (old, new, found) in [
        (
            "\"2026-04-26\"",
            "\"2999-01-01\"",
            "error compatibility_date_future compatibility_date",
        ),
        (
            "\"2026-04-26\"",
            "\"2026-04-25\"",
            "warning compatibility_date_old compatibility_date",
        ),
        ("\"2026-04-26\"", "2026-04-27", ""),
        (
            "\"2026-04-26\"",
            "\"soon\"",
            "error compatibility_date_wrong compatibility_date",
        ),
        (
            "compatibility_date =",
            "other_date =",
            "error compatibility_date_missing compatibility_date",
        ),
        (
            "enabled = true",
            "enabled = false",
            "warning log_not_kept [observability]",
        ),
        (
            "build/worker.js",
            "build/other.js",
            "error main_missing main",
        ),
        (
            "main = \"build/worker.js\"",
            "main = \"build/other.js\"\nbuild = { command = \"make\" }",
            "note main_not_built main",
        ),
        (
            "name = \"login\"",
            "workers_dev = false",
            "error no_route workers_dev",
        ),
        (
            "name = \"login\"",
            "routes = [\"a.example/*\", \"b.example/*\"]",
            "warning issuer_by_origin TOKEN_ISSUER",
        ),
        ("name = \"login\"", "routes = [\"a.example/*\"]", ""),
        (
            "name = \"login\"",
            "route = \"a.example/*\"\nworkers_dev = true",
            "warning issuer_by_origin TOKEN_ISSUER",
        ),
    ] {
        let project = Project::new();
        let expected: Vec<_> = [found]
            .into_iter()
            .filter(|found| !found.is_empty())
            .collect();
        assert_eq!(project.config(old, new).found(), expected, "{new}");
    }
    let project = Project::new();
    project
        .config(
            "name = \"login\"",
            "routes = [\"a.example/*\", \"b.example/*\"]",
        )
        .vars("TOKEN_ISSUER = \"https://a.example\"");
    assert_eq!(project.found(), NONE);
}

#[test]
fn an_environment_inherits_what_wrangler_lets_it_inherit() {
    let project = Project::new();
    project.config("[observability]", "[env.staging]\n[observability]");
    assert_eq!(
        project.found_with(&["--env", "staging"]),
        [
            "error binding_missing USERS",
            "error binding_missing ACCOUNTS",
            "error binding_missing LOGIN_LIMITER",
        ]
    );
    project.file(".dev.vars.staging", "SECRET_KEY=short\n");
    mode(&project.0.join(".dev.vars.staging"), 0o600);
    let found = project.found_with(&["--env", "staging"]);
    assert!(
        found.contains(&"error setting_wrong SECRET_KEY".into()),
        "{found:?}"
    );
    assert_eq!(project.found(), NONE);
}

#[test]
fn numbers_in_the_sources_that_cloudflare_refuses_are_named_with_their_place() {
    let project = Project::new();
    project.file(
        "src/index.ts",
        r#"
// crypto.subtle.deriveBits({ name: "PBKDF2", iterations: 999999 })
const ROUNDS = 600_000;
const TTL = 30;
const algorithm = { name: "PBKDF2", hash: "SHA-256", salt, iterations: ROUNDS };
const low = { name: "PBKDF2", hash: "SHA-256", salt, "iterations": 100000 };
await env.KV.get("https://a", { cacheTtl: 29 });
await env.KV.get("b", { cacheTtl: TTL, type: "json" });
await fetch(url, { cf: { cacheTtl: 5, cacheEverything: true } });
await env.KV.put("c", "d", { expirationTtl: 59 });
await env.KV.put("c", "d", { expirationTtl: 5 * 60 });
await env.KV.put("c", "d", { expirationTtl: seconds });
/* expirationTtl: 1
   expirationTtl: 1 */ const last = { "expirationTtl": 1 };
"#,
    );
    project.file(
        "src/node_modules/other/index.js",
        "x({ expirationTtl: 1 });\n",
    );
    project.file("src/notes.txt", "{ expirationTtl: 1 }\n");
    project.file("src/argon2.ts", "argon2({ iterations: 200000 });\n");
    assert_eq!(
        project.found(),
        [
            "warning pbkdf2_iterations src/index.ts:5",
            "warning kv_cache_ttl src/index.ts:7",
            "warning kv_expiration_ttl src/index.ts:10",
            "warning kv_expiration_ttl src/index.ts:14",
        ]
    );
    assert!(project.run(&[]).status.success(), "a warning is no error");
}

#[test]
fn what_cannot_be_read_is_said_in_one_line_with_the_mend() {
    let project = Project::new();
    for (arguments, said) in [
        (&["--env", "other"][..], "has no [env.other]"),
        (&["--config", "wrangler.jsonc"], "is no wrangler.toml"),
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
