//! The settings, as the Worker and `portcullis doctor` read them.

use portcullis::account::IdentityKeys;
use portcullis::key::{Algorithm, SecretJwk};
use portcullis::settings::{Config, Settings, Value};
use portcullis::time::UnixTime;

const SECRET: &str = "settings-tests-only-0123456789abcdef-0123456789abcdef-0123456789";

fn settings(set: &[(&str, &str)]) -> Settings {
    let mut settings = Settings::default();
    let secret = set.iter().all(|(name, _)| *name != "SECRET_KEY");
    let secret = secret.then_some(("SECRET_KEY", SECRET));
    for (name, text) in set.iter().copied().chain(secret) {
        let value = || Some(Value::Text(text.to_owned().into()));
        settings.put(name, value).unwrap();
    }
    for name in ["USERS", "ACCOUNTS", "LOGIN_LIMITER"] {
        settings.put(name, || Some(Value::Binding)).unwrap();
    }
    settings
}

const NOW: i64 = 1_600_000_000;

fn at(seconds: i64) -> UnixTime {
    UnixTime::from_seconds(seconds).unwrap()
}

fn wrong(settings: &Settings) -> Vec<String> {
    wrong_at(settings, NOW)
}

fn wrong_at(settings: &Settings, now: i64) -> Vec<String> {
    let read = Config::read(settings, "https://login.example", at(now));
    let wrong = read.err().unwrap_or_default();
    wrong
        .into_iter()
        .map(|wrong| format!("{} {}", wrong.setting, wrong.problem))
        .collect()
}

#[test]
fn correct_settings_have_no_problems() {
    for set in [
        &[][..],
        &[("TOKEN_EXPIRATION", "1"), ("REGISTRATION", "open")],
        &[("LEGACY_SECRET_KEY", "x"), ("LEGACY_UNTIL", "2027-01-31")],
        &[("CORS_ORIGINS", "https://a.example, https://b.example")],
    ] {
        let settings = settings(set);
        assert!(Config::read(&settings, "https://login.example", at(NOW)).is_ok());
        assert_eq!(wrong(&settings), [""; 0]);
    }
}

#[test]
fn every_wrong_setting_is_named() {
    let settings = settings(&[
        ("SECRET_KEY", "short"),
        ("TOKEN_EXPIRATION", "1h"),
        ("REGISTRATION", "yes"),
        ("LOGIN_ATTEMPTS", "0"),
        ("LOGIN_WINDOW", "-1"),
        ("LEGACY_SALT", "login"),
    ]);
    assert_eq!(
        wrong(&settings),
        [
            "TOKEN_EXPIRATION must be a whole number of seconds from 1 to 31536000",
            "SECRET_KEY is too short: make one of at least 32, 48 or 64 bytes for HS256, HS384 or HS512",
            "LEGACY_SECRET_KEY is missing",
            "REGISTRATION must be closed or open",
            "LOGIN_ATTEMPTS must be a whole number from 1 to 100",
            "LOGIN_WINDOW must be a whole number of seconds from 1 to 86400",
        ]
    );
}

#[test]
fn each_kind_of_value_is_accepted_only_for_its_settings() {
    let set = |name, value| {
        let mut settings = settings(&[]);
        settings.put(name, || Some(value)).unwrap();
        wrong(&settings)
    };
    let list = |text: &str| Value::List(vec![text.into()]);
    assert_eq!(set("CORS_ORIGINS", list("https://a.example")), [""; 0]);
    assert_eq!(set("CORS_ORIGINS", list("*")).len(), 1);
    assert_eq!(
        set("TOKEN_ISSUER", list("x")),
        ["TOKEN_ISSUER must be text"]
    );
    assert_eq!(
        set("TOKEN_AUDIENCE", Value::Binding),
        ["TOKEN_AUDIENCE must be text"]
    );
    assert_eq!(
        set("REGISTRATION", Value::Other),
        ["REGISTRATION must be text"]
    );
}

