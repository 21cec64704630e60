use portcullis::account::{LogNames, Username};

fn logged(secret: &[u8], name: &str) -> String {
    let names = LogNames::new(secret).unwrap();
    names.encode(&Username::new(name).unwrap())
}

#[test]
fn a_name_is_logged_as_its_keyed_hash() {
    // HMAC-SHA256 keyed with SHA-256("portcullis log names\0" || "secret").
    assert_eq!(logged(b"secret", "alice"), "4473af4e44e83966");
    assert_eq!(logged(b"secret", "ALICE"), logged(b"secret", "alice"));
    assert_ne!(logged(b"secret", "bob"), logged(b"secret", "alice"));
    assert_ne!(logged(b"Secret", "alice"), logged(b"secret", "alice"));
}

#[test]
fn one_writer_hashes_many_names() {
    let names = LogNames::new(b"secret").unwrap();
    for name in ["alice", "bob", "alice"] {
        let username = Username::new(name).unwrap();
        assert_eq!(names.encode(&username), logged(b"secret", name));
    }
}

#[test]
fn debug_output_contains_no_key() {
    assert_eq!(
        format!("{:?}", LogNames::new(b"secret").unwrap()),
        "LogNames(_)"
    );
}
