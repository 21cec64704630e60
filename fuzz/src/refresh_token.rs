//! Any text as a refresh token.

use portcullis::account::{Answer, Command, Ledger, UnverifiedRefreshToken, Username};

use crate::oracle::base64url;

/// It is read if and only if the oracle reads it, and then written as it was;
/// its secret is not shown; and an account that has no session refuses it,
/// however it was carried there.
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
    let name = serde_json::to_string(&username).expect("is a name");
    let command = Command::Refresh {
        username,
        claim,
        stored: Some(format!(
            r#"{{"id":1,"username":{name},"hash_password":""}}"#
        )),
        access_lifetime: 3600,
    };
    let json = serde_json::to_string(&command).expect("is JSON");
    let carried = serde_json::from_str(&json).expect("was written here");
    let mut ledger = Ledger::default();
    let answer = ledger.apply(carried, 1_700_000_000, &[0; 80]);
    assert!(matches!(answer, Answer::Refused { .. }));
    assert_eq!(format!("{answer:?}"), "Unknown");
    assert!(ledger.is_empty());
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
    // What is normal is for others to say; this is what it does not change.
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
