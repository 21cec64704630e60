//! Refresh tokens: each is replaced by the next.

use super::*;

#[test]
fn each_token_is_replaced_by_the_next_until_the_session_expires() {
    let mut object = Object::imported();
    let mut session = object.log_in();
    assert_eq!(session.claim().number, 1);
    let ends = NOW + 30 * 24 * 3600;
    for number in 2..=30 {
        object.wait(24 * 3600);
        let next = object.refresh(&session).unwrap();
        assert_eq!(next.claim().number, number);
        assert_eq!(next.id(), session.id());
        assert_ne!(text(next.claim()), text(session.claim()));
        // A refresh does not extend the session.
        assert_eq!(next.open.expires_at, ends);
        session = next;
    }
    object.now = ends - 1;
    session = object.refresh(&session).unwrap();
    object.now = ends;
    assert_eq!(object.refusal(&session), Some(RefreshError::Expired));
}

#[test]
fn for_30_seconds_the_previous_token_gets_the_same_successor_again() {
    let mut object = Object::imported();
    let first = object.log_in();
    let second = object.refresh(&first).unwrap();
    for second_of_grace in [0, 1, 29] {
        object.now = NOW + second_of_grace;
        let again = object.refresh(&first).unwrap();
        assert_eq!(text(again.claim()), text(second.claim()));
    }
    object.now = NOW + 30;
    assert_eq!(object.refusal(&first), Some(RefreshError::Reused));
}

#[test]
fn a_repeated_request_does_not_extend_the_grace_period() {
    let mut object = Object::imported();
    let first = object.log_in();
    object.refresh(&first).unwrap();
    object.now = NOW + 29;
    object.refresh(&first).unwrap();
    object.now = NOW + 30;
    assert_eq!(object.refusal(&first), Some(RefreshError::Reused));
}

#[test]
fn a_reused_token_ends_its_session_and_its_access_tokens() {
    for (rotations, later) in [(2, 0), (2, 10), (1, 30), (1, 10_000), (1000, 0)] {
        let mut object = Object::imported();
        let (first, other) = (object.log_in(), object.log_in());
        let mut last = first.clone();
        for _ in 0..rotations {
            last = object.refresh(&last).unwrap();
        }
        object.wait(later);
        assert!(object.stands(&last.token));
        let refused = object.refusal(&first);
        assert_eq!(refused, Some(RefreshError::Reused), "{rotations}, {later}");
        assert!(!object.stands(&last.token));
        for session in [&first, &last] {
            let refused = object.refusal(session);
            assert_eq!(refused, Some(RefreshError::Unknown), "it is gone");
        }
        // No other session ends.
        assert!(object.stands(&other.token));
        object.refresh(&other).unwrap();
    }
}

#[test]
fn a_token_more_than_a_thousand_rotations_old_is_not_recognized() {
    let mut object = Object::imported();
    let first = object.log_in();
    let mut last = first.clone();
    for _ in 0..1001 {
        last = object.refresh(&last).unwrap();
    }
    assert_eq!(object.refusal(&first), Some(RefreshError::Unknown));
    object.refresh(&last).unwrap();
}

#[test]
fn a_forged_secret_ends_no_session() {
    let mut object = Object::imported();
    let mut last = object.log_in();
    for _ in 0..5 {
        last = object.refresh(&last).unwrap();
    }
    let before = object.stored.clone();
    let mut is_unknown = |claim: &RefreshClaim| {
        let refused = object.refresh_with(claim, POLICY).unwrap_err();
        assert_eq!(refused, RefreshError::Unknown);
    };
    // An access token contains the session's id.
    for number in [0, 1, 5, 6, 7, 1006, u32::MAX] {
        is_unknown(&forged(last.claim(), number));
        // A right secret with a wrong number is refused as well.
        if number != last.claim().number {
            is_unknown(&RefreshClaim {
                number,
                ..last.claim().clone()
            });
        }
    }
    is_unknown(&RefreshClaim {
        session: SessionId::new([9; 16]),
        ..last.claim().clone()
    });
    assert_eq!(object.stored, before);
    object.refresh(&last).unwrap();
}

