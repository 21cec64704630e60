use core::time::Duration;

use portcullis::error::{KeyProblem, TokenError};
use portcullis::key::{Algorithm, KeySet, PublicJwk, SecretJwk, SecretKey, VerifyingKey};
use portcullis::token::legacy::LegacyVerifier;
use portcullis::token::{Policy, SignOptions, Signer, Verifier};
use serde_json::{Value, json};

use super::VALID;
use crate::support::*;

fn private_key(algorithm: Algorithm) -> SecretJwk {
    SecretJwk::generate(algorithm, &[0x35; 64]).unwrap()
}

fn with(key: impl Into<VerifyingKey>) -> Verifier {
    Verifier::with_key(key, Policy::default()).unwrap()
}

/// The value of a member of a JWK, decoded.
fn member(jwk: &PublicJwk, name: &str) -> Vec<u8> {
    let jwk: Value = serde_json::from_str(&jwk.to_json()).unwrap();
    from_base64url(jwk[name].as_str().unwrap())
}

/// A public key in SPKI (RFC 8410 §4, RFC 5480 §2).
fn spki(jwk: &PublicJwk, algorithm: Algorithm) -> Vec<u8> {
    let x = member(jwk, "x");
    match algorithm {
        Algorithm::EdDsa => [b"\x30\x2a\x30\x05\x06\x03\x2b\x65\x70\x03\x21\x00", &x[..]].concat(),
        Algorithm::Es256 => [
            b"\x30\x59\x30\x13\x06\x07\x2a\x86\x48\xce\x3d\x02\x01\x06\x08\x2a\x86\x48\xce\x3d\x03\x01\x07\x03\x42\x00\x04".as_slice(),
            &x,
            &member(jwk, "y"),
        ]
        .concat(),
        other => panic!("{other} has no public key"),
    }
}

