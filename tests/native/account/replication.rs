//! When the object writes to KV, and how it handles wrong values in KV.

use portcullis::account::StoredUser;
use portcullis::account::object::FIRST_COUNTED_ID;
use portcullis::account::object::protocol::Create;

use super::create::{created, sign_up};
use super::operator::{remove, set_password, sign_out};
use super::*;

/// Waits for the next step, and returns the seconds until it. An alarm may fire
/// too early.
fn next_step(object: &mut Object) -> i64 {
    let before = object.now;
    object.kv_log.clear();
    while object.kv_log.is_empty() {
        object.now = object.alarm.unwrap();
        object.ring();
    }
    object.now - before
}

#[test]
fn a_change_is_written_at_once_and_checked_after_two_minutes() {
    let mut object = Object::imported();
    object.log_in();
    assert_eq!(object.take_kv_log(), ["write user:alice", "write id:7"]);
    object.wait(119);
    assert_eq!(object.take_kv_log(), [""; 0]);
    object.wait(1);
    assert_eq!(object.take_kv_log(), ["read user:alice", "read id:7"]);
    // KV is right, so the object has nothing to do.
    object.wait(100_000);
    assert_eq!(object.take_kv_log(), [""; 0]);
    sign_out(&mut object);
    assert_eq!(object.take_kv_log(), ["write user:alice"]);
}

#[test]
fn a_write_that_kv_rejects_is_retried_less_and_less_often() {
    let mut object = Object::imported();
    object.kv_is = Kv::Fails;
    object.log_in();
    let mut waits = Vec::new();
    for _ in 0..14 {
        waits.push(next_step(&mut object));
    }
    let doubled = [1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1024, 2048];
    assert_eq!(waits[..12], doubled);
    assert_eq!(waits[12..], [3600, 3600]);
    // A change is tried at once, and the delays start again from the shortest.
    object.kv_log.clear();
    sign_out(&mut object);
    assert_eq!(object.take_kv_log(), ["write user:alice"]);
    assert_eq!(next_step(&mut object), 1);
    object.kv_is = Kv::Works;
    next_step(&mut object);
    let StoredUser::Replica(replica) = object.in_kv() else {
        panic!("no replica");
    };
    assert_eq!(replica.version, 2);
    assert_eq!(object.name_of(7), Some("alice"));
}

#[test]
fn a_step_without_a_response_is_repeated_after_30_seconds() {
    let mut object = Object::imported();
    object.kv_is = Kv::Silent;
    object.log_in();
    assert_eq!(object.take_kv_log(), ["write user:alice"]);
    object.wait(29);
    assert_eq!(object.take_kv_log(), [""; 0]);
    object.wait(1);
    assert_eq!(object.take_kv_log(), ["write user:alice"]);
    // The object stopped after it had requested the step.
    object.restart();
    object.kv_is = Kv::Works;
    object.wait(30);
    assert_eq!(object.take_kv_log(), ["write user:alice", "write id:7"]);
}

#[test]
fn the_object_never_has_two_pending_writes() {
    let mut object = Object::imported();
    object.kv_is = Kv::Silent;
    object.log_in();
    object.wait(1);
    sign_out(&mut object);
    object.wait(20);
    // An alarm that fires for another reason changes nothing.
    object.ring();
    assert_eq!(object.take_kv_log(), ["write user:alice"]);
    // The second write follows the response to the first write.
    object.let_step_through();
    assert_eq!(object.take_kv_log(), ["write user:alice"]);
    object.let_step_through();
    let StoredUser::Replica(replica) = object.in_kv() else {
        panic!("no replica");
    };
    assert_eq!(replica.version, 2);
}

#[test]
fn a_change_during_any_step_is_written_soon() {
    // The steps after a login: two writes, and two reads.
    for step in 0..4 {
        let mut object = Object::imported();
        object.kv_is = Kv::Silent;
        object.log_in();
        for _ in 0..step {
            object.let_step_through();
            if object.steps.is_empty() {
                object.wait(120);
            }
        }
        assert_eq!(object.steps.len(), 1);
        set_password(&mut object, "reset");
        object.let_step_through();
        object.kv_is = Kv::Works;
        for _ in 0..object.steps.len() {
            object.let_step_through();
        }
        object.wait(5);
        let StoredUser::Replica(replica) = object.in_kv() else {
            panic!("no replica");
        };
        assert_eq!(replica.record.hash_password, "$reset", "{step}");
        object.wait(1000);
        assert_eq!(object.name_of(7), Some("alice"));
    }
}

#[test]
fn the_number_of_a_new_user_is_written_although_a_write_of_the_previous_one_was_pending() {
    let mut object = Object::imported();
    object.kv_is = Kv::Silent;
    object.log_in();
    object.let_step_through();
    assert_eq!(object.take_kv_log().last().unwrap(), "write id:7");
    remove(&mut object).unwrap();
    let shown = object.shown();
    created(object.ask(Create {
        by_operator: true,
        ..sign_up(shown)
    }));
    object.kv_is = Kv::Works;
    object.let_step_through();
    object.wait(5);
    assert_eq!(object.name_of(FIRST_COUNTED_ID), Some("alice"));
}

