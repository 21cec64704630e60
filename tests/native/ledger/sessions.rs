//! Sessions: how many there are, and whom they open for.

use super::*;

fn refused(object: &mut Object, session: &OpenSession) -> Option<RefreshRefusal> {
    object.refresh(&session.claim).err()
}

#[test]
fn of_more_than_32_sessions_the_one_that_was_not_used_for_the_longest_ends() {
    let mut object = Object::new();
    let mut sessions = Vec::new();
    for _ in 0..32 {
        object.now += 1;
        sessions.push(object.log_in());
    }
    object.now += 1;
    sessions[0] = object.refresh(&sessions[0].claim).unwrap();
    object.log_in();
    for (number, session) in sessions.iter().enumerate() {
        let gone = (number == 1).then_some(RefreshRefusal::Unknown);
        assert_eq!(refused(&mut object, session), gone, "{number}");
    }
}

#[test]
fn a_session_that_is_over_makes_room_before_one_that_is_not() {
    let mut object = Object::new();
    // Not used for the longest time, and for long.
    let long = object.log_in();
    let admit = Command::Admit {
        username: alice(),
        from: None,
        stored: record(|_| ()),
        rehash: None,
        lifetime: 60,
    };
    object.now += 1;
    opened(object.apply(admit)).unwrap();
    object.now += 60;
    for _ in 0..31 {
        object.log_in();
    }
    object.refresh(&long.claim).unwrap();
}

#[test]
fn a_disabled_user_renews_nothing_and_may_be_enabled_again() {
    let mut object = Object::new();
    let session = object.log_in();
    object.stored = Some(record(|user| user.disabled = true));
    let disabled = Some(RefreshRefusal::UserDisabled);
    assert_eq!(refused(&mut object, &session), disabled);
    object.stored = Some(record(|_| ()));
    assert_eq!(refused(&mut object, &session), None);
}

#[test]
fn sessions_from_before_tokens_valid_from_are_ended_and_later_ones_are_not() {
    let mut object = Object::new();
    let session = object.log_in();
    object.stored = Some(record(|user| user.tokens_valid_from = Some(NOW + 1)));
    let ended = Some(RefreshRefusal::Ended);
    assert_eq!(refused(&mut object, &session), ended);
    object.now = NOW + 1;
    let later = object.log_in();
    assert_eq!(refused(&mut object, &session), ended);
    assert_eq!(refused(&mut object, &later), None);
}

#[test]
fn a_user_who_is_gone_or_whose_record_is_corrupt_renews_nothing() {
    let mut object = Object::new();
    let session = object.log_in();
    for (stored, why) in [
        (None, RefreshRefusal::UserUnknown),
        (Some("{"), RefreshRefusal::RecordCorrupt),
        (Some("{}"), RefreshRefusal::RecordCorrupt),
    ] {
        object.stored = stored.map(Into::into);
        assert_eq!(refused(&mut object, &session), Some(why));
    }
    object.stored = Some(record(|_| ()));
    assert_eq!(refused(&mut object, &session), None);
}

#[test]
fn a_session_does_not_open_for_whoever_has_the_name_next() {
    let mut object = Object::new();
    let first = object.log_in();
    let second = object.refresh(&first.claim).unwrap();
    let third = object.refresh(&second.claim).unwrap();
    // Its user was deleted, and another one put in their place.
    object.stored = Some(record(|user| user.id = UserId::new(8).unwrap()));
    for session in [&first, &second, &third] {
        let replaced = Some(RefreshRefusal::UserReplaced);
        assert_eq!(refused(&mut object, session), replaced);
    }
    // Nor is anything noted in the record of the other.
    assert_eq!(object.newer(), None);
}

#[test]
fn a_session_without_an_end_has_none_beyond_all_dates() {
    let mut object = Object::new();
    object.now = i64::MAX - 1;
    let admit = Command::Admit {
        username: alice(),
        from: None,
        stored: record(|_| ()),
        rehash: None,
        lifetime: u64::MAX,
    };
    let session = opened(object.apply(admit)).unwrap();
    assert_eq!(session.expires_at, i64::MAX);
    assert_eq!(object.ledger.next_look(), Some(i64::MAX));
}

#[test]
fn each_refusal_of_a_refresh_has_a_code_of_its_own() {
    let mut codes: Vec<_> = [
        RefreshRefusal::Unknown,
        RefreshRefusal::Reused,
        RefreshRefusal::Expired,
        RefreshRefusal::Ended,
        RefreshRefusal::UserUnknown,
        RefreshRefusal::UserReplaced,
        RefreshRefusal::UserDisabled,
        RefreshRefusal::RecordCorrupt,
    ]
    .map(RefreshRefusal::code)
    .into();
    codes.sort_unstable();
    codes.dedup();
    assert_eq!(codes.len(), 8);
}