#[test]
fn a_public_key_is_never_an_hmac_secret_cve_2016_10555_cve_2022_29217_cve_2026_22817() {
    for algorithm in [Algorithm::EdDsa, Algorithm::Es256] {
        let public = private_key(algorithm).public().unwrap();
        let der = spki(&public, algorithm);
        let pem = pem("PUBLIC KEY", &der);
        let named = VerifyingKey::from_public_jwk(&public)
            .unwrap()
            .with_id("k")
            .unwrap();
        // A list that includes HMAC algorithms does not change that.
        let both = Policy {
            algorithms: Some(vec![algorithm, Algorithm::Hs256]),
            ..Policy::default()
        };
        let verifiers = [
            with(VerifyingKey::from_public_jwk(&public).unwrap()),
            with(VerifyingKey::from_spki_pem(&pem).unwrap()),
            Verifier::with_key(VerifyingKey::from_spki_pem(&pem).unwrap(), both).unwrap(),
        ];
        let in_a_set = Verifier::new(KeySet::new(vec![named]).unwrap(), Policy::default());
        // Each part of the public key that a forger could use as the secret.
        for secret in [
            pem.as_bytes(),
            pem.trim_end().as_bytes(),
            &der,
            &member(&public, "x"),
            public.to_json().as_bytes(),
            b"",
        ] {
            for verifier in &verifiers {
                let forged = sign_with(secret, r#"{"alg":"HS256"}"#, VALID);
                let refused = verifier.verify(&forged, at(NOW)).unwrap_err();
                assert_eq!(refused, TokenError::AlgorithmNotAllowed);
            }
            let forged = sign_with(secret, r#"{"alg":"HS256","kid":"k"}"#, VALID);
            let refused = in_a_set.verify(&forged, at(NOW)).unwrap_err();
            assert_eq!(refused, TokenError::AlgorithmNotAllowed);
        }
    }
}

/// Each way to pass an HMAC secret.
fn doors(algorithm: Algorithm, secret: &[u8]) -> [Result<(), TokenError>; 4] {
    [
        SecretKey::new(algorithm, secret).map(drop),
        VerifyingKey::legacy_secret(algorithm, secret).map(drop),
        LegacyVerifier::new(algorithm, &[b"right", secret], None).map(drop),
        LegacyVerifier::new(algorithm, &[b"right", secret], Some(b"salt")).map(drop),
    ]
}

#[test]
fn a_pem_is_not_accepted_as_an_hmac_secret() {
    let ed25519 = private_key(Algorithm::EdDsa).public().unwrap();
    let p256 = private_key(Algorithm::Es256).public().unwrap();
    let pem = pem("PUBLIC KEY", &spki(&ed25519, Algorithm::EdDsa));
    let (jwk, other) = (ed25519.to_json(), p256.to_json());
    for text in [
        pem.clone(),
        format!("\n  {pem}"),
        format!("\u{feff}{pem}"),
        // With a comment before it (RFC 7468 §2), or after another element.
        format!("subject=CN = issuer\n{pem}"),
        format!("{}{pem}", "0".repeat(100)),
        "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIBm/RAlphM3+hUG6wWfcO5bIUIaqMLa2ywxcOK1wMWbh a@b"
            .into(),
        "\u{feff} ssh-rsa AAAAB3NzaC1yc2EAAAADAQABAAABAQC7 someone with a long comment behind it"
            .into(),
        "\tecdsa-sha2-nistp256 AAAAE2VjZHNhLXNoYTItbmlzdHAyNTYAAAAIbmlzdHAyNTYAAABBB a@b".into(),
        jwk.clone(),
        other.clone(),
        format!("\u{feff}\r\n {jwk}\n"),
        jwk.replace("kty", "\\u006bty"),
        format!(r#"{{"keys":[{jwk},{other}]}}"#),
    ] {
        for algorithm in [Algorithm::Hs256, Algorithm::Hs384, Algorithm::Hs512] {
            for refused in doors(algorithm, text.as_bytes()) {
                assert_eq!(
                    refused,
                    Err(TokenError::KeyInvalid(KeyProblem::NotSecret)),
                    "{text}"
                );
            }
        }
    }
    // A text that only resembles a PEM is a secret.
    for text in [
        "----BEGIN of a long secret that is no PEM, and has more than 64 bytes".into(),
        format!("no-ssh-{}", "0".repeat(64)),
        format!("{{{}}}", "0".repeat(64)),
        format!(r#"{{"secret":"{}","of":{{"kty":1}}}}"#, "0".repeat(64)),
        format!(r#"["kty","keys","{}"]"#, "0".repeat(64)),
        format!(r#"{{"kty":"{}"#, "0".repeat(64)),
    ] {
        for algorithm in [Algorithm::Hs256, Algorithm::Hs384, Algorithm::Hs512] {
            for taken in doors(algorithm, text.as_bytes()) {
                assert_eq!(taken, Ok(()), "{text}");
            }
        }
    }
}

#[test]
fn a_key_supports_only_the_algorithms_of_its_type() {
    for (algorithm, claimed) in [
        (Algorithm::EdDsa, "HS256"),
        (Algorithm::EdDsa, "ES256"),
        (Algorithm::Es256, "HS256"),
        (Algorithm::Es256, "EdDSA"),
        (Algorithm::Hs256, "EdDSA"),
        (Algorithm::Hs256, "ES256"),
        (Algorithm::Hs256, "none"),
    ] {
        let right = private_key(algorithm).to_json();
        assert!(SecretJwk::from_json(&right).is_ok());
        let wrong = right.replace(
            &format!(r#""alg":"{algorithm}""#),
            &format!(r#""alg":"{claimed}""#),
        );
        assert_ne!(*right, wrong);
        assert_eq!(
            code(SecretJwk::from_json(&wrong).and_then(|jwk| SecretKey::from_jwk(&jwk))),
            "key_invalid",
            "{algorithm} {claimed}"
        );
    }
}

/// The order of P-256's group.
const N: [u8; 32] = [
    0xff, 0xff, 0xff, 0xff, 0x00, 0x00, 0x00, 0x00, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
    0xbc, 0xe6, 0xfa, 0xad, 0xa7, 0x17, 0x9e, 0x84, 0xf3, 0xb9, 0xca, 0xc2, 0xfc, 0x63, 0x25, 0x51,
];

/// A valid ES256 token, a verifier for it, its signature, and the text before
/// the signature.
fn es256() -> (Verifier, String, Vec<u8>) {
    let jwk = private_key(Algorithm::Es256);
    let options = SignOptions {
        expires_in: Some(Duration::from_secs(60)),
        ..SignOptions::default()
    };
    let signer = Signer::new(SecretKey::from_jwk(&jwk).unwrap(), options).unwrap();
    let token = signer.sign_json(r#"{"id":1}"#, at(NOW), [0; 16]).unwrap();
    let verifier = with(SecretKey::from_jwk(&jwk).unwrap());
    assert!(verifier.verify(&token, at(NOW)).is_ok());
    let (body, signature) = token.rsplit_once('.').unwrap();
    (verifier, body.to_owned(), from_base64url(signature))
}

#[test]
fn an_ecdsa_signature_with_a_zero_or_out_of_range_is_refused_cve_2022_21449() {
    let (verifier, body, signature) = es256();
    assert_eq!(signature.len(), 64);
    let (r, s) = signature.split_at(32);
    let number = |last: u8| {
        let mut bytes = [0; 32];
        bytes[31] = last;
        bytes
    };
    let mut above = N;
    above[31] += 1;
    for bad in [number(0), N, above, [0xff; 32]] {
        for forged in [
            [&bad, s].concat(),
            [r, &bad].concat(),
            [bad, bad].concat(),
            [bad, number(1)].concat(),
            [number(1), bad].concat(),
        ] {
            let token = format!("{body}.{}", base64url(&forged));
            assert_eq!(
                verifier.verify(&token, at(NOW)).unwrap_err(),
                TokenError::SignatureInvalid,
                "{forged:02x?}"
            );
        }
    }
}

#[test]
fn an_ecdsa_signature_in_der_or_of_another_length_is_refused() {
    let (verifier, body, signature) = es256();
    let (r, s) = signature.split_at(32);
    let integer = |number: &[u8]| {
        let first = number.iter().position(|&byte| byte != 0).unwrap();
        let mut digits = number[first..].to_vec();
        if digits[0] >= 0x80 {
            digits.insert(0, 0);
        }
        [&[2, u8::try_from(digits.len()).unwrap()], &digits[..]].concat()
    };
    let both = [integer(r), integer(s)].concat();
    let der = [&[0x30, u8::try_from(both.len()).unwrap()], &both[..]].concat();
    let mut longer = signature.clone();
    longer.push(0);
    for wrong in [
        &der[..],
        &der[..64],
        &longer,
        &signature[..63],
        &[&[0], r, s].concat(),
    ] {
        let token = format!("{body}.{}", base64url(wrong));
        assert_eq!(
            verifier.verify(&token, at(NOW)).unwrap_err(),
            TokenError::SignatureInvalid,
            "{}",
            wrong.len()
        );
    }
}

#[test]
fn a_blank_or_short_secret_is_not_a_key() {
    for (algorithm, least) in [
        (Algorithm::Hs256, 32),
        (Algorithm::Hs384, 48),
        (Algorithm::Hs512, 64),
    ] {
        for length in [0, 1, least - 1] {
            let secret = vec![1; length];
            let too_short = TokenError::KeyInvalid(KeyProblem::TooShort { least });
            assert_eq!(
                SecretKey::new(algorithm, &secret).unwrap_err(),
                too_short,
                "{algorithm} {length}"
            );
            let jwk = format!(
                r#"{{"kty":"oct","alg":"{algorithm}","k":"{}"}}"#,
                base64url(&secret)
            );
            let key = SecretJwk::from_json(&jwk).and_then(|jwk| SecretKey::from_jwk(&jwk));
            assert_eq!(key.unwrap_err(), too_short);
        }
        assert!(SecretKey::new(algorithm, &vec![1; least]).is_ok());
    }
    // A token that is signed with an empty secret is a forgery like any other.
    let blank = sign_with(b"", HEADER, VALID);
    assert_eq!(verify(&blank).unwrap_err(), TokenError::SignatureInvalid);
}

#[test]
fn a_short_legacy_secret_verifies_only_if_the_caller_asks_for_it_and_an_empty_one_never() {
    // Such a key cannot become a `Signer`: only `SecretKey` signs.
    let key = VerifyingKey::legacy_secret(Algorithm::Hs256, b"short").unwrap();
    let token = sign_with(b"short", HEADER, VALID);
    assert!(with(key).verify(&token, at(NOW)).is_ok());
    for algorithm in [Algorithm::Hs256, Algorithm::Hs384, Algorithm::Hs512] {
        assert_eq!(
            code(VerifyingKey::legacy_secret(algorithm, b"")),
            "key_invalid"
        );
    }
    for algorithm in [Algorithm::EdDsa, Algorithm::Es256] {
        let no_secret = VerifyingKey::legacy_secret(algorithm, &[1; 64]);
        assert_eq!(code(no_secret), "key_invalid");
    }
}

#[test]
fn a_key_that_is_not_for_verifying_does_not_verify_on_its_own_either() {
    let public = private_key(Algorithm::EdDsa).public().unwrap();
    for (member, value, expected) in [
        ("use", json!("enc"), "key_invalid"),
        ("key_ops", json!(["sign"]), "key_invalid"),
        ("use", json!("sig"), "token_signature_invalid"),
        ("key_ops", json!(["verify"]), "token_signature_invalid"),
    ] {
        let mut jwk: Value = serde_json::from_str(&public.to_json()).unwrap();
        let members = jwk.as_object_mut().unwrap();
        members.retain(|name, _| name != "use" && name != "key_ops");
        members.insert(member.into(), value);
        let jwk = PublicJwk::from_json(&jwk.to_string()).unwrap();
        let key = VerifyingKey::from_public_jwk(&jwk).unwrap();
        let refused = key.verify_signature(b"", &[0; 64]);
        assert_eq!(code(refused), expected, "{jwk:?}");
    }
}
