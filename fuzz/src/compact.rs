//! Any text as an unverified token.

use portcullis::token::{MAX_LENGTH, UnverifiedToken};

use crate::oracle::header::Header;
use crate::oracle::json::Tree;
use crate::oracle::{base64url, dates, json};

/// The oracle accepts every accepted text, which encodes to itself. Both refuse a
/// refused text as malformed. The times reported for an accepted token are those
/// of its dates.
pub fn check(data: &[u8]) {
    let text = String::from_utf8_lossy(data);
    let Some(expected) = read(&text) else {
        return;
    };
    let token = match (UnverifiedToken::parse(&text), &expected) {
        (Ok(token), Some(_)) => token,
        (Err(error), None) => return assert_eq!(error.code(), "token_malformed"),
        (ours, theirs) => panic!("one reader accepts: {ours:?}, {theirs:?}"),
    };
    let (header, claims) = expected.expect("was just seen");
    let header = Header::read(&header).expect("was just seen");
    dates::assert_inspected(&token, header, &claims);
    let parts: Vec<_> = text.split('.').collect();
    let json = token.json();
    assert_eq!(base64url::encode(json.header().as_bytes()), parts[0]);
    assert_eq!(base64url::encode(json.claims().as_bytes()), parts[1]);
}

/// Header and claims of a token. The inner `None` means that the text is not a token;
/// the outer `None` means that the oracle has no result.
fn read(text: &str) -> Option<Option<(Tree, Tree)>> {
    let Some((header, claims)) = parts(text) else {
        return Some(None);
    };
    let (header, claims) = (json::agreed_bytes(&header)?, json::agreed_bytes(&claims)?);
    let object = |tree: &Tree| tree.members().is_some();
    let (Some(header), Some(claims)) = (header.filter(object), claims.filter(object)) else {
        return Some(None);
    };
    Some(Header::read(&header).is_some().then_some((header, claims)))
}

fn parts(text: &str) -> Option<(Vec<u8>, Vec<u8>)> {
    let parts: Vec<_> = text.split('.').collect();
    let [header, claims, signature] = parts[..] else {
        return None;
    };
    base64url::decode(signature)?;
    let parts = (base64url::decode(header)?, base64url::decode(claims)?);
    (text.len() <= MAX_LENGTH).then_some(parts)
}
