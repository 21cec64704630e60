//! Sessions that are logged out of, and what of it stands in the record.

use super::*;

#[test]
fn a_session_that_was_logged_out_of_ends_with_all_its_tokens_and_no_other_does() {
    let mut object = Object::new();
    let (first, second) = (object.log_in(), object.log_in());
    assert!(matches!(object.end(&first.claim.session), Answer::Done));
    assert_eq!(
        object.refresh(&first.claim).unwrap_err(),
        RefreshRefusal::Unknown
    );
    assert!(!object.stands(&first, NOW));
    assert!(object.stands(&second, NOW));
    object.refresh(&second.claim).unwrap();
    // And so the store learns of it.
    object.write();
    object.now += 10_000;
    assert_eq!(object.newer(), None);
    assert!(!object.stands(&first, NOW));
}

#[test]
fn an_ended_session_is_noted_until_the_last_of_its_access_tokens_is_over() {
    let mut object = Object::new();
    let (first, second) = (object.log_in(), object.log_in());
    object.end(&first.claim.session);
    // One may have been issued while the object had answered already.
    let last = NOW + 3600 + 30;
    object.now = last - 1;
    object.end(&second.claim.session);
    assert!(!object.stands(&first, last - 3600));
    object.now = last + 60;
    object.end(&second.claim.session);
    let noted = read(&object.record()).sessions_ended;
    assert_eq!(noted.len(), 1);
    assert_eq!(noted[0].id, second.claim.session);
}

#[test]
fn to_log_out_twice_is_noted_once() {
    let mut object = Object::new();
    let session = object.log_in().claim.session;
    for _ in 0..100 {
        assert!(matches!(object.end(&session), Answer::Done));
    }
    assert_eq!(read(&object.record()).sessions_ended.len(), 1);
    assert_eq!(read(&object.record()).tokens_valid_from, None);
}

#[test]
fn a_log_out_of_a_session_that_the_object_has_forgotten_ends_its_access_tokens() {
    let mut object = Object::new();
    let session = object.log_in();
    for _ in 0..32 {
        object.log_in();
    }
    assert!(matches!(object.end(&session.claim.session), Answer::Done));
    assert!(!object.stands(&session, NOW));
}

#[test]
fn with_more_than_64_ended_sessions_all_tokens_end() {
    let mut object = Object::new();
    let mut sessions = Vec::new();
    for _ in 0..64 {
        let session = object.log_in();
        object.end(&session.claim.session);
        sessions.push(session);
    }
    let record = read(&object.record());
    assert_eq!(record.sessions_ended.len(), 64);
    assert_eq!(record.tokens_valid_from, None);
    let (last, open) = (object.log_in(), object.log_in());
    object.end(&last.claim.session);
    let record = read(&object.record());
    assert_eq!(record.sessions_ended.len(), 1);
    assert_eq!(record.tokens_valid_from, Some(NOW + 1));
    sessions.extend([last, open.clone()]);
    for session in &sessions {
        assert!(!object.stands(session, NOW));
    }
    assert_eq!(
        object.refresh(&open.claim).unwrap_err(),
        RefreshRefusal::Ended
    );
    // From the next second on it is as ever.
    object.now = NOW + 1;
    let session = object.log_in();
    assert!(object.stands(&session, NOW + 1));
    object.refresh(&session.claim).unwrap();
}

#[test]
fn of_a_user_who_is_gone_nothing_is_left_to_end() {
    let mut object = Object::new();
    let session = object.log_in();
    object.stored = None;
    assert!(matches!(object.end(&session.claim.session), Answer::Done));
    assert_eq!(object.newer(), None);
    assert!(object.ledger.to_write().is_none());
}

#[test]
fn a_corrupt_record_is_left_as_it_is_and_the_session_ends_all_the_same() {
    let mut object = Object::new();
    let session = object.log_in();
    object.stored = Some("{".into());
    assert!(matches!(
        object.end(&session.claim.session),
        Answer::Corrupt
    ));
    assert!(object.ledger.to_write().is_none());
    object.stored = Some(record(|_| ()));
    assert_eq!(
        object.refresh(&session.claim).unwrap_err(),
        RefreshRefusal::Unknown
    );
}

#[test]
fn what_is_not_known_of_a_record_is_kept_when_a_session_ends() {
    let mut object = Object::new();
    let session = object.log_in();
    let stored = record(|_| ()).replace('}', r#","roles":["a",{"b":1.5}]}"#);
    object.stored = Some(stored);
    object.end(&session.claim.session);
    let written = object.write().value;
    assert!(written.contains(r#""roles":["a",{"b":1.5}]"#), "{written}");
}

#[test]
fn with_more_than_64_ended_sessions_the_one_that_was_kept_ends_too() {
    let mut object = Object::new();
    // Set by a clock that was ahead, so that it cannot grow.
    object.stored = Some(record(|user| user.tokens_valid_from = Some(NOW + 100)));
    let kept = object.log_in();
    let stored = object.record();
    object.change_password(&stored, "$new", Some(&kept.claim.session));
    assert!(object.stands(&kept, NOW));
    object.end(&kept.claim.session);
    for _ in 0..64 {
        let session = object.log_in();
        object.end(&session.claim.session);
    }
    assert!(!object.stands(&kept, NOW));
}
