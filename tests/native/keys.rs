use portcullis::error::{KeyProblem, TokenError};
use portcullis::key::{Algorithm, KeyId, KeySet, SecretJwk, SecretJwkSet, SecretKey, VerifyingKey};
use portcullis::token::{Policy, SignOptions, Signer, Verifier};

use crate::support::*;

fn jwk(json: &str) -> Result<SecretKey, TokenError> {
    SecretKey::from_jwk(&SecretJwk::from_json(json)?)
}

#[test]
fn a_secret_shorter_than_its_hash_is_refused() {
    for (algorithm, least) in [
        (Algorithm::Hs256, 32),
        (Algorithm::Hs384, 48),
        (Algorithm::Hs512, 64),
    ] {
        let key = |length| SecretKey::new(algorithm, &vec![1; length]);
        assert!(key(least).is_ok());
        assert_eq!(problem(key(least - 1)), KeyProblem::TooShort { least });
        assert_eq!(problem(key(0)), KeyProblem::TooShort { least });
        assert_eq!(code(key(0)), "key_invalid");
        // It is also refused at once when it is read, before a key is made of it.
        let read = |length| {
            let k = base64url(vec![1; length]);
            SecretJwk::from_json(&format!(r#"{{"kty":"oct","alg":"{algorithm}","k":"{k}"}}"#))
        };
        assert!(read(least).is_ok());
        for length in [0, least - 1] {
            assert_eq!(problem(read(length)), KeyProblem::TooShort { least });
        }
    }
}

#[test]
fn a_jwk_of_the_rfc_verifies_the_token_of_the_rfc() {
    // RFC 7515 appendix A.1; the payload holds line breaks.
    let key = jwk(r#"{"kty":"oct","alg":"HS256","k":"AyM1SysPpbyDfgZld3umj1qzKObwVMkoqQ-EstJQLr_T-1qS0gZH75aKtMN3Yj0iPS4hcgUuTwjAzZr1Z9CAow"}"#).unwrap();
    let token = "eyJ0eXAiOiJKV1QiLA0KICJhbGciOiJIUzI1NiJ9.eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ.dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
    let verifier = Verifier::with_key(key, Policy::default()).unwrap();
    assert!(verifier.verify(token, at(1_300_819_379)).is_ok());
    assert_eq!(
        verifier.verify(token, at(1_300_819_380)),
        Err(TokenError::Expired {
            expired_at: at(1_300_819_380)
        })
    );
}

#[test]
fn a_jwk_must_be_an_octet_sequence_with_a_known_algorithm() {
    let k = base64url([1; 64]);
    for json in [
        format!(r#"{{"kty":"oct","k":"{k}"}}"#),
        format!(r#"{{"kty":"oct","k":"{k}","alg":"none"}}"#),
        format!(r#"{{"kty":"oct","k":"{k}","alg":"hs256"}}"#),
        format!(r#"{{"kty":"OCT","k":"{k}","alg":"HS256"}}"#),
        r#"{"kty":"RSA","n":"AQAB","e":"AQAB","alg":"RSA-OAEP"}"#.into(),
        r#"{"kty":"EC","crv":"P-256","x":"AA","y":"AA","alg":"HS256"}"#.into(),
    ] {
        assert_eq!(problem(jwk(&json)), KeyProblem::Unsupported, "{json}");
    }
}

#[test]
fn a_malformed_jwk_is_refused() {
    let k = base64url([1; 32]);
    for json in [
        "",
        "[]",
        "{}",
        r#"{"kty":"oct","alg":"HS256"}"#,
        r#"{"kty":"oct","alg":"HS256","k":1}"#,
        &format!(r#"{{"kty":"oct","alg":"HS256","k":"{k}="}}"#),
        &format!(r#"{{"kty":"oct","alg":"HS256","k":" {k}"}}"#),
        &format!(r#"{{"kty":"oct","alg":"HS256","k":"{k}","k":"{k}"}}"#),
        &format!(r#"{{"kty":"oct","alg":"HS256","k":"{k}","x":1,"x":2}}"#),
        &format!(r#"{{"kty":"oct","alg":"HS256","k":"{k}","kid":""}}"#),
        &format!(r#"{{"kty":"oct","alg":"HS256","k":"{k}"}} x"#),
    ] {
        assert_eq!(problem(jwk(json)), KeyProblem::Malformed, "{json}");
    }
}

#[test]
fn use_and_key_ops_restrict_a_key() {
    let k = base64url([1; 32]);
    let key = |more: &str| {
        jwk(&format!(
            r#"{{"kty":"oct","alg":"HS256","k":"{k}",{more}}}"#
        ))
        .unwrap()
    };
    let verifies = |more: &str| Verifier::with_key(key(more), Policy::default()).is_ok();
    let signs = |more: &str| Signer::new(key(more), SignOptions::default()).is_ok();
    for (more, sign, verify) in [
        (r#""use":"sig""#, true, true),
        (r#""use":"enc""#, false, false),
        (r#""key_ops":["sign","verify"]"#, true, true),
        (r#""key_ops":["verify"]"#, false, true),
        (r#""key_ops":["sign"]"#, true, false),
        (r#""key_ops":[]"#, false, false),
    ] {
        assert_eq!((signs(more), verifies(more)), (sign, verify), "{more}");
    }
}

#[test]
fn a_set_is_neither_empty_nor_ambiguous() {
    let key = |id: &str| secret_key().with_id(id).unwrap();
    assert_eq!(
        problem(KeySet::new(Vec::<SecretKey>::new())),
        KeyProblem::Set
    );
    assert_eq!(
        problem(KeySet::new(vec![key("a"), key("a")])),
        KeyProblem::Set
    );
    assert!(KeySet::new(vec![key("a"), key("b"), secret_key(), secret_key()]).is_ok());
    assert!(KeySet::from_jwk_set(&SecretJwkSet::from_json(r#"{"keys":[]}"#).unwrap()).is_err());
    assert_eq!(
        problem(SecretJwkSet::from_json(r#"{"keys":[],"keys":[]}"#)),
        KeyProblem::Malformed
    );
}

#[test]
fn a_jwk_set_rotates_by_kid() {
    let member = |kid: &str, byte: u8| {
        let k = base64url([byte; 32]);
        format!(r#"{{"kty":"oct","alg":"HS256","kid":"{kid}","k":"{k}"}}"#)
    };
    let (old, new) = (member("old", 1), member("new", 2));
    let set = SecretJwkSet::from_json(&format!(r#"{{"keys":[{new},{old}]}}"#)).unwrap();
    let verifier = Verifier::new(KeySet::from_jwk_set(&set).unwrap(), Policy::default());
    for key in [old, new] {
        let options = SignOptions {
            expires_in: Some(core::time::Duration::from_secs(60)),
            ..SignOptions::default()
        };
        let signer = Signer::new(jwk(&key).unwrap(), options).unwrap();
        let token = signer.sign_json("{}", at(NOW), [0; 16]).unwrap();
        assert!(verifier.verify(&token, at(NOW)).is_ok());
    }
}

#[test]
fn a_key_id_has_a_maximum_length() {
    assert!(KeyId::new("").is_none());
    assert!(KeyId::new(&"k".repeat(256)).is_some());
    assert!(KeyId::new(&"k".repeat(257)).is_none());
}

#[test]
fn debug_output_contains_no_secret() {
    let k = base64url([0x41; 32]);
    let json = format!(r#"{{"kty":"oct","alg":"HS256","k":"{k}"}}"#);
    let jwk = SecretJwk::from_json(&json).unwrap();
    let key = SecretKey::from_jwk(&jwk).unwrap();
    let verifier = Verifier::with_key(secret_key(), Policy::default()).unwrap();
    let shown = format!("{jwk:?} {key:?} {verifier:?}");
    assert!(!shown.contains(&k) && !shown.contains("65, 65"), "{shown}");
}

#[test]
fn a_short_legacy_secret_verifies_and_never_signs() {
    // A `VerifyingKey` cannot become a signer.
    let secret = b"short";
    let input = format!(
        "{}.{}",
        base64url(HEADER),
        base64url(format!(r#"{{"exp":{}}}"#, NOW + 1))
    );
    let token = hs256(secret, &input);
    let key = VerifyingKey::legacy_secret(Algorithm::Hs256, secret).unwrap();
    let verifier = Verifier::with_key(key, Policy::default()).unwrap();
    assert!(verifier.verify(&token, at(NOW)).is_ok());
    let forged = hs256(b"sh0rt", &input);
    assert_eq!(
        code(verifier.verify(&forged, at(NOW))),
        "token_signature_invalid"
    );
    assert_eq!(
        problem(VerifyingKey::legacy_secret(Algorithm::Hs256, b"")),
        KeyProblem::TooShort { least: 1 }
    );
    assert_eq!(
        problem(VerifyingKey::legacy_secret(Algorithm::EdDsa, secret)),
        KeyProblem::Unsupported
    );
}

fn hs256(secret: &[u8], input: &str) -> String {
    use jwt_compact::alg::{Hs256, Hs256Key};
    use jwt_compact::{Algorithm as _, AlgorithmSignature as _};
    let signature = Hs256.sign(&Hs256Key::new(secret), input.as_bytes());
    format!("{input}.{}", base64url(signature.as_bytes()))
}

#[test]
fn cve_2016_10555_a_public_key_is_not_an_hmac_secret() {
    let ed25519 = SecretJwk::generate(Algorithm::EdDsa, &[5; 64]).unwrap();
    let p256 = SecretJwk::generate(Algorithm::Es256, &[5; 64]).unwrap();
    for jwk in [ed25519, p256] {
        let json = jwk.public().unwrap().to_json();
        let value: serde_json::Value = serde_json::from_str(&json).unwrap();
        let x = from_base64url(value["x"].as_str().unwrap());
        let point = match value["y"].as_str() {
            Some(y) => [&[4], x.as_slice(), &from_base64url(y)].concat(),
            None => x,
        };
        let der = spki(&point);
        let pem = pem("PUBLIC KEY", &der);
        assert!(VerifyingKey::from_spki_pem(&pem).is_ok());
        let claims = base64url(format!(r#"{{"exp":{}}}"#, NOW + 1));
        for secret in [
            point.as_slice(),
            &der,
            pem.as_bytes(),
            pem.trim().as_bytes(),
            json.as_bytes(),
        ] {
            let token = hs256(secret, &format!("{}.{claims}", base64url(HEADER)));
            // The same with the header of the key's own tokens.
            let header = format!(r#"{{"alg":"{}"}}"#, jwk.algorithm());
            let dressed = hs256(secret, &format!("{}.{claims}", base64url(header)));
            let lone =
                || Verifier::with_key(VerifyingKey::from_jwk(&jwk).unwrap(), Policy::default());
            assert_eq!(
                code(lone().unwrap().verify(&token, at(NOW))),
                "token_algorithm_not_allowed"
            );
            assert_eq!(
                code(lone().unwrap().verify(&dressed, at(NOW))),
                "token_signature_invalid"
            );
            // Next to an HMAC key, the token is checked with the HMAC key.
            let both = vec![VerifyingKey::from_jwk(&jwk).unwrap(), secret_key().into()];
            let both = Verifier::new(KeySet::new(both).unwrap(), Policy::default());
            assert_eq!(
                code(both.verify(&token, at(NOW))),
                "token_signature_invalid"
            );
        }
    }
}

/// SubjectPublicKeyInfo: 32 bytes of Ed25519, or 65 of P-256.
fn spki(point: &[u8]) -> Vec<u8> {
    let algorithm: &[u8] = if point.len() == 32 {
        b"\x30\x05\x06\x03\x2b\x65\x70"
    } else {
        b"\x30\x13\x06\x07\x2a\x86\x48\xce\x3d\x02\x01\x06\x08\x2a\x86\x48\xce\x3d\x03\x01\x07"
    };
    let length = |bytes: &[u8]| u8::try_from(bytes.len()).unwrap();
    let bits = [&[0], point].concat();
    let body = [algorithm, &[3, length(&bits)], &bits].concat();
    [&[0x30, length(&body)], body.as_slice()].concat()
}

#[test]
fn a_secret_creates_no_key_of_an_algorithm_other_than_hmac() {
    for algorithm in [Algorithm::EdDsa, Algorithm::Es256] {
        assert_eq!(
            problem(SecretKey::new(algorithm, &[1; 64])),
            KeyProblem::Unsupported
        );
    }
}
