use std::cell::RefCell;

use portcullis::account::{
    CheckPassword, EndedSessions, LoginError, RemovedUser, Replica, StandIns, StoredHashCheck,
    UserId, UserRecord, Username, VerifiedUser, admit, find_stored_user,
};
use portcullis::password::{Argon2idHash, ClearPassword, StoredHash, WrongPassword};

/// Counts the hashes that are computed, and their costs.
#[derive(Default)]
struct Counting(RefCell<Vec<String>>);

impl CheckPassword for Counting {
    fn check(&self, hash: &StoredHash, password: &ClearPassword) -> Result<(), WrongPassword> {
        self.0.borrow_mut().push(hash.method().to_string());
        StoredHashCheck.check(hash, password)
    }
}

const TODAY: &str = "argon2id:m=19456,t=2,p=1";
/// The password of all of these is `correct horse`.
const PBKDF2: &str = "pbkdf2:sha1:1000$abcdefgh$af7296463577a47bb16ec7ce1e7c94ca39fb1558";
const DIGEST: &str = "sha256$$4104d36f8da2c254349f85836793ebe029e0c957063a34c91c2e9203187b5631";

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

/// Decides about a login, and asserts that exactly one hash was computed, with the given method.
fn decide_at(
    method: &str,
    stand_ins: &StandIns,
    stored: Option<&str>,
    password: &str,
) -> Result<VerifiedUser, LoginError> {
    let work = Counting::default();
    let username = Username::new("alice").unwrap();
    let stand_in = stand_ins.for_username(&username);
    let found = find_stored_user(&username, stored);
    let outcome = admit(found, &clear(password), &stand_in, &work);
    assert_eq!(*work.0.borrow(), [method]);
    outcome
}

fn decide(stored: Option<&str>, password: &str) -> Result<VerifiedUser, LoginError> {
    decide_at(TODAY, &StandIns::default(), stored, password)
}

#[test]
fn a_user_with_the_right_password_is_let_in() {
    let user = decide(Some(&alice(|_| ())), "correct horse").unwrap();
    assert_eq!(user.record().id, UserId::new(7).unwrap());
    assert!(!user.needs_rehash());
}

#[test]
fn a_user_with_a_werkzeug_hash_is_let_in_and_needs_a_new_hash() {
    for (hash, method) in [(PBKDF2, "pbkdf2:sha1:1000"), (DIGEST, "sha256")] {
        let stored = alice(|record| record.hash_password = hash.into());
        let decide = |password| decide_at(method, &StandIns::default(), Some(&stored), password);
        assert!(decide("correct horse").unwrap().needs_rehash());
        assert_eq!(decide("x").unwrap_err(), LoginError::PasswordWrong);
    }
    let cheap = "$argon2id$v=19$m=256,t=1,p=1$YWJjZGVmZ2hpamtsbW5vcA$wLE1JOiv5wFn+Ymh20fh3w";
    let stored = alice(|record| record.hash_password = cheap.into());
    let method = "argon2id:m=256,t=1,p=1";
    let user = decide_at(method, &StandIns::default(), Some(&stored), "correct horse");
    assert!(user.unwrap().needs_rehash());
}

#[test]
fn for_an_unknown_user_the_given_stand_in_is_computed() {
    let stand_ins = StandIns::from_sample([PBKDF2].into_iter());
    let unusable = alice(|record| record.hash_password = "plain$$correct horse".into());
    for stored in [None, Some("{}"), Some(&*unusable)] {
        let outcome = decide_at("pbkdf2:sha1:1000", &stand_ins, stored, "correct horse");
        assert!(outcome.is_err());
    }
}

#[test]
fn each_refusal_has_its_reason_and_does_the_same_work() {
    let refused = |stored: Option<&str>, password| decide(stored, password).unwrap_err();
    assert_eq!(refused(None, "x"), LoginError::UserUnknown);
    assert_eq!(
        refused(Some(&alice(|_| ())), "x"),
        LoginError::PasswordWrong
    );
    let disabled = alice(|record| record.disabled = true);
    assert_eq!(
        refused(Some(&disabled), "correct horse"),
        LoginError::UserDisabled
    );
    assert_eq!(refused(Some(&disabled), "x"), LoginError::PasswordWrong);
    for corrupt in ["", "{}", &alice(|record| record.username = "bob".into())] {
        assert_eq!(
            refused(Some(corrupt), "correct horse"),
            LoginError::RecordCorrupt
        );
    }
    for hash in [
        "plain",
        "plain$$correct horse",
        "pbkdf2:sha256:2000001$abcdefgh$dd97a7ee1b632d42d50cb5bdf8cd2341fec3035e1b589654fe5734f6a5ae0204",
        "",
        "$argon2id$v=19$m=4294967295,t=2,p=1$AAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAA",
    ] {
        let unusable = alice(|record| record.hash_password = hash.into());
        assert_eq!(
            refused(Some(&unusable), "correct horse"),
            LoginError::HashNotUsable
        );
    }
}

#[test]
fn a_replica_is_a_user_and_a_tombstone_is_not() {
    let username = Username::new("alice").unwrap();
    let record = UserRecord::parse(&alice(|_| ()), &username).unwrap();
    let id = record.id;
    let replica = Replica {
        record,
        revision: 3,
        version: 2,
        ended: EndedSessions::default(),
    };
    let user = decide(Some(&replica.to_json()), "correct horse").unwrap();
    assert_eq!(user.record().id, id);
    let removed = RemovedUser {
        id,
        revision: 4,
        version: 3,
    };
    let refused = decide(Some(&removed.to_json(&username)), "correct horse");
    assert_eq!(refused.unwrap_err(), LoginError::UserUnknown);
}

#[test]
fn the_stand_in_lets_nobody_in() {
    struct SaysYes;
    impl CheckPassword for SaysYes {
        fn check(&self, _: &StoredHash, _: &ClearPassword) -> Result<(), WrongPassword> {
            Ok(())
        }
    }
    let username = Username::new("alice").unwrap();
    let stand_in = StandIns::default().for_username(&username);
    let unknown = Err(LoginError::UserUnknown);
    let outcome = admit(unknown, &clear("x"), &stand_in, &SaysYes);
    assert_eq!(outcome.unwrap_err(), LoginError::UserUnknown);
}
