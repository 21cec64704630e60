//! The stored state.

use portcullis::account::TokenDigest;
use portcullis::account::object::AccountObject;
use portcullis::account::object::protocol::{ExchangeLegacy, Withdraw};

use super::operator::set_password;
use super::*;

/// An object whose state has an entry of each kind.
fn full() -> (Object, Vec<Session>) {
    let mut object = Object::imported();
    object.seconds_to_wait(2);
    let first = object.log_in();
    let second = object.refresh(&first).unwrap();
    let third = object.log_in();
    object.log_out(&third);
    let shown = object.shown();
    object.ask(ExchangeLegacy {
        digest: TokenDigest::new("token"),
        id: id(7),
        issued_at: NOW,
        expires_at: NOW + 1000,
        shown,
        policy: POLICY,
        client: ClientDescription::default(),
    });
    (object, vec![first, second, third])
}

#[test]
fn an_object_continues_from_its_stored_state() {
    let (mut object, sessions) = full();
    object.restart();
    let again = object.refresh(&sessions[0]).unwrap();
    assert_eq!(text(again.claim()), text(sessions[1].claim()));
    object.refresh(&sessions[1]).unwrap();
    let waits = [(); 3].map(|()| object.seconds_to_wait(2));
    assert_eq!(waits, [0, 0, 900]);
}

#[test]
fn the_stored_state_contains_no_refresh_token_and_no_address() {
    let (object, sessions) = full();
    let stored = object.stored.unwrap();
    for session in sessions {
        let token = text(session.claim());
        let secret = token.rsplit('.').next().unwrap();
        assert_eq!(secret.len(), 43);
        assert!(!stored.contains(secret), "{stored}");
    }
    assert!(!stored.contains("192.0.2"), "{stored}");
}

#[test]
fn a_malformed_state_and_a_state_of_a_later_format_are_errors() {
    let (object, _) = full();
    let stored = object.stored.unwrap();
    let cut = &stored[..stored.len() - 1];
    let later = stored.replacen(r#""format":2"#, r#""format":3"#, 1);
    assert_ne!(later, stored);
    let holder = r#"{"format":2,"holder":{}}"#;
    for text in ["", "null", "1", "\"x\"", holder, cut, &later] {
        assert!(AccountObject::load(Some(text)).is_err(), "{text}");
    }
}

#[test]
fn the_state_of_version_0_1_is_dropped_and_its_user_is_a_seed() {
    let old = r#"{"sessions":[{"name":"x"}],"attempts":{"failures":[]},"newer":null}"#;
    let mut object = Object::imported();
    object.stored = Some(old.into());
    object.restart();
    object.log_in();
    assert_eq!(object.version(), 1);
    let stored = object.stored.unwrap();
    assert!(stored.starts_with(r#"{"format":2,"#), "{stored}");
}

#[test]
fn an_empty_state_deletes_the_storage() {
    let old = r#"{"format":1}"#;
    let mut object = Object::empty("alice");
    object.stored = Some(old.into());
    object.restart();
    object.ask(Withdraw { from: client(1) });
    assert_eq!(object.stored, None);
}

#[test]
fn expired_entries_are_dropped_and_then_the_object_sets_no_alarm() {
    let (mut object, _) = full();
    let mut rings = 0;
    while let Some(alarm) = object.alarm {
        assert!(alarm > object.now, "there is always something to do next");
        object.now = alarm;
        object.ring();
        rings += 1;
    }
    assert!(rings < 20, "{rings}");
    assert_eq!(object.now, NOW + 31 * 24 * 3600);
    assert_eq!(object.read().sessions, []);
    let stored = object.stored.unwrap();
    assert!(stored.contains(r#""sessions":[]"#), "{stored}");
    assert!(stored.contains(r#""exchanged":{}"#), "{stored}");
    assert!(stored.contains(r#""attempts":{"window":900}"#), "{stored}");
}

#[test]
fn an_unauthenticated_request_leaves_an_empty_object_empty() {
    let session = Object::imported().log_in();
    let mut object = Object::empty("alice");
    assert_eq!(object.refusal(&session), Some(RefreshError::Unknown));
    object.end(&session, WhichSessions::Current);
    object.check(&session.token);
    for checked in [Checked::Shown, Checked::Object { version: 1 }] {
        for shown in [
            None,
            Some("{".into()),
            Some(seed(|user| user.disabled = true)),
        ] {
            let checked = checked.clone();
            let attempt = Attempt {
                from: 1,
                checked,
                shown,
            };
            let login = object.admit(&attempt, None);
            assert!(!matches!(login, Login::In(..)), "{login:?}");
            object.change_password(&session, &attempt, "$mine");
        }
    }
    assert_eq!(object.stored.map(|stored| stored.len()), None);
    assert_eq!(object.kv_log, [""; 0]);
}

#[test]
fn the_state_stays_small_whatever_requests_arrive() {
    let mut object = Object::imported();
    let limits = AttemptLimits {
        per_address: 10,
        per_account: 100,
        window: 900,
    };
    for number in 0..300 {
        object.now += 1;
        let session = object.log_in();
        let session = object.refresh(&session).unwrap();
        if number % 3 == 0 {
            object.log_out(&session);
        }
        for from in 0..4 {
            object.ask(Begin {
                from: client(10 + (number + from) % 100),
                limits,
                token: None,
            });
        }
        let shown = object.shown();
        object.ask(ExchangeLegacy {
            digest: TokenDigest::new(&number.to_string()),
            id: id(7),
            issued_at: object.now,
            expires_at: object.now + 100_000,
            shown,
            policy: POLICY,
            client: ClientDescription::default(),
        });
    }
    let (state, kv) = (object.stored.clone().unwrap(), object.shown().unwrap());
    assert!(state.len() < 65_536, "{}", state.len());
    assert!(kv.len() < 8192, "{}", kv.len());
    set_password(&mut object, "reset");
    assert!(object.stored.unwrap().len() < 40_000);
}
