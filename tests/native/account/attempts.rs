//! The limits for password guesses.

use portcullis::account::object::protocol::Withdraw;

use super::*;

#[test]
fn after_the_last_allowed_failure_of_an_address_the_next_attempt_waits_for_the_oldest_to_expire() {
    let mut object = Object::imported();
    for second in 0..3 {
        object.now = NOW + second;
        assert_eq!(object.seconds_to_wait(1), 0);
    }
    assert_eq!(object.seconds_to_wait(1), 898);
    object.now = NOW + 899;
    assert_eq!(object.seconds_to_wait(1), 1);
    object.now = NOW + 900;
    assert_eq!(object.seconds_to_wait(1), 0);
    // The next attempt waits for the second failure.
    assert_eq!(object.seconds_to_wait(1), 1);
}

#[test]
fn a_refused_attempt_is_not_counted() {
    let mut object = Object::imported();
    for _ in 0..3 {
        assert_eq!(object.seconds_to_wait(1), 0);
    }
    for second in 0..900 {
        object.now = NOW + second;
        assert_ne!(object.seconds_to_wait(1), 0);
    }
    object.now = NOW + 900;
    assert_eq!(object.seconds_to_wait(1), 0);
}

#[test]
fn a_hundred_concurrent_attempts_count_one_by_one() {
    let mut object = Object::imported();
    let waits: Vec<_> = (0..100).map(|_| object.seconds_to_wait(1)).collect();
    assert_eq!(waits.iter().filter(|wait| **wait == 0).count(), 3);
}

#[test]
fn an_attempt_that_is_withdrawn_is_not_counted() {
    let mut object = Object::imported();
    for _ in 0..10 {
        assert_eq!(object.seconds_to_wait(1), 0);
        object.ask(Withdraw { from: client(1) });
    }
    for _ in 0..3 {
        assert_eq!(object.seconds_to_wait(1), 0);
    }
    assert_eq!(object.seconds_to_wait(1), 900);
    // Another address cannot withdraw an attempt of this address.
    object.ask(Withdraw { from: client(2) });
    assert_eq!(object.seconds_to_wait(1), 900);
}

#[test]
fn the_limit_of_the_account_applies_to_many_addresses_together() {
    let mut object = Object::imported();
    for address in 1..=5 {
        object.now = NOW + i64::from(address);
        assert_eq!(object.seconds_to_wait(address), 0);
    }
    assert_eq!(object.seconds_to_wait(6), 896);
}

#[test]
fn an_attack_from_other_addresses_does_not_lock_out_an_address_of_the_owner() {
    let mut object = Object::imported();
    object.log_in();
    for address in 2..=6 {
        assert_eq!(object.seconds_to_wait(address), 0);
    }
    assert_ne!(object.seconds_to_wait(7), 0);
    for _ in 0..3 {
        assert_eq!(object.seconds_to_wait(1), 0);
    }
    // The address keeps its own limit.
    assert_eq!(object.seconds_to_wait(1), 900);
}

#[test]
fn an_address_is_known_for_30_days_and_an_account_knows_at_most_twenty() {
    let days = |days: i64| days * 24 * 3600;
    let attacked = |object: &mut Object| {
        for address in 101..=105 {
            assert_eq!(object.seconds_to_wait(address), 0);
        }
    };
    for (later, waits) in [(days(30) - 1, 0), (days(30), 900)] {
        let mut object = Object::imported();
        object.log_in();
        object.wait(later);
        attacked(&mut object);
        assert_eq!(object.seconds_to_wait(1), waits);
    }
    let mut object = Object::imported();
    for address in 1..=21 {
        object.try_log_in(address, "old").unwrap();
    }
    attacked(&mut object);
    assert_eq!(object.seconds_to_wait(1), 900);
    assert_eq!(object.seconds_to_wait(2), 0);
    assert_eq!(object.seconds_to_wait(21), 0);
}

#[test]
fn a_right_password_clears_the_failures_of_its_own_address_only() {
    let mut object = Object::imported();
    for address in [1, 1, 2, 2] {
        assert_eq!(object.seconds_to_wait(address), 0);
    }
    object.log_in();
    for _ in 0..3 {
        assert_eq!(object.seconds_to_wait(1), 0);
    }
    // Two failures count for address 2, and four for all addresses together.
    let limits = AttemptLimits {
        per_address: 2,
        ..LIMITS
    };
    let from = client(2);
    let answer = object.ask(Begin {
        from,
        limits,
        token: None,
    });
    assert!(matches!(answer, BeginAnswer::TooMany(_)));
}

#[test]
fn a_change_of_password_clears_the_failures_of_its_address() {
    let mut object = Object::imported();
    let session = object.log_in();
    for _ in 0..2 {
        assert_eq!(object.seconds_to_wait(1), 0);
    }
    object.replace_password(&session, "old", "new");
    for _ in 0..3 {
        assert_eq!(object.seconds_to_wait(1), 0);
    }
}

