use portcullis::account::{
    Ended, EndedSession, KeptSession, RecordCorrupt, SessionId, UserId, UserRecord, Username,
};
use serde_json::Value;

fn alice() -> Username {
    Username::new("alice").unwrap()
}

/// Whatever their order.
fn members(json: &str) -> Value {
    serde_json::from_str(json).unwrap()
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
    assert_eq!(members(&record.to_json().unwrap()), members(stored));
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
fn a_member_of_a_wrong_type_makes_a_record_corrupt() {
    let with = |member: &str| {
        let stored = format!(r#"{{"id":1,"username":"alice","hash_password":"$x",{member}}}"#);
        parse(&stored).map(drop)
    };
    let id = "AQEBAQEBAQEBAQEBAQEBAQ";
    let right = [
        format!(r#""session_kept":{{"id":"{id}","from":-5}}"#),
        format!(r#""sessions_ended":[{{"id":"{id}","until":5,"more":1}}]"#),
        r#""sessions_ended":[]"#.into(),
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
        r#""session_kept":null"#.into(),
        r#""session_kept":{}"#.into(),
        format!(r#""session_kept":"{id}""#),
        format!(r#""session_kept":{{"id":"{id}"}}"#),
        format!(r#""session_kept":{{"id":"{id}A","from":5}}"#),
        format!(r#""session_kept":{{"id":"{id}","from":"5"}}"#),
        r#""sessions_ended":null"#.into(),
        r#""sessions_ended":{}"#.into(),
        r#""sessions_ended":[null]"#.into(),
        format!(r#""sessions_ended":["{id}"]"#),
        format!(r#""sessions_ended":[{{"id":"{id}"}}]"#),
        format!(r#""sessions_ended":[{{"id":"{id}","until":5}},{{"id":1,"until":5}}]"#),
        format!(r#""sessions_ended":[{{"id":"{id}","id":"{id}","until":5}}]"#),
    ];
    for member in wrong {
        assert_eq!(with(&member), Err(RecordCorrupt), "{member}");
    }
}

#[test]
fn a_record_is_written_as_it_stands_and_what_is_not_set_is_left_out() {
    let mut record = UserRecord::new(UserId::new(1).unwrap(), &alice(), "$x".into(), "".into());
    let plain = r#"{"id":1,"username":"alice","hash_password":"$x","phone":""}"#;
    assert_eq!(members(&record.to_json().unwrap()), members(plain));
    let (id, until) = (SessionId::new([1; 16]), 9);
    record.disabled = true;
    record.tokens_valid_from = Some(5);
    record.session_kept = Some(KeptSession {
        id: id.clone(),
        from: 5,
    });
    record.sessions_ended = vec![EndedSession { id, until }];
    let full = r#"{"id":1,"username":"alice","hash_password":"$x","phone":"","disabled":true,"tokens_valid_from":5,"session_kept":{"id":"AQEBAQEBAQEBAQEBAQEBAQ","from":5},"sessions_ended":[{"id":"AQEBAQEBAQEBAQEBAQEBAQ","until":9}]}"#;
    let json = record.to_json().unwrap();
    assert_eq!(members(&json), members(full));
    let mut record = parse(&json).unwrap();
    record.disabled = false;
    record.tokens_valid_from = None;
    record.session_kept = None;
    record.sessions_ended.clear();
    assert_eq!(members(&record.to_json().unwrap()), members(plain));
}

#[test]
fn a_record_says_what_ended_a_session_or_a_token() {
    let (one, two) = (SessionId::new([1; 16]), SessionId::new([2; 16]));
    let mut record = UserRecord::new(UserId::new(1).unwrap(), &alice(), "$x".into(), "".into());
    assert_eq!(record.ended(None, None), None);
    record.sessions_ended = vec![EndedSession {
        id: one.clone(),
        until: 9,
    }];
    assert_eq!(record.ended(Some(&one), Some(1e9)), Some(Ended::Session));
    assert_eq!(record.ended(Some(&two), Some(0.0)), None);
    record.tokens_valid_from = Some(5);
    for (issued, ended) in [
        (None, Some(Ended::All)),
        (Some(4.999), Some(Ended::All)),
        (Some(5.0), None),
    ] {
        assert_eq!(record.ended(None, issued), ended);
        assert_eq!(record.ended(Some(&two), issued), ended);
    }
    // The session that is kept, as long as it is this one that keeps it.
    record.session_kept = Some(KeptSession {
        id: two.clone(),
        from: 5,
    });
    assert_eq!(record.ended(Some(&two), Some(4.0)), None);
    assert_eq!(record.ended(Some(&two), None), None);
    assert_eq!(record.ended(None, Some(4.0)), Some(Ended::All));
    record.tokens_valid_from = Some(6);
    assert_eq!(record.ended(Some(&two), Some(4.0)), Some(Ended::All));
    // To have been kept does not help one that was logged out of.
    record.session_kept = Some(KeptSession {
        id: one.clone(),
        from: 6,
    });
    assert_eq!(record.ended(Some(&one), Some(4.0)), Some(Ended::Session));
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
