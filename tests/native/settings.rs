//! The settings, as the Worker and `portcullis doctor` read them.

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
    let wrong = settings.wrong(at(now)).into_iter();
    wrong
        .map(|wrong| format!("{} {}", wrong.setting, wrong.problem))
        .collect()
}

#[test]
fn settings_that_are_right_have_nothing_wrong() {
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
fn of_settings_that_are_wrong_all_are_named_and_the_service_names_the_first() {
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
            "SECRET_KEY is too short: at least 32, 48 or 64 bytes for HS256, HS384 or HS512",
            "LEGACY_SECRET_KEY is missing",
            "REGISTRATION must be open or closed",
            "LOGIN_ATTEMPTS must be a whole number from 1 to 100",
            "LOGIN_WINDOW must be a whole number of seconds from 1 to 86400",
        ]
    );
    let first = Config::read(&settings, "https://login.example", at(NOW)).err();
    assert_eq!(first.unwrap().setting, "TOKEN_EXPIRATION");
}

#[test]
fn each_kind_of_value_is_taken_only_where_it_belongs() {
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
fn a_name_that_begins_like_one_of_ours_is_misspelt_and_any_other_is_let_be() {
    let mut settings = Settings::default();
    for name in ["TOKEN_EXPIRATON", "LOGIN_ATEMPTS", "CORS_ORIGIN"] {
        let wrong = settings.put(name, || unreachable!()).unwrap_err();
        assert_eq!(
            (wrong.setting.as_str(), wrong.problem),
            (name, "there is no such setting")
        );
    }
    for name in ["OTHER", "LOG_LEVEL", "DATABASE_URL"] {
        assert_eq!(settings.put(name, || unreachable!()), Ok(()));
    }
}

#[test]
fn the_flask_originals_secret_may_be_gone_once_its_date_is_past() {
    const MISSING: &str = "LEGACY_SECRET_KEY is missing";
    let until = ("LEGACY_UNTIL", "2020-09-13T12:26:40Z");
    let others = [("LEGACY_ALGORITHM", "HS256"), ("LEGACY_SALT", "login")];
    for set in [vec![until], [vec![until], others.to_vec()].concat()] {
        let settings = settings(&set);
        assert_eq!(wrong_at(&settings, NOW), [""; 0], "{set:?}");
        assert_eq!(wrong_at(&settings, NOW - 1), [MISSING], "{set:?}");
        let read = |now| Config::read(&settings, "https://login.example", at(now));
        assert!(read(NOW).unwrap().legacy.is_none());
        assert_eq!(read(NOW - 1).err().unwrap().problem, "is missing");
    }
    for other in others {
        assert_eq!(wrong(&settings(&[other])), [MISSING], "{other:?}");
    }
    // What is there has to be right all the same.
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
