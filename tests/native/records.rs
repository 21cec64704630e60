use portcullis::account::{HashDigest, RecordCorrupt, UserId, UserRecord, Username};
use serde_json::Value;

fn alice() -> Username {
    Username::new("alice").unwrap()
}

/// The members in any order.
fn members(json: &str) -> Value {
    serde_json::from_str(json).unwrap()
}

fn parse(stored: &str) -> Result<UserRecord, RecordCorrupt> {
    UserRecord::parse(stored, &alice())
}

#[test]
fn a_record_is_read_and_unknown_members_are_kept() {
    let stored = r#"{"id":1,"username":"alice","hash_password":"$x","phone":"+44","disabled":true,"tokens_valid_from":5,"note":{"a":[1,2]}}"#;
    let record = parse(stored).unwrap();
    assert_eq!(Some(record.id), UserId::new(1));
    assert!(record.disabled);
    assert_eq!(record.tokens_valid_from, Some(5));
    assert_eq!(members(&record.to_json().unwrap()), members(stored));
}

#[test]
fn optional_members_may_be_missing() {
    let record = parse(r#"{"id":1,"username":"Alice","hash_password":"$x"}"#).unwrap();
    assert_eq!(record.phone, "");
    assert!(!record.disabled);
    assert_eq!(record.tokens_valid_from, None);
}

#[test]
fn a_value_that_is_not_this_users_record_is_corrupt() {
    for stored in [
        "",
        "null",
        "[]",
        "{}",
        r#"{"id":1,"username":"alice","hash_password":"$x""#,
        r#"{"id":1,"username":"bob","hash_password":"$x"}"#,
        r#"{"id":"1","username":"alice","hash_password":"$x"}"#,
        r#"{"id":-1,"username":"alice","hash_password":"$x"}"#,
        r#"{"id":1.5,"username":"alice","hash_password":"$x"}"#,
        r#"{"id":9007199254740992,"username":"alice","hash_password":"$x"}"#,
        r#"{"id":1,"username":"alice","hash_password":null}"#,
        r#"{"id":1,"username":"alice","hash_password":"$x","disabled":"no"}"#,
        r#"{"id":1,"id":2,"username":"alice","hash_password":"$x"}"#,
        r#"{"id":1,"username":"alice","hash_password":"$x","x":1,"x":2}"#,
    ] {
        assert_eq!(parse(stored).map(|_| ()), Err(RecordCorrupt), "{stored}");
    }
}

#[test]
fn a_member_of_a_wrong_type_makes_a_record_corrupt() {
    let with = |member: &str| {
        let stored = format!(r#"{{"id":1,"username":"alice","hash_password":"$x",{member}}}"#);
        parse(&stored).map(drop)
    };
    let digest = HashDigest::new("$x");
    let right = [
        r#""phone":null"#.into(),
        r#""disabled":false"#.into(),
        r#""tokens_valid_from":-5"#.into(),
        format!(r#""imported_hash":"{digest}""#),
    ];
    for member in right {
        assert_eq!(with(&member), Ok(()), "{member}");
    }
    let wrong = [
        r#""phone":44"#.into(),
        r#""disabled":null"#.into(),
        r#""disabled":1"#.into(),
        r#""tokens_valid_from":null"#.into(),
        r#""tokens_valid_from":"5""#.into(),
        r#""tokens_valid_from":5.5"#.into(),
        r#""tokens_valid_from":9223372036854775808"#.into(),
        r#""imported_hash":null"#.into(),
        r#""imported_hash":5"#.into(),
        r#""imported_hash":"""#.into(),
        format!(r#""imported_hash":"{digest}A""#),
    ];
    for member in wrong {
        assert_eq!(with(&member), Err(RecordCorrupt), "{member}");
    }
}

#[test]
fn a_record_is_written_unchanged_and_unset_members_are_left_out() {
    let mut record = UserRecord::new(UserId::new(1).unwrap(), &alice(), "$x".into(), "".into());
    let plain = r#"{"id":1,"username":"alice","hash_password":"$x","phone":""}"#;
    assert_eq!(members(&record.to_json().unwrap()), members(plain));
    record.disabled = true;
    record.tokens_valid_from = Some(5);
    record.imported_hash = Some(HashDigest::new("$x"));
    let digest = HashDigest::new("$x");
    let full = format!(
        r#"{{"id":1,"username":"alice","hash_password":"$x","phone":"","disabled":true,"tokens_valid_from":5,"imported_hash":"{digest}"}}"#
    );
    let json = record.to_json().unwrap();
    assert_eq!(members(&json), members(&full));
    let mut record = parse(&json).unwrap();
    record.disabled = false;
    record.tokens_valid_from = None;
    record.imported_hash = None;
    assert_eq!(members(&record.to_json().unwrap()), members(plain));
}

#[test]
fn a_digest_of_a_hash_is_the_start_of_its_sha_256() {
    // SHA-256 of empty input (FIPS 180-4), its first 16 bytes.
    let digest = HashDigest::new("");
    assert_eq!(digest.to_string(), "47DEQpj8HBSa-_TImW-5JA");
    assert_eq!(HashDigest::parse("47DEQpj8HBSa-_TImW-5JA"), Some(digest));
    assert_ne!(HashDigest::new("$x"), HashDigest::new("$y"));
    for text in [
        "",
        "47DEQpj8HBSa-_TImW-5J",
        "47DEQpj8HBSa-_TImW-5JB",
        "47DEQpj8HBSa+/TImW+5JA",
    ] {
        assert_eq!(HashDigest::parse(text), None, "{text}");
    }
}

#[test]
fn the_objects_member_is_not_a_member_of_the_record() {
    let stored =
        r#"{"id":1,"username":"alice","hash_password":"$x","portcullis":{"revision":1},"role":1}"#;
    let record = parse(stored).unwrap();
    assert_eq!(record.other_members().collect::<Vec<_>>(), ["role"]);
    assert!(!record.to_json().unwrap().contains("portcullis"));
}

#[test]
fn an_id_is_a_number_that_javascript_represents_exactly() {
    assert!(UserId::new(9_007_199_254_740_991).is_some());
    assert!(UserId::new(9_007_199_254_740_992).is_none());
}

#[test]
fn debug_output_contains_neither_hash_nor_phone() {
    let record = parse(r#"{"id":1,"username":"alice","hash_password":"$x","phone":"+4420"}"#);
    let shown = format!("{:?}", record.unwrap());
    assert!(!shown.contains("$x") && !shown.contains("+4420"), "{shown}");
}
