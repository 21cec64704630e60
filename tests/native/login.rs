use std::cell::RefCell;

use portcullis::account::{
    Argon2idCheck, CheckPassword, LoginRefusal, UserId, UserRecord, Username, VerifiedUser, admit,
};
use portcullis::password::{Argon2idHash, ClearPassword, WrongPassword};

/// Counts what is hashed and at which cost.
#[derive(Default)]
struct Counting(RefCell<Vec<String>>);

impl CheckPassword for Counting {
    fn check(&self, hash: &Argon2idHash, password: &ClearPassword) -> Result<(), WrongPassword> {
        let text = hash.to_string();
        let cost = text.split('$').nth(3).unwrap().to_owned();
        self.0.borrow_mut().push(cost);
        Argon2idCheck.check(hash, password)
    }
}

fn clear(password: &str) -> ClearPassword {
    ClearPassword::new(password.to_owned()).unwrap()
}

fn alice(change: impl FnOnce(&mut UserRecord)) -> String {
    let hash = Argon2idHash::new(&clear("correct horse"), [1; 16]).unwrap();
    let username = Username::new("alice").unwrap();
    let mut record = UserRecord::new(
        UserId::new(7).unwrap(),
        &username,
        hash.to_string(),
        "+44".into(),
    );
    change(&mut record);
    record.to_json().unwrap()
}

/// Decides, and sees that exactly one hash of today's cost was run.
fn decide(stored: Option<&str>, password: &str) -> Result<VerifiedUser, LoginRefusal> {
    let work = Counting::default();
    let username = Username::new("alice").unwrap();
    let outcome = admit(&username, &clear(password), stored, &work);
    assert_eq!(*work.0.borrow(), ["m=19456,t=2,p=1"]);
    outcome
}

#[test]
fn who_knows_the_password_is_let_in() {
    let user = decide(Some(&alice(|_| ())), "correct horse").unwrap();
    assert_eq!(user.record().id, UserId::new(7).unwrap());
}

#[test]
fn each_refusal_has_its_reason_and_the_same_work() {
    let refused = |stored: Option<&str>, password| decide(stored, password).unwrap_err();
    assert_eq!(refused(None, "x"), LoginRefusal::UserUnknown);
    assert_eq!(
        refused(Some(&alice(|_| ())), "x"),
        LoginRefusal::PasswordWrong
    );
    let disabled = alice(|record| record.disabled = true);
    assert_eq!(
        refused(Some(&disabled), "correct horse"),
        LoginRefusal::UserDisabled
    );
    assert_eq!(refused(Some(&disabled), "x"), LoginRefusal::PasswordWrong);
    for corrupt in ["", "{}", &alice(|record| record.username = "bob".into())] {
        assert_eq!(
            refused(Some(corrupt), "correct horse"),
            LoginRefusal::RecordCorrupt
        );
    }
    for hash in [
        "plain",
        "",
        "$argon2id$v=19$m=4294967295,t=2,p=1$AAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAA",
    ] {
        let unusable = alice(|record| record.hash_password = hash.into());
        assert_eq!(
            refused(Some(&unusable), "correct horse"),
            LoginRefusal::HashNotUsable
        );
    }
}

#[test]
fn nobody_is_let_in_by_the_stand_in() {
    struct SaysYes;
    impl CheckPassword for SaysYes {
        fn check(&self, _: &Argon2idHash, _: &ClearPassword) -> Result<(), WrongPassword> {
            Ok(())
        }
    }
    let username = Username::new("alice").unwrap();
    let outcome = admit(&username, &clear("x"), None, &SaysYes);
    assert_eq!(outcome.unwrap_err(), LoginRefusal::UserUnknown);
}
