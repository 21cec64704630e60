use core::time::Duration;

use portcullis::error::{Malformation, TokenError};
use portcullis::token::{MAX_LENGTH, Policy, UnverifiedToken};

use super::{VALID, malformation};
use crate::support::*;

#[test]
fn duplicate_members_are_refused_at_every_depth_in_every_spelling() {
    for header in [
        r#"{"alg":"none","alg":"HS256"}"#,
        r#"{"alg":"HS256","\u0061lg":"none"}"#,
        r#"{"alg":"HS256","kid":"a","kid":"a"}"#,
        r#"{"alg":"HS256","x":[{"y":1,"y":1}]}"#,
    ] {
        assert_eq!(
            malformation(&sign(header, VALID)),
            Malformation::Json,
            "{header}"
        );
    }
    for payload in [
        r#"{"exp":1,"exp":1700000900}"#,
        r#"{"exp":1700000900,"\u0065xp":1}"#,
        r#"{"exp":1700000900,"a":{"b":{"c":1,"\u0063":2}}}"#,
        r#"{"exp":1700000900,"":1,"":2}"#,
    ] {
        assert_eq!(malformation(&claims(payload)), Malformation::Json);
    }
}

#[test]
fn padding_white_space_the_other_alphabet_and_trailing_bits_are_refused() {
    let (header, payload) = (base64url(HEADER), base64url(VALID));
    let token = sign_parts(&header, &payload);
    assert!(verify(&token).is_ok());
    let other_alphabet = base64url(r#"{"sub":"?>~","exp":1700000900}"#).replace('_', "/");
    assert!(other_alphabet.contains('/'));
    let bent = [
        // Each text is signed as it is.
        sign_parts(&format!("{header}="), &payload),
        sign_parts(&header, &format!("{payload}==")),
        sign_parts(&format!(" {header}"), &payload),
        sign_parts(&header, &format!("{payload}\n")),
        sign_parts(&header, &other_alphabet),
        // `e30` is `{}`, and so would `e31` be if a decoder dropped its extra bits.
        sign_parts(&header, "e31"),
        // After a valid signature.
        format!("{token}="),
        format!("{token} "),
        format!("{token}\n"),
        format!("{token}\u{0}"),
        format!("\u{feff}{token}"),
    ];
    for token in &bent {
        assert_eq!(malformation(token), Malformation::Base64, "{token:?}");
    }
}

#[test]
fn a_signature_that_is_removed_or_truncated_is_refused_cve_2020_28042() {
    let token = claims(VALID);
    let (body, signature) = token.rsplit_once('.').unwrap();
    assert_eq!(malformation(body), Malformation::Parts);
    // Every length except the right one.
    let bytes = from_base64url(signature);
    for length in (0..bytes.len()).chain([33, 48, 64]) {
        let mut cut = bytes.clone();
        cut.resize(length, 0);
        assert_eq!(
            verify(&format!("{body}.{}", base64url(cut))).unwrap_err(),
            TokenError::SignatureInvalid,
            "{length}"
        );
    }
}

#[test]
fn work_on_oversized_tokens_and_thousands_of_dots_is_bounded_cve_2025_30204_cve_2025_27144() {
    let dots = ".".repeat(10_000_000);
    let letters = "A".repeat(10_000_000);
    for long in [&dots, &letters] {
        assert_eq!(malformation(long), Malformation::TooLong);
        assert_eq!(
            UnverifiedToken::parse(long).unwrap_err(),
            TokenError::Malformed(Malformation::TooLong)
        );
    }
    // Below the cap, and without a cap, the reader looks at three dots at most.
    assert_eq!(malformation(&".".repeat(MAX_LENGTH)), Malformation::Parts);
    let uncapped = Policy {
        max_token_length: usize::MAX,
        ..Policy::default()
    };
    assert_eq!(
        verify_with(&dots, uncapped).unwrap_err(),
        TokenError::Malformed(Malformation::Parts)
    );
}

#[test]
fn a_json_serialization_in_place_of_the_compact_form_is_refused_cve_2022_39227() {
    let token = claims(VALID);
    let parts: Vec<_> = token.split('.').collect();
    let (header, payload, signature) = (parts[0], parts[1], parts[2]);
    for text in [
        format!(r#"{{"payload":"{payload}","protected":"{header}","signature":"{signature}"}}"#),
        format!(
            r#"{{"payload":"{payload}","signatures":[{{"protected":"{header}","signature":"{signature}"}}]}}"#
        ),
        // Both at once: the valid token hidden in text that parses as JSON.
        format!(
            r#"{{"  {header}.{}.":"","protected":"{header}","payload":"{payload}","signature":"{signature}"}}"#,
            base64url(r#"{"sub":"admin"}"#)
        ),
    ] {
        assert_eq!(code(verify(&text)), "token_malformed", "{text}");
        assert!(UnverifiedToken::parse(&text).is_err());
    }
}

#[test]
fn bad_utf_8_a_byte_order_mark_and_trailing_bytes_are_refused() {
    for part in [
        b"{\"exp\":1700000900,\"x\":\"\xff\"}".as_slice(),
        b"{\"exp\":1700000900,\"x\":\"\xc0\xaf\"}",
        b"{\"exp\":1700000900,\"x\":\"\xed\xa0\x80\"}",
        b"\xef\xbb\xbf{\"exp\":1700000900}",
        b"{\"exp\":1700000900}\0",
        b"{\"exp\":1700000900}{}",
        b"{\"exp\":1700000900} x",
        b"",
    ] {
        assert_eq!(malformation(&sign(HEADER, part)), Malformation::Json);
        let header = [part, b""].concat();
        assert_eq!(malformation(&sign(&header, VALID)), Malformation::Json);
    }
}

#[test]
fn deep_nesting_is_refused_without_exhausting_the_stack() {
    let uncapped = || Policy {
        max_token_length: usize::MAX,
        ..Policy::default()
    };
    for (open, close) in [("[", "]"), ("{\"a\":", "}"), ("[{\"a\":", "}]")] {
        for depth in [40, 3_000_000] {
            let nested = format!("{}1{}", open.repeat(depth), close.repeat(depth));
            let payload = format!(r#"{{"exp":1700000900,"x":{nested}}}"#);
            let header = format!(r#"{{"alg":"HS256","x":{nested}}}"#);
            // Closed or not, in either part.
            for token in [
                claims(&payload),
                claims(&open.repeat(depth)),
                sign(&header, VALID),
            ] {
                assert_eq!(
                    verify_with(&token, uncapped()).unwrap_err(),
                    TokenError::Malformed(Malformation::Json)
                );
            }
        }
    }
}

#[test]
fn a_wrong_signature_gives_one_error_whatever_else_is_wrong_cve_2024_51744() {
    for payload in [
        VALID,
        r#"{"exp":1}"#,
        r#"{"exp":"x"}"#,
        r#"{"exp":1700000900,"nbf":1800000000}"#,
        r#"{"exp":1,"exp":2}"#,
        "{}",
        "[]",
        "\u{0}",
        "",
    ] {
        let token = claims(payload);
        let body = token.rsplit_once('.').unwrap().0;
        for signature in [base64url([0; 32]), String::new()] {
            assert_eq!(
                verify(&format!("{body}.{signature}")).unwrap_err(),
                TokenError::SignatureInvalid,
                "{payload}"
            );
        }
    }
    // Claims that are not base64url make no difference either.
    let forged = format!("{}.!.{}", base64url(HEADER), base64url([0; 32]));
    assert_eq!(verify(&forged).unwrap_err(), TokenError::SignatureInvalid);
    // Reading without a key ignores signatures, and its name says so.
    let unverified = UnverifiedToken::parse(&claims(VALID)).unwrap();
    assert!(unverified.inspect(at(NOW), Duration::ZERO).is_ok());
}

/// A separate measurement shows that the time does not depend on the position of the first
/// difference. This test shows that the comparison includes every position.
#[test]
fn a_mac_that_differs_in_any_one_bit_is_refused() {
    let token = claims(VALID);
    let (body, signature) = token.rsplit_once('.').unwrap();
    let bytes = from_base64url(signature);
    for bit in 0..bytes.len() * 8 {
        let mut changed = bytes.clone();
        changed[bit / 8] ^= 1 << (bit % 8);
        assert_eq!(
            verify(&format!("{body}.{}", base64url(changed))).unwrap_err(),
            TokenError::SignatureInvalid,
            "bit {bit}"
        );
    }
}
