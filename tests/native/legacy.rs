use jwt_compact::alg::{Hs256, Hs256Key, Hs384, Hs384Key, Hs512, Hs512Key};
use jwt_compact::{Algorithm as _, AlgorithmSignature as _};
use portcullis::error::{ClaimProblem, KeyProblem, Malformation, TokenError};
use portcullis::key::{Algorithm, SecretKey};
use portcullis::time::UnixTime;
use portcullis::token::legacy::{LegacyVerifier, Refusal, VerifiedLegacyToken};
use portcullis::token::{MAX_LENGTH, Policy, Verifier};
use serde_json::{Value, json};

use crate::support::*;

/// Written by itsdangerous 2.0.1: secret `secret-key`, 600 seconds from
/// 1600000000 on, payload `{"id":1}`.
const HS512: &str = "eyJhbGciOiJIUzUxMiIsImlhdCI6MTYwMDAwMDAwMCwiZXhwIjoxNjAwMDAwNjAwfQ.eyJpZCI6MX0.iWFeoOg2VrMlFjE8FBkSLZ3j13XQfHnDB2dhPoVlu0rOmjk9pSYliocPSvbBPOtx66VEvQx6CSqhE8KfsHRqBg";
const HS384: &str = "eyJhbGciOiJIUzM4NCIsImlhdCI6MTYwMDAwMDAwMCwiZXhwIjoxNjAwMDAwNjAwfQ.eyJpZCI6MX0.TKRxrDZghx0v9TXdc5Q3qB1X3ZQddUw4QUGQr07FdpjLm2FCrUCIO9KztqjiJV64";
const HS256: &str = "eyJhbGciOiJIUzI1NiIsImlhdCI6MTYwMDAwMDAwMCwiZXhwIjoxNjAwMDAwNjAwfQ.eyJpZCI6MX0.R5cUM-8JsQL5USi3Nfhm0_k2sC0SxOIfVpcc5adK5m0";
/// The same with the salt `login`.
const HS512_SALTED: &str = "eyJhbGciOiJIUzUxMiIsImlhdCI6MTYwMDAwMDAwMCwiZXhwIjoxNjAwMDAwNjAwfQ.eyJpZCI6MX0.eqzG2X5HQlE6a0ZM7qJVU9swCffRZfT3DkkrzsB8DiTzqdCTVd-GNKJCshY8bLO43HyaaNqo_e-zcIaCYnvsOw";
const ISSUED: i64 = 1_600_000_000;
const LAST: i64 = ISSUED + 600;
const KEY: &str = "secret-key";

fn legacy(algorithm: Algorithm) -> LegacyVerifier {
    LegacyVerifier::new(algorithm, &[KEY], None).unwrap()
}

fn salted(salt: &str) -> LegacyVerifier {
    LegacyVerifier::new(Algorithm::Hs512, &[KEY], Some(salt.as_bytes())).unwrap()
}

/// Signed with `KEY` as HS512, whatever the parts are.
fn sign_parts_512(header: &str, payload: &str) -> String {
    let input = format!("{header}.{payload}");
    let signature = Hs512.sign(&Hs512Key::new(KEY), input.as_bytes());
    format!("{input}.{}", base64url(signature.as_bytes()))
}

fn sign_512(header: impl AsRef<[u8]>, payload: impl AsRef<[u8]>) -> String {
    sign_parts_512(&base64url(header), &base64url(payload))
}

/// At `ISSUED`, with HS512.
fn judge(token: &str) -> Result<VerifiedLegacyToken, TokenError> {
    legacy(Algorithm::Hs512).verify(token, at(ISSUED))
}

