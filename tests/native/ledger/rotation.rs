//! Refresh tokens: each is replaced by the next.

use super::*;

#[test]
fn each_token_is_replaced_by_the_next_until_the_session_is_over() {
    let mut object = Object::new();
    let mut session = object.log_in();
    assert_eq!(session.claim.number, 1);
    let ends = NOW + 30 * 24 * 3600;
    for number in 2..=30 {
        object.now += 24 * 3600;
        let next = object.refresh(&session.claim).unwrap();
        assert_eq!(next.claim.number, number);
        assert_eq!(next.claim.session, session.claim.session);
        assert_ne!(text(&next.claim), text(&session.claim));
        // Its use does not make it longer.
        assert_eq!(next.expires_at, ends);
        session = next;
    }
    object.now = ends - 1;
    session = object.refresh(&session.claim).unwrap();
    object.now = ends;
    assert_eq!(
        object.refresh(&session.claim).unwrap_err(),
        RefreshRefusal::Expired
    );
}

#[test]
fn for_30_seconds_the_token_before_is_answered_with_the_same_successor() {
    let mut object = Object::new();
    let first = object.log_in();
    let second = object.refresh(&first.claim).unwrap();
    for second_of_grace in [0, 1, 29] {
        object.now = NOW + second_of_grace;
        let again = object.refresh(&first.claim).unwrap();
        assert_eq!(text(&again.claim), text(&second.claim));
    }
    object.now = NOW + 30;
    assert_eq!(
        object.refresh(&first.claim).unwrap_err(),
        RefreshRefusal::Reused
    );
}

#[test]
fn a_repeated_request_does_not_make_the_grace_longer() {
    let mut object = Object::new();
    let first = object.log_in();
    object.refresh(&first.claim).unwrap();
    object.now = NOW + 29;
    object.refresh(&first.claim).unwrap();
    object.now = NOW + 30;
    assert_eq!(
        object.refresh(&first.claim).unwrap_err(),
        RefreshRefusal::Reused
    );
}

#[test]
fn a_token_that_was_replaced_ends_the_session_and_its_access_tokens() {
    for (rotations, later) in [(2, 0), (2, 10), (1, 30), (1, 10_000), (1000, 0)] {
        let mut object = Object::new();
        let (first, other) = (object.log_in(), object.log_in());
        let mut last = first.clone();
        for _ in 0..rotations {
            last = object.refresh(&last.claim).unwrap();
        }
        object.now += later;
        assert!(object.stands(&last, object.now));
        let refused = object.refresh(&first.claim).unwrap_err();
        assert_eq!(refused, RefreshRefusal::Reused, "{rotations}, {later}");
        assert!(!object.stands(&last, object.now));
        for claim in [&first.claim, &last.claim] {
            assert_eq!(
                object.refresh(claim).unwrap_err(),
                RefreshRefusal::Unknown,
                "the session is gone"
            );
        }
        // And no other session.
        assert!(object.stands(&other, object.now));
        object.refresh(&other.claim).unwrap();
    }
}

#[test]
fn a_token_of_more_than_a_thousand_rotations_ago_is_not_looked_for() {
    let mut object = Object::new();
    let first = object.log_in();
    let mut last = first.clone();
    for _ in 0..1001 {
        last = object.refresh(&last.claim).unwrap();
    }
    assert_eq!(
        object.refresh(&first.claim).unwrap_err(),
        RefreshRefusal::Unknown
    );
    object.refresh(&last.claim).unwrap();
}

#[test]
fn made_up_secrets_end_nobodys_session() {
    let mut object = Object::new();
    let first = object.log_in();
    let mut last = first.clone();
    for _ in 0..5 {
        last = object.refresh(&last.claim).unwrap();
    }
    let before = object.ledger.to_json().unwrap();
    // Whoever has seen an access token knows the session's name.
    for number in [0, 1, 5, 6, 7, 1006, u32::MAX] {
        let claim = forged(&last.claim, number);
        assert_eq!(object.refresh(&claim).unwrap_err(), RefreshRefusal::Unknown);
        // A right secret under another number is no better.
        if number != last.claim.number {
            let claim = RefreshClaim {
                number,
                ..last.claim.clone()
            };
            assert_eq!(object.refresh(&claim).unwrap_err(), RefreshRefusal::Unknown);
        }
    }
    let elsewhere = RefreshClaim {
        session: SessionId::new([9; 16]),
        ..last.claim.clone()
    };
    assert_eq!(
        object.refresh(&elsewhere).unwrap_err(),
        RefreshRefusal::Unknown
    );
    assert_eq!(object.ledger.to_json().unwrap(), before);
    object.refresh(&last.claim).unwrap();
}

#[test]
fn only_a_genuine_token_is_told_that_its_session_is_over() {
    let mut object = Object::new();
    let first = object.log_in();
    let second = object.refresh(&first.claim).unwrap();
    object.now = second.expires_at;
    for claim in [&first.claim, &second.claim] {
        assert_eq!(object.refresh(claim).unwrap_err(), RefreshRefusal::Expired);
        let claim = forged(claim, claim.number);
        assert_eq!(object.refresh(&claim).unwrap_err(), RefreshRefusal::Unknown);
    }
    // Nothing was ended, so nothing is noted.
    assert_eq!(object.newer(), None);
    // A day later it is forgotten.
    object.now = second.expires_at + 24 * 3600 - 1;
    assert_eq!(
        object.refresh(&second.claim).unwrap_err(),
        RefreshRefusal::Expired
    );
    object.now += 1;
    assert_eq!(
        object.refresh(&second.claim).unwrap_err(),
        RefreshRefusal::Unknown
    );
}

#[test]
fn a_clock_that_was_ahead_makes_the_grace_no_longer_than_from_now_on() {
    let mut object = Object::new();
    let first = object.log_in();
    object.now = NOW + 100_000;
    let second = object.refresh(&first.claim).unwrap();
    object.now = NOW;
    let again = object.refresh(&first.claim).unwrap();
    assert_eq!(text(&again.claim), text(&second.claim));
    object.now = NOW + 30;
    assert_eq!(
        object.refresh(&first.claim).unwrap_err(),
        RefreshRefusal::Reused
    );
}

#[test]
fn a_clock_that_goes_back_and_forth_loses_no_session() {
    let mut object = Object::new();
    let mut session = object.log_in();
    // No further ahead than the session lasts and a day.
    for now in [0, i64::MIN, NOW + 30 * 24 * 3600, -5, NOW + 1, NOW] {
        object.now = now;
        object.ledger.tidy(now);
        if now < session.expires_at {
            session = object.refresh(&session.claim).unwrap();
        }
    }
    object.refresh(&session.claim).unwrap();
}
