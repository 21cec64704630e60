//! The requests of operators.

use portcullis::account::HashDigest;
use portcullis::account::object::protocol::{RemoveUser, SignOut, UpdateUser};

use super::*;

pub(super) fn update(object: &Object) -> UpdateUser {
    UpdateUser {
        phone: None,
        hash_password: None,
        disabled: None,
        imported_hash: None,
        shown: object.shown(),
    }
}

pub(super) fn set_password(object: &mut Object, password: &str) -> UserState {
    let request = UpdateUser {
        hash_password: Some(format!("${password}")),
        ..update(object)
    };
    user(object.ask(request)).unwrap()
}

pub(super) fn set_disabled(object: &mut Object, disabled: bool) -> UserState {
    let request = UpdateUser {
        disabled: Some(disabled),
        ..update(object)
    };
    user(object.ask(request)).unwrap()
}

pub(super) fn remove(object: &mut Object) -> Result<UserState, Option<NoUser>> {
    let shown = object.shown();
    user(object.ask(RemoveUser { shown }))
}

pub(super) fn sign_out(object: &mut Object) -> UserState {
    let shown = object.shown();
    user(object.ask(SignOut { shown })).unwrap()
}

#[test]
fn reading_a_user_changes_nothing_and_shows_an_imported_user_without_a_version() {
    let mut object = Object::imported();
    let state = object.read();
    assert_eq!(state.record.id, id(7));
    assert_eq!((state.version, state.sessions.len()), (None, 0));
    assert_eq!(object.stored, None);
    let session = object.log_in();
    let before = object.stored.clone();
    let state = object.read();
    assert_eq!(state.version, Some(1));
    assert_eq!(state.sessions[0].id, *session.id());
    assert_eq!(object.stored, before);
}

#[test]
fn reading_an_unknown_user_says_why() {
    let mut object = Object::empty("alice");
    let read = |object: &mut Object, shown: Option<&str>| {
        let shown = shown.map(Into::into);
        user(object.ask(ReadUser { shown })).err().unwrap()
    };
    assert_eq!(read(&mut object, None), Some(NoUser::Unknown));
    assert_eq!(read(&mut object, Some("{")), Some(NoUser::Corrupt));
    let mut removed = Object::imported();
    remove(&mut removed).unwrap();
    assert_eq!(read(&mut object, removed.shown().as_deref()), None);
    assert_eq!(object.stored, None);
}

#[test]
fn a_new_password_ends_all_sessions_and_the_old_password_is_refused() {
    let mut object = Object::imported();
    let session = object.log_in();
    let stale = object.shown();
    let state = set_password(&mut object, "reset");
    assert_eq!((state.version, state.sessions.len()), (Some(2), 0));
    assert_eq!(object.refusal(&session), Some(RefreshError::Unknown));
    assert!(!object.stands(&session.token));
    // This holds also where KV shows an older value.
    for shown in [stale, Some(seed(|_| ())), None] {
        let login = object.try_log_in_where(2, "old", shown.clone());
        assert!(matches!(login, Login::WrongPassword), "{login:?}");
        object.try_log_in_where(1, "reset", shown).unwrap();
    }
}

#[test]
fn a_password_that_was_checked_before_the_operators_command_is_refused() {
    for command in [
        |object: &mut Object| drop(set_password(object, "reset")),
        |object: &mut Object| drop(sign_out(object)),
        |object: &mut Object| drop(set_disabled(object, true)),
        |object: &mut Object| {
            set_disabled(object, true);
            set_disabled(object, false);
        },
        |object: &mut Object| drop(remove(object).unwrap()),
    ] {
        for adopted in [true, false] {
            let mut object = if adopted {
                Object::adopted()
            } else {
                Object::imported()
            };
            let shown = object.shown();
            let attempt = object.check_password(1, "old", shown).ok().unwrap();
            command(&mut object);
            for rehash in [None, Some("$old, of the intruder")] {
                let login = object.admit(&attempt, rehash);
                assert!(matches!(login, Login::Changed), "{login:?}");
            }
        }
    }
}

