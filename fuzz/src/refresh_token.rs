//! Any text as a refresh token.

use portcullis::account::object::protocol::{Envelope, Refresh};
use portcullis::account::object::{AccountObject, Effect, Event};
use portcullis::account::{SessionPolicy, UnverifiedRefreshToken, Username};

use crate::oracle::base64url;

/// The text is read if and only if the oracle reads it, and is then written
/// unchanged. Its secret is not in the debug output. An account that has no session
/// refuses the token, however it was passed there.
pub fn check(data: &[u8]) {
    let text = String::from_utf8_lossy(data);
    let (token, parts) = match (UnverifiedRefreshToken::parse(&text), read(&text)) {
        (Ok(token), Some(parts)) => (token, parts),
        (Err(_), None) => return,
        (ours, theirs) => panic!("one reader accepts: {ours:?}, {theirs:?}"),
    };
    assert_eq!(token.to_string(), text);
    assert_eq!(token.username.as_str(), parts.username);
    assert_eq!(token.claim.session.to_string(), parts.session);
    assert_eq!(token.claim.number, parts.number);
    assert!(!format!("{token:?}").contains(parts.secret));

    let UnverifiedRefreshToken { username, claim } = token;
    let refresh = Refresh {
        claim,
        policy: SessionPolicy {
            lifetime: 2_592_000,
            access_lifetime: 3600,
            idle: None,
            valid_from: None,
        },
    };
    let json = serde_json::to_string(&Envelope::new(username, refresh)).expect("is JSON");
    let envelope = serde_json::from_str(&json).expect("was written here");
    let mut object = AccountObject::load(None).expect("is empty");
    let event = Event::Request { call: 1, envelope };
    let effects = object.handle(event, 1_700_000_000, &[0; 80]);
    let [Effect::Answer { answer, .. }] = &effects[..] else {
        panic!("{} effects", effects.len());
    };
    assert_eq!(answer.as_deref(), Ok(r#"{"Refused":"Unknown"}"#));
}

#[derive(Debug)]
struct Parts<'t> {
    username: String,
    session: &'t str,
    number: u32,
    secret: &'t str,
}

fn read(text: &str) -> Option<Parts<'_>> {
    let parts: Vec<_> = text.split('.').collect();
    let [name, session, number, secret] = parts[..] else {
        return None;
    };
    let username = String::from_utf8(base64url::decode(name)?).ok()?;
    // Other tests check the normalization; this check covers names that it does not change.
    let is_normal = Username::new(&username).is_ok_and(|normal| normal.as_str() == username);
    let of_length = |text, length| base64url::decode(text).is_some_and(|b| b.len() == length);
    let digits = !number.is_empty() && number.bytes().all(|digit| digit.is_ascii_digit());
    let canonical = digits && (number == "0" || !number.starts_with('0'));
    (text.len() <= 512 && is_normal && canonical && of_length(session, 16))
        .then_some(())
        .filter(|()| of_length(secret, 32))?;
    Some(Parts {
        username,
        session,
        number: number.parse().ok()?,
        secret,
    })
}
