//! Any text as the stored state of an account's object. The value that KV shows
//! can follow after a zero.

use portcullis::account::object::protocol::{
    Admit, Begin, CheckToken, Checked, Create, Envelope, Message, ReadUser, Refresh, RemoveUser,
    SignOut, UpdateUser,
};
use portcullis::account::object::{AccountObject, Effect, Event};
use portcullis::account::{
    AttemptLimits, ClientAddress, ClientDescription, SessionPolicy, StoredUser, TokenFacts,
    UnverifiedRefreshToken, UserId, Username,
};

use crate::oracle::base64url;

const SEED: &str = r#"{"id":1,"username":"alice","hash_password":"$old"}"#;
const POLICY: SessionPolicy = SessionPolicy {
    lifetime: 2_592_000,
    access_lifetime: 3600,
    idle: Some(86_400),
    valid_from: None,
};
/// The maximum number of bytes that an object stores for the longest value that it
/// accepts from KV.
const MAX_STATE: usize = 4 * StoredUser::MAX_LENGTH;

/// No event makes the object panic, at any time. Every stored state can be loaded
/// again, and its size is bounded by the size of the input.
pub fn check(data: &[u8]) {
    let text = String::from_utf8_lossy(data);
    let (state, shown) = text.split_once('\0').unwrap_or((&text, SEED));
    if AccountObject::load(Some(state)).is_err() {
        return;
    }
    for now in [i64::MIN, 0, 1_700_000_000, 1_700_086_400, i64::MAX] {
        for message in requests(shown) {
            let mut object = AccountObject::load(Some(state)).expect("was loaded before");
            let envelope = Box::new(Envelope {
                protocol: 2,
                username: alice(),
                message,
            });
            carry_out(
                &mut object,
                Event::Request { call: 1, envelope },
                now,
                text.len(),
            );
            carry_out(
                &mut object,
                Event::Alarm,
                now.saturating_add(3600),
                text.len(),
            );
        }
    }
}

/// Passes an event to the object, and the responses of a KV that returns and accepts
/// every value, for a bounded number of steps.
fn carry_out(object: &mut AccountObject, event: Event, now: i64, input: usize) {
    let mut events = vec![event];
    for _ in 0..8 {
        let Some(event) = events.pop() else { return };
        for effect in object.handle(event, now, &[3; 80]) {
            match effect {
                Effect::Store(state) => {
                    assert!(AccountObject::load(Some(&state)).is_ok(), "{state}");
                    assert!(state.len() <= input.saturating_mul(4) + MAX_STATE);
                }
                Effect::Write { step, .. } => events.push(Event::Written { step, took: true }),
                Effect::Read { step, .. } => events.push(Event::Read {
                    step,
                    value: Ok(Some(SEED.into())),
                }),
                Effect::Ask { question, .. } => events.push(Event::Answered {
                    question,
                    answer: Ok(r#""Claimed""#.into()),
                }),
                Effect::Answer { .. } | Effect::Delete | Effect::SetAlarm(_) => {}
            }
        }
    }
}

fn alice() -> Username {
    Username::new("alice").expect("is a name")
}

fn requests(shown: &str) -> Vec<Message> {
    let from = ClientAddress::parse("2001:db8::1").id_for(&alice(), b"secret");
    let shown = Some(String::from(shown));
    let encode = base64url::encode;
    let token = format!(
        "{}.{}.1.{}",
        encode(b"alice"),
        encode(&[1; 16]),
        encode(&[7; 32])
    );
    let claim = UnverifiedRefreshToken::parse(&token).expect("is one").claim;
    let limits = AttemptLimits {
        per_address: 10,
        per_account: 100,
        window: 900,
    };
    let token = TokenFacts {
        id: UserId::new(1).expect("is a number"),
        session: None,
        issued_at: Some(1_700_000_000.0),
        expires_at: 1_700_003_600,
    };
    vec![
        Begin {
            from: from.clone(),
            limits,
            token: None,
        }
        .into(),
        Admit {
            from,
            checked: Checked::Shown,
            shown: shown.clone(),
            rehash: Some("$now".into()),
            policy: POLICY,
            client: ClientDescription::default(),
        }
        .into(),
        Refresh {
            claim,
            policy: POLICY,
        }
        .into(),
        CheckToken { token }.into(),
        Create {
            by_operator: true,
            hash_password: String::new(),
            phone: String::new(),
            id: Some(UserId::MAX),
            imported_hash: None,
            shown: shown.clone(),
        }
        .into(),
        ReadUser {
            shown: shown.clone(),
        }
        .into(),
        UpdateUser {
            phone: Some("1".into()),
            hash_password: Some("$new".into()),
            disabled: Some(true),
            imported_hash: None,
            shown: shown.clone(),
        }
        .into(),
        SignOut {
            shown: shown.clone(),
        }
        .into(),
        RemoveUser { shown }.into(),
    ]
}
