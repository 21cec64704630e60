//! A password changes or is rehashed while other requests log in with it.

use super::*;

fn attempt(object: &mut Object, from: u32, password: &str) -> Attempt {
    let shown = object.shown();
    object.check_password(from, password, shown).ok().unwrap()
}

#[test]
fn a_change_of_password_ends_all_sessions_except_the_one_that_made_it() {
    let mut object = Object::imported();
    let (own, other) = (object.log_in(), object.log_in());
    object.now = NOW + 500;
    object.replace_password(&own, "old", "new");
    let state = object.read();
    assert_eq!(state.record.hash_password, "$new");
    assert_eq!(state.record.tokens_valid_from, Some(NOW + 501));
    assert_eq!(state.version, Some(2));
    assert!(object.stands(&own.token));
    assert!(!object.stands(&other.token));
    assert_eq!(object.refusal(&other), Some(RefreshError::Unknown));
    let own = object.refresh(&own).unwrap();
    assert_eq!(own.token.session.as_ref().unwrap().version, 2);
    // A second change keeps only its own session.
    let third = object.try_log_in(1, "new").unwrap();
    object.replace_password(&third, "new", "newer");
    assert!(!object.stands(&own.token));
    assert!(object.stands(&third.token));
}

#[test]
fn a_change_of_password_outside_a_session_ends_all_sessions() {
    let mut object = Object::imported();
    let other = object.log_in();
    let checked = attempt(&mut object, 1, "old");
    let session = Session {
        token: sessionless(NOW),
        ..other.clone()
    };
    let answer = object.change_password(&session, &checked, "$new");
    assert_eq!(answer, ChangePasswordAnswer::Replaced);
    assert_eq!(object.refusal(&other), Some(RefreshError::Unknown));
    assert!(!object.stands(&session.token));
}

#[test]
fn a_change_of_password_adopts_a_seed() {
    let mut object = Object::imported();
    let checked = attempt(&mut object, 1, "old");
    let session = Object::imported().log_in();
    let session = Session {
        token: sessionless(NOW),
        ..session
    };
    let answer = object.change_password(&session, &checked, "$new");
    assert_eq!(answer, ChangePasswordAnswer::Replaced);
    assert_eq!(object.version(), 2);
    object.try_log_in(1, "new").unwrap();
}

#[test]
fn the_object_refuses_a_change_of_password_whose_token_ended_in_the_meantime() {
    let mut object = Object::imported();
    let session = object.log_in();
    let checked = attempt(&mut object, 1, "old");
    object.log_out(&session);
    let answer = object.change_password(&session, &checked, "$new");
    let ended = ChangePasswordAnswer::Refused(AccessError::SessionEnded);
    assert_eq!(answer, ended);
    assert_eq!(object.read().record.hash_password, "$old");
}

#[test]
fn tokens_from_the_grace_period_in_the_second_of_the_change_end_too() {
    let mut object = Object::imported();
    let (own, other) = (object.log_in(), object.log_in());
    object.refresh(&other).unwrap();
    object.now = NOW + 29;
    let again = object.refresh(&other).unwrap();
    object.replace_password(&own, "old", "new");
    assert!(!object.stands(&again.token));
}

#[test]
fn a_login_that_races_with_a_change_of_password_is_refused() {
    let mut object = Object::imported();
    let session = object.log_in();
    let checked = attempt(&mut object, 1, "old");
    object.replace_password(&session, "old", "new");
    for rehash in [None, Some("$old, hashed again")] {
        let login = object.admit(&checked, rehash);
        assert!(matches!(login, Login::Changed), "{login:?}");
    }
    // A second change with the old password is refused as well.
    let answer = object.change_password(&session, &checked, "$mine");
    assert_eq!(answer, ChangePasswordAnswer::Changed);
    assert_eq!(object.read().record.hash_password, "$new");
    object.try_log_in(1, "new").unwrap();
}

#[test]
fn a_login_that_checked_a_seed_is_accepted_until_the_password_changes() {
    let mut object = Object::imported();
    let first = attempt(&mut object, 1, "old");
    let second = attempt(&mut object, 2, "old");
    let third = attempt(&mut object, 3, "old");
    let session = object.admit(&first, Some("$old, at today's cost")).unwrap();
    object.admit(&second, None).unwrap();
    object.replace_password(&session, "old", "new");
    let login = object.admit(&third, None);
    assert!(matches!(login, Login::Changed), "{login:?}");
}

#[test]
fn a_login_that_checked_a_record_other_than_the_adopted_seed_is_refused() {
    let mut object = Object::imported();
    object.log_in();
    for shown in [
        None,
        Some(String::new()),
        Some("{}".into()),
        Some(seed(|user| user.hash_password = "$mine".into())),
        Some(seed(|user| user.username = "bob".into())),
    ] {
        let login = object.admit(
            &Attempt {
                from: 1,
                checked: Checked::Shown,
                shown,
            },
            None,
        );
        assert!(matches!(login, Login::Changed), "{login:?}");
    }
}

#[test]
fn replacing_a_hash_keeps_the_version() {
    let mut object = Object::imported();
    let first = attempt(&mut object, 1, "old");
    object.admit(&first, Some("$old, at today's cost")).unwrap();
    let state = object.read();
    assert_eq!(state.record.hash_password, "$old, at today's cost");
    assert_eq!(state.version, Some(1));
    assert!(object.shown().unwrap().contains("today's cost"));
    // Two logins that checked the same hash are both accepted.
    let second = attempt(&mut object, 1, "old");
    let third = attempt(&mut object, 2, "old");
    object.admit(&second, Some("$old, later")).unwrap();
    let session = object.admit(&third, None).unwrap();
    assert_eq!(object.read().record.hash_password, "$old, later");
    // One of the logins may change the password.
    let answer = object.change_password(&session, &third, "$new");
    assert_eq!(answer, ChangePasswordAnswer::Replaced);
}

#[test]
fn a_log_out_between_a_rehash_and_a_login_with_the_old_hash_does_no_harm() {
    let mut object = Object::imported();
    let (first, second) = (
        attempt(&mut object, 1, "old"),
        attempt(&mut object, 2, "old"),
    );
    let session = object.admit(&first, Some("$old, at today's cost")).unwrap();
    object.log_out(&session);
    object.admit(&second, None).unwrap();
}
