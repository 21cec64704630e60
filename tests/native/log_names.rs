use portcullis::account::{LogNames, Username};

fn logged(secret: &[u8], name: &str) -> String {
    let names = LogNames::new(secret).unwrap();
    names.encode(&Username::new(name).unwrap())
}

#[test]
fn a_name_is_logged_as_a_keyed_hash_of_it() {
    // HMAC-SHA256 keyed with SHA-256("portcullis log names\0" || "secret").
    assert_eq!(logged(b"secret", "alice"), "4473af4e44e83966");
    assert_eq!(logged(b"secret", "ALICE"), logged(b"secret", "alice"));
    assert_ne!(logged(b"secret", "bob"), logged(b"secret", "alice"));
    assert_ne!(logged(b"Secret", "alice"), logged(b"secret", "alice"));
}

#[test]
fn one_and_the_same_writer_writes_many() {
    let names = LogNames::new(b"secret").unwrap();
    for name in ["alice", "bob", "alice"] {
        let username = Username::new(name).unwrap();
        assert_eq!(names.encode(&username), logged(b"secret", name));
    }
}

#[test]
fn its_key_is_not_shown() {
    assert_eq!(
        format!("{:?}", LogNames::new(b"secret").unwrap()),
        "LogNames(_)"
    );
}
