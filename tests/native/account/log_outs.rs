//! The list of ended sessions in the replica.

use portcullis::account::object::protocol::{EndUserSession, EndUserSessionAnswer};

use super::*;

/// The list keeps an entry for so many seconds after the tokens expire, because clocks jump.
const DAY: i64 = 24 * 3600;

/// The number of ended sessions in KV, and the time until which KV refers to the object.
fn notes(object: &Object) -> (usize, Option<i64>) {
    let value: serde_json::Value = serde_json::from_str(&object.shown().unwrap()).unwrap();
    let member = &value["portcullis"]["sessions_ended"];
    let noted = member["notes"].as_array().map_or(0, Vec::len);
    (noted, member["ask_until"].as_i64())
}

/// The decision of KV about a token.
fn by_kv(object: &Object, session: &Session) -> &'static str {
    let shown = object.shown();
    match session.token.authorize(&alice(), shown.as_deref()) {
        Ok(StoredDecision::Granted(_)) => "granted",
        Ok(StoredDecision::AskObject) => "ask",
        Err(why) => why.code(),
    }
}

#[test]
fn a_log_out_ends_its_session_with_all_its_tokens_and_no_other_session() {
    let mut object = Object::imported();
    let (first, second) = (object.log_in(), object.log_in());
    object.log_out(&first);
    assert_eq!(object.refusal(&first), Some(RefreshError::Unknown));
    assert_eq!(by_kv(&object, &first), "session_ended");
    assert_eq!(by_kv(&object, &second), "granted");
    assert!(object.stands(&second.token));
    object.refresh(&second).unwrap();
    // A second log-out finds no session and changes nothing.
    let before = object.stored.clone();
    let answer = object.end(&first, WhichSessions::Current);
    assert_eq!(answer, EndAnswer::Refused(AccessError::SessionEnded));
    assert_eq!(object.stored, before);
}

#[test]
fn an_ended_session_is_listed_until_a_day_after_its_last_access_token_expired() {
    let mut object = Object::imported();
    let (first, second) = (object.log_in(), object.log_in());
    object.log_out(&first);
    object.now = NOW + TOKENS_LAST + DAY - 1;
    let second = object.refresh(&second).unwrap();
    object.log_out(&second);
    assert_eq!(notes(&object), (2, None));
    let third = object.log_in();
    object.now += 1;
    object.log_out(&third);
    // Only the tokens of the first session expired that long ago.
    assert_eq!(notes(&object), (2, None));
    assert_eq!(by_kv(&object, &second), "session_ended");
}

#[test]
fn an_entry_is_kept_when_the_settings_shorten_the_token_lifetime() {
    let mut object = Object::imported();
    let session = object.log_in();
    let short = SessionPolicy {
        access_lifetime: 60,
        ..POLICY
    };
    let renewed = object.refresh_with(session.claim(), short).unwrap();
    object.log_out(&renewed);
    let other = object.log_in();
    object.now = NOW + TOKENS_LAST - 1;
    object.log_out(&other);
    // The token of the login is valid for another hour.
    assert_eq!(by_kv(&object, &session), "session_ended");
}

#[test]
fn each_of_64_65_or_90_log_outs_ends_one_session_and_no_other() {
    for log_outs in [64, 65, 90] {
        let mut object = Object::imported();
        let bystander = object.log_in();
        let mut ended = Vec::new();
        for _ in 0..log_outs {
            object.now += 1;
            let session = object.log_in();
            object.log_out(&session);
            ended.push(session);
        }
        let (noted, ask_until) = notes(&object);
        assert_eq!(noted, 64);
        // The first sessions were dropped from the list: their tokens end at or before this time.
        let given_way = log_outs - 64;
        let last = NOW + given_way + TOKENS_LAST;
        assert_eq!(ask_until, (given_way > 0).then_some(last));
        for (session, number) in ended.iter().zip(1..) {
            assert!(!object.stands(&session.token));
            let says = if number <= given_way {
                "ask"
            } else {
                "session_ended"
            };
            assert_eq!(by_kv(&object, session), says, "{number} of {log_outs}");
        }
        assert!(object.stands(&bystander.token));
        let bystander = object.refresh(&bystander).unwrap();
        // The session's new token ends later, so KV can decide again.
        assert_eq!(by_kv(&object, &bystander), "granted");
    }
}

#[test]
fn a_day_after_all_tokens_have_expired_the_next_replica_lists_no_sessions() {
    let mut object = Object::imported();
    for _ in 0..90 {
        let session = object.log_in();
        object.log_out(&session);
    }
    assert_eq!(notes(&object), (64, Some(NOW + TOKENS_LAST)));
    object.now = NOW + TOKENS_LAST + DAY;
    let session = object.log_in();
    object.log_out(&session);
    assert_eq!(notes(&object), (1, None));
}

#[test]
fn a_change_of_password_drops_the_list_and_the_object_decides_about_older_tokens() {
    let mut object = Object::imported();
    let (own, other) = (object.log_in(), object.log_in());
    object.log_out(&other);
    object.replace_password(&own, "old", "new");
    assert_eq!(notes(&object), (0, None));
    // The session was kept, which KV cannot know.
    assert_eq!(by_kv(&object, &own), "ask");
    assert_eq!(by_kv(&object, &other), "ask");
    assert!(object.stands(&own.token));
    assert!(!object.stands(&other.token));
    let own = object.refresh(&own).unwrap();
    assert_eq!(by_kv(&object, &own), "granted");
}

#[test]
fn unknown_members_are_kept_when_a_session_ends() {
    let mut object = Object::imported();
    object.put(seed(|_| ()).replace('}', r#","roles":["a",{"b":1.5}]}"#));
    let session = object.log_in();
    object.log_out(&session);
    let written = object.shown().unwrap();
    assert!(written.contains(r#""roles":["a",{"b":1.5}]"#), "{written}");
}

#[test]
fn an_operator_ends_one_session() {
    let mut object = Object::imported();
    let (first, second) = (object.log_in(), object.log_in());
    let request = |object: &Object| EndUserSession {
        session: first.id().clone(),
        shown: object.shown(),
    };
    let answer = object.ask(request(&object));
    assert_eq!(answer, EndUserSessionAnswer::Ended);
    assert_eq!(by_kv(&object, &first), "session_ended");
    assert_eq!(object.refusal(&first), Some(RefreshError::Unknown));
    object.refresh(&second).unwrap();
    let answer = object.ask(request(&object));
    assert_eq!(answer, EndUserSessionAnswer::SessionUnknown);
    let mut nobody = Object::empty("alice");
    let answer = nobody.ask(request(&nobody));
    assert_eq!(answer, EndUserSessionAnswer::NoUser(NoUser::Unknown));
}
