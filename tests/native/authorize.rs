//! The decision of KV about a verified token.

use portcullis::account::{
    AccessError, EndedSessions, RemovedUser, Replica, SessionId, StoredDecision, TokenFacts,
    TokenSession, UserId, UserRecord, Username,
};

use crate::support::*;

const ENDED: [u8; 16] = [1; 16];
const OTHER: [u8; 16] = [2; 16];

fn alice() -> Username {
    Username::new("alice").unwrap()
}

fn record(change: impl FnOnce(&mut UserRecord)) -> UserRecord {
    let id = UserId::new(7).unwrap();
    let mut record = UserRecord::new(id, &alice(), "$x".into(), String::new());
    change(&mut record);
    record
}

fn seed(change: impl FnOnce(&mut UserRecord)) -> String {
    record(change).to_json().unwrap()
}

/// A replica of version 3 with one ended session.
fn replica(change: impl FnOnce(&mut UserRecord)) -> String {
    let ended = format!(
        r#"{{"notes":[{{"id":"{}","until":{}}}],"ask_until":{}}}"#,
        SessionId::new(ENDED),
        NOW + 100,
        NOW + 50,
    );
    Replica {
        record: record(change),
        revision: 9,
        version: 3,
        ended: serde_json::from_str::<EndedSessions>(&ended).unwrap(),
    }
    .to_json()
}

fn tombstone() -> String {
    RemovedUser {
        id: UserId::new(7).unwrap(),
        revision: 10,
        version: 3,
    }
    .to_json(&alice())
}

/// A token of a session, issued under a version.
fn in_session(session: [u8; 16], version: u64) -> TokenFacts {
    TokenFacts {
        id: UserId::new(7).unwrap(),
        session: Some(TokenSession {
            id: SessionId::new(session),
            version,
        }),
        #[allow(clippy::cast_precision_loss)]
        issued_at: Some(NOW as f64),
        expires_at: NOW + 51,
    }
}

fn without_session(issued_at: Option<f64>) -> TokenFacts {
    TokenFacts {
        session: None,
        issued_at,
        ..in_session(OTHER, 3)
    }
}

fn decide(token: &TokenFacts, stored: Option<&str>) -> &'static str {
    match token.authorize(&alice(), stored) {
        Ok(StoredDecision::Granted(_)) => "granted",
        Ok(StoredDecision::AskObject) => "ask",
        Err(why) => why.code(),
    }
}

/// The decision after the object has answered that it has no record.
fn decide_imported(token: &TokenFacts, stored: &str) -> &'static str {
    match token.authorize_imported(&alice(), Some(stored)) {
        Ok(_) => "granted",
        Err(why) => why.code(),
    }
}

#[test]
fn the_object_decides_if_kv_has_no_value() {
    assert_eq!(decide(&in_session(OTHER, 3), None), "ask");
    assert_eq!(decide(&without_session(Some(0.0)), None), "ask");
}

#[test]
fn the_object_decides_if_kv_has_a_corrupt_value_or_the_record_of_another_user() {
    for stored in ["", "{", &seed(|user| user.username = "bob".into())] {
        for token in [in_session(OTHER, 3), without_session(Some(0.0))] {
            assert_eq!(decide(&token, Some(stored)), "ask");
            assert_eq!(decide_imported(&token, stored), "record_corrupt");
        }
    }
}

#[test]
fn a_seed_decides_after_the_object_answered_that_it_has_no_record() {
    let token = without_session(Some(0.0));
    for token in [&in_session(OTHER, 1), &token] {
        assert_eq!(decide(token, Some(&seed(|_| ()))), "ask");
    }
    let session = decide_imported(&in_session(OTHER, 1), &seed(|_| ()));
    assert_eq!(session, "session_ended");
    let decide = |change: &dyn Fn(&mut UserRecord)| decide_imported(&token, &seed(change));
    assert_eq!(decide(&|_| ()), "granted");
    assert_eq!(decide(&|user| user.disabled = true), "user_disabled");
    let other = |user: &mut UserRecord| user.id = UserId::new(8).unwrap();
    assert_eq!(decide(&other), "user_replaced");
    assert_eq!(
        decide(&|user| user.tokens_valid_from = Some(1)),
        "tokens_ended"
    );
    assert_eq!(
        token.authorize_imported(&alice(), None).err(),
        Some(AccessError::UserUnknown)
    );
}

