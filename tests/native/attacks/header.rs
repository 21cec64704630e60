use portcullis::error::{Malformation, TokenError};
use portcullis::key::{Algorithm, KeySet, SecretKey};
use portcullis::token::{Policy, UnverifiedToken, Verifier};

use super::{VALID, malformation};
use crate::support::*;

#[test]
fn alg_none_in_any_case_is_refused_cve_2022_23540() {
    for alg in ["none", "None", "nOnE", "NONE", " none", "none ", ""] {
        let signed = sign(format!(r#"{{"alg":"{alg}"}}"#), VALID);
        let unsigned = format!("{}.", signed.rsplit_once('.').unwrap().0);
        for token in [signed, unsigned] {
            assert_eq!(code(verify(&token)), "token_algorithm_not_allowed", "{alg}");
        }
    }
    // A missing `alg` does not mean `none` either.
    assert_eq!(malformation(&sign("{}", VALID)), Malformation::Header);
}

#[test]
fn kid_injection_finds_no_key_and_no_other_key_is_tried() {
    let named = |name: &str| secret_key().with_id(name).unwrap();
    let other = SecretKey::new(Algorithm::Hs256, &[9; 32])
        .unwrap()
        .with_id("b")
        .unwrap();
    let verifier = Verifier::new(
        KeySet::new(vec![named("a"), other]).unwrap(),
        Policy::default(),
    );
    let with_kid = |kid: &str| {
        let header = format!(r#"{{"alg":"HS256","kid":{kid}}}"#);
        verifier.verify(&sign(header, VALID), at(NOW)).map(|_| ())
    };
    assert_eq!(with_kid(r#""a""#), Ok(()));
    // All tokens are signed with the key `a`, which is not tried for another name.
    assert_eq!(with_kid(r#""b""#), Err(TokenError::SignatureInvalid));
    for injected in [
        r#""../../../../dev/null""#,
        r#""a\u0000""#,
        r#""' UNION SELECT 'a""#,
        r#""http://evil.test/a""#,
        r#""A""#,
        r#""*""#,
        r#""""#,
    ] {
        assert_eq!(
            with_kid(injected),
            Err(TokenError::KeyUnknown),
            "{injected}"
        );
    }
    let long = format!("\"{}\"", "a".repeat(257));
    for no_name in ["1", "null", r#"["a"]"#, r#"{"a":1}"#, &long] {
        assert_eq!(
            with_kid(no_name),
            Err(TokenError::Malformed(Malformation::Header)),
            "{no_name}"
        );
    }
}

#[test]
fn crit_is_refused_with_any_content_cve_2025_59420() {
    for crit in [
        r#"["x"]"#,
        r#"["exp"]"#,
        r#"["alg"]"#,
        r#"["exp","exp"]"#,
        "[]",
        "{}",
        "null",
        "\"x\"",
        "0",
    ] {
        for name in ["crit", "\\u0063rit"] {
            let header = format!(r#"{{"alg":"HS256","x":1,"{name}":{crit}}}"#);
            let token = sign(header, VALID);
            assert_eq!(malformation(&token), Malformation::Extension, "{crit}");
        }
    }
}

#[test]
fn an_unencoded_payload_is_refused_with_and_without_crit() {
    for members in [
        r#""b64":false"#,
        r#""b64":true"#,
        r#""b64":false,"crit":["b64"]"#,
    ] {
        // Signed over the payload as it is, and over the encoded payload.
        let header = base64url(format!(r#"{{"alg":"HS256",{members}}}"#));
        for payload in [VALID.to_owned(), base64url(VALID)] {
            let token = sign_parts(&header, &payload);
            assert_eq!(malformation(&token), Malformation::Extension);
        }
    }
}

#[test]
fn keys_in_a_token_or_at_its_addresses_are_never_used_cve_2018_0114() {
    let own = base64url([9; 32]);
    for members in [
        format!(r#""jwk":{{"kty":"oct","alg":"HS256","k":"{own}"}}"#),
        r#""jku":"https://evil.test/jwks.json""#.into(),
        r#""x5u":"https://evil.test/cert.pem""#.into(),
        r#""x5c":["MIIB"]"#.into(),
    ] {
        let header = format!(r#"{{"alg":"HS256",{members}}}"#);
        // Signed with our key the token is valid and has odd members; signed with its own key the
        // token is a forgery.
        assert!(verify(&sign(&header, VALID)).is_ok(), "{header}");
        let forged = sign_with(&[9; 32], &header, VALID);
        assert_eq!(
            verify(&forged).unwrap_err(),
            TokenError::SignatureInvalid,
            "{header}"
        );
    }
}

#[test]
fn members_of_a_jwe_are_refused_before_any_work_cve_2023_52428_cve_2024_33664() {
    let five = format!("{}.x.y", claims(VALID));
    assert_eq!(malformation(&five), Malformation::Parts);
    for members in [
        r#""alg":"PBES2-HS256+A128KW","enc":"A128GCM","p2c":2147483647,"p2s":"AAAA""#,
        r#""alg":"HS256","p2c":2147483647"#,
        r#""alg":"HS256","enc":"A128GCM""#,
        r#""alg":"HS256","zip":"DEF""#,
        r#""alg":"HS256","z\u0069p":null"#,
    ] {
        let token = sign(format!("{{{members}}}"), VALID);
        assert_eq!(malformation(&token), Malformation::Extension, "{members}");
        // The refusal comes before the key is used, so the signature does not matter.
        let unsigned = format!("{}.", token.rsplit_once('.').unwrap().0);
        assert_eq!(malformation(&unsigned), Malformation::Extension);
        assert!(UnverifiedToken::parse(&token).is_err());
    }
    for alg in ["PBES2-HS256+A128KW", "dir", "A256KW", "RSA-OAEP"] {
        let token = sign(format!(r#"{{"alg":"{alg}"}}"#), VALID);
        assert_eq!(code(verify(&token)), "token_algorithm_not_allowed", "{alg}");
    }
}

#[test]
fn one_kind_of_token_is_not_accepted_as_another() {
    let asking = |wanted: &str, header: &str| {
        let policy = Policy {
            token_type: Some(wanted.into()),
            ..Policy::default()
        };
        verify_with(&sign(header, VALID), policy).map(|_| ())
    };
    let access = r#"{"alg":"HS256","typ":"at+jwt"}"#;
    assert_eq!(asking("at+jwt", access), Ok(()));
    assert_eq!(asking("application/at+jwt", access), Ok(()));
    for other in [
        r#"{"alg":"HS256"}"#,
        r#"{"alg":"HS256","typ":"JWT"}"#,
        r#"{"alg":"HS256","typ":"logout+jwt"}"#,
        r#"{"alg":"HS256","typ":"at+jwt2"}"#,
        r#"{"alg":"HS256","typ":""}"#,
    ] {
        assert_eq!(refused_claim(asking("at+jwt", other)), "typ", "{other}");
    }
}
