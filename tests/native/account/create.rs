//! Creating users.

use portcullis::account::StoredUser;
use portcullis::account::object::FIRST_COUNTED_ID;
use portcullis::account::object::protocol::{Create, CreateAnswer};

use super::*;

/// A sign-up while KV shows this value.
pub(super) fn sign_up(shown: Option<String>) -> Create {
    Create {
        by_operator: false,
        hash_password: "$new".into(),
        phone: "+1".into(),
        id: None,
        imported_hash: None,
        shown,
    }
}

pub(super) fn created(answer: CreateAnswer) -> UserState {
    match answer {
        CreateAnswer::Created(state) => state,
        CreateAnswer::NameTaken => panic!("the name is taken"),
        CreateAnswer::IdTaken => panic!("the number is taken"),
    }
}

#[test]
fn a_name_is_given_once() {
    let mut object = Object::empty("alice");
    let state = created(object.ask(sign_up(None)));
    assert_eq!(state.version, Some(1));
    assert_eq!(state.record.id, id(FIRST_COUNTED_ID));
    let record = &state.record;
    assert_eq!(
        (&*record.hash_password, &*record.phone, &*record.username),
        ("$new", "+1", "alice")
    );
    assert_eq!(object.take_kv_log()[0], "write user:alice");
    assert_eq!(object.name_of(FIRST_COUNTED_ID), Some("alice"));
    // This holds also while KV does not show the new user yet.
    for shown in [None, object.shown()] {
        let answer = object.ask(sign_up(shown));
        assert!(matches!(answer, CreateAnswer::NameTaken));
    }
}

#[test]
fn any_value_in_kv_reserves_the_name_even_if_it_is_not_a_record() {
    for shown in ["", "{", "null", &seed(|_| ())] {
        for by_operator in [false, true] {
            let mut object = Object::empty("alice");
            let answer = object.ask(Create {
                by_operator,
                ..sign_up(Some(shown.into()))
            });
            assert!(matches!(answer, CreateAnswer::NameTaken));
            assert_eq!((object.stored, object.kv.len()), (None, 0));
        }
    }
}

#[test]
fn a_new_user_can_log_in_while_kv_does_not_show_them_yet() {
    let mut object = Object::empty("alice");
    object.kv_is = Kv::Silent;
    created(object.ask(sign_up(None)));
    let session = object.try_log_in_where(1, "new", None).unwrap();
    let session = object.refresh(&session).unwrap();
    object.log_out(&session);
}

#[test]
fn a_new_number_is_unused_in_kv_and_by_other_accounts() {
    let mut object = Object::empty("alice");
    // An imported user has the first number, and another account claimed the
    // second one.
    let imported = id(FIRST_COUNTED_ID).index_key();
    object.kv.insert(imported, "bob".into());
    let mut other = Object::empty("carol");
    other.ask(Create {
        by_operator: true,
        id: Some(id(FIRST_COUNTED_ID + 1)),
        ..sign_up(None)
    });
    object.claims = other.claims;
    let state = created(object.ask(sign_up(None)));
    assert_eq!(state.record.id, id(FIRST_COUNTED_ID + 2));
}

#[test]
fn an_explicit_number_is_given_once() {
    let mut object = Object::empty("alice");
    let with_id = |number| Create {
        by_operator: true,
        id: Some(id(number)),
        ..sign_up(None)
    };
    let state = created(object.ask(with_id(9)));
    assert_eq!(state.record.id, id(9));
    let mut other = Object::empty("bob");
    other.claims = object.claims;
    assert!(matches!(other.ask(with_id(9)), CreateAnswer::IdTaken));
    assert_eq!((&other.stored, other.kv.len()), (&None, 0));
    created(other.ask(with_id(10)));
}

#[test]
fn a_create_that_was_interrupted_after_its_claim_gets_the_same_number_again() {
    let mut object = Object::empty("alice");
    let request = || Create {
        by_operator: true,
        id: Some(id(9)),
        ..sign_up(None)
    };
    object.ask(request());
    // The object stopped before it stored anything.
    object.lose_storage();
    object.kv.clear();
    created(object.ask(request()));
}

#[test]
fn an_imported_user_keeps_the_digest_of_the_imported_hash() {
    let mut object = Object::empty("alice");
    let digest = portcullis::account::HashDigest::new("$source");
    let state = created(object.ask(Create {
        by_operator: true,
        imported_hash: Some(digest.clone()),
        ..sign_up(None)
    }));
    assert_eq!(state.record.imported_hash, Some(digest.clone()));
    let StoredUser::Replica(replica) = object.in_kv() else {
        panic!("no replica");
    };
    assert_eq!(replica.record.imported_hash, Some(digest));
}