#[test]
fn a_binding_that_is_missing_or_a_text_is_named() {
    let mut settings = Settings::default();
    let text = |text: &str| Some(Value::Text(text.to_owned().into()));
    settings.put("SECRET_KEY", || text(SECRET)).unwrap();
    settings.put("USERS", || text("USERS")).unwrap();
    assert_eq!(
        wrong(&settings),
        [
            "USERS the KV binding is missing",
            "ACCOUNTS the Durable Object binding is missing",
            "LOGIN_LIMITER the rate-limit binding is missing",
        ]
    );
}

#[test]
fn an_unknown_name_with_our_prefix_is_reported_as_a_typo_and_any_other_name_is_ignored() {
    let mut settings = Settings::default();
    for name in [
        "TOKEN_EXPIRATON",
        "LOGIN_ATEMPTS",
        "CORS_ORIGIN",
        "OPERATOR_KEY",
        "SESSION_IDEL",
        "SESSIONS_VALID",
        "REVOCATIONS",
        "IDENTITY_KEY",
        "LOG_ADDRESSES",
    ] {
        let wrong = settings.put(name, || unreachable!()).unwrap_err();
        assert_eq!(
            (wrong.setting.as_str(), wrong.problem),
            (name, "is not a setting: correct the name or remove it")
        );
    }
    for name in ["OTHER", "LOG_LEVEL", "DATABASE_URL"] {
        assert_eq!(settings.put(name, || unreachable!()), Ok(()));
    }
}

#[test]
fn the_flask_originals_secret_may_be_removed_after_its_date() {
    const MISSING: &str = "LEGACY_SECRET_KEY is missing";
    let until = ("LEGACY_UNTIL", "2020-09-13T12:26:40Z");
    let others = [("LEGACY_ALGORITHM", "HS256"), ("LEGACY_SALT", "login")];
    for set in [vec![until], [vec![until], others.to_vec()].concat()] {
        let settings = settings(&set);
        assert_eq!(wrong_at(&settings, NOW), [""; 0], "{set:?}");
        assert_eq!(wrong_at(&settings, NOW - 1), [MISSING], "{set:?}");
        let read = |now| Config::read(&settings, "https://login.example", at(now));
        assert!(read(NOW).unwrap().legacy.is_none());
        assert_eq!(read(NOW - 1).err().unwrap()[0].problem, "is missing");
    }
    for other in others {
        assert_eq!(wrong(&settings(&[other])), [MISSING], "{other:?}");
    }
    // The remaining settings must still be correct.
    let wrongly = settings(&[until, ("LEGACY_ALGORITHM", "none")]);
    assert_eq!(
        wrong(&wrongly),
        ["LEGACY_ALGORITHM must be HS256, HS384 or HS512"]
    );
}

#[test]
fn legacy_until_is_a_day_a_time_in_utc_or_seconds() {
    let until = |text| {
        let settings = settings(&[("LEGACY_SECRET_KEY", "x"), ("LEGACY_UNTIL", text)]);
        let until = settings.legacy_until().map(|until| until.seconds());
        assert_eq!(wrong(&settings).is_empty(), until.is_some(), "{text}");
        until
    };
    for (text, seconds) in [
        ("0", 0),
        ("1600000000", 1_600_000_000),
        ("1970-01-01", 0),
        ("2020-09-13T12:26:40Z", 1_600_000_000),
        ("2027-01-31", 1_801_353_600),
        ("2024-02-29", 1_709_164_800),
        ("2000-03-01", 951_868_800),
        ("2100-02-28T23:59:59Z", 4_107_542_399),
        ("2100-03-01", 4_107_542_400),
        ("9999-12-31T23:59:59Z", 253_402_300_799),
        ("0000-01-01", -62_167_219_200),
    ] {
        assert_eq!(until(text), Some(seconds), "{text}");
    }
    for text in [
        "soon",
        "2027-1-31",
        "2027-00-10",
        "2027-13-01",
        "2027-04-31",
        "2023-02-29",
        "2100-02-29",
        "2027-01-00",
        "2027-01-32",
        "2027-01-31T24:00:00Z",
        "2027-01-31T12:60:00Z",
        "2027-01-31T12:00:00",
        "2027-01-31T12:00:00+01:00",
        "2027-01-31 12:00:00Z",
    ] {
        assert_eq!(until(text), None, "{text}");
    }
}

