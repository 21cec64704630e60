//! The doctor's checks of the bindings and of the script that Cloudflare runs.

use super::{NONE, Project, mode};

#[test]
fn missing_and_wrong_bindings_are_found() {
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
fn an_open_registration_needs_a_strict_limiter() {
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
fn a_missing_script_and_a_wrong_compatibility_date_are_found() {
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
fn an_environment_inherits_the_same_members_as_in_wrangler() {
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