#[test]
fn a_change_of_password_with_an_ended_token_is_refused_and_does_not_count() {
    let mut object = Object::imported();
    let session = object.log_in();
    let begin = |token: &TokenFacts| Begin {
        from: client(1),
        limits: LIMITS,
        token: Some(token.clone()),
    };
    let answer = object.ask(begin(&session.token));
    assert!(matches!(answer, BeginAnswer::Check { .. }));
    object.log_out(&session);
    for _ in 0..10 {
        let BeginAnswer::Refused(why) = object.ask(begin(&session.token)) else {
            panic!("not refused");
        };
        assert_eq!(why, AccessError::SessionEnded);
    }
    // Only the first attempt counts.
    assert_eq!(object.seconds_to_wait(1), 0);
    assert_eq!(object.seconds_to_wait(1), 0);
    assert_eq!(object.seconds_to_wait(1), 900);
}

#[test]
fn an_object_without_a_record_knows_no_session_and_leaves_other_tokens_to_kv() {
    let mut other = Object::imported();
    let token = other.log_in().token;
    let mut object = Object::imported();
    for (token, refused) in [(token, true), (sessionless(NOW), false)] {
        let answer = object.ask(Begin {
            from: client(1),
            limits: LIMITS,
            token: Some(token),
        });
        assert_eq!(matches!(answer, BeginAnswer::Refused(_)), refused);
    }
}

#[test]
fn with_a_lowered_limit_an_attempt_waits_until_enough_failures_have_expired() {
    let mut object = Object::imported();
    for second in 0..3 {
        object.now = NOW + second;
        assert_eq!(object.seconds_to_wait(1), 0);
    }
    for (per_address, waits) in [(2, 899), (1, 900), (0, 900)] {
        let limits = AttemptLimits {
            per_address,
            ..LIMITS
        };
        let answer = object.ask(Begin {
            from: client(1),
            limits,
            token: None,
        });
        match answer {
            BeginAnswer::TooMany(too_many) => assert_eq!(too_many.retry_after, waits),
            _ => panic!("let through"),
        }
    }
}

#[test]
fn a_clock_that_was_ahead_locks_nobody_out_for_longer_than_a_window() {
    let mut object = Object::imported();
    object.now = NOW + 100_000_000;
    for _ in 0..3 {
        assert_eq!(object.seconds_to_wait(1), 0);
    }
    object.now = NOW;
    assert_eq!(object.seconds_to_wait(1), 900);
    object.now = NOW + 900;
    assert_eq!(object.seconds_to_wait(1), 0);
}

#[test]
fn a_clock_that_is_set_back_allows_no_more_guesses() {
    let mut object = Object::imported();
    for step in 0..50 {
        object.now = NOW - 1000 * step;
        let waits = object.seconds_to_wait(1);
        assert_eq!(waits == 0, step < 3, "{step}");
        assert!(waits <= 900);
    }
}

#[test]
fn for_a_name_without_a_user_the_object_stores_only_failures_and_only_for_a_window() {
    let mut object = Object::empty("alice");
    assert_eq!(object.seconds_to_wait(1), 0);
    assert_eq!(object.alarm, Some(NOW + 900));
    object.wait(899);
    assert!(object.stored.is_some());
    object.wait(1);
    assert_eq!((object.stored, object.alarm), (None, None));
    assert!(object.kv.is_empty());
}

#[test]
fn the_56_and_the_48_of_an_ipv6_address_have_their_own_limits() {
    let limits = AttemptLimits {
        per_address: 3,
        per_account: 100,
        window: 900,
    };
    let let_through = |addresses: &mut dyn Iterator<Item = String>| {
        let mut object = Object::imported();
        let from = |address: &String| ClientAddress::parse(address).id_for(&alice(), b"secret");
        let tried = addresses.map(|address| {
            object.ask(Begin {
                from: from(&address),
                limits,
                token: None,
            })
        });
        let through = tried.filter(|answer| matches!(answer, BeginAnswer::Check { .. }));
        through.count()
    };
    let in_56 = |last: u32| format!("2001:db8:1:2{:02x}::1", last % 256);
    assert_eq!(let_through(&mut (0..50).map(in_56)), 6);
    let in_48 = |number: u32| format!("2001:db8:1:{:x}::1", number * 256);
    assert_eq!(let_through(&mut (0..50).map(in_48)), 12);
    let in_no_network = |number: u32| format!("192.0.2.{number}");
    assert_eq!(let_through(&mut (0..50).map(in_no_network)), 50);
}

#[test]
fn an_address_of_the_owner_stays_known_whatever_other_addresses_of_its_network_do() {
    let home = ClientAddress::parse("2001:db8:1:200::1").id_for(&alice(), b"secret");
    let mut object = Object::imported();
    let begin = |object: &mut Object, from: &ClientId| {
        let from = from.clone();
        object.ask(Begin {
            from,
            limits: LIMITS,
            token: None,
        })
    };
    let is_known = |answer: BeginAnswer| match answer {
        BeginAnswer::Check { known_address, .. } => known_address,
        _ => panic!("refused"),
    };
    assert!(!is_known(begin(&mut object, &home)));
    let shown = object.shown();
    let answer = object.ask(Admit {
        from: home.clone(),
        checked: Checked::Shown,
        shown,
        rehash: None,
        policy: POLICY,
        client: ClientDescription::default(),
    });
    assert!(matches!(answer, AdmitAnswer::Opened(_)));
    for number in 0x201..0x2ff {
        let neighbour = format!("2001:db8:1:{number:x}::1");
        let from = ClientAddress::parse(&neighbour).id_for(&alice(), b"secret");
        begin(&mut object, &from);
    }
    assert!(is_known(begin(&mut object, &home)));
}