/// A right token but for what stands in the header beside `alg`.
fn with_header(members: &str) -> Result<VerifiedLegacyToken, TokenError> {
    judge(&sign_512(
        format!(r#"{{"alg":"HS512"{members}}}"#),
        r#"{"id":1}"#,
    ))
}

fn with_payload(payload: impl AsRef<[u8]>) -> Result<VerifiedLegacyToken, TokenError> {
    judge(&sign_512(
        format!(r#"{{"alg":"HS512","exp":{LAST}}}"#),
        payload,
    ))
}

#[test]
fn known_answers_of_itsdangerous_are_verified() {
    for (algorithm, token) in [
        (Algorithm::Hs512, HS512),
        (Algorithm::Hs384, HS384),
        (Algorithm::Hs256, HS256),
    ] {
        let verified = legacy(algorithm).verify(token, at(ISSUED)).unwrap();
        assert_eq!(
            verified.header_json(),
            format!(r#"{{"alg":"{algorithm}","iat":1600000000,"exp":1600000600}}"#)
        );
        assert_eq!(verified.payload_json(), r#"{"id":1}"#);
        assert_eq!(verified.payload::<Value>().unwrap(), json!({"id": 1}));
        assert_eq!(verified.issued_at(), Some(at(ISSUED)));
        assert_eq!(verified.expires_at(), at(LAST));
    }
}

#[test]
fn a_salt_derives_the_key_as_itsdangerous_does() {
    assert!(salted("login").verify(HS512_SALTED, at(ISSUED)).is_ok());
    // The key that is derived, as HMAC's own key.
    let derived: Vec<u8> = (0..40)
        .step_by(2)
        .map(|i| {
            let hex = "eee7b49f69b5f6e57ebec4fc0e06690db3336840";
            u8::from_str_radix(&hex[i..i + 2], 16).unwrap()
        })
        .collect();
    let unsalted = LegacyVerifier::new(Algorithm::Hs512, &[derived], None).unwrap();
    assert!(unsalted.verify(HS512_SALTED, at(ISSUED)).is_ok());
    for (verifier, token) in [
        (salted("login"), HS512),
        (salted("Login"), HS512_SALTED),
        (salted(""), HS512_SALTED),
        (legacy(Algorithm::Hs512), HS512_SALTED),
    ] {
        assert_eq!(
            code(verifier.verify(token, at(ISSUED))),
            "token_signature_invalid"
        );
    }
}

#[test]
fn an_empty_salt_is_not_the_same_as_none() {
    assert_eq!(
        code(salted("").verify(HS512, at(ISSUED))),
        "token_signature_invalid"
    );
    // SHA1("signer" || "secret-key")
    let key = [
        0xad, 0xf2, 0xda, 0xcd, 0xfa, 0x92, 0xfc, 0xee, 0x14, 0x41, 0x86, 0x14, 0x45, 0x96, 0xd5,
        0xcb, 0x22, 0xb1, 0xf8, 0x59,
    ];
    let input = HS512.rsplit_once('.').unwrap().0;
    let signature = Hs512.sign(&Hs512Key::new(key), input.as_bytes());
    let token = format!("{input}.{}", base64url(signature.as_bytes()));
    assert!(salted("").verify(&token, at(ISSUED)).is_ok());
}

#[test]
fn every_secret_of_the_list_verifies_and_no_other() {
    let list = |secrets: &[&str]| LegacyVerifier::new(Algorithm::Hs512, secrets, None).unwrap();
    for secrets in [
        &["older", KEY] as &[&str],
        &[KEY, "newer"],
        &["oldest", KEY, "newest"],
    ] {
        assert!(list(secrets).verify(HS512, at(ISSUED)).is_ok());
    }
    assert_eq!(
        code(list(&["older", "newer"]).verify(HS512, at(ISSUED))),
        "token_signature_invalid"
    );
}

#[test]
fn a_short_secret_verifies_and_an_empty_one_does_not() {
    let header = format!(r#"{{"alg":"HS256","exp":{LAST}}}"#);
    let input = format!("{}.{}", base64url(header), base64url("null"));
    let signature = Hs256.sign(&Hs256Key::new("k"), input.as_bytes());
    let token = format!("{input}.{}", base64url(signature.as_bytes()));
    let short = LegacyVerifier::new(Algorithm::Hs256, &["k"], None).unwrap();
    assert_eq!(
        short.verify(&token, at(ISSUED)).unwrap().payload_json(),
        "null"
    );

    let none: &[&str] = &[];
    for secrets in [none, &[""], &["", KEY], &[KEY, ""]] {
        for salt in [None, Some(b"login".as_slice())] {
            let refused = LegacyVerifier::new(Algorithm::Hs256, secrets, salt).unwrap_err();
            assert_eq!(refused.code(), "key_invalid");
        }
    }
    assert_eq!(
        LegacyVerifier::new(Algorithm::Hs256, none, None).unwrap_err(),
        TokenError::KeyInvalid(KeyProblem::Set)
    );
}

#[test]
fn the_second_of_the_expiry_is_the_last_one() {
    let verifier = legacy(Algorithm::Hs512);
    let exactly = |seconds| UnixTime::from_seconds_f64(seconds).unwrap();
    for now in [0.0, 1_600_000_599.0, 1_600_000_600.0, 1_600_000_600.999] {
        assert!(verifier.verify(HS512, exactly(now)).is_ok(), "{now}");
    }
    for now in [1_600_000_601.0, 1_600_000_601.5, 8_640_000_000_000.0] {
        assert_eq!(
            verifier.verify(HS512, exactly(now)),
            Err(TokenError::Expired {
                expired_at: at(LAST)
            }),
            "{now}"
        );
    }
}

#[test]
fn a_fraction_of_the_expiry_is_cut_off_as_there() {
    let verifier = legacy(Algorithm::Hs512);
    let token = sign_512(r#"{"alg":"HS512","exp":1600000600.999}"#, "1");
    assert_eq!(
        verifier.verify(&token, at(LAST)).unwrap().expires_at(),
        at(LAST)
    );
    assert_eq!(
        verifier.verify(&token, at(LAST + 1)),
        Err(TokenError::Expired {
            expired_at: at(LAST)
        })
    );
}

#[test]
fn the_expiry_in_the_header_must_be_a_number_that_is_not_negative() {
    let exp = |problem| TokenError::ClaimInvalid {
        claim: "exp".into(),
        problem,
    };
    for value in [
        "null",
        "true",
        "\"1600000600\"",
        "[]",
        "{}",
        "-1",
        "-0.5",
        "1e300",
        "8640000000001",
    ] {
        assert_eq!(
            with_header(&format!(r#","exp":{value}"#)),
            Err(exp(ClaimProblem::Malformed)),
            "{value}"
        );
    }
    assert_eq!(with_header(""), Err(exp(ClaimProblem::Missing)));
    assert_eq!(
        with_header(r#","iat":1600000000"#),
        Err(exp(ClaimProblem::Missing))
    );
    assert_eq!(code(with_header(r#","exp":0"#)), "token_expired");
}

#[test]
fn the_date_of_issue_may_lie_ahead_or_be_missing_but_not_be_malformed() {
    let ahead = with_header(&format!(r#","exp":{LAST},"iat":1700000000"#)).unwrap();
    assert_eq!(ahead.issued_at(), Some(at(1_700_000_000)));
    let missing = with_header(&format!(r#","exp":{LAST}"#)).unwrap();
    assert_eq!(missing.issued_at(), None);
    let text = with_header(&format!(r#","exp":{LAST},"iat":"now""#));
    assert_eq!(refused_claim(text), "iat");
}

#[test]
fn the_payload_is_any_json_value_and_strict_json() {
    for payload in ["null", "true", "1", "\"x\"", "[1,{}]", "{}", "{\"é\":1}"] {
        assert_eq!(with_payload(payload).unwrap().payload_json(), payload);
    }
    for payload in [
        "",
        "{",
        "1 2",
        "NaN",
        r#"{"a":1,"a":2}"#,
        r#"[{"a":1,"\u0061":2}]"#,
        "\u{feff}1",
    ] {
        assert_eq!(
            with_payload(payload),
            Err(TokenError::Malformed(Malformation::Json)),
            "{payload}"
        );
    }
    let no_utf8 = with_payload(b"\"\xff\"");
    assert_eq!(no_utf8, Err(TokenError::Malformed(Malformation::Json)));
    let no_number = with_payload("[]").unwrap().payload::<u64>();
    assert_eq!(code(no_number), "token_claim_invalid");
}

#[test]
fn a_header_that_could_be_read_in_two_ways_is_refused() {
    for members in [
        r#","exp":1,"exp":1600000600"#,
        r#","exp":1,"\u0065xp":1600000600"#,
        r#","alg":"HS256","exp":1600000600"#,
        r#","exp":1600000600,"crit":["x"]"#,
        r#","exp":1600000600,"crit":[]"#,
        r#","exp":1600000600,"b64":false"#,
    ] {
        assert_eq!(code(with_header(members)), "token_malformed", "{members}");
    }
    // What the application put there itself is no matter.
    assert!(with_header(r#","exp":1600000600,"kid":"k1","typ":"JWT","x":[1]"#).is_ok());
}

#[test]
fn alg_none_is_refused_with_and_without_a_signature() {
    for alg in ["none", "None", "NONE"] {
        let header = format!(r#"{{"alg":"{alg}","exp":{LAST}}}"#);
        let signed = sign_512(&header, r#"{"id":1}"#);
        assert_eq!(code(judge(&signed)), "token_algorithm_not_allowed");
        let unsigned = format!("{}.{}.", base64url(&header), base64url(r#"{"id":1}"#));
        assert_eq!(code(judge(&unsigned)), "token_signature_invalid");
    }
}

#[test]
fn a_token_of_another_algorithm_is_refused() {
    for (algorithm, token) in [
        (Algorithm::Hs256, HS512),
        (Algorithm::Hs384, HS512),
        (Algorithm::Hs512, HS384),
    ] {
        let refused = legacy(algorithm).verify(token, at(ISSUED));
        assert_eq!(code(refused), "token_signature_invalid");
    }
    // With the right signature of the configured one, the name counts.
    let misnamed = sign_512(format!(r#"{{"alg":"HS256","exp":{LAST}}}"#), "1");
    assert_eq!(code(judge(&misnamed)), "token_algorithm_not_allowed");
    let header = base64url(format!(r#"{{"alg":"HS512","exp":{LAST}}}"#));
    let input = format!("{header}.{}", base64url("1"));
    let tag = Hs384.sign(&Hs384Key::new(KEY), input.as_bytes());
    let misnamed = format!("{input}.{}", base64url(tag.as_bytes()));
    let refused = legacy(Algorithm::Hs384).verify(&misnamed, at(ISSUED));
    assert_eq!(code(refused), "token_algorithm_not_allowed");
}

#[test]
fn a_part_that_is_padded_or_not_canonical_is_refused() {
    let header = base64url(format!(r#"{{"alg":"HS512","exp":{LAST}}}"#));
    let payload = base64url("[1]");
    assert!(judge(&sign_parts_512(&header, &payload)).is_ok());
    for (header, payload) in [
        (format!("{header}="), payload.clone()),
        (header.clone(), format!("{payload}=")),
        (header.clone(), format!("{payload} ")),
        (header.clone(), "WzFdCh".into()),
    ] {
        let token = sign_parts_512(&header, &payload);
        assert_eq!(
            judge(&token),
            Err(TokenError::Malformed(Malformation::Base64)),
            "{token}"
        );
    }
    // 64 bytes end in a digit of two bits: `g` is `gA…`, `h` has a bit over.
    let loose = format!("{}h", HS512.strip_suffix('g').unwrap());
    for token in [&format!("{HS512}=="), &format!("{HS512}\n"), &loose] {
        assert_eq!(
            judge(token),
            Err(TokenError::Malformed(Malformation::Base64)),
            "{token:?}"
        );
    }
}

#[test]
fn there_are_three_parts_and_a_cap() {
    let two = HS512.rsplit_once('.').unwrap().0;
    for token in ["", "abc", two, &format!("{HS512}."), &format!("{HS512}.x")] {
        assert_eq!(
            judge(token),
            Err(TokenError::Malformed(Malformation::Parts)),
            "{token}"
        );
    }
    let long = with_payload(format!("\"{}\"", "x".repeat(MAX_LENGTH)));
    assert_eq!(long, Err(TokenError::Malformed(Malformation::TooLong)));
}

#[test]
fn overdue_is_said_only_when_nothing_else_is_wrong() {
    let refusal = |token: &str| Refusal::from(&judge(token).unwrap_err());
    let over = r#"{"alg":"HS512","iat":1,"exp":2}"#;
    let overdue = sign_512(over, r#"{"id":1}"#);
    assert_eq!(refusal(&overdue), Refusal::Overdue);
    assert_eq!(refusal(&overdue).as_str(), "token be overdue");
    let forged = format!(
        "{}.{}",
        overdue.rsplit_once('.').unwrap().0,
        base64url([0; 64])
    );
    for (token, wrong) in [
        (forged, "token_signature_invalid"),
        (sign_512(over, "{"), "token_malformed"),
        (
            sign_512(r#"{"alg":"HS256","exp":2}"#, "1"),
            "token_algorithm_not_allowed",
        ),
        (
            sign_512(r#"{"alg":"HS512","iat":"x","exp":2}"#, "1"),
            "token_claim_invalid",
        ),
        (
            sign_512(r#"{"alg":"HS512","exp":2,"crit":["x"]}"#, "1"),
            "token_malformed",
        ),
    ] {
        assert_eq!(code(judge(&token)), wrong, "{token}");
        assert_eq!(refusal(&token), Refusal::Incorrect, "{token}");
        assert_eq!(refusal(&token).as_str(), "token incorrect");
    }
}

#[test]
fn a_wrong_signature_is_said_whatever_header_and_payload_are() {
    for (header, payload) in [
        ("{", "1"),
        (r#"{"alg":"none"}"#, "1"),
        (r#"{"alg":"HS512","exp":1}"#, "1"),
        (r#"{"alg":"HS512"}"#, "{"),
    ] {
        let token = sign_512(header, payload);
        let forged = format!("{}.", token.rsplit_once('.').unwrap().0);
        assert_eq!(code(judge(&forged)), "token_signature_invalid", "{header}");
    }
}

#[test]
fn a_plain_verifier_never_accepts_such_a_token() {
    // A secret long enough for both.
    let secret = [7; 64];
    let header = r#"{"alg":"HS512","iat":1600000000,"exp":1600000600}"#;
    let input = format!("{}.{}", base64url(header), base64url(r#"{"id":1}"#));
    let signature = Hs512.sign(&Hs512Key::new(secret), input.as_bytes());
    let token = format!("{input}.{}", base64url(signature.as_bytes()));
    let legacy = LegacyVerifier::new(Algorithm::Hs512, &[secret], None).unwrap();
    assert!(legacy.verify(&token, at(ISSUED)).is_ok());
    let plain = |required: &[&str]| {
        let key = SecretKey::new(Algorithm::Hs512, &secret).unwrap();
        let policy = Policy {
            required_claims: required.iter().map(|&name| name.into()).collect(),
            ..Policy::default()
        };
        Verifier::with_key(key, policy).unwrap()
    };
    for required in [&["exp"] as &[&str], &[], &["id"]] {
        let refused = plain(required).verify(&token, at(ISSUED));
        assert_eq!(refused_claim(refused), "exp", "{required:?}");
    }
}

#[test]
fn a_jwt_with_its_dates_in_the_claims_is_never_accepted_here() {
    for header in [
        r#"{"alg":"HS512"}"#,
        r#"{"alg":"HS512","typ":"JWT","iat":1}"#,
    ] {
        let jwt = sign_512(header, format!(r#"{{"id":1,"iat":{ISSUED},"exp":{LAST}}}"#));
        assert_eq!(refused_claim(judge(&jwt)), "exp");
    }
}

#[test]
fn no_secret_is_shown_and_no_error_repeats_the_token() {
    let secret = "AAAAAAAAAAAAAAAA";
    let verifier = LegacyVerifier::new(Algorithm::Hs512, &[secret], Some(b"BBBB")).unwrap();
    let shown = format!("{verifier:?}");
    assert!(shown.contains("Hs512"));
    for part in [secret, "BBBB", "65, 65", "66, 66"] {
        assert!(!shown.contains(part), "{shown}");
    }
    let refused = with_header(r#","exp":"do-not-repeat-me""#).unwrap_err();
    assert!(!format!("{refused} {refused:?}").contains("do-not-repeat-me"));
}
