//! What an operator writes to the store, beside a newer record of the object's.

use super::*;

/// An object that has a newer record, of after a log-out, which the store has
/// taken; and what a login then reads of both.
fn logged_out() -> Object {
    let mut object = Object::new();
    let session = object.log_in();
    object.end(&session.claim.session);
    object.write();
    object.now += 10;
    object
}

fn newest(object: &mut Object) -> UserRecord {
    let Answer::Begun { newer } = object.apply(Command::Look) else {
        panic!("no look");
    };
    let stored = object.stored.clone();
    read(
        &NewerRecord::newest(newer.as_ref(), &alice(), stored)
            .unwrap()
            .unwrap(),
    )
}

fn edit(object: &mut Object, change: impl FnOnce(&mut UserRecord)) {
    let mut record = read(object.stored.as_deref().unwrap());
    change(&mut record);
    object.stored = Some(record.to_json().unwrap());
}

#[test]
fn who_is_disabled_in_the_store_is_disabled_at_the_next_login() {
    let mut object = logged_out();
    edit(&mut object, |user| user.disabled = true);
    assert!(newest(&mut object).disabled);
}

#[test]
fn tokens_that_an_operator_ended_stay_ended() {
    let mut object = logged_out();
    edit(&mut object, |user| user.tokens_valid_from = Some(NOW + 10));
    assert_eq!(newest(&mut object).tokens_valid_from, Some(NOW + 10));
}

#[test]
fn a_password_that_an_operator_set_counts_once_the_object_has_seen_it_in_the_store() {
    let mut object = logged_out();
    edit(&mut object, |user| user.hash_password = "$reset".into());
    let checked = newest(&mut object).to_json().unwrap();
    assert_eq!(read(&checked).hash_password, "$reset");
    // Whoever asks may have read something old.
    let answer = object.admit_with(Some(1), &checked, None);
    assert!(matches!(answer, Answer::Changed));
    let stored = object.stored.clone();
    object.ledger.take_over(stored.as_deref());
    assert!(opened(object.admit_with(Some(1), &checked, None)).is_ok());
}

#[test]
fn what_an_operator_wrote_is_taken_over_before_the_object_writes() {
    let mut object = logged_out();
    let session = object.log_in();
    edit(&mut object, |user| {
        user.disabled = true;
        user.hash_password = "$reset".into();
        user.phone = "+1".into();
    });
    let fresh = object.stored.clone();
    // The log-out was asked where the store shows an older record.
    object.stored = Some(record(|_| ()));
    object.end(&session.claim.session);
    object.ledger.take_over(fresh.as_deref());
    let written = read(&object.write().value);
    assert!(written.disabled);
    assert_eq!((&*written.hash_password, &*written.phone), ("$reset", "+1"));
    assert!(
        written
            .sessions_ended
            .iter()
            .any(|ended| ended.id == session.claim.session)
    );
}

#[test]
fn a_password_that_was_replaced_is_never_taken_for_an_operators() {
    let mut object = logged_out();
    let before = object.stored.clone();
    for number in 0..20 {
        let stored = object.record();
        let hash = format!("${number}");
        assert!(matches!(
            object.change_password(&stored, &hash, None),
            Answer::Done
        ));
        object.ledger.take_over(before.as_deref());
        object.stored.clone_from(&before);
        assert_eq!(newest(&mut object).hash_password, hash);
    }
}
