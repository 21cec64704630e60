//! Sessions in exchange for tokens of the Flask original.

use portcullis::account::TokenDigest;
use portcullis::account::object::protocol::{ExchangeAnswer, ExchangeLegacy, SignOut};

use super::*;

/// The exchange of a token that was issued at this time and lasts for a month.
fn exchange(object: &Object, token: &str, issued_at: i64) -> ExchangeLegacy {
    ExchangeLegacy {
        digest: TokenDigest::new(token),
        id: id(7),
        issued_at,
        expires_at: issued_at + MONTH.cast_signed(),
        shown: object.shown(),
        policy: POLICY,
        client: ClientDescription::default(),
    }
}

fn opened(object: &Object, answer: ExchangeAnswer) -> Session {
    match answer {
        ExchangeAnswer::Opened(opened) => session(opened, object.now),
        other => panic!("{}", name(&other)),
    }
}

fn name(answer: &ExchangeAnswer) -> String {
    match answer {
        ExchangeAnswer::Opened(_) => "opened".into(),
        ExchangeAnswer::Refused(why) => why.code().into(),
        ExchangeAnswer::AlreadyExchanged => "already exchanged".into(),
        ExchangeAnswer::Expired => "expired".into(),
        ExchangeAnswer::IdTaken => "id taken".into(),
    }
}

/// The result of exchanging a token.
fn outcome(object: &mut Object, token: &str, issued_at: i64) -> String {
    let request = exchange(object, token, issued_at);
    name(&object.ask(request))
}

#[test]
fn a_token_is_exchanged_once_and_its_session_began_when_it_was_issued() {
    let mut object = Object::imported();
    let request = exchange(&object, "token", NOW - 1000);
    let answer = object.ask(request);
    let session = opened(&object, answer);
    assert_eq!(session.open.started_at, NOW - 1000);
    assert_eq!(session.open.expires_at, NOW - 1000 + MONTH.cast_signed());
    assert!(object.stands(&session.token));
    let again = "already exchanged";
    assert_eq!(outcome(&mut object, "token", NOW - 1000), again);
    object.log_out(&session);
    assert_eq!(outcome(&mut object, "token", NOW - 1000), again);
    object.restart();
    assert_eq!(outcome(&mut object, "token", NOW - 1000), again);
    assert_eq!(outcome(&mut object, "another", NOW - 1000), "opened");
}

#[test]
fn a_token_from_before_tokens_valid_from_is_refused() {
    let mut object = Object::imported();
    let shown = object.shown();
    object.ask(SignOut { shown });
    // The token of the sign-out's own second has ended as well.
    for issued_at in [NOW - 1000, NOW] {
        let refused = outcome(&mut object, "token", issued_at);
        assert_eq!(refused, "tokens_ended");
    }
    object.now += 1;
    assert_eq!(outcome(&mut object, "token", NOW + 1), "opened");
}

#[test]
fn tokens_valid_from_of_a_seed_is_kept() {
    let mut object = Object::imported();
    object.put(seed(|user| user.tokens_valid_from = Some(NOW - 10)));
    assert_eq!(outcome(&mut object, "token", NOW - 11), "tokens_ended");
    // A refused token does not make the object adopt the seed.
    assert_eq!(object.stored, None);
    assert_eq!(outcome(&mut object, "token", NOW - 10), "opened");
}

#[test]
fn a_token_of_another_number_and_a_disabled_user_are_refused() {
    let mut object = Object::imported();
    let other = ExchangeLegacy {
        id: id(8),
        ..exchange(&object, "token", NOW)
    };
    assert_eq!(name(&object.ask(other)), "user_replaced");
    object.put(seed(|user| user.disabled = true));
    assert_eq!(outcome(&mut object, "token", NOW), "user_disabled");
    object.kv.clear();
    assert_eq!(outcome(&mut object, "token", NOW), "user_unknown");
    object.put("{");
    assert_eq!(outcome(&mut object, "token", NOW), "record_corrupt");
    assert_eq!(object.stored, None);
}

#[test]
fn a_token_whose_session_would_have_expired_starts_no_session() {
    let mut object = Object::imported();
    let began = NOW - MONTH.cast_signed();
    assert_eq!(outcome(&mut object, "token", began), "expired");
    let began = began + 1;
    assert_eq!(outcome(&mut object, "another", began), "opened");
}

#[test]
fn a_token_that_was_issued_in_the_future_does_not_make_a_longer_session() {
    let mut object = Object::imported();
    let request = exchange(&object, "token", NOW + 100_000);
    let answer = object.ask(request);
    let session = opened(&object, answer);
    assert_eq!(session.open.started_at, NOW);
}

#[test]
fn after_64_exchanges_the_oldest_tokens_are_refused_and_no_token_is_exchanged_twice() {
    let mut object = Object::imported();
    let token = |number: i64| format!("token {number}");
    for number in 0..200 {
        assert_eq!(
            outcome(&mut object, &token(number), NOW - 1000 + number),
            "opened"
        );
    }
    let stored = object.stored.clone().unwrap();
    assert!(stored.len() < 25_000, "{}", stored.len());
    for number in 0..200 {
        let again = outcome(&mut object, &token(number), NOW - 1000 + number);
        assert_eq!(again, "already exchanged", "{number}");
    }
    // A token as old as the forgotten ones is refused, even if it was never exchanged.
    let again = "already exchanged";
    assert_eq!(outcome(&mut object, "older", NOW - 1000), again);
    assert_eq!(outcome(&mut object, "newer", NOW), "opened");
}

#[test]
fn the_number_of_exchanged_tokens_of_one_second_is_limited_too() {
    let mut object = Object::imported();
    for number in 0..65 {
        let token = format!("token {number}");
        assert_eq!(outcome(&mut object, &token, NOW), "opened");
    }
    for number in 0..200 {
        let token = format!("token {number}");
        assert_eq!(outcome(&mut object, &token, NOW), "already exchanged");
    }
    assert_eq!(outcome(&mut object, "later", NOW + 1), "opened");
}

#[test]
fn an_exchanged_token_is_forgotten_a_day_after_its_expiry() {
    let mut object = Object::imported();
    let longer = SessionPolicy {
        lifetime: 3 * MONTH,
        ..POLICY
    };
    let request = ExchangeLegacy {
        policy: longer,
        ..exchange(&object, "token", NOW)
    };
    object.ask(request.clone());
    let ends = NOW + MONTH.cast_signed();
    object.now = ends + 24 * 3600 - 1;
    let answer = object.ask(request.clone());
    assert_eq!(name(&answer), "already exchanged");
    // By then the Worker itself refuses the token.
    object.now += 1;
    assert_eq!(name(&object.ask(request)), "opened");
}
