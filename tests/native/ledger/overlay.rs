//! The record of the object's own, and when the store's counts again.

use super::*;

/// With a record that is yet to be written.
fn ended() -> (Object, OpenSession) {
    let mut object = Object::new();
    let session = object.log_in();
    object.end(&session.claim.session);
    (object, session)
}

#[test]
fn the_newer_record_counts_until_300_seconds_after_the_store_took_it() {
    let (mut object, session) = ended();
    let newer = object.newer().unwrap();
    object.now += 1_000_000;
    assert_eq!(object.newer().as_deref(), Some(&*newer));
    let write = object.ledger.to_write().unwrap();
    assert_eq!((&*write.key, &*write.value), ("user:alice", &*newer));
    object.ledger.wrote(write.version, true, object.now);
    assert_eq!(object.ledger.to_write(), None);
    // The store goes on showing the older one elsewhere.
    object.now += 299;
    let Answer::Begun { newer: found } = object.begin(9) else {
        panic!("too many");
    };
    let record = NewerRecord::newest(found.as_ref(), &alice(), None).unwrap();
    assert_eq!(record.as_deref(), Some(&*newer));
    assert!(!object.stands(&session, NOW));
    object.now += 1;
    assert_eq!(object.newer(), None);
}

#[test]
fn what_was_written_is_taken_for_the_newest_only_if_it_is() {
    let (mut object, _) = ended();
    let older = object.ledger.to_write().unwrap();
    let stored = object.record();
    object.change_password(&stored, "$new", None);
    object.ledger.wrote(older.version, true, NOW);
    let newer = object.ledger.to_write().unwrap();
    assert!(newer.version > older.version);
    assert_eq!(read(&newer.value).hash_password, "$new");
    // Nor does it count as a try of the newer one.
    let look = object.ledger.next_look();
    object.ledger.wrote(older.version, false, NOW + 1);
    assert_eq!(object.ledger.next_look(), look);
    object.ledger.wrote(newer.version, true, NOW);
    assert_eq!(object.ledger.to_write(), None);
}

#[test]
fn a_write_that_the_store_does_not_take_is_tried_again_ever_more_seldom() {
    let (mut object, _) = ended();
    let version = object.ledger.to_write().unwrap().version;
    let mut waits = Vec::new();
    for _ in 0..10 {
        let look = object.ledger.next_look().unwrap();
        waits.push(look - object.now);
        object.now = look;
        object.ledger.tidy(look);
        assert!(object.ledger.to_write().is_some());
        object.ledger.wrote(version, false, object.now);
    }
    assert_eq!(waits, [2, 4, 8, 16, 32, 64, 128, 256, 300, 300]);
    for _ in 0..100 {
        object.ledger.wrote(version, false, object.now);
    }
    assert_eq!(object.ledger.next_look(), Some(object.now + 300));
    object.ledger.wrote(version, true, object.now);
    assert_eq!(object.ledger.next_look(), Some(object.now + 300));
    object.now += 300;
    object.ledger.tidy(object.now);
    assert_eq!(object.newer(), None);
}

#[test]
fn a_clock_that_was_ahead_neither_holds_up_a_write_nor_keeps_the_record_longer() {
    let (mut object, _) = ended();
    object.now = NOW + 1_000_000;
    let stored = object.record();
    object.change_password(&stored, "$new", None);
    object.now = NOW;
    object.ledger.tidy(NOW);
    assert_eq!(object.ledger.next_look(), Some(NOW + 2));
    object.now = NOW + 1_000_000;
    object.write();
    object.now = NOW;
    assert!(object.newer().is_some());
    object.now = NOW + 300;
    assert_eq!(object.newer(), None);
}

#[test]
fn a_clock_that_jumps_ahead_loses_no_record_that_the_store_has_not() {
    let (mut object, session) = ended();
    for now in [i64::MAX, i64::MIN, NOW] {
        object.now = now;
        object.ledger.tidy(now);
        assert!(object.ledger.to_write().is_some());
    }
    assert!(!object.stands(&session, NOW));
}

#[test]
fn the_newer_record_counts_where_the_store_has_none_or_a_corrupt_one() {
    for stored in [None, Some("{")] {
        let (mut object, _) = ended();
        let session = object.log_in();
        object.stored = stored.map(Into::into);
        object.refresh(&session.claim).unwrap();
        assert!(matches!(object.end(&session.claim.session), Answer::Done));
    }
}

#[test]
fn a_user_disabled_in_the_store_renews_nothing_though_there_is_a_newer_record() {
    let (mut object, _) = ended();
    let session = object.log_in();
    object.write();
    object.stored = Some(record(|user| user.disabled = true));
    assert_eq!(
        object.refresh(&session.claim).unwrap_err(),
        RefreshRefusal::UserDisabled
    );
}

#[test]
fn nobody_can_undo_that_they_were_disabled() {
    let (mut object, _) = ended();
    let first = object.log_in();
    let mut last = first.clone();
    for _ in 0..2 {
        last = object.refresh(&last.claim).unwrap();
    }
    object.write();
    object.stored = Some(record(|user| user.disabled = true));
    // Which writes the record anew.
    assert_eq!(
        object.refresh(&first.claim).unwrap_err(),
        RefreshRefusal::Reused
    );
    assert!(read(&object.write().value).disabled);
}

#[test]
fn an_operators_record_with_a_later_tokens_valid_from_counts_at_once() {
    let (mut object, _) = ended();
    let session = object.log_in();
    object.now += 10;
    let operators = record(|user| {
        user.hash_password = "$reset".into();
        user.tokens_valid_from = Some(NOW + 10);
    });
    object.stored = Some(operators);
    assert_eq!(
        object.refresh(&session.claim).unwrap_err(),
        RefreshRefusal::Ended
    );
    // Also where the store shows an older one.
    let newer = read(&object.newer().unwrap());
    assert_eq!(newer.hash_password, "$reset");
    assert_eq!(newer.tokens_valid_from, Some(NOW + 10));
    let before = record(|_| ());
    assert!(matches!(
        object.admit_with(Some(1), &before, None),
        Answer::Changed
    ));
    let session = object.log_in();
    object.end(&session.claim.session);
    assert_eq!(read(&object.write().value).hash_password, "$reset");
}
