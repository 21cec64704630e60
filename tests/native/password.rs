use portcullis::password::{
    Argon2idHash, ClearPassword, HashNotUsable, PasswordTooLong, WrongPassword,
};

fn clear(password: &str) -> ClearPassword {
    ClearPassword::new(password.to_owned()).unwrap()
}

/// Made by argon2-cffi, which binds the reference implementation.
const TODAY: &str = "$argon2id$v=19$m=19456,t=2,p=1$YWJjZGVmZ2hpamtsbW5vcA$0z94U7wcs0PHzkZj0AD8irivJ+B0mktMZRbNv+NItes";
const FOUR_LANES: &str = "$argon2id$v=19$m=1024,t=3,p=4$MDEyMzQ1Njc4OWFiY2RlZg$44f8/O0mmpZWdDvQmZcBnKvK5WOYdHtcxZfiaV/VJn0";
const SHORT: &str = "$argon2id$v=19$m=256,t=1,p=1$YWJjZGVmZ2hpamtsbW5vcA$wLE1JOiv5wFn+Ymh20fh3w";
const ARGON2I: &str = "$argon2i$v=19$m=256,t=1,p=1$YWJjZGVmZ2hpamtsbW5vcA$0olTT58TKNLvysGrSCW7X5/EcbEJnUreruJlAdZvBKQ";

#[test]
fn hashes_of_the_reference_implementation_are_checked() {
    for (hash, password) in [
        (TODAY, "correct horse"),
        (FOUR_LANES, "pässwörd 😀 "),
        (SHORT, "correct horse"),
    ] {
        let hash = Argon2idHash::parse(hash).unwrap();
        assert_eq!(hash.check(&clear(password)), Ok(()));
        assert_eq!(hash.check(&clear("incorrect horse")), Err(WrongPassword));
    }
}

#[test]
fn the_same_password_and_salt_give_the_same_string_as_the_reference() {
    let hash = Argon2idHash::new(&clear("correct horse"), *b"abcdefghijklmnop").unwrap();
    assert_eq!(hash.to_string(), TODAY);
    assert_eq!(
        Argon2idHash::parse(&hash.to_string()).unwrap().to_string(),
        TODAY
    );
}

#[test]
fn the_exact_bytes_of_a_password_count() {
    let long = "x".repeat(ClearPassword::MAX_LENGTH);
    let cut = &long[..long.len() - 1];
    for (password, others) in [
        (
            "secret",
            vec!["secret ", " secret", "Secret", "secret\n", "secret\0", ""],
        ),
        ("\u{e9}", vec!["e\u{301}"]),
        (&*long, vec![cut]),
        ("", vec![" "]),
    ] {
        let hash = Argon2idHash::new(&clear(password), [1; 16]).unwrap();
        assert_eq!(hash.check(&clear(password)), Ok(()));
        for other in others {
            assert_eq!(hash.check(&clear(other)), Err(WrongPassword), "{other:?}");
        }
    }
}

#[test]
fn a_password_of_more_than_1024_bytes_is_refused_and_never_truncated() {
    assert!(ClearPassword::new("x".repeat(1024)).is_ok());
    let result = ClearPassword::new("x".repeat(1025));
    assert_eq!(result.unwrap_err(), PasswordTooLong);
}

#[test]
fn a_stored_cost_is_limited_before_the_hash_is_computed() {
    let with = |params: &str| {
        let hash = TODAY.replace("m=19456,t=2,p=1", params);
        Argon2idHash::parse(&hash).map(|_| ())
    };
    assert_eq!(with("m=65536,t=8,p=4"), Ok(()));
    for params in [
        "m=65537,t=2,p=1",
        "m=4294967295,t=2,p=1",
        "m=19456,t=9,p=1",
        "m=19456,t=4294967295,p=1",
        "m=19456,t=2,p=5",
        "m=19456,t=0,p=1",
        "m=0,t=2,p=1",
        "m=7,t=1,p=1",
        "m=19456,t=2,p=0",
        "m=19456,t=2",
        "m=19456,t=2,p=1,keyid=AAAA",
        "m=19456,t=2,p=1,data=AAAA",
        "t=2",
    ] {
        assert_eq!(with(params), Err(HashNotUsable), "{params}");
    }
}

#[test]
fn a_text_that_is_not_an_argon2id_string_is_refused() {
    for stored in [
        "",
        "$",
        "plain",
        ARGON2I,
        &TODAY.replace("argon2id", "argon2d"),
        &TODAY.replace("v=19", "v=16"),
        &TODAY.replace("$v=19", ""),
        &TODAY.replace("$YWJjZGVmZ2hpamtsbW5vcA", ""),
        &TODAY.replace("YWJjZGVmZ2hpamtsbW5vcA", "YWJj"),
        &TODAY.replace("YWJjZGVmZ2hpamtsbW5vcA", "YWJjZGVmZ2hpamtsbW5vcA=="),
        TODAY.rsplit_once('$').unwrap().0,
        &TODAY[..TODAY.len() - 30],
        &format!("{TODAY}\n"),
        &format!("{TODAY}$AAAA"),
        "$2b$12$abcdefghijklmnopqrstuv",
        "pbkdf2:sha256:150000$abcdefgh$dd97a7ee",
    ] {
        let result = Argon2idHash::parse(stored).map(|_| ());
        assert_eq!(result, Err(HashNotUsable), "{stored}");
    }
}

#[test]
fn a_hash_below_the_current_cost_needs_a_rehash() {
    let needs = |hash: &str| Argon2idHash::parse(hash).unwrap().needs_rehash();
    assert!(!needs(TODAY));
    assert!(needs(FOUR_LANES));
    assert!(needs(SHORT));
    assert!(needs(&TODAY.replace("t=2", "t=1")));
    assert!(!needs(&TODAY.replace("m=19456", "m=32768")));
}

#[test]
fn debug_output_contains_no_password_and_no_hash() {
    let shown = format!(
        "{:?} {:?}",
        clear("correct horse"),
        Argon2idHash::parse(TODAY).unwrap()
    );
    assert!(
        !shown.contains("horse") && !shown.contains("YWJj"),
        "{shown}"
    );
}