fn config(set: &[(&str, &str)]) -> Config {
    let read = Config::read(&settings(set), "https://login.example", at(NOW));
    read.ok().unwrap()
}

#[test]
fn an_unset_setting_has_its_default() {
    let config = config(&[]);
    assert!(config.operator_keys.is_none());
    assert_eq!(config.sessions_valid_from, None);
    assert_eq!(config.session_idle, None);
    assert!(!config.strict_revocation && !config.log_whole_address && !config.log_verified);
}

#[test]
fn a_set_value_is_used() {
    let config = config(&[
        ("SESSIONS_VALID_FROM", "2020-01-31T12:00:00Z"),
        ("SESSION_IDLE", "60"),
        ("REVOCATION", "strict"),
        ("LOG_ADDRESS", "whole"),
        ("LOG_VERIFIED", "on"),
    ]);
    assert_eq!(config.sessions_valid_from, Some(1_580_472_000));
    assert_eq!(config.session_idle, Some(60));
    assert!(config.strict_revocation && config.log_whole_address && config.log_verified);
}

#[test]
fn a_value_out_of_range_is_named() {
    for (name, values) in [
        ("SESSION_IDLE", &["0", "59", "31536001", "1h", "-60"][..]),
        ("REVOCATION", &["exact", "Strict"]),
        ("TOKEN_TYPE", &["jwt", "AT+JWT", "application/at+jwt"]),
        ("LOG_ADDRESS", &["none", "on"]),
        ("LOG_VERIFIED", &["true"]),
        ("IDENTITY_SECRET", &["x", "0123456789012345678901234567890"]),
        ("SESSIONS_VALID_FROM", &["soon", "2027-02-30"]),
        ("OPERATOR_KEYS", &["{}", "x"]),
    ] {
        for value in values {
            let settings = settings(&[(name, value)]);
            let read = Config::read(&settings, "https://login.example", at(NOW));
            let all = read.err().unwrap();
            assert_eq!(all.len(), 1, "{name} {value}");
            assert_eq!(all[0].setting, name, "{value}");
        }
    }
}

#[test]
fn sessions_valid_from_cannot_be_in_the_future() {
    let valid_from = |seconds: i64| {
        let settings = settings(&[("SESSIONS_VALID_FROM", &seconds.to_string())]);
        wrong(&settings).is_empty()
    };
    assert!(valid_from(NOW));
    // The operator's clock may be a minute ahead.
    assert!(valid_from(NOW + 60));
    assert!(!valid_from(NOW + 61));
}