#[test]
fn a_late_response_to_an_older_step_is_ignored() {
    let mut object = Object::imported();
    object.kv_is = Kv::Silent;
    object.log_in();
    object.wait(30);
    assert_eq!(object.steps.len(), 2);
    // The first write arrives after it was abandoned, and counts as lost.
    object.let_step_through();
    assert_eq!(object.steps.len(), 1);
    object.let_step_through();
    assert_eq!(object.take_kv_log().last().unwrap(), "write id:7");
}

#[test]
fn a_replica_that_was_lost_or_overwritten_is_repaired() {
    for wrong in [
        None,
        Some(seed(|_| ())),
        Some(seed(|user| user.hash_password = "$mine".into())),
        Some("{".into()),
    ] {
        let mut object = Object::imported();
        object.log_in();
        let right = object.shown();
        match wrong {
            None => object.kv.clear(),
            Some(value) => object.put(value),
        }
        object.wait(120);
        assert_eq!(object.shown(), right);
        // The next check comes later, because the value was wrong.
        object.kv_log.clear();
        object.wait(239);
        assert_eq!(object.take_kv_log(), [""; 0]);
        object.wait(1);
        assert_eq!(object.take_kv_log()[0], "read user:alice");
    }
}

#[test]
fn a_tombstone_is_repaired_like_a_replica() {
    let mut object = Object::imported();
    object.log_in();
    remove(&mut object).unwrap();
    object.put(seed(|_| ()));
    object.wait(120);
    assert!(matches!(object.in_kv(), StoredUser::Removed(_)));
    object.wait(1000);
    object.kv_log.clear();
    object.wait(100_000);
    assert_eq!(object.take_kv_log(), [""; 0]);
}

#[test]
fn the_key_of_the_number_is_repaired() {
    for wrong in [None, Some("bob")] {
        let mut object = Object::imported();
        object.log_in();
        match wrong {
            None => drop(object.kv.remove("id:7")),
            Some(name) => drop(object.kv.insert("id:7".into(), name.into())),
        }
        object.wait(200);
        assert_eq!(object.name_of(7), Some("alice"));
    }
}

#[test]
fn the_object_writes_at_most_once_an_hour_to_a_kv_that_is_always_wrong() {
    let mut object = Object::imported();
    object.log_in();
    object.wait(1000);
    object.kv_log.clear();
    sign_out(&mut object);
    for _ in 0..(7 * 24 * 60) {
        object.put(seed(|_| ()));
        object.wait(60);
    }
    let writes = object.take_kv_log();
    let writes = writes.iter().filter(|step| step.starts_with("write"));
    let count = writes.count();
    assert!(count < 7 * 24 + 10, "{count}");
}

#[test]
fn a_login_that_saw_an_older_value_triggers_nothing() {
    let mut object = Object::imported();
    let older_seed = object.shown();
    object.log_in();
    let older_revision = object.shown();
    sign_out(&mut object);
    object.wait(1000);
    object.kv_log.clear();
    for shown in [older_seed, older_revision, None] {
        object.try_log_in_where(1, "old", shown).unwrap();
    }
    object.wait(1000);
    assert_eq!(object.take_kv_log(), [""; 0]);
}

#[test]
fn a_login_that_saw_a_value_the_object_never_wrote_triggers_a_check() {
    for strange in [seed(|user| user.hash_password = "$mine".into()), "{".into()] {
        let mut object = Object::imported();
        object.log_in();
        object.wait(1000);
        object.kv_log.clear();
        let right = object.shown();
        object.put(strange);
        object.log_in();
        object.log_in();
        assert_eq!(object.take_kv_log(), [""; 0]);
        object.wait(120);
        assert_eq!(
            object.take_kv_log(),
            ["read user:alice", "write user:alice"]
        );
        assert_eq!(object.shown(), right);
    }
}

#[test]
fn a_clock_that_was_ahead_does_not_delay_a_write() {
    let mut object = Object::imported();
    object.kv_is = Kv::Fails;
    object.now = NOW + 100_000_000;
    object.log_in();
    object.now = NOW;
    object.kv_is = Kv::Works;
    object.seconds_to_wait(2);
    object.wait(3600);
    assert!(matches!(object.in_kv(), StoredUser::Replica(_)));
}

#[test]
fn a_clock_that_jumps_loses_no_change() {
    let mut object = Object::imported();
    object.kv_is = Kv::Fails;
    object.log_in();
    sign_out(&mut object);
    for now in [NOW + 1_000_000_000_000, i64::MIN, NOW] {
        object.now = now;
        object.ring();
    }
    object.kv_is = Kv::Works;
    object.wait(3600);
    let StoredUser::Replica(replica) = object.in_kv() else {
        panic!("no replica");
    };
    assert_eq!(replica.version, 2);
}
