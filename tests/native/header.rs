use portcullis::error::{Malformation, TokenError};
use portcullis::key::{Algorithm, KeySet, SecretJwk, SecretKey};
use portcullis::token::{Policy, Verifier};

use crate::support::*;

const VALID: &str = r#"{"sub":"a","exp":1700000900}"#;

fn with_header(header: &str) -> Result<(), TokenError> {
    verify(&sign(header, VALID)).map(|_| ())
}

#[test]
fn alg_none_is_refused_in_any_case() {
    for alg in ["none", "None", "nOnE", "NONE", " none", ""] {
        let token = sign(format!(r#"{{"alg":"{alg}"}}"#), VALID);
        let unsigned = format!("{}.", token.rsplit_once('.').unwrap().0);
        assert_eq!(code(verify(&token)), "token_algorithm_not_allowed");
        assert_eq!(code(verify(&unsigned)), "token_algorithm_not_allowed");
    }
}

#[test]
fn the_header_never_chooses_the_algorithm() {
    for alg in [
        "hs256", "HS256 ", "HS384", "HS512", "ES256", "RS256", "HS2567",
    ] {
        let result = with_header(&format!(r#"{{"alg":"{alg}"}}"#));
        assert_eq!(code(result), "token_algorithm_not_allowed", "{alg}");
    }
}

#[test]
fn a_verifiers_list_of_algorithms_is_enforced() {
    let policy = |algorithms| Policy {
        algorithms: Some(algorithms),
        ..Policy::default()
    };
    let token = claims(VALID);
    assert!(verify_with(&token, policy(vec![Algorithm::Hs512, Algorithm::Hs256])).is_ok());
    let refused = verify_with(&token, policy(vec![Algorithm::Hs512]));
    assert_eq!(code(refused), "token_algorithm_not_allowed");
}

#[test]
fn an_algorithm_that_is_missing_or_not_a_string_is_malformed() {
    for header in [
        "{}",
        r#"{"alg":["HS256"]}"#,
        r#"{"alg":true}"#,
        r#"{"alg":null}"#,
    ] {
        let error = with_header(header).unwrap_err();
        assert_eq!(
            error,
            TokenError::Malformed(Malformation::Header),
            "{header}"
        );
    }
}

#[test]
fn crit_is_refused_with_any_content() {
    for crit in [
        "[]",
        "null",
        "[\"exp\"]",
        "[\"x\"]",
        "\"x\"",
        "[\"exp\",\"exp\"]",
    ] {
        let header = format!(r#"{{"alg":"HS256","x":1,"exp":1,"crit":{crit}}}"#);
        let error = with_header(&header).unwrap_err();
        assert_eq!(error, TokenError::Malformed(Malformation::Extension));
    }
}

#[test]
fn b64_is_refused_with_and_without_crit() {
    for header in [
        r#"{"alg":"HS256","b64":false}"#,
        r#"{"alg":"HS256","b64":true}"#,
        r#"{"alg":"HS256","b64":false,"crit":["b64"]}"#,
    ] {
        let error = with_header(header).unwrap_err();
        assert_eq!(error, TokenError::Malformed(Malformation::Extension));
    }
}

#[test]
fn a_repeated_member_is_refused_even_when_written_with_escapes() {
    for header in [
        r#"{"alg":"none","alg":"HS256"}"#,
        r#"{"alg":"none","\u0061lg":"HS256"}"#,
        r#"{"alg":"HS256","typ":"JWT","typ":"at+jwt"}"#,
        r#"{"alg":"HS256","x":{"y":1,"\u0079":2}}"#,
    ] {
        let error = with_header(header).unwrap_err();
        assert_eq!(error, TokenError::Malformed(Malformation::Json), "{header}");
    }
}

#[test]
fn a_key_in_the_token_is_never_used() {
    let own = base64url([9; 32]);
    let header = format!(
        r#"{{"alg":"HS256","jwk":{{"kty":"oct","k":"{own}"}},"jku":"https://evil.test","x5u":"https://evil.test","x5c":["MIIB"]}}"#
    );
    // Signed with the right key, it is a token with odd members …
    assert!(with_header(&header).is_ok());
    // … and signed with its own key, it is a forgery.
    let input = format!("{}.{}", base64url(&header), base64url(VALID));
    let other = SecretKey::new(Algorithm::Hs256, &[9; 32]).unwrap();
    let verifier = Verifier::with_key(other, Policy::default()).unwrap();
    let signed = {
        use jwt_compact::alg::{Hs256, Hs256Key};
        use jwt_compact::{Algorithm as _, AlgorithmSignature as _};
        let signature = Hs256.sign(&Hs256Key::new([9; 32]), input.as_bytes());
        format!("{input}.{}", base64url(signature.as_bytes()))
    };
    assert!(verifier.verify(&signed, at(NOW)).is_ok());
    assert_eq!(code(verify(&signed)), "token_signature_invalid");
}

fn set(ids: &[Option<&str>]) -> Verifier {
    let keys = ids
        .iter()
        .enumerate()
        .map(|(i, id)| {
            let secret = if i == 0 {
                SECRET
            } else {
                [u8::try_from(i).unwrap(); 32]
            };
            let key = SecretKey::new(Algorithm::Hs256, &secret).unwrap();
            match id {
                Some(id) => key.with_id(id).unwrap(),
                None => key,
            }
        })
        .collect();
    Verifier::new(KeySet::new(keys).unwrap(), Policy::default())
}

fn with_kid(verifier: &Verifier, kid: &str) -> Result<(), TokenError> {
    let header = format!(r#"{{"alg":"HS256"{kid}}}"#);
    verifier.verify(&sign(header, VALID), at(NOW)).map(|_| ())
}

#[test]
fn kid_selects_one_key_and_no_other_key_is_tried() {
    let verifier = set(&[Some("a"), Some("b")]);
    assert!(with_kid(&verifier, r#","kid":"a""#).is_ok());
    assert!(with_kid(&verifier, r#","kid":"\u0061""#).is_ok());
    let other = with_kid(&verifier, r#","kid":"b""#);
    assert_eq!(code(other), "token_signature_invalid");
    for unknown in ["A", "a ", "", "../../../dev/null", "a\\u0000", "' OR 1=1"] {
        let result = with_kid(&verifier, &format!(r#","kid":"{unknown}""#));
        assert_eq!(code(result), "token_key_unknown", "{unknown}");
    }
}

#[test]
fn without_kid_a_set_verifies_only_if_exactly_one_key_fits() {
    assert_eq!(
        code(with_kid(&set(&[Some("a"), Some("b")]), "")),
        "token_key_unknown"
    );
    assert!(with_kid(&set(&[Some("a")]), "").is_ok());
    assert!(with_kid(&set(&[None]), "").is_ok());
    let longer = SecretKey::new(Algorithm::Hs512, &[1; 64]).unwrap();
    let keys = KeySet::new(vec![longer, secret_key()]).unwrap();
    assert!(with_kid(&Verifier::new(keys, Policy::default()), "").is_ok());
}

#[test]
fn a_single_key_without_a_name_verifies_for_any_kid() {
    let lone = verifier(Policy::default());
    assert!(with_kid(&lone, r#","kid":"anything""#).is_ok());
    // A set refuses an unknown kid, even if it has only one key.
    assert_eq!(
        code(with_kid(&set(&[None]), r#","kid":"anything""#)),
        "token_key_unknown"
    );
    assert_eq!(
        code(with_kid(&set(&[Some("a")]), r#","kid":"b""#)),
        "token_key_unknown"
    );
}

#[test]
fn a_kid_that_is_not_a_string_or_too_long_is_malformed() {
    let long = format!(r#","kid":"{}""#, "k".repeat(257));
    for kid in [r#","kid":1"#, r#","kid":["a"]"#, r#","kid":null"#, &long] {
        let error = with_kid(&set(&[None]), kid).unwrap_err();
        assert_eq!(error, TokenError::Malformed(Malformation::Header), "{kid}");
    }
}

#[test]
fn a_type_is_required_if_the_policy_says_so() {
    let asking = |typ: &str, header: &str| {
        let policy = Policy {
            token_type: Some(typ.into()),
            ..Policy::default()
        };
        verify_with(&sign(header, VALID), policy).map(|_| ())
    };
    for (asked, has) in [
        ("JWT", "JWT"),
        ("JWT", "jwt"),
        ("at+jwt", "application/at+jwt"),
        ("application/at+jwt", "AT+JWT"),
    ] {
        let header = format!(r#"{{"alg":"HS256","typ":"{has}"}}"#);
        assert!(asking(asked, &header).is_ok(), "{asked} {has}");
    }
    for header in [r#"{"alg":"HS256"}"#, r#"{"alg":"HS256","typ":"id+jwt"}"#] {
        assert_eq!(refused_claim(asking("at+jwt", header)), "typ");
    }
    assert_eq!(
        code(with_header(r#"{"alg":"HS256","typ":1}"#)),
        "token_malformed"
    );
}

#[test]
fn every_registered_algorithm_has_a_name_in_every_build() {
    for name in [
        "HS256", "HS384", "HS512", "EdDSA", "ES256", "ES384", "ES512", "RS256", "RS384", "RS512",
        "PS256", "PS384", "PS512",
    ] {
        assert_eq!(Algorithm::from_name(name).unwrap().name(), name);
    }
    for name in ["none", "rs256", "ES256K", "ed25519", ""] {
        assert_eq!(Algorithm::from_name(name), None, "{name}");
    }
}

#[test]
fn ed25519_is_another_name_for_eddsa() {
    assert_eq!(Algorithm::from_name("Ed25519"), Some(Algorithm::EdDsa));
    let jwk = SecretJwk::generate(Algorithm::EdDsa, &[7; 64]).unwrap();
    let renamed = jwk.to_json().replace("\"EdDSA\"", "\"Ed25519\"");
    let jwk = SecretJwk::from_json(&renamed).unwrap();
    assert_eq!(jwk.algorithm(), Algorithm::EdDsa);
}
