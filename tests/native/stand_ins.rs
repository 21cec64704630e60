use std::collections::BTreeMap;

use portcullis::account::{StandIns, Username};
use portcullis::password::{ClearPassword, StoredHash, WrongPassword};

const ARGON2ID: &str = "$argon2id$v=19$m=256,t=1,p=1$YWJjZGVmZ2hpamtsbW5vcA$wLE1JOiv5wFn+Ymh20fh3w";
const PBKDF2: &str = "pbkdf2:sha1:1000$abcdefgh$af7296463577a47bb16ec7ce1e7c94ca39fb1558";
const SCRYPT: &str = "scrypt:1024:8:1$abcdefghijklmnop$830444a8d7134ea2f83f355be7a0331de3180cef130f6251e5d5f107cef1c8246a75fd75f3504b99e17e06c8a371500855e79449c19707b341fca05ecde9c382";
const HMAC: &str = "sha1$abcdefgh$54bb54a9810996447facbdfff17b8d4fc2b364f8";
const DIGEST: &str = "sha256$$4104d36f8da2c254349f85836793ebe029e0c957063a34c91c2e9203187b5631";

fn name(number: u32) -> Username {
    Username::new(&format!("user {number}")).unwrap()
}

fn methods(stand_ins: &StandIns) -> Vec<String> {
    (0..1000)
        .map(|number| stand_ins.for_username(&name(number)).method().to_string())
        .collect()
}

#[test]
fn unknown_names_have_the_kinds_and_costs_of_the_sample_in_its_proportions() {
    // A half, a quarter, an eighth and an eighth of the users.
    let sample = [
        PBKDF2, PBKDF2, PBKDF2, PBKDF2, SCRYPT, SCRYPT, ARGON2ID, DIGEST,
    ];
    let mut counts = BTreeMap::new();
    for method in methods(&StandIns::from_sample(sample.into_iter())) {
        *counts.entry(method).or_insert(0_u32) += 1;
    }
    for (method, expected) in [
        ("pbkdf2:sha1:1000", 500),
        ("scrypt:1024:8:1", 250),
        ("argon2id:m=256,t=1,p=1", 125),
        ("sha256", 125),
    ] {
        let count = counts[method];
        assert!(count.abs_diff(expected) < 60, "{method}: {count}");
    }
    assert_eq!(counts.len(), 4);
}

#[test]
fn a_name_always_has_the_same_stand_in_and_another_with_another_key() {
    let stand_ins = || StandIns::from_sample([PBKDF2, SCRYPT, ARGON2ID, DIGEST].into_iter());
    let plain = methods(&stand_ins());
    assert_eq!(plain, methods(&stand_ins()));
    let keyed = methods(&stand_ins().keyed(b"a secret"));
    assert_eq!(keyed, methods(&stand_ins().keyed(b"a secret")));
    let others = methods(&stand_ins().keyed(b"another secret"));
    for (one, another) in [(&plain, &keyed), (&keyed, &others)] {
        let same = one.iter().zip(another).filter(|(a, b)| a == b).count();
        // A quarter of the names, by chance.
        assert!(same.abs_diff(250) < 60, "{same}");
    }
}

#[test]
fn without_a_usable_sample_a_stand_in_costs_as_much_as_a_new_hash() {
    let unusable = ["", "plain$$x", "$argon2id$", "scrypt:3:8:1$a$00"];
    for stand_ins in [
        StandIns::default(),
        StandIns::from_sample([].into_iter()),
        StandIns::from_sample(unusable.into_iter()),
    ] {
        for method in methods(&stand_ins) {
            assert_eq!(method, "argon2id:m=19456,t=2,p=1");
        }
    }
    // A single usable hash among unusable ones is the whole sample.
    let stand_ins = StandIns::from_sample(unusable.into_iter().chain([HMAC]));
    assert!(methods(&stand_ins).iter().all(|method| method == "sha1"));
}

#[test]
fn no_password_matches_a_stand_in() {
    let clear = |password: &str| ClearPassword::new(password.to_owned()).unwrap();
    for hash in [ARGON2ID, PBKDF2, SCRYPT, HMAC, DIGEST] {
        let password = clear("correct horse");
        assert_eq!(StoredHash::parse(hash).unwrap().check(&password), Ok(()));
        // Not even the password that was hashed.
        let stand_in = StandIns::from_sample([hash].into_iter()).for_username(&name(1));
        for guess in ["correct horse", "", "\0"] {
            assert_eq!(stand_in.check(&clear(guess)), Err(WrongPassword), "{hash}");
        }
    }
    let today = StandIns::default().for_username(&name(1));
    assert_eq!(today.check(&clear("correct horse")), Err(WrongPassword));
}

#[test]
fn a_sample_of_any_size_is_reduced() {
    let many = std::iter::repeat_n(DIGEST, StandIns::MAX_SAMPLE).chain([HMAC; 5000]);
    let stand_ins = StandIns::from_sample(many);
    assert!(methods(&stand_ins).iter().all(|method| method == "sha256"));
    assert_eq!(
        format!("{:?}", stand_ins.keyed(b"secret")),
        format!("StandIns {{ sample: {}, .. }}", StandIns::MAX_SAMPLE)
    );
}