#[test]
fn the_identity_keys_come_from_their_own_secret_or_else_from_a_signing_key() {
    const IDENTITY: &str = "identity-tests-only-0123456789ab";
    let keys = |set: &[(&str, &str)]| {
        let identity = config(set).identity;
        (
            identity.client_addresses().to_vec(),
            identity.log_names().to_vec(),
        )
    };
    let both = |keys: IdentityKeys| (keys.client_addresses().to_vec(), keys.log_names().to_vec());
    let own = both(IdentityKeys::from_secret(IDENTITY.as_bytes()));
    assert_eq!(keys(&[("IDENTITY_SECRET", IDENTITY)]), own);
    let jwk = SecretJwk::generate(Algorithm::EdDsa, &[1; 64]).unwrap();
    let set = format!(r#"{{"keys":[{}]}}"#, *jwk.to_json());
    let of_secret = both(IdentityKeys::derived_from(SECRET.as_bytes()));
    assert_eq!(keys(&[]), of_secret);
    assert_eq!(keys(&[("SIGNING_KEYS", &set)]), of_secret);
    assert_eq!(
        keys(&[("SIGNING_KEYS", &set), ("IDENTITY_SECRET", IDENTITY)]),
        own
    );
    let mut alone = Settings::default();
    alone
        .put("SIGNING_KEYS", || Some(Value::Text(set.clone().into())))
        .unwrap();
    for name in ["USERS", "ACCOUNTS", "LOGIN_LIMITER"] {
        alone.put(name, || Some(Value::Binding)).unwrap();
    }
    let config = Config::read(&alone, "https://login.example", at(NOW));
    let of_set = IdentityKeys::derived_from(set.as_bytes());
    let identity = config.ok().unwrap().identity;
    assert_eq!(identity.stand_ins(), of_set.stand_ins());
}

#[test]
fn operators_keys_are_a_text_or_json_and_public() {
    let jwk = SecretJwk::generate(Algorithm::Es256, &[1; 64]).unwrap();
    let public = format!(r#"{{"keys":[{}]}}"#, jwk.public().unwrap().to_json());
    assert!(
        config(&[("OPERATOR_KEYS", &public)])
            .operator_keys
            .is_some()
    );
    let with = |value| {
        let mut settings = settings(&[]);
        settings.put("OPERATOR_KEYS", || Some(value)).unwrap();
        wrong(&settings)
    };
    assert_eq!(with(Value::Json(public)), [""; 0]);
    assert_eq!(with(Value::Binding), ["OPERATOR_KEYS must be text"]);
    let private = format!(r#"{{"keys":[{}]}}"#, *jwk.to_json());
    let oct = SecretJwk::generate(Algorithm::Hs512, &[1; 64]).unwrap();
    let symmetric = format!(r#"{{"keys":[{}]}}"#, *oct.to_json());
    for secret in [private, symmetric] {
        let said = with(Value::Json(secret));
        assert!(said[0].contains("has a private or secret key"), "{said:?}");
    }
    // No other setting may be an object.
    let mut settings = settings(&[]);
    let object = || Some(Value::Json("{}".into()));
    settings.put("TOKEN_ISSUER", object).unwrap();
    assert_eq!(wrong(&settings), ["TOKEN_ISSUER must be text"]);
}

#[test]
fn tokens_of_the_type_at_jwt_require_an_audience() {
    let at_jwt = ("TOKEN_TYPE", "at+jwt");
    let said = wrong(&settings(&[at_jwt]));
    assert_eq!(
        said,
        [
            "TOKEN_AUDIENCE is missing: TOKEN_TYPE at+jwt requires it; set it to the service that accepts the tokens"
        ]
    );
    let audience = ("TOKEN_AUDIENCE", "https://api.example");
    for set in [&[at_jwt, audience][..], &[("TOKEN_TYPE", "JWT")]] {
        assert_eq!(wrong(&settings(set)), [""; 0]);
        config(set);
    }
}

#[test]
fn a_signing_key_from_a_tutorial_is_refused() {
    let alone =
        "SECRET_KEY is published in a tutorial, so anyone can sign tokens with it: make a new one";
    for secret in [
        "a-valid-string-secret-that-is-at-least-512-bits-long-which-is-very-long",
        "09d25e094faa6ca2556c818166b7a9563b93f7099f6f0f4caa6cf63b88e8d3e7",
        " 404E635266556A586E3272357538782F413F4428472B4B6250645367566B5970\n",
        "THIS-IS-MY-VERY-LONG-SECRET-KEY-WHICH-IS-SURELY-LONG-ENOUGH-FOR-IT",
    ] {
        assert_eq!(wrong(&settings(&[("SECRET_KEY", secret)])), [alone]);
        let jwk = SecretJwk::generate(Algorithm::EdDsa, &[1; 64]);
        let set = format!("{{\"keys\":[{}]}}", jwk.unwrap().to_json().as_str());
        let both = settings(&[("SECRET_KEY", secret), ("SIGNING_KEYS", &set)]);
        assert!(
            wrong(&both).contains(&alone.to_owned()),
            "a former key as well"
        );
    }
    for secret in [
        "hard to guess string",
        "dev",
        "secret",
        "change me",
        "your-256-bit-secret",
    ] {
        let wrong = wrong(&settings(&[
            ("SECRET_KEY", secret),
            ("TOKEN_ALGORITHM", "HS256"),
        ]));
        assert!(wrong[0].starts_with("SECRET_KEY is too short"), "{wrong:?}");
        assert!(portcullis::settings::is_published(secret), "{secret}");
    }
    assert!(!portcullis::settings::is_published(SECRET));
    // It may still verify, as long as tokens of the Flask application last.
    let legacy = [("LEGACY_SECRET_KEY", "dev"), ("LEGACY_UNTIL", "2027-01-31")];
    assert_eq!(wrong(&settings(&legacy)), [""; 0]);
}

#[test]
fn plain_http_and_subdomains_are_off_by_default() {
    let read = |set: &[(&str, &str)]| {
        let config = Config::read(&settings(set), "https://login.example", at(NOW)).unwrap();
        (config.allow_http, config.hsts_include_subdomains)
    };
    assert_eq!(read(&[]), (false, false));
    assert_eq!(read(&[("ALLOW_HTTP", "on")]), (true, false));
    assert_eq!(read(&[("HSTS_INCLUDE_SUBDOMAINS", "on")]), (false, true));
    let wrong = wrong(&settings(&[
        ("ALLOW_HTTP", "true"),
        ("HSTS_INCLUDE_SUBDOMAINS", "1"),
    ]));
    assert_eq!(
        wrong,
        [
            "ALLOW_HTTP must be off or on",
            "HSTS_INCLUDE_SUBDOMAINS must be off or on"
        ]
    );
}

fn mounted(set: &[(&str, &str)]) -> Settings {
    let mut settings = Settings::with_prefix("PORTCULLIS_");
    let secret = ("PORTCULLIS_SECRET_KEY", SECRET);
    for (name, text) in set.iter().copied().chain([secret]) {
        let value = || Some(Value::Text(text.to_owned().into()));
        settings.put(name, value).unwrap();
    }
    for name in ["USERS", "ACCOUNTS", "LOGIN_LIMITER"] {
        let name = format!("PORTCULLIS_{name}");
        settings.put(&name, || Some(Value::Binding)).unwrap();
    }
    settings
}

const MOUNTED_ISSUER: (&str, &str) = ("PORTCULLIS_TOKEN_ISSUER", "https://app.example.com/auth");

#[test]
fn a_mounted_service_reads_names_with_its_prefix_and_no_others() {
    let settings = mounted(&[
        MOUNTED_ISSUER,
        ("PORTCULLIS_TOKEN_EXPIRATION", "60"),
        // Settings of the host Worker.
        ("TOKEN_X", "whatever"),
        ("TOKEN_EXPIRATION", "not a number"),
        ("SECRET_KEY", "short"),
        ("USERS", "a text"),
        ("PORTCULLIS", "no underscore follows"),
    ]);
    assert_eq!(wrong(&settings), [""; 0]);
    let config = Config::read(&settings, "https://login.example", at(NOW)).unwrap();
    assert_eq!(config.tokens.lifetime().as_secs(), 60);
}

#[test]
fn every_unknown_name_with_the_prefix_of_a_mounted_service_is_reported_whole() {
    for name in [
        "PORTCULLIS_TOKEN_EXPIRY",
        "PORTCULLIS_URL",
        "PORTCULLIS_",
        "PORTCULLIS_PORTCULLIS_USERS",
    ] {
        let mut settings = mounted(&[MOUNTED_ISSUER]);
        let wrong = settings.put(name, || Some(Value::Binding)).unwrap_err();
        assert_eq!(wrong.setting, name);
        assert!(wrong.problem.starts_with("is not a setting"));
    }
}

#[test]
fn a_problem_of_a_mounted_service_names_the_setting_with_its_prefix() {
    let settings = mounted(&[MOUNTED_ISSUER, ("PORTCULLIS_REGISTRATION", "perhaps")]);
    let wrong = wrong(&settings);
    assert_eq!(wrong.len(), 1);
    assert!(
        wrong[0].starts_with("PORTCULLIS_REGISTRATION "),
        "{wrong:?}"
    );
}

#[test]
fn a_mounted_service_requires_its_issuer() {
    let wrong = wrong(&mounted(&[]));
    assert_eq!(wrong.len(), 1);
    let expected = "PORTCULLIS_TOKEN_ISSUER is missing: ";
    assert!(wrong[0].starts_with(expected), "{wrong:?}");
}
