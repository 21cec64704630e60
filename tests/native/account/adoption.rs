//! The object takes over the record that KV shows.

use portcullis::account::object::ClaimId;
use portcullis::account::object::protocol::{SignOut, UpdateUser};
use portcullis::account::{HashDigest, Replica, StoredUser};

use super::operator::{remove, set_disabled, set_password, sign_out, update};
use super::*;

/// The replica in KV.
fn replica(object: &Object) -> Replica {
    match object.in_kv() {
        StoredUser::Replica(replica) => replica,
        other => panic!("{other:?}"),
    }
}

#[test]
fn the_first_right_password_adopts_a_seed_at_version_1() {
    let mut object = Object::imported();
    object.log_in();
    assert_eq!(object.version(), 1);
    let replica = replica(&object);
    assert_eq!((replica.revision, replica.version), (1, 1));
    // Unexpired tokens of the Flask original remain valid.
    assert_eq!(replica.record.tokens_valid_from, None);
    assert!(object.stands(&sessionless(NOW - 1000)));
    assert_eq!(object.name_of(7), Some("alice"));
    assert_eq!(object.claims["id:7"].username, alice());
}

#[test]
fn a_failed_attempt_adopts_nothing() {
    let mut object = Object::imported();
    let before = object.kv.clone();
    let login = object.try_log_in(1, "guess");
    assert!(matches!(login, Login::WrongPassword), "{login:?}");
    // A login that claims to have checked the object's own record adopts nothing either.
    let shown = object.shown();
    let checked = Checked::Object { version: 0 };
    let attempt = Attempt {
        from: 1,
        checked,
        shown,
    };
    let login = object.admit(&attempt, None);
    assert!(matches!(login, Login::Changed), "{login:?}");
    assert_eq!(object.read().version, None);
    assert_eq!((&object.kv, object.claims.len()), (&before, 0));
    // The operator removes the user in the meantime: a seed that is written later
    // is adopted only by the next right password.
    object.wait(900);
    assert_eq!(object.stored, None);
}

#[test]
fn a_disabled_seed_is_not_adopted_by_a_login_and_stays_disabled() {
    let mut object = Object::imported();
    object.put(seed(|user| user.disabled = true));
    let login = object.try_log_in(1, "old");
    assert!(matches!(login, Login::Changed), "{login:?}");
    assert_eq!(object.read().version, None);
    let request = UpdateUser {
        phone: Some("+1".into()),
        ..update(&object)
    };
    let state = user(object.ask(request)).unwrap();
    assert!(state.record.disabled);
    assert!(object.read().record.disabled);
}

#[test]
fn an_operators_command_adopts_a_seed() {
    let mut object = Object::imported();
    object.put(seed(|user| user.tokens_valid_from = Some(5)));
    let request = UpdateUser {
        phone: Some("+1".into()),
        ..update(&object)
    };
    let state = user(object.ask(request)).unwrap();
    assert_eq!(state.version, Some(1));
    assert_eq!(state.record.tokens_valid_from, Some(5));

    let mut object = Object::imported();
    assert_eq!(sign_out(&mut object).version, Some(2));
    let mut object = Object::imported();
    assert_eq!(set_password(&mut object, "reset").version, Some(2));
}

#[test]
fn an_adopted_seed_keeps_the_digest_of_the_hash_that_it_was_imported_with() {
    let mut object = Object::imported();
    object.log_in();
    let digest = HashDigest::new("$old");
    assert_eq!(object.read().record.imported_hash, Some(digest.clone()));
    // A rehash keeps the digest, so that the next import recognizes the user.
    let shown = object.shown();
    let attempt = object.check_password(1, "old", shown).ok().unwrap();
    let session = object.admit(&attempt, Some("$old, today")).unwrap();
    assert_eq!(object.read().record.imported_hash, Some(digest));
    object.replace_password(&session, "old", "new");
    assert_eq!(object.read().record.imported_hash, None);

    let mut object = Object::imported();
    let source = HashDigest::new("$source");
    object.put(seed(|user| user.imported_hash = Some(source.clone())));
    object.log_in();
    assert_eq!(object.read().record.imported_hash, Some(source));
}

