//! Compared with ed25519-dalek and with the rules of RFC 8032.

use ed25519_dalek::{Signer as _, SigningKey};
use portcullis::error::KeyProblem;
use portcullis::key::{Algorithm, PublicJwk, SecretJwk, SecretKey, VerifyingKey};
use portcullis::token::{Policy, SignOptions, Signer, Verifier};
use proptest::prelude::*;

use crate::support::*;

const HEADER: &str = r#"{"alg":"EdDSA"}"#;

fn public(x: &[u8; 32]) -> Result<VerifyingKey, KeyProblem> {
    let jwk = format!(r#"{{"kty":"OKP","crv":"Ed25519","x":"{}"}}"#, base64url(x));
    VerifyingKey::from_public_jwk(&PublicJwk::from_json(&jwk).unwrap())
        .map_err(|error| problem::<()>(Err(error)))
}

fn secret(seed: &[u8; 32], x: &[u8; 32]) -> SecretKey {
    let jwk = format!(
        r#"{{"kty":"OKP","crv":"Ed25519","x":"{}","d":"{}"}}"#,
        base64url(x),
        base64url(seed)
    );
    SecretKey::from_jwk(&SecretJwk::from_json(&jwk).unwrap()).unwrap()
}

fn verifier(key: VerifyingKey) -> Verifier {
    let policy = Policy {
        required_claims: vec![],
        ..Policy::default()
    };
    Verifier::with_key(key, policy).unwrap()
}

fn input(claims: &str) -> String {
    format!("{}.{}", base64url(HEADER), base64url(claims))
}

fn token(input: &str, signature: &[u8]) -> String {
    format!("{input}.{}", base64url(signature))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn signatures_of_ed25519_dalek_are_verified_and_changed_ones_are_refused(
        seed: [u8; 32],
        text in "[a-z]{0,300}",
        place in 0_usize..64,
        bit in 0_u8..8,
    ) {
        let key = SigningKey::from_bytes(&seed);
        let input = input(&format!(r#"{{"a":"{text}"}}"#));
        let mut signature = key.sign(input.as_bytes()).to_bytes();
        let verifier = verifier(public(&key.verifying_key().to_bytes()).unwrap());
        prop_assert!(verifier.verify(&token(&input, &signature), at(NOW)).is_ok());
        signature[place] ^= 1 << bit;
        prop_assert_eq!(
            code(verifier.verify(&token(&input, &signature), at(NOW))),
            "token_signature_invalid"
        );
    }

    #[test]
    fn what_we_sign_ed25519_dalek_signs_the_same(seed: [u8; 32], text in "[a-z]{0,300}") {
        let peer = SigningKey::from_bytes(&seed);
        let key = secret(&seed, &peer.verifying_key().to_bytes());
        let signer = Signer::new(key, for_an_hour()).unwrap();
        let token = signer
            .sign_json(&format!(r#"{{"a":"{text}"}}"#), at(NOW), [0; 16])
            .unwrap();
        let (input, signature) = token.rsplit_once('.').unwrap();
        prop_assert_eq!(
            from_base64url(signature),
            peer.sign(input.as_bytes()).to_bytes()
        );
    }

    #[test]
    fn a_signature_of_another_key_or_message_is_refused(seed: [u8; 32], other: [u8; 32]) {
        prop_assume!(seed != other);
        let (key, other) = (SigningKey::from_bytes(&seed), SigningKey::from_bytes(&other));
        let verifier = verifier(public(&key.verifying_key().to_bytes()).unwrap());
        let (input, another) = (input("{}"), input("{ }"));
        for signature in [other.sign(input.as_bytes()), key.sign(another.as_bytes())] {
            let token = token(&input, &signature.to_bytes());
            prop_assert_eq!(code(verifier.verify(&token, at(NOW))), "token_signature_invalid");
        }
    }
}

#[test]
fn a_signature_has_64_bytes_and_its_number_is_below_the_groups_order() {
    // ℓ = 2^252 + 27742317777372353535851937790883648493, RFC 8032 §5.1.
    const ORDER: [u8; 32] = [
        0xed, 0xd3, 0xf5, 0x5c, 0x1a, 0x63, 0x12, 0x58, 0xd6, 0x9c, 0xf7, 0xa2, 0xde, 0xf9, 0xde,
        0x14, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0x10,
    ];
    let key = SigningKey::from_bytes(&[1; 32]);
    let verifier = verifier(public(&key.verifying_key().to_bytes()).unwrap());
    let input = input("{}");
    let right = key.sign(input.as_bytes()).to_bytes();
    let mut larger = right;
    let mut carry = 0;
    for (byte, add) in larger[32..].iter_mut().zip(ORDER) {
        let sum = u16::from(*byte) + u16::from(add) + carry;
        *byte = sum.to_le_bytes()[0];
        carry = sum >> 8;
    }
    let longer = [right.as_slice(), &[0]].concat();
    for wrong in [&larger[..], &right[..63], &longer, &[0; 64], &[]] {
        assert_eq!(
            code(verifier.verify(&token(&input, wrong), at(NOW))),
            "token_signature_invalid"
        );
    }
    assert!(verifier.verify(&token(&input, &right), at(NOW)).is_ok());
}

#[test]
fn a_public_key_of_small_order_is_refused() {
    let mut seen = 0;
    for last in [0, 0x80] {
        for y in [[0; 32], [1; 32]] {
            let mut x = [0; 32];
            x[0] = y[0];
            x[31] = last;
            assert_eq!(public(&x).unwrap_err(), KeyProblem::Malformed);
            seen += 1;
        }
    }
    // The point of order 8, and −1 of order 2.
    for x in [
        "JuiVj8KyJ7BFw_SJ8u-Y8NXfrAXTxjM5sTgCiG1T_AU",
        "xxdqcD1N2E-6PAt2DRBnDyogU_osOczGTsf9d5KsA_o",
        "7P________________________________________8",
    ] {
        let x: Vec<u8> = from_base64url(x);
        let x: [u8; 32] = x.try_into().unwrap();
        assert_eq!(public(&x).map(drop), Err(KeyProblem::Malformed));
        seen += 1;
    }
    assert_eq!(seen, 7);
}

#[test]
fn a_public_key_has_one_encoding() {
    // Only y below 19 has a second encoding: y + p, where p = 2^255 − 19.
    let mut seen = 0;
    for y in 0..19 {
        for sign in [0, 0x80] {
            let mut once = [0; 32];
            once[0] = y;
            once[31] |= sign;
            let mut twice = [0xff; 32];
            twice[0] = 0xed + y;
            twice[31] = 0x7f | sign;
            if public(&once).is_ok() {
                // The other library accepts it.
                assert!(ed25519_dalek::VerifyingKey::from_bytes(&twice).is_ok());
                seen += 1;
            }
            assert_eq!(public(&twice).map(drop), Err(KeyProblem::Malformed), "{y}");
        }
    }
    assert!(seen > 4);
}

#[test]
fn a_point_that_is_not_on_the_curve_is_not_a_key() {
    let mut x = [0; 32];
    x[0] = 2;
    assert_eq!(public(&x).map(drop), Err(KeyProblem::Malformed));
}

#[test]
fn the_private_key_must_match_the_public_key() {
    let jwk = |x: &[u8; 32]| {
        SecretJwk::from_json(&format!(
            r#"{{"kty":"OKP","crv":"Ed25519","x":"{}","d":"{}"}}"#,
            base64url(x),
            base64url([1; 32])
        ))
        .unwrap()
    };
    let right = SigningKey::from_bytes(&[1; 32]).verifying_key().to_bytes();
    let wrong = SigningKey::from_bytes(&[2; 32]).verifying_key().to_bytes();
    assert!(SecretKey::from_jwk(&jwk(&right)).is_ok());
    assert_eq!(
        problem(SecretKey::from_jwk(&jwk(&wrong))),
        KeyProblem::Mismatch
    );
    assert_eq!(
        problem(VerifyingKey::from_jwk(&jwk(&wrong))),
        KeyProblem::Mismatch
    );
    assert_eq!(problem(jwk(&wrong).public()), KeyProblem::Mismatch);
}

#[test]
fn a_key_may_have_the_name_of_rfc_9864_and_its_tokens_have_it_too() {
    let jwk = SecretJwk::generate(Algorithm::EdDsa, &[7; 64]).unwrap();
    let named = SecretJwk::from_json(&jwk.to_json())
        .unwrap()
        .with_fully_specified_algorithm();
    assert_eq!(named.algorithm_name(), "Ed25519");
    assert_eq!(jwk.algorithm_name(), "EdDSA");
    assert!(named.to_json().contains(r#""alg":"Ed25519""#));
    let again = SecretJwk::from_json(&named.to_json()).unwrap();
    assert_eq!(*again.to_json(), *named.to_json());
    assert!(
        named
            .public()
            .unwrap()
            .to_json()
            .contains(r#""alg":"Ed25519""#)
    );
    // The public keys of either name verify the tokens of either name.
    for signing in [&jwk, &named] {
        let key = SecretKey::from_jwk(signing).unwrap();
        let signer = Signer::new(key, SignOptions::default()).unwrap();
        let token = signer
            .sign_json(r#"{"exp":1700000060}"#, at(NOW), [0; 16])
            .unwrap();
        let header = from_base64url(token.split('.').next().unwrap());
        let alg = format!(r#""alg":"{}""#, signing.algorithm_name());
        assert!(String::from_utf8(header).unwrap().contains(&alg));
        for public in [&jwk, &named] {
            let key = VerifyingKey::from_public_jwk(&public.public().unwrap()).unwrap();
            let verifier = Verifier::with_key(key, Policy::default()).unwrap();
            assert!(verifier.verify(&token, at(NOW)).is_ok());
        }
    }
    let es256 = SecretJwk::generate(Algorithm::Es256, &[7; 64]).unwrap();
    let es256 = es256.with_fully_specified_algorithm();
    assert_eq!(es256.algorithm_name(), "ES256");
}