#[test]
fn a_token_without_a_session_is_dated_by_the_second_of_its_issue() {
    let from = |user: &mut UserRecord| user.tokens_valid_from = Some(5);
    for (issued_at, expected) in [
        (None, "tokens_ended"),
        (Some(4.999), "tokens_ended"),
        (Some(5.0), "granted"),
        (Some(f64::NAN), "tokens_ended"),
    ] {
        let token = without_session(issued_at);
        let found = [
            decide(&token, Some(&replica(from))),
            decide_imported(&token, &seed(from)),
        ];
        assert_eq!(found, [expected; 2], "{issued_at:?}");
    }
    let undated = without_session(None);
    assert_eq!(decide(&undated, Some(&replica(|_| ()))), "granted");
    assert_eq!(decide_imported(&undated, &seed(|_| ())), "granted");
}

#[test]
fn a_replica_decides_only_about_tokens_of_its_own_version() {
    let stored = replica(|_| ());
    for (version, expected) in [(0, "ask"), (2, "ask"), (3, "granted"), (4, "ask")] {
        let token = in_session(OTHER, version);
        assert_eq!(decide(&token, Some(&stored)), expected, "{version}");
    }
}

#[test]
fn a_replica_refuses_the_tokens_of_an_ended_session() {
    let stored = replica(|_| ());
    assert_eq!(
        decide(&in_session(ENDED, 3), Some(&stored)),
        "session_ended"
    );
    // The object decides about a token that ends no later than the list of ended sessions says.
    for (expires_at, expected) in [(NOW + 50, "ask"), (NOW + 51, "granted")] {
        let token = TokenFacts {
            expires_at,
            ..in_session(OTHER, 3)
        };
        assert_eq!(decide(&token, Some(&stored)), expected);
        let token = TokenFacts {
            expires_at,
            ..in_session(ENDED, 3)
        };
        assert_eq!(decide(&token, Some(&stored)), "session_ended");
    }
}

#[test]
fn a_replica_refuses_a_token_of_a_disabled_user_and_of_another_user() {
    for (stored, expected) in [
        (replica(|user| user.disabled = true), "user_disabled"),
        (
            replica(|user| user.id = UserId::new(8).unwrap()),
            "user_replaced",
        ),
    ] {
        for token in [in_session(OTHER, 3), without_session(Some(0.0))] {
            assert_eq!(decide(&token, Some(&stored)), expected);
        }
    }
    // The second in which a version begins does not end the sessions of that version.
    let stored = replica(|user| user.tokens_valid_from = Some(NOW + 1));
    assert_eq!(decide(&in_session(OTHER, 3), Some(&stored)), "granted");
}

#[test]
fn a_tombstone_refuses_all_tokens_except_those_of_a_later_user() {
    let stored = tombstone();
    for (version, expected) in [(2, "user_unknown"), (3, "user_unknown"), (4, "ask")] {
        let token = in_session(OTHER, version);
        assert_eq!(decide(&token, Some(&stored)), expected, "{version}");
    }
    assert_eq!(
        decide(&without_session(Some(9e9)), Some(&stored)),
        "user_unknown"
    );
}

#[test]
fn each_refusal_has_its_own_code() {
    let mut codes: Vec<_> = [
        AccessError::UserUnknown,
        AccessError::UserReplaced,
        AccessError::UserDisabled,
        AccessError::SessionEnded,
        AccessError::TokensEnded,
        AccessError::RecordCorrupt,
    ]
    .map(AccessError::code)
    .into();
    codes.sort_unstable();
    codes.dedup();
    assert_eq!(codes.len(), 6);
}