#[test]
fn a_seed_whose_number_another_account_claimed_is_not_adopted() {
    let mut object = Object::imported();
    let other = ClaimId {
        id: id(7),
        username: Username::new("bob").unwrap(),
        version: 1,
    };
    object.claims.insert(other.object_name(), other);
    let login = object.try_log_in(1, "old");
    assert!(matches!(login, Login::NoUser(NoUser::IdTaken)), "{login:?}");
    let shown = object.shown();
    let refused = user(object.ask(SignOut { shown })).err();
    assert_eq!(refused, Some(Some(NoUser::IdTaken)));
    assert_eq!(object.read().version, None);
    // An operator can still remove the seed.
    remove(&mut object).unwrap();
    assert_eq!(user(object.ask(ReadUser { shown: None })).err(), Some(None));
    assert_eq!(object.claims["id:7"].username.as_str(), "bob");
}

#[test]
fn an_object_with_a_record_takes_nothing_from_kv() {
    let mut object = Object::imported();
    object.log_in();
    object.wait(200);
    for (value, from) in [
        (seed(|user| user.hash_password = "$mine".into()), 2),
        (seed(|user| user.disabled = true), 3),
        (seed(|user| user.id = id(8)), 4),
        ("{".into(), 5),
    ] {
        object.put(value);
        let login = object.try_log_in(from, "mine");
        assert!(matches!(login, Login::WrongPassword), "{login:?}");
        object.log_in();
        assert_eq!(object.read().record.id, id(7));
    }
    object.kv.clear();
    object.log_in();
}

#[test]
fn an_object_that_lost_its_storage_adopts_its_replica_with_the_next_version() {
    let mut object = Object::imported();
    let session = object.log_in();
    set_password(&mut object, "reset");
    let before = replica(&object);
    object.now += 100;
    object.lose_storage();
    assert_eq!(object.refusal(&session), Some(RefreshError::Unknown));
    object.try_log_in(1, "reset").unwrap();
    let after = replica(&object);
    assert_eq!(after.version, before.version + 1);
    assert!(after.revision > before.revision);
    // The list of exchanged tokens is lost, so all earlier tokens end.
    assert_eq!(after.record.tokens_valid_from, Some(NOW + 101));
    assert_eq!(object.name_of(7), Some("alice"));
    assert!(!object.stands(&session.token));
}

#[test]
fn a_disabled_user_stays_disabled_when_the_storage_is_lost() {
    let mut object = Object::imported();
    set_disabled(&mut object, true);
    object.lose_storage();
    let login = object.try_log_in(1, "old");
    assert!(matches!(login, Login::Changed), "{login:?}");
    assert!(object.read().record.disabled);
    sign_out(&mut object);
    assert!(object.read().record.disabled);
}

#[test]
fn an_object_that_lost_its_storage_stays_removed_if_kv_has_a_tombstone() {
    let mut object = Object::imported();
    object.log_in();
    remove(&mut object).unwrap();
    let tombstone = object.shown();
    object.lose_storage();
    for _ in 0..2 {
        let login = object.try_log_in(1, "old");
        assert!(matches!(login, Login::WrongPassword), "{login:?}");
        let checked = Checked::Shown;
        let attempt = Attempt {
            from: 1,
            checked,
            shown: object.shown(),
        };
        let login = object.admit(&attempt, None);
        let refused = matches!(login, Login::NoUser(NoUser::Unknown) | Login::Changed);
        assert!(refused, "{login:?}");
    }
    // The object adopted the tombstone, so a later seed is ignored.
    object.put(seed(|_| ()));
    let shown = object.shown();
    let answer = object.ask(SignOut { shown });
    assert_eq!(user(answer).err(), Some(None));
    assert_ne!(object.shown(), tombstone);
}

#[test]
fn an_adoption_whose_claim_gets_no_response_can_be_retried() {
    // The claim succeeds, but the object stops before it stores the record.
    let mut object = Object::imported();
    object.log_in();
    let claims = object.claims.clone();
    let mut object = Object::imported();
    object.claims = claims;
    object.log_in();
    assert_eq!(object.version(), 1);
}
