//! New users.

use super::*;

#[test]
fn a_name_is_given_once() {
    let mut object = Object::new();
    object.stored = None;
    assert!(matches!(object.register(8), Answer::Done));
    assert!(matches!(object.register(9), Answer::Taken));
    let record = read(&object.record());
    assert_eq!(record.id, UserId::new(8).unwrap());
    assert_eq!(
        (&*record.hash_password, &*record.phone, &*record.username),
        ("$new", "+1", "alice")
    );
    assert_eq!(object.write().key, "user:alice");
    assert!(matches!(object.register(9), Answer::Taken));
    // The store alone says so later.
    object.now += 300;
    assert_eq!(object.newer(), None);
    assert!(matches!(object.register(9), Answer::Taken));
}

#[test]
fn what_the_store_has_under_the_name_takes_it_even_if_it_is_no_record() {
    for stored in ["", "{", "null"] {
        let mut object = Object::new();
        object.stored = Some(stored.into());
        assert!(matches!(object.register(8), Answer::Taken));
        assert!(object.ledger.to_write().is_none());
    }
}

#[test]
fn a_new_user_logs_in_at_once_wherever_the_store_does_not_show_them_yet() {
    let mut object = Object::new();
    object.stored = None;
    object.register(8);
    let Answer::Begun { newer } = object.begin(1) else {
        panic!("too many");
    };
    let record = NewerRecord::newest(newer.as_ref(), &alice(), None).unwrap();
    let session = opened(object.admit_with(Some(1), &record.unwrap(), None)).unwrap();
    object.refresh(&session.claim).unwrap();
    assert!(matches!(object.end(&session.claim.session), Answer::Done));
}

#[test]
fn a_new_user_has_no_sessions_of_whoever_had_the_name() {
    let mut object = Object::new();
    let session = object.log_in();
    object.stored = None;
    assert!(matches!(object.register(8), Answer::Done));
    assert_eq!(
        object.refresh(&session.claim).unwrap_err(),
        RefreshRefusal::Unknown
    );
}