#[test]
fn no_number_of_password_changes_prevents_the_operators_reset() {
    let mut object = Object::imported();
    let session = object.log_in();
    let mut old = String::from("old");
    for number in 0..20 {
        let new = format!("number {number}");
        object.replace_password(&session, &old, &new);
        old = new;
    }
    set_password(&mut object, "reset");
    assert_eq!(object.refusal(&session), Some(RefreshError::Unknown));
    let login = object.try_log_in(1, &old);
    assert!(matches!(login, Login::WrongPassword), "{login:?}");
    object.wait(100_000);
    object.try_log_in(1, "reset").unwrap();
    assert_eq!(object.read().record.hash_password, "$reset");
}

#[test]
fn a_sign_out_ends_all_sessions_and_all_tokens_issued_up_to_its_second() {
    let mut object = Object::imported();
    let session = object.log_in();
    let state = sign_out(&mut object);
    assert_eq!(state.version, Some(2));
    assert_eq!(state.record.tokens_valid_from, Some(NOW + 1));
    assert!(!object.stands(&session.token));
    assert!(!object.stands(&sessionless(NOW)));
    assert!(object.stands(&sessionless(NOW + 1)));
    // A login within the same second succeeds.
    let later = object.log_in();
    assert!(object.stands(&later.token));
}

#[test]
fn tokens_valid_from_is_never_lowered_by_a_clock_that_is_set_back() {
    let mut object = Object::imported();
    object.put(seed(|user| user.tokens_valid_from = Some(NOW + 100)));
    let state = sign_out(&mut object);
    assert_eq!(state.record.tokens_valid_from, Some(NOW + 100));
    object.now -= 1000;
    let state = sign_out(&mut object);
    assert_eq!(state.record.tokens_valid_from, Some(NOW + 100));
    assert_eq!(state.version, Some(3));
}

#[test]
fn a_disabled_user_neither_logs_in_nor_refreshes_until_enabled_again() {
    let mut object = Object::imported();
    let session = object.log_in();
    let state = set_disabled(&mut object, true);
    assert_eq!(state.version, Some(2));
    assert_eq!(object.refusal(&session), Some(RefreshError::Unknown));
    assert!(!object.stands(&session.token));
    let login = object.try_log_in(1, "old");
    assert!(matches!(login, Login::Changed), "{login:?}");
    // No later write of the object enables the user.
    object.wait(100_000);
    assert!(object.read().record.disabled);
    // Disabling a disabled user raises the version as well, because an import may have
    // disabled the user without ending the user's tokens.
    assert_eq!(set_disabled(&mut object, true).version, Some(3));
    assert_eq!(set_disabled(&mut object, false).version, Some(3));
    assert_eq!(object.refusal(&session), Some(RefreshError::Unknown));
    object.log_in();
}

#[test]
fn a_phone_is_changed_without_ending_sessions() {
    let mut object = Object::imported();
    let session = object.log_in();
    let request = UpdateUser {
        phone: Some("+1".into()),
        ..update(&object)
    };
    let state = user(object.ask(request)).unwrap();
    assert_eq!((&*state.record.phone, state.version), ("+1", Some(1)));
    object.refresh(&session).unwrap();
    assert!(object.shown().unwrap().contains(r#""phone":"+1""#));
}

#[test]
fn an_import_that_changes_the_password_stores_the_digest_of_its_hash() {
    let mut object = Object::imported();
    object.log_in();
    let digest = HashDigest::new("$source");
    let request = UpdateUser {
        hash_password: Some("$imported".into()),
        imported_hash: Some(digest.clone()),
        ..update(&object)
    };
    let state = user(object.ask(request)).unwrap();
    assert_eq!(state.record.imported_hash, Some(digest));
    assert_eq!(state.version, Some(2));
    // A password that was set otherwise has no such digest.
    assert_eq!(
        set_password(&mut object, "reset").record.imported_hash,
        None
    );
}

#[test]
fn a_command_for_an_unknown_user_says_so_and_stores_nothing() {
    let mut object = Object::empty("alice");
    let update = update(&object);
    let answers = [
        object.ask(update),
        object.ask(SignOut { shown: None }),
        object.ask(RemoveUser { shown: None }),
    ];
    for answer in answers {
        assert_eq!(user(answer).err(), Some(Some(NoUser::Unknown)));
    }
    assert_eq!(object.stored, None);
}
