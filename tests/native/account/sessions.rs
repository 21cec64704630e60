//! The number of sessions, and how a user lists and ends them.

use super::*;

#[test]
fn the_33rd_session_ends_the_least_recently_used_session() {
    let mut object = Object::imported();
    let mut sessions = Vec::new();
    for _ in 0..32 {
        object.now += 1;
        sessions.push(object.log_in());
    }
    object.now += 1;
    sessions[0] = object.refresh(&sessions[0]).unwrap();
    let last = object.log_in();
    assert_eq!(object.list(&last).unwrap().len(), 32);
    for (number, session) in sessions.iter().enumerate() {
        let gone = (number == 1).then_some(RefreshError::Unknown);
        assert_eq!(object.refusal(session), gone, "{number}");
    }
}

#[test]
fn an_expired_session_is_replaced_before_an_active_one() {
    let mut object = Object::imported();
    // This session is the least recently used.
    let long = object.log_in();
    let shown = object.shown();
    let attempt = object.check_password(1, "old", shown).ok().unwrap();
    object.now += 1;
    let short = SessionPolicy {
        lifetime: 60,
        ..POLICY
    };
    object.admit_with(&attempt, None, short).unwrap();
    object.now += 60;
    for _ in 0..31 {
        object.log_in();
    }
    object.refresh(&long).unwrap();
}

#[test]
fn a_session_that_would_have_expired_is_not_started() {
    let mut object = Object::adopted();
    let shown = object.shown();
    let attempt = object.check_password(1, "old", shown).ok().unwrap();
    for policy in [
        SessionPolicy {
            lifetime: 0,
            ..POLICY
        },
        SessionPolicy {
            valid_from: Some(object.now + 1),
            ..POLICY
        },
    ] {
        let login = object.admit_with(&attempt, None, policy);
        assert!(matches!(login, Login::Changed), "{login:?}");
    }
}

#[test]
fn a_session_without_an_end_ends_with_the_range_of_dates() {
    let mut object = Object::imported();
    object.now = i64::MAX - 1;
    let shown = object.shown();
    let attempt = object.check_password(1, "old", shown).ok().unwrap();
    let endless = SessionPolicy {
        lifetime: u64::MAX,
        access_lifetime: u64::MAX,
        ..POLICY
    };
    let session = object.admit_with(&attempt, None, endless).unwrap();
    assert_eq!(session.open.expires_at, i64::MAX);
    assert_eq!(session.open.tokens_until, i64::MAX);
}

#[test]
fn a_user_sees_the_active_sessions_and_where_they_began() {
    let mut object = Object::imported();
    let first = object.log_in();
    object.now += 10;
    let shown = object.shown();
    let attempt = object.check_password(1, "old", shown.clone()).ok().unwrap();
    let place = ClientDescription {
        agent: "Firefox on Linux".into(),
        network: "192.0.2.0/24".into(),
    };
    let answer = object.ask(Admit {
        from: client(1),
        checked: attempt.checked,
        shown,
        rehash: None,
        policy: SessionPolicy {
            lifetime: 1000,
            ..POLICY
        },
        client: place.clone(),
    });
    assert!(matches!(answer, AdmitAnswer::Opened(_)));
    object.now += 10;
    let first = object.refresh(&first).unwrap();
    let sessions = object.list(&first).unwrap();
    let seen: Vec<_> = sessions
        .iter()
        .map(|session| (session.began_at - NOW, session.renewed_at - NOW))
        .collect();
    assert_eq!(seen, [(0, 20), (10, 10)]);
    assert_eq!(sessions[0].id, *first.id());
    assert_eq!(sessions[1].client, place);
    // The second session has expired.
    object.now = NOW + 1010;
    assert_eq!(object.list(&first).unwrap().len(), 1);
}

#[test]
fn a_user_ends_one_session_or_all_other_sessions() {
    let mut object = Object::imported();
    let (own, second, third, fourth) = (
        object.log_in(),
        object.log_in(),
        object.log_in(),
        object.log_in(),
    );
    let one = WhichSessions::One(second.id().clone());
    assert_eq!(object.end(&own, one.clone()), EndAnswer::Ended);
    let alive = |object: &mut Object| {
        [&own, &second, &third, &fourth].map(|session| object.stands(&session.token))
    };
    assert_eq!(alive(&mut object), [true, false, true, true]);
    assert_eq!(object.end(&own, one), EndAnswer::SessionUnknown);
    assert_eq!(object.end(&own, WhichSessions::Others), EndAnswer::Ended);
    assert_eq!(alive(&mut object), [true, false, false, false]);
    assert_eq!(object.list(&own).unwrap().len(), 1);
    for ended in [&second, &third, &fourth] {
        let answer = object.end(ended, WhichSessions::Others);
        assert_eq!(answer, EndAnswer::Refused(AccessError::SessionEnded));
        assert_eq!(object.list(ended), Err(AccessError::SessionEnded));
    }
}

#[test]
fn ending_all_other_sessions_changes_nothing_if_there_are_none() {
    let mut object = Object::imported();
    let own = object.log_in();
    object.wait(200);
    object.kv_log.clear();
    assert_eq!(object.end(&own, WhichSessions::Others), EndAnswer::Ended);
    object.wait(200);
    assert_eq!(object.take_kv_log(), [""; 0]);
}

#[test]
fn a_token_without_a_session_lists_and_ends_no_sessions() {
    let mut object = Object::imported();
    let own = object.log_in();
    let token = sessionless(NOW);
    let which = WhichSessions::Others;
    let answer = object.ask(EndSessions {
        token: token.clone(),
        which,
    });
    assert_eq!(answer, EndAnswer::Refused(AccessError::SessionEnded));
    let answer = object.ask(ListSessions { token });
    assert!(matches!(
        answer,
        ListAnswer::Refused(AccessError::SessionEnded)
    ));
    object.refresh(&own).unwrap();
}

#[test]
fn the_object_accepts_only_tokens_of_its_user() {
    let mut object = Object::imported();
    // Without a record the object knows no session, and leaves other tokens to KV.
    let answer = object.check(&sessionless(NOW));
    assert!(matches!(answer, CheckAnswer::NoRecord));
    let token = object.log_in().token;
    let CheckAnswer::Granted(record) = object.check(&token) else {
        panic!("refused");
    };
    assert_eq!(record.id, id(7));
    let other = TokenFacts { id: id(8), ..token };
    let refused = object.check_refusal(&other);
    assert_eq!(refused, Some(AccessError::UserReplaced));
    assert_eq!(object.check_refusal(&sessionless(NOW)), None);
}
