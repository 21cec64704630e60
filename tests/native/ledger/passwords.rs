//! A password that is changed, or hashed anew, while others log in with it.

use super::*;

#[test]
fn a_changed_password_ends_all_other_sessions_and_keeps_the_one_it_was_changed_in() {
    let mut object = Object::new();
    let (own, other) = (object.log_in(), object.log_in());
    object.now = NOW + 500;
    let stored = object.record();
    let answer = object.change_password(&stored, "$new", Some(&own.claim.session));
    assert!(matches!(answer, Answer::Done));
    let record = read(&object.record());
    assert_eq!(record.hash_password, "$new");
    assert_eq!(record.tokens_valid_from, Some(NOW + 500));
    assert!(record.sessions_ended.is_empty());
    assert!(object.stands(&own, NOW));
    assert!(!object.stands(&other, NOW));
    object.refresh(&own.claim).unwrap();
    assert_eq!(
        object.refresh(&other.claim).unwrap_err(),
        RefreshRefusal::Unknown
    );
    // A second one keeps only whom it keeps.
    let third = object.log_in();
    object.now = NOW + 1000;
    let stored = object.record();
    object.change_password(&stored, "$newer", Some(&third.claim.session));
    assert!(!object.stands(&own, NOW));
    assert!(object.stands(&third, NOW + 500));
}

#[test]
fn a_kept_session_ends_when_an_operator_ends_all() {
    let mut object = Object::new();
    let own = object.log_in();
    object.now = NOW + 500;
    let stored = object.record();
    object.change_password(&stored, "$new", Some(&own.claim.session));
    object.write();
    let mut record = read(&object.record());
    record.tokens_valid_from = Some(NOW + 501);
    object.stored = Some(record.to_json().unwrap());
    assert_eq!(
        object.refresh(&own.claim).unwrap_err(),
        RefreshRefusal::Ended
    );
}

#[test]
fn tokens_of_the_second_in_which_the_password_is_changed_end_too() {
    let mut object = Object::new();
    let (own, other) = (object.log_in(), object.log_in());
    let stored = object.record();
    object.change_password(&stored, "$new", Some(&own.claim.session));
    assert!(object.stands(&own, NOW));
    assert!(!object.stands(&other, NOW));
    // Whoever logs in after it in that second does not suffer.
    let later = object.log_in();
    assert!(object.stands(&later, NOW));
}

#[test]
fn tokens_of_that_second_end_where_the_grace_gave_them() {
    let mut object = Object::new();
    let other = object.log_in();
    let rotated = object.refresh(&other.claim).unwrap();
    object.now = NOW + 29;
    // An access token of this second, though nothing was rotated in it.
    let again = object.refresh(&other.claim).unwrap();
    assert_eq!(text(&again.claim), text(&rotated.claim));
    let stored = object.record();
    object.change_password(&stored, "$new", None);
    assert!(!object.stands(&again, NOW + 29));
    // Nor does one that is issued a moment after the object answered.
    assert!(!object.stands(&again, NOW + 31));
}

#[test]
fn a_login_that_races_with_a_change_of_the_password_is_not_let_in() {
    let mut object = Object::new();
    let checked = object.record();
    object.change_password(&checked, "$new", None);
    let outcome = object.admit_with(Some(1), &checked, None);
    assert!(matches!(outcome, Answer::Changed));
    let outcome = object.admit_with(Some(1), &checked, Some("$rehash of the old"));
    assert!(matches!(outcome, Answer::Changed));
    // Nor is a second change.
    let outcome = object.change_password(&checked, "$mine", None);
    assert!(matches!(outcome, Answer::Changed));
    assert_eq!(read(&object.record()).hash_password, "$new");
    // Whoever reads what counts is.
    object.log_in();
}

