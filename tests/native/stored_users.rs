//! The value that KV stores for a user.

use portcullis::account::{
    EndedSessions, RemovedUser, Replica, StoredUser, UserId, UserRecord, Username,
};
use serde_json::Value;

fn alice() -> Username {
    Username::new("alice").unwrap()
}

fn parse(stored: &str) -> Option<StoredUser> {
    StoredUser::parse(stored, &alice()).ok()
}

/// A user with these members besides the required ones.
fn with(members: &str) -> String {
    format!(r#"{{"id":7,"username":"Alice","hash_password":"$x","phone":"+44",{members}}}"#)
}

fn value(json: &str) -> Value {
    serde_json::from_str(json).unwrap()
}

#[test]
fn a_value_without_the_objects_member_is_a_seed() {
    let Some(StoredUser::Seed(seed)) = parse(&with(r#""disabled":true"#)) else {
        panic!("no seed");
    };
    assert_eq!(Some(seed.id), UserId::new(7));
    assert!(seed.disabled);
    assert_eq!(parse(&with(r#""role":1"#)).unwrap().revision(), None);
}

#[test]
fn the_number_in_a_value_that_is_not_a_users_record_is_read_if_there_is_one() {
    for (value, id) in [
        (r#"{"id":7,"username":5}"#, Some(7)),
        (r#"{"username":"alice", "id" : 12, "hash_pass"#, Some(12)),
        (r#"{"id":12"#, Some(12)),
        (r#"{"id":"#, None),
        (r#"{"id":"7"}"#, None),
        (r#"{"id":-1}"#, None),
        (r#"{"id":9007199254740992}"#, None),
        ("<html>502</html>", None),
        ("", None),
    ] {
        assert_eq!(
            UserId::of_corrupt(value),
            id.and_then(UserId::new),
            "{value}"
        );
    }
}

#[test]
fn a_replica_is_read_back_as_it_was_written_with_unknown_members() {
    let ended = r#"{"notes":[{"id":"AQEBAQEBAQEBAQEBAQEBAQ","until":9}],"ask_until":5}"#;
    let ended: EndedSessions = serde_json::from_str(ended).unwrap();
    let record = UserRecord::parse(&with(r#""roles":["a",{"b":1.5}]"#), &alice()).unwrap();
    let json = Replica {
        record,
        revision: 3,
        version: 2,
        ended: ended.clone(),
    }
    .to_json();
    let expected = with(
        r#""roles":["a",{"b":1.5}],"portcullis":{"revision":3,"version":2,"sessions_ended":{"notes":[{"id":"AQEBAQEBAQEBAQEBAQEBAQ","until":9}],"ask_until":5}}"#,
    );
    assert_eq!(value(&json), value(&expected));
    let Some(StoredUser::Replica(replica)) = parse(&json) else {
        panic!("no replica");
    };
    assert_eq!((replica.revision, replica.version), (3, 2));
    assert_eq!(replica.ended, ended);
    assert_eq!(replica.to_json(), json);
    assert_eq!(parse(&json).unwrap().revision(), Some(3));
}

#[test]
fn a_replica_without_ended_sessions_names_none() {
    let record = UserRecord::new(UserId::new(7).unwrap(), &alice(), "$x".into(), "".into());
    let json = Replica {
        record,
        revision: 1,
        version: 1,
        ended: EndedSessions::default(),
    }
    .to_json();
    assert!(
        json.contains(r#""portcullis":{"revision":1,"version":1}"#),
        "{json}"
    );
}

#[test]
fn a_tombstone_is_read_back_and_contains_only_the_users_number() {
    let removed = RemovedUser {
        id: UserId::new(7).unwrap(),
        revision: 4,
        version: 3,
    };
    let json = removed.to_json(&alice());
    let expected =
        r#"{"id":7,"username":"alice","portcullis":{"revision":4,"version":3,"removed":true}}"#;
    assert_eq!(value(&json), value(expected));
    let Some(StoredUser::Removed(read)) = parse(&json) else {
        panic!("no tombstone");
    };
    assert_eq!(read, removed);
    assert_eq!(parse(&json).unwrap().revision(), Some(4));
}

#[test]
fn a_value_whose_member_portcullis_was_not_written_by_the_object_is_corrupt() {
    for member in [
        "null",
        "{}",
        "5",
        "[]",
        r#"{"revision":1}"#,
        r#"{"version":1}"#,
        r#"{"revision":-1,"version":1}"#,
        r#"{"revision":"1","version":1}"#,
        r#"{"revision":1,"version":1,"removed":1}"#,
        r#"{"revision":1,"version":1,"sessions_ended":5}"#,
        r#"{"revision":1,"version":1,"sessions_ended":{"notes":[{"id":"x","until":5}]}}"#,
        r#"{"revision":1,"version":1,"sessions_ended":{"ask_until":"5"}}"#,
    ] {
        let stored = with(&format!(r#""portcullis":{member}"#));
        assert!(parse(&stored).is_none(), "{stored}");
    }
    // A later version may write more members.
    let more = with(r#""portcullis":{"revision":1,"version":1,"more":[1]}"#);
    assert!(matches!(parse(&more), Some(StoredUser::Replica(_))));
}

#[test]
fn a_value_of_another_user_or_one_that_is_not_a_record_is_corrupt() {
    for stored in [
        String::new(),
        "null".into(),
        "{}".into(),
        with(r#""role":1"#).replace("Alice", "bob"),
        with(r#""portcullis":{"revision":1,"version":1}"#).replace("Alice", "bob"),
        with(r#""id":7"#),
        r#"{"username":"alice","portcullis":{"revision":1,"version":1,"removed":true}}"#.into(),
        r#"{"id":7,"username":"alice","portcullis":{"revision":1,"version":1}}"#.into(),
    ] {
        assert!(parse(&stored).is_none(), "{stored}");
    }
}

#[test]
fn a_value_of_more_than_64_kib_is_corrupt() {
    let of_length = |length: usize| {
        let empty = with(r#""x":"""#).len();
        with(&format!(r#""x":"{}""#, "y".repeat(length - empty)))
    };
    let longest = of_length(StoredUser::MAX_LENGTH);
    assert_eq!(longest.len(), 65_536);
    assert!(parse(&longest).is_some());
    assert!(parse(&of_length(65_537)).is_none());
}
