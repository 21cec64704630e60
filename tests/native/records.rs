use portcullis::account::{RecordCorrupt, UserId, UserRecord, Username};

fn alice() -> Username {
    Username::new("alice").unwrap()
}

fn parse(stored: &str) -> Result<UserRecord, RecordCorrupt> {
    UserRecord::parse(stored, &alice())
}

#[test]
fn a_record_is_read_and_what_is_not_known_is_kept() {
    let stored = r#"{"id":1,"username":"alice","hash_password":"$x","phone":"+44","disabled":true,"tokens_valid_from":5,"note":{"a":[1,2]}}"#;
    let record = parse(stored).unwrap();
    assert_eq!(Some(record.id), UserId::new(1));
    assert!(record.disabled);
    assert_eq!(record.tokens_valid_from, Some(5));
    assert_eq!(record.to_json().unwrap(), stored);
}

#[test]
fn what_may_be_absent_may_be_absent() {
    let record = parse(r#"{"id":1,"username":"Alice","hash_password":"$x"}"#).unwrap();
    assert_eq!(record.phone, "");
    assert!(!record.disabled);
    assert_eq!(record.tokens_valid_from, None);
}

#[test]
fn what_is_not_this_users_record_is_corrupt() {
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
fn an_id_is_a_number_that_javascript_holds_exactly() {
    assert!(UserId::new(9_007_199_254_740_991).is_some());
    assert!(UserId::new(9_007_199_254_740_992).is_none());
}

#[test]
fn neither_hash_nor_phone_is_shown() {
    let record = parse(r#"{"id":1,"username":"alice","hash_password":"$x","phone":"+4420"}"#);
    let shown = format!("{:?}", record.unwrap());
    assert!(!shown.contains("$x") && !shown.contains("+4420"), "{shown}");
}
