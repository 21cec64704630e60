use portcullis::account::{SecretHash, WrongSecret};

#[test]
fn only_the_secret_itself_matches() {
    let hash = SecretHash::new("a secret of others");
    assert_eq!(hash.check("a secret of others"), Ok(()));
    for presented in [
        "",
        "a secret of other",
        "a secret of otherS",
        "a secret of others ",
        "a secret of others\0",
    ] {
        assert_eq!(hash.check(presented), Err(WrongSecret), "{presented:?}");
    }
    assert_eq!(SecretHash::new("").check(" "), Err(WrongSecret));
}

#[test]
fn debug_output_does_not_contain_the_hash() {
    assert_eq!(format!("{:?}", SecretHash::new("x")), "SecretHash(_)");
}
