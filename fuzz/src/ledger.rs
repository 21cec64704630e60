//! Any text as what an account's object has kept. A record of the user can
//! follow after a zero.

use hmac::{Hmac, KeyInit, Mac};
use portcullis::account::{
    Answer, AttemptLimits, ClientAddress, Command, Ledger, RefreshClaim, UnverifiedRefreshToken,
    UserId, UserRecord, Username,
};
use serde_json::Value;
use sha2::{Digest, Sha256};

use crate::oracle::base64url;

const RECORD: &str = r#"{"id":1,"username":"alice","hash_password":"$old"}"#;
/// The secret that is presented, and the session's name.
const SECRET: [u8; 32] = [7; 32];
const SESSION: [u8; 16] = [1; 16];

/// It never panics, at any time that matters. What is read is written as what
/// reads the same. A refresh token opens a session if and only if others find
/// that the session's current secret follows from it; an object that is tended
/// whenever that is due is empty in the end.
pub fn check(data: &[u8]) {
    let text = String::from_utf8_lossy(data);
    let (kept, stored) = text.split_once('\0').unwrap_or((&text, RECORD));
    let Ok(ledger) = Ledger::from_json(kept) else {
        return;
    };
    let json = ledger.to_json().expect("was read");
    assert_eq!(read(&json).to_json().as_deref(), Ok(&*json));
    let tree: Value = serde_json::from_str(&json).expect("was written as JSON");

    for now in times(&tree) {
        for command in commands(stored) {
            let mut ledger = read(&json);
            let answer = ledger.apply(command, now, &[3; 80]);
            assert_kept(&ledger);
            if let Answer::Open { record, .. } = &answer {
                UserRecord::parse(record, &alice()).expect("opens for a user");
            }
        }
        for number in 0..4 {
            let claim = claim(number);
            let genuine = genuine(&tree, number, now);
            let mut ledger = read(&json);
            let answer = ledger.apply(refresh(claim, stored), now, &[3; 80]);
            assert_kept(&ledger);
            match format!("{answer:?}").as_str() {
                "UserUnknown" | "RecordCorrupt" => {}
                "Unknown" => assert!(!genuine, "{number} at {now}"),
                _ => assert!(genuine, "{number} at {now}: {answer:?}"),
            }
        }
        assert_ends(read(&json), now);
    }
}

fn read(json: &str) -> Ledger {
    Ledger::from_json(json).unwrap_or_else(|_| panic!("was written here: {json}"))
}

fn alice() -> Username {
    Username::new("alice").expect("is a name")
}

fn claim(number: u32) -> RefreshClaim {
    let encode = base64url::encode;
    let (session, secret) = (encode(&SESSION), encode(&SECRET));
    let text = format!("{}.{session}.{number}.{secret}", encode(b"alice"));
    UnverifiedRefreshToken::parse(&text).expect("is one").claim
}

fn refresh(claim: RefreshClaim, stored: &str) -> Command {
    Command::Refresh {
        username: alice(),
        claim,
        stored: Some(stored.into()),
        access_lifetime: u64::MAX,
    }
}

/// All others.
fn commands(stored: &str) -> Vec<Command> {
    let from = ClientAddress::parse("192.0.2.1").of(&alice());
    let session = claim(1).session;
    let mut commands = vec![
        Command::Look,
        Command::EndSession {
            username: alice(),
            session: session.clone(),
            stored: Some(stored.into()),
            access_lifetime: u64::MAX,
        },
        Command::Register {
            username: alice(),
            hash_password: "$new".into(),
            phone: String::new(),
            id: UserId::MAX,
            stored: None,
        },
    ];
    for (per_address, per_account, window) in [(0, 0, 0), (3, 5, 900), (u32::MAX, 1, u32::MAX)] {
        commands.push(Command::Begin {
            from: from.clone(),
            limits: AttemptLimits {
                per_address,
                per_account,
                window,
            },
        });
    }
    for (kept, rehash, lifetime) in [(None, None, 0), (Some(session), Some("$now"), u64::MAX)] {
        commands.push(Command::Admit {
            username: alice(),
            from: Some(from.clone()),
            stored: stored.into(),
            rehash: rehash.map(Into::into),
            lifetime,
        });
        commands.push(Command::ChangePassword {
            username: alice(),
            from: from.clone(),
            stored: stored.into(),
            hash_password: "$new".into(),
            kept,
            access_lifetime: lifetime,
        });
    }
    commands
}

fn assert_kept(ledger: &Ledger) {
    let json = ledger.to_json().expect("is JSON");
    assert_eq!(read(&json).to_json().as_deref(), Ok(&*json));
    assert_eq!(ledger.is_empty(), ledger.next_look().is_none());
}

/// Around each date in it, and at the ends of time.
fn times(tree: &Value) -> Vec<i64> {
    let mut dates = vec![i64::MIN, 0, 1_700_000_000, i64::MAX];
    numbers(tree, &mut dates);
    dates.truncate(12);
    let around = |date: &i64| [-1, 0, 1].map(|off| date.saturating_add(off));
    let mut times: Vec<_> = dates.iter().flat_map(around).collect();
    times.sort_unstable();
    times.dedup();
    times
}

fn numbers(tree: &Value, found: &mut Vec<i64>) {
    match tree {
        Value::Number(number) => found.extend(number.as_i64()),
        Value::Array(items) => items.iter().for_each(|item| numbers(item, found)),
        Value::Object(members) => members.values().for_each(|item| numbers(item, found)),
        _ => {}
    }
}

/// Whether the token of the number and of `SECRET` is one of the session's, of
/// which it has not been longer than a day that it is over.
fn genuine(tree: &Value, number: u32, now: i64) -> bool {
    let sessions = tree["sessions"].as_array().expect("are a list");
    let bytes = |value: &Value| base64url::decode(value.as_str().expect("is a text"));
    let remembered = |session: &&Value| {
        let expires = session["expires"].as_i64().expect("is a date");
        expires.saturating_add(24 * 3600) > now
    };
    let mut sessions = sessions.iter().filter(remembered);
    let Some(session) = sessions.find(|session| bytes(&session["id"]).as_deref() == Some(&SESSION))
    else {
        return false;
    };
    let current = session["number"].as_u64().expect("is a number");
    let Some(steps) = current.checked_sub(number.into()) else {
        return false;
    };
    if steps > 1000 {
        return false;
    }
    let seed = bytes(&session["seed"]).expect("is a seed");
    let mut secret = SECRET.to_vec();
    for _ in 0..steps {
        let mac = Hmac::<Sha256>::new_from_slice(&seed).expect("a key has any length");
        secret = mac.chain_update(&secret).finalize().into_bytes().to_vec();
    }
    bytes(&session["current"]).as_deref() == Some(&Sha256::digest(&secret)[..])
}

/// Each look drops something, or writes what was to be written.
fn assert_ends(mut ledger: Ledger, mut now: i64) {
    let entries = ledger.to_json().expect("is JSON").matches('{').count();
    for _ in 0..=2 * entries {
        if let Some(write) = ledger.to_write() {
            ledger.wrote(write.version, true, now);
        }
        ledger.tidy(now);
        let Some(look) = ledger.next_look() else {
            return assert!(ledger.is_empty());
        };
        if look == i64::MAX {
            return;
        }
        assert!(look > now, "{look} after {now}");
        now = look;
    }
    panic!("it never ends: {}", ledger.to_json().expect("is JSON"));
}
