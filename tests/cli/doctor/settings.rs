//! The doctor's checks of the settings.

use super::{NONE, Project};

#[test]
fn each_setting_that_the_worker_rejects_is_an_error() {
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
        output.contains("perhaps LOGIN_ATTEMPTS is meant"),
        "{output}"
    );
    assert!(output.contains("TOKEN_EXPIRATION must be a whole number of seconds"));
    assert!(output.ends_with("5 errors\n"), "{output}");
}

#[test]
fn a_value_that_is_wrong_only_on_cloudflare_or_only_on_this_machine_is_found() {
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
fn terminal_control_characters_in_a_setting_are_escaped() {
    let project = Project::new();
    project.vars("\"LOGIN_\\u001b[2J\\u202e\" = 1");
    let text = String::from_utf8(project.run(&[]).stdout).unwrap();
    assert!(text.contains("LOGIN_\\u001b[2J\\u202e"), "{text:?}");
    assert!(!text.contains(['\u{1b}', '\u{202e}']), "{text:?}");
}

#[test]
fn valid_but_doubtful_values_are_warnings() {
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
fn legacy_until_in_the_past_or_far_ahead_is_a_warning() {
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
        (until(-1), "", &["warning legacy_over LEGACY_UNTIL"]),
        (
            until(30),
            "LEGACY_SECRET_KEY=sekret-klef",
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
fn the_settings_of_sessions_and_the_log_are_known() {
    for (vars, found) in [
        ("SESSION_IDLE = 60\nREVOCATION = \"strict\"", &[][..]),
        (
            "SESSIONS_VALID_FROM = 2026-01-31\nLOG_ADDRESS = \"whole\"",
            &[],
        ),
        ("SESSION_IDLE = 59", &["error setting_wrong SESSION_IDLE"]),
        (
            "SESSIONS_VALID_FROM = \"9999-12-31\"",
            &["error setting_wrong SESSIONS_VALID_FROM"],
        ),
        (
            "REVOCATION = \"exact\"\nLOG_ADDRES = \"whole\"",
            &[
                "error setting_unknown LOG_ADDRES",
                "error setting_wrong REVOCATION",
            ],
        ),
    ] {
        assert_eq!(Project::new().vars(vars).found(), found, "{vars}");
    }
}

#[test]
fn operator_keys_are_public_and_may_be_set_only_on_this_machine() {
    const X: &str = "11qYAPbKqTTJZOvf0bMBTbD1b9nhYc1RP1yBwFJXYUQ";
    let jwk = format!("kty = \"OKP\", crv = \"Ed25519\", kid = \"anna\", x = \"{X}\"");
    let found = |more: &str| {
        let project = Project::new();
        project.vars(&format!("OPERATOR_KEYS = {{ keys = [{{ {jwk}{more} }}] }}"));
        project.found()
    };
    assert_eq!(found(""), NONE);
    assert_eq!(
        found(&format!(", d = \"{X}\"")),
        ["error setting_wrong OPERATOR_KEYS"]
    );
    let project = Project::new();
    let json = jwk.replace(" = ", ":");
    let json = ["kty", "crv", "kid", "x"].iter().fold(json, |json, name| {
        json.replace(&format!("{name}:"), &format!("\"{name}\":"))
    });
    project.secrets(&format!("OPERATOR_KEYS='{{\"keys\":[{{{json}}}]}}'"));
    assert_eq!(project.found(), NONE);
}

#[test]
fn the_settings_of_the_transport_are_known_and_plain_http_is_a_warning() {
    for (vars, found) in [
        (
            "ALLOW_HTTP = \"off\"\nHSTS_INCLUDE_SUBDOMAINS = \"on\"",
            &[][..],
        ),
        ("ALLOW_HTTP = \"on\"", &["warning http_allowed ALLOW_HTTP"]),
        ("ALLOW_HTTP = \"yes\"", &["error setting_wrong ALLOW_HTTP"]),
        (
            "HSTS_INCLUDE_SUBDOMAINS = true",
            &["error setting_wrong HSTS_INCLUDE_SUBDOMAINS"],
        ),
    ] {
        assert_eq!(Project::new().vars(vars).found(), found, "{vars}");
    }
}

#[test]
fn misspelled_names_of_settings_are_found() {
    for name in [
        "OPERATOR_KEY",
        "SESSION_VALID_FROM",
        "SESSIONS_IDLE",
        "REVOCATIONS",
        "TOKEN_TIPE",
        "IDENTITY_SECRETS",
        "LOG_VERIFY",
        "LOG_ADDRES",
        "ALLOW_HTTPS",
        "HSTS_SUBDOMAINS",
    ] {
        let project = Project::new();
        project.vars(&format!("{name} = \"on\""));
        let error = format!("error setting_unknown {name}");
        assert_eq!(project.found(), [error], "{name}");
    }
    // These names do not have the prefix of a setting, so the Worker does not reject them.
    for (name, meant) in [
        ("OPERATER_KEYS", "OPERATOR_KEYS"),
        ("SESION_IDLE", "SESSION_IDLE"),
        ("REVOKATION", "REVOCATION"),
        ("ALOW_HTTP", "ALLOW_HTTP"),
    ] {
        let project = Project::new();
        project.vars(&format!("{name} = \"on\""));
        let warning = format!("warning setting_similar {name}");
        assert_eq!(project.found(), [warning], "{name}");
        let output = String::from_utf8(project.run(&[]).stdout).unwrap();
        assert!(output.contains(&format!("write {meant}")), "{output}");
    }
    let project = Project::new();
    project.vars("OTHER = \"x\"\nLOG_LEVEL = \"debug\"\nAPP_NAME = \"x\"");
    assert_eq!(project.found(), NONE);
}