#[test]
fn only_a_genuine_token_is_told_that_its_session_has_expired() {
    let mut object = Object::imported();
    let first = object.log_in();
    let second = object.refresh(&first).unwrap();
    object.wait(200);
    object.kv_log.clear();
    object.now = second.open.expires_at;
    for session in [&first, &second] {
        assert_eq!(object.refusal(session), Some(RefreshError::Expired));
        let claim = forged(session.claim(), session.claim().number);
        let refused = object.refresh_with(&claim, POLICY).unwrap_err();
        assert_eq!(refused, RefreshError::Unknown);
    }
    // No session was ended, so nothing is written to KV.
    assert_eq!(object.take_kv_log(), [""; 0]);
    // A day later the session is forgotten.
    object.now = second.open.expires_at + 24 * 3600 - 1;
    assert_eq!(object.refusal(&second), Some(RefreshError::Expired));
    object.now += 1;
    assert_eq!(object.refusal(&second), Some(RefreshError::Unknown));
}

#[test]
fn a_successful_refresh_never_writes_to_kv() {
    let mut object = Object::imported();
    let mut session = object.log_in();
    object.wait(200);
    object.kv_log.clear();
    for _ in 0..100 {
        object.wait(1000);
        session = object.refresh(&session).unwrap();
    }
    assert_eq!(object.take_kv_log(), [""; 0]);
}

#[test]
fn a_clock_that_was_ahead_extends_the_grace_period_only_from_now_on() {
    let mut object = Object::imported();
    let first = object.log_in();
    object.now = NOW + 100_000;
    let second = object.refresh(&first).unwrap();
    object.now = NOW;
    let again = object.refresh(&first).unwrap();
    assert_eq!(text(again.claim()), text(second.claim()));
    object.now = NOW + 30;
    assert_eq!(object.refusal(&first), Some(RefreshError::Reused));
}

#[test]
fn a_clock_that_jumps_back_and_forth_loses_no_session() {
    let mut object = Object::imported();
    let mut session = object.log_in();
    // The jump is at most the session's lifetime and a day.
    for now in [0, i64::MIN, NOW + 30 * 24 * 3600, -5, NOW + 1, NOW] {
        object.now = now;
        object.ring();
        if now < session.open.expires_at {
            session = object.refresh(&session).unwrap();
        }
    }
    object.refresh(&session).unwrap();
}

#[test]
fn a_session_expires_when_it_is_not_refreshed_for_longer_than_the_setting_allows() {
    let idle = |idle| SessionPolicy {
        idle: Some(idle),
        ..POLICY
    };
    let mut object = Object::imported();
    let session = object.log_in();
    object.now = NOW + 1000;
    let session = object.refresh_with(session.claim(), idle(1000)).unwrap();
    object.now = NOW + 2001;
    let refused = object.refresh_with(session.claim(), idle(1000));
    assert_eq!(refused.unwrap_err(), RefreshError::Idle);
    // The value of the setting at the time of the request applies.
    object.refresh_with(session.claim(), idle(1001)).unwrap();
}

#[test]
fn a_session_that_began_before_sessions_valid_from_has_ended() {
    let from = |from| SessionPolicy {
        valid_from: Some(from),
        ..POLICY
    };
    let mut object = Object::imported();
    let session = object.log_in();
    object.now += 100;
    let refused = object.refresh_with(session.claim(), from(NOW + 1));
    assert_eq!(refused.unwrap_err(), RefreshError::BeforeValidFrom);
    object.refresh_with(session.claim(), from(NOW)).unwrap();
}

#[test]
fn each_refusal_of_a_refresh_has_its_own_code() {
    let mut codes: Vec<_> = [
        RefreshError::Unknown,
        RefreshError::Reused,
        RefreshError::Expired,
        RefreshError::Idle,
        RefreshError::BeforeValidFrom,
    ]
    .map(RefreshError::code)
    .into();
    codes.sort_unstable();
    codes.dedup();
    assert_eq!(codes.len(), 5);
}