#[test]
fn a_login_whose_record_is_not_one_or_another_users_is_not_let_in() {
    let mut object = Object::new();
    let session = object.log_in();
    for stored in [
        "",
        "{}",
        r#"{"id":7,"username":"bob","hash_password":"$old"}"#,
    ] {
        let outcome = object.admit_with(Some(1), stored, None);
        assert!(matches!(outcome, Answer::Changed), "{stored}");
    }
    // With a newer record, neither is one of another number, or one disabled.
    object.end(&session.claim.session);
    let other = record(|user| user.id = UserId::new(8).unwrap());
    assert!(matches!(
        object.admit_with(Some(1), &other, None),
        Answer::Changed
    ));
}

#[test]
fn a_hash_is_put_in_the_old_ones_place_once() {
    let mut object = Object::new();
    let checked = object.record();
    let outcome = object.admit_with(Some(1), &checked, Some("$today"));
    let Answer::Open { record, .. } = outcome else {
        panic!("{outcome:?}");
    };
    assert_eq!(read(&record).hash_password, "$today");
    let write = object.ledger.to_write().unwrap();
    assert_eq!(write.value, record);
    // Who checked the old hash at the same time is let in, and changes nothing.
    let outcome = object.admit_with(Some(2), &checked, Some("$today, too"));
    opened(outcome).unwrap();
    assert_eq!(read(&object.record()).hash_password, "$today");
    assert_eq!(object.ledger.to_write(), Some(write));
    // And may change the password.
    let outcome = object.change_password(&checked, "$new", None);
    assert!(matches!(outcome, Answer::Done));
}

#[test]
fn a_log_out_between_a_new_hash_and_a_login_that_checked_the_old_one_is_no_hindrance() {
    let mut object = Object::new();
    let checked = object.record();
    let session = opened(object.admit_with(Some(1), &checked, Some("$today"))).unwrap();
    object.end(&session.claim.session);
    let second = opened(object.admit_with(Some(2), &checked, None)).unwrap();
    // So it is when a refresh token was used twice.
    let mut last = second.clone();
    for _ in 0..2 {
        last = object.refresh(&last.claim).unwrap();
    }
    object.refresh(&second.claim).unwrap_err();
    opened(object.admit_with(Some(3), &checked, None)).unwrap();
}

#[test]
fn after_a_change_of_the_password_the_hash_before_the_rehash_opens_nothing() {
    let mut object = Object::new();
    let checked = object.record();
    let session = opened(object.admit_with(Some(1), &checked, Some("$today"))).unwrap();
    let stored = object.record();
    object.change_password(&stored, "$new", None);
    object.end(&session.claim.session);
    for stored in [&checked, &stored] {
        let outcome = object.admit_with(Some(1), stored, None);
        assert!(matches!(outcome, Answer::Changed));
    }
}

#[test]
fn a_login_that_races_with_the_user_being_disabled_is_not_let_in() {
    let mut object = Object::new();
    let session = object.log_in();
    let checked = object.record();
    object.stored = Some(record(|user| user.disabled = true));
    object.end(&session.claim.session);
    assert!(matches!(
        object.admit_with(Some(1), &checked, None),
        Answer::Changed
    ));
}

#[test]
fn what_was_ended_does_not_come_back_with_a_clock_that_is_set_back() {
    let mut object = Object::new();
    object.stored = Some(record(|user| user.tokens_valid_from = Some(NOW + 100)));
    let session = object.log_in();
    let stored = object.record();
    object.change_password(&stored, "$new", None);
    assert_eq!(read(&object.record()).tokens_valid_from, Some(NOW + 100));
    assert!(!object.stands(&session, NOW + 99));
}

#[test]
fn what_all_ended_sessions_together_ended_stays_ended_when_the_password_is_changed() {
    let mut object = Object::new();
    let mut sessions = Vec::new();
    for _ in 0..65 {
        let session = object.log_in();
        object.end(&session.claim.session);
        sessions.push(session);
    }
    let stored = object.record();
    object.change_password(&stored, "$new", None);
    for session in &sessions {
        assert!(!object.stands(session, NOW));
    }
}
