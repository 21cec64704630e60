use portcullis::error::{Malformation, TokenError};
use portcullis::token::{MAX_LENGTH, Policy};

use crate::support::*;

const VALID: &str = r#"{"sub":"a","exp":1700000900}"#;

fn malformation(token: &str) -> Malformation {
    match verify(token).unwrap_err() {
        TokenError::Malformed(what) => what,
        other => panic!("not malformed: {other:?}"),
    }
}

#[test]
fn a_token_signed_by_another_library_is_verified() {
    let token = verify(&claims(VALID)).unwrap();
    assert_eq!(token.json().claims(), VALID);
    assert_eq!(token.json().header(), HEADER);
}

#[test]
fn one_two_four_and_five_parts_are_refused() {
    let token = claims(VALID);
    let two = token.rsplit_once('.').unwrap().0;
    for wrong in [
        "",
        ".",
        "abc",
        two,
        &format!("{token}."),
        &format!("{token}.x"),
        &format!("{token}.x.y"),
    ] {
        assert_eq!(malformation(wrong), Malformation::Parts, "{wrong}");
    }
    // The empty header of two dots is not JSON.
    assert_eq!(malformation(".."), Malformation::Json);
}

#[test]
fn a_token_over_the_cap_is_refused_before_it_is_parsed() {
    let dots = ".".repeat(MAX_LENGTH + 1);
    assert_eq!(malformation(&dots), Malformation::TooLong);
    let filler = "x".repeat(MAX_LENGTH);
    let long = claims(&format!(r#"{{"exp":1700000900,"x":"{filler}"}}"#));
    assert_eq!(malformation(&long), Malformation::TooLong);
    let policy = Policy {
        max_token_length: long.len(),
        ..Policy::default()
    };
    assert!(verify_with(&long, policy).is_ok());
}

#[test]
fn padding_white_space_and_the_other_alphabet_are_refused_even_if_signed() {
    let (header, payload) = (
        base64url(HEADER),
        base64url(r#"{"sub":"?>~","exp":1700000900}"#),
    );
    assert!(verify(&sign_parts(&header, &payload)).is_ok());
    for (header, payload) in [
        (format!("{header}="), payload.clone()),
        (format!("{header}\n"), payload.clone()),
        (format!(" {header}"), payload.clone()),
        (header.clone(), format!("{payload}==")),
        (header.clone(), format!("{payload} ")),
    ] {
        let token = sign_parts(&header, &payload);
        assert_eq!(malformation(&token), Malformation::Base64, "{token:?}");
    }
    let other_alphabet = sign_parts(&header, "eyJzdWIiOiI/Pn4iLCJleHAiOjE3MDAwMDA5MDB9+/");
    assert_eq!(malformation(&other_alphabet), Malformation::Base64);
}

#[test]
fn bits_after_the_last_byte_are_refused_even_if_signed() {
    // `e30` is `{}`; `e31` is the same with a bit left over.
    let header = base64url(HEADER);
    assert_eq!(
        malformation(&sign_parts(&header, "e31")),
        Malformation::Base64
    );
}

#[test]
fn a_signature_that_is_not_canonical_is_refused() {
    let token = claims(VALID);
    assert_eq!(malformation(&format!("{token}=")), Malformation::Base64);
    assert_eq!(malformation(&format!("{token} ")), Malformation::Base64);
    // 32 bytes leave two bits in the last digit.
    let (body, last) = token.split_at(token.len() - 1);
    let alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    let next = alphabet.find(last).unwrap() + 1;
    let wrong = format!("{body}{}", &alphabet[next..=next]);
    assert_eq!(malformation(&wrong), Malformation::Base64);
}

#[test]
fn a_signature_that_is_missing_truncated_or_extended_is_wrong() {
    let token = claims(VALID);
    let (body, signature) = token.rsplit_once('.').unwrap();
    for signature in [
        "",
        &signature[..40],
        &format!("{signature}AAAA").replace(signature, &base64url([0; 35])),
        &base64url([1; 64]),
        &base64url(vec![1; 3000]),
    ] {
        let wrong = format!("{body}.{signature}");
        assert_eq!(code(verify(&wrong)), "token_signature_invalid");
    }
}

#[test]
fn a_wrong_signature_is_reported_whatever_else_is_wrong() {
    for payload in [
        r#"{"exp":1}"#,
        r#"{"exp":"x"}"#,
        "[]",
        "not json",
        r#"{"a":1,"a":2}"#,
    ] {
        let token = claims(payload);
        let forged = format!(
            "{}.{}",
            token.rsplit_once('.').unwrap().0,
            base64url([0; 32])
        );
        assert_eq!(
            code(verify(&forged)),
            "token_signature_invalid",
            "{payload}"
        );
    }
}

#[test]
fn a_payload_that_is_not_exactly_one_object_is_refused() {
    for payload in [
        "",
        "[]",
        "1",
        "null",
        "\"x\"",
        "{}x",
        "{} {}",
        "{",
        r#"{"a":1,}"#,
    ] {
        let token = claims(payload);
        assert_eq!(malformation(&token), Malformation::Json, "{payload}");
    }
    let invalid_utf8 = sign(HEADER, b"{\"exp\":1700000900,\"x\":\"\xff\"}");
    assert_eq!(malformation(&invalid_utf8), Malformation::Json);
    let byte_order_mark = claims("\u{feff}{\"exp\":1700000900}");
    assert_eq!(malformation(&byte_order_mark), Malformation::Json);
}

#[test]
fn the_json_serialization_is_refused() {
    let flattened = r#"{"payload":"e30","protected":"e30","signature":""}"#;
    assert_eq!(malformation(flattened), Malformation::Parts);
}

#[test]
fn no_error_contains_any_part_of_the_token() {
    let secret_claim = "do-not-repeat-me";
    for payload in [
        format!(r#"{{"exp":"{secret_claim}"}}"#),
        format!(r#"{{"exp":1,"iss":"{secret_claim}"}}"#),
        format!(r#"{{"exp":1700000900,"{secret_claim}":1,"{secret_claim}":2}}"#),
    ] {
        let error = verify(&claims(&payload)).unwrap_err();
        assert!(!format!("{error} {error:?}").contains(secret_claim));
    }
}
