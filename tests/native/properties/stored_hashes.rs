//! Stored hashes of any form, and our scrypt compared with another library.

use portcullis::password::{ClearPassword, HashMethod, StoredHash, WerkzeugMethod};
use proptest::prelude::*;

/// A text like a stored hash: pieces of such hashes, put together.
fn nearly_a_hash() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        Just("$".to_owned()),
        Just(":".to_owned()),
        Just("pbkdf2:sha256:".to_owned()),
        Just("pbkdf2:md5:1$salt$".to_owned()),
        Just("scrypt:".to_owned()),
        Just("scrypt:16:1:1$salt$".to_owned()),
        Just("sha512$".to_owned()),
        Just("$argon2id$v=19$m=8,t=1,p=1$".to_owned()),
        any::<u32>().prop_map(|n| n.to_string()),
        (0_u32..40).prop_map(|shift| (1_u64 << shift).to_string()),
        "[0-9a-f]{0,3}",
        (0_usize..130).prop_map(|length| "0".repeat(length)),
        any::<char>().prop_map(String::from),
    ];
    prop::collection::vec(piece, 0..8).prop_map(|pieces| pieces.concat())
}

/// Cheap, so that the test does not take long.
fn is_cheap(hash: &StoredHash) -> bool {
    match hash.method() {
        HashMethod::Argon2id(cost) => cost.memory <= 1024,
        HashMethod::Werkzeug(WerkzeugMethod::Pbkdf2 { iterations, .. }) => iterations <= 1000,
        HashMethod::Werkzeug(WerkzeugMethod::Scrypt { log_n, r, p }) => {
            (1_u64 << log_n) * u64::from(r) * u64::from(p) <= 4096
        }
        HashMethod::Werkzeug(_) => true,
    }
}

fn assert_bounded(hash: &StoredHash) {
    match hash.method() {
        HashMethod::Argon2id(cost) => {
            assert!(cost.memory <= 65_536 && cost.passes <= 8 && cost.lanes <= 4);
        }
        HashMethod::Werkzeug(WerkzeugMethod::Pbkdf2 { iterations, .. }) => {
            assert!((1..=2_000_000).contains(&iterations));
        }
        HashMethod::Werkzeug(WerkzeugMethod::Scrypt { log_n, r, p }) => {
            let blocks = (1_u128 << log_n) * u128::from(r);
            assert!(log_n > 0 && blocks > 0 && blocks * 128 <= 64 << 20);
            assert!((1..=4).contains(&p) && blocks * u128::from(p) <= 1 << 20);
        }
        HashMethod::Werkzeug(_) => {}
    }
}

fn judge(stored: &str, password: &str) {
    let Ok(hash) = StoredHash::parse(stored) else {
        return;
    };
    assert_bounded(&hash);
    if let Ok(password) = ClearPassword::new(password.to_owned())
        && is_cheap(&hash)
    {
        // This password did not produce the hash.
        assert!(hash.check(&password).is_err());
        assert!(hash.stand_in().check(&password).is_err());
    }
}

proptest! {
    #[test]
    fn no_string_makes_the_reader_of_stored_hashes_panic(
        stored in any::<String>(),
        password in any::<String>(),
    ) {
        judge(&stored, &password);
    }

    #[test]
    fn nothing_like_a_stored_hash_makes_its_reader_panic_or_costs_too_much(
        stored in nearly_a_hash(),
        password in any::<String>(),
    ) {
        judge(&stored, &password);
    }

    #[test]
    fn our_scrypt_is_scrypt(
        password in any::<String>(),
        salt in "[a-zA-Z0-9]{1,20}",
        (log_n, r, p) in (1_u8..8, 1_u32..10, 1_u32..=4),
    ) {
        let params = scrypt::Params::new(log_n, r, p).unwrap();
        let mut key = [0; 64];
        scrypt::scrypt(password.as_bytes(), salt.as_bytes(), &params, &mut key).unwrap();
        let hex: String = key.iter().map(|byte| format!("{byte:02x}")).collect();
        let stored = format!("scrypt:{}:{r}:{p}${salt}${hex}", 1_u32 << log_n);
        let hash = StoredHash::parse(&stored).unwrap();
        prop_assert!(hash.check(&ClearPassword::new(password).unwrap()).is_ok());
    }
}
