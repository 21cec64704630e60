//! Removed users, and the next users of their names.

use portcullis::account::object::FIRST_COUNTED_ID;
use portcullis::account::object::protocol::{Create, CreateAnswer, EndUserSession, SignOut};
use portcullis::account::{RemovedUser, StoredUser};

use super::create::{created, sign_up};
use super::operator::{remove, update};
use super::*;

fn by_operator(object: &Object) -> Create {
    Create {
        by_operator: true,
        ..sign_up(object.shown())
    }
}

#[test]
fn a_removed_user_leaves_a_tombstone_in_kv_and_every_credential_is_refused() {
    let mut object = Object::imported();
    let session = object.log_in();
    let stale = object.shown();
    let state = remove(&mut object).unwrap();
    assert_eq!(state.record.id, id(7));
    let StoredUser::Removed(removed) = object.in_kv() else {
        panic!("no tombstone");
    };
    let expected = RemovedUser {
        id: id(7),
        revision: 2,
        version: 2,
    };
    assert_eq!(removed, expected);
    let kv = object.shown().unwrap();
    assert!(!kv.contains("$old") && !kv.contains("+44"), "{kv}");
    assert_eq!(object.refusal(&session), Some(RefreshError::Unknown));
    assert!(!object.stands(&session.token));
    // This holds also where KV shows an older value or a new seed.
    for shown in [stale, Some(seed(|_| ())), None] {
        let login = object.try_log_in_where(1, "old", shown.clone());
        assert!(matches!(login, Login::WrongPassword), "{login:?}");
        let answer = object.ask(SignOut { shown });
        assert_eq!(user(answer).err(), Some(None));
    }
}

#[test]
fn a_removed_user_stays_removed_whatever_the_client_does() {
    let mut object = Object::imported();
    let session = object.log_in();
    let stale = object.shown();
    remove(&mut object).unwrap();
    for _ in 0..4 {
        object.wait(900);
        let login = object.try_log_in_where(1, "old", stale.clone());
        assert!(matches!(login, Login::WrongPassword), "{login:?}");
        let answer = object.end(&session, WhichSessions::Current);
        assert_eq!(answer, EndAnswer::Refused(AccessError::UserUnknown));
        let end = EndUserSession {
            session: session.id().clone(),
            shown: stale.clone(),
        };
        object.ask(end);
        assert!(matches!(object.in_kv(), StoredUser::Removed(_)));
    }
}

#[test]
fn removing_a_user_twice_says_that_the_user_was_removed() {
    let mut object = Object::imported();
    remove(&mut object).unwrap();
    assert_eq!(remove(&mut object).err(), Some(None));
    let request = update(&object);
    assert_eq!(user(object.ask(request)).err(), Some(None));
    let state = user(object.ask(ReadUser { shown: None }));
    assert_eq!(state.err(), Some(None));
}

#[test]
fn removing_a_removed_user_again_restores_the_tombstone_in_kv() {
    let mut object = Object::imported();
    remove(&mut object).unwrap();
    object.wait(1000);
    object.put("{");
    assert_eq!(remove(&mut object).err(), Some(None));
    object.wait(120);
    assert!(matches!(object.in_kv(), StoredUser::Removed(_)));
}

#[test]
fn only_an_operator_can_give_a_removed_users_name_and_the_version_continues() {
    let mut object = Object::imported();
    let session = object.log_in();
    remove(&mut object).unwrap();
    let answer = object.ask(sign_up(object.shown()));
    assert!(matches!(answer, CreateAnswer::NameTaken));
    object.now += 10;
    let request = by_operator(&object);
    let state = created(object.ask(request));
    assert_eq!(state.version, Some(3));
    assert_eq!(state.record.id, id(FIRST_COUNTED_ID));
    // The new user gets none of the old user's data.
    assert_eq!(object.refusal(&session), Some(RefreshError::Unknown));
    assert!(!object.stands(&session.token));
    let login = object.try_log_in(1, "old");
    assert!(matches!(login, Login::WrongPassword), "{login:?}");
    let token = TokenFacts {
        id: id(FIRST_COUNTED_ID),
        ..sessionless(NOW)
    };
    assert!(!object.stands(&token));
    object.try_log_in(1, "new").unwrap();
}

#[test]
fn the_number_of_a_removed_user_is_never_given_again() {
    for adopted in [true, false] {
        let mut object = Object::imported();
        if adopted {
            object.log_in();
        }
        remove(&mut object).unwrap();
        let with_number = |object: &Object| Create {
            id: Some(id(7)),
            ..by_operator(object)
        };
        let request = with_number(&object);
        let answer = object.ask(request);
        assert!(matches!(answer, CreateAnswer::IdTaken), "{adopted}");
        let mut other = Object::empty("bob");
        other.claims = object.claims.clone();
        let request = with_number(&other);
        let answer = other.ask(request);
        assert!(matches!(answer, CreateAnswer::IdTaken), "{adopted}");
    }
}

#[test]
fn a_tombstone_that_only_kv_has_reserves_the_name_and_the_version() {
    let mut object = Object::imported();
    object.log_in();
    remove(&mut object).unwrap();
    let tombstone = object.shown();
    object.lose_storage();
    let answer = object.ask(sign_up(tombstone.clone()));
    assert!(matches!(answer, CreateAnswer::NameTaken));
    let request = by_operator(&object);
    let state = created(object.ask(request));
    assert_eq!(state.version, Some(3));
    assert!(object.in_kv().revision() > Some(2));
}

#[test]
fn a_user_whom_the_object_has_not_adopted_can_be_removed() {
    let mut object = Object::imported();
    let state = remove(&mut object).unwrap();
    assert_eq!(state.version, None);
    assert!(matches!(object.in_kv(), StoredUser::Removed(_)));
    assert!(!object.stands(&sessionless(NOW)));
    object.put(seed(|_| ()));
    let login = object.try_log_in(1, "old");
    assert!(matches!(login, Login::WrongPassword), "{login:?}");
}
