use portcullis::error::{KeyProblem, TokenError};
use portcullis::key::{Algorithm, PublicJwk, SecretJwk, SecretKey, VerifyingKey};
use portcullis::token::{Policy, Signer, Verifier};
use proptest::prelude::*;

use crate::support::*;

/// The group's order n (FIPS 186-5), the most significant byte first.
const ORDER: [u8; 32] = [
    0xff, 0xff, 0xff, 0xff, 0, 0, 0, 0, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xbc, 0xe6,
    0xfa, 0xad, 0xa7, 0x17, 0x9e, 0x84, 0xf3, 0xb9, 0xca, 0xc2, 0xfc, 0x63, 0x25, 0x51,
];

fn jwk() -> SecretJwk {
    SecretJwk::generate(Algorithm::Es256, &[7; 64]).unwrap()
}

fn verify(token: &str) -> Result<(), TokenError> {
    let key = VerifyingKey::from_public_jwk(&jwk().public().unwrap()).unwrap();
    let verifier = Verifier::with_key(key, Policy::default()).unwrap();
    verifier.verify(token, at(NOW)).map(drop)
}

fn sign(claims: &str) -> String {
    let key = SecretKey::from_jwk(&jwk()).unwrap();
    let signer = Signer::new(key, for_an_hour()).unwrap();
    signer.sign_json(claims, at(NOW), [0; 16]).unwrap()
}

fn parts(token: &str) -> (&str, Vec<u8>) {
    let (input, signature) = token.rsplit_once('.').unwrap();
    (input, from_base64url(signature))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(32))]

    #[test]
    fn a_signature_is_verified_and_a_changed_one_is_refused(
        text in "[a-z]{0,300}",
        place in 0_usize..64,
        bit in 0_u8..8,
    ) {
        let token = sign(&format!(r#"{{"a":"{text}"}}"#));
        prop_assert!(verify(&token).is_ok());
        let (input, mut signature) = parts(&token);
        signature[place] ^= 1 << bit;
        let changed = format!("{input}.{}", base64url(signature));
        prop_assert_eq!(code(verify(&changed)), "token_signature_invalid");
    }
}

#[test]
fn signing_is_deterministic() {
    assert_eq!(sign("{}"), sign("{}"));
}

#[test]
fn cve_2022_21449_r_and_s_are_neither_zero_nor_the_order_or_more() {
    let token = sign("{}");
    let (input, signature) = parts(&token);
    let beyond = [0xff; 32];
    for number in [[0; 32], ORDER, beyond] {
        for wrong in [
            [number, number].concat(),
            [&number, &signature[32..]].concat(),
            [&signature[..32], &number].concat(),
        ] {
            let token = format!("{input}.{}", base64url(wrong));
            assert_eq!(code(verify(&token)), "token_signature_invalid");
        }
    }
}

#[test]
fn der_in_place_of_the_64_bytes_is_refused() {
    let token = sign("{}");
    let (input, signature) = parts(&token);
    let integer = |bytes: &[u8]| {
        let zero: &[u8] = if bytes[0] < 0x80 { &[] } else { &[0] };
        let length = u8::try_from(zero.len() + bytes.len()).unwrap();
        [&[2, length], zero, bytes].concat()
    };
    let body = [integer(&signature[..32]), integer(&signature[32..])].concat();
    let der = [&[0x30, u8::try_from(body.len()).unwrap()], &body[..]].concat();
    let token = format!("{input}.{}", base64url(der));
    assert_eq!(code(verify(&token)), "token_signature_invalid");
}

#[test]
fn a_high_s_is_accepted_because_jws_does_not_forbid_it() {
    let token = sign("{}");
    let (input, mut signature) = parts(&token);
    // n − s is the other s of the same signature; one of the two values is high.
    let mut borrow = 0;
    for (byte, order) in signature[32..].iter_mut().zip(ORDER).rev() {
        let difference = i16::from(order) - i16::from(*byte) - borrow;
        *byte = difference.to_le_bytes()[0];
        borrow = i16::from(difference < 0);
    }
    let other = format!("{input}.{}", base64url(signature));
    assert_ne!(token, other);
    assert!(verify(&other).is_ok());
}

#[test]
fn a_public_key_is_a_point_of_the_curve() {
    let key = |x: [u8; 32], y: [u8; 32]| {
        let jwk = format!(
            r#"{{"kty":"EC","crv":"P-256","x":"{}","y":"{}"}}"#,
            base64url(x),
            base64url(y)
        );
        VerifyingKey::from_public_jwk(&PublicJwk::from_json(&jwk).unwrap())
    };
    for (x, y) in [
        ([0; 32], [0; 32]),
        ([1; 32], [1; 32]),
        ([0xff; 32], [0xff; 32]),
    ] {
        assert_eq!(problem(key(x, y)), KeyProblem::Malformed);
    }
}

#[test]
fn the_private_number_is_in_range_and_matches_the_public_key() {
    let json = jwk().to_json();
    let member = |name: &str| {
        let value: serde_json::Value = serde_json::from_str(&json).unwrap();
        value[name].as_str().unwrap().to_owned()
    };
    let with = |d: String| {
        let (x, y) = (member("x"), member("y"));
        let json = format!(r#"{{"kty":"EC","crv":"P-256","x":"{x}","y":"{y}","d":"{d}"}}"#);
        SecretKey::from_jwk(&SecretJwk::from_json(&json).unwrap())
    };
    assert!(with(member("d")).is_ok());
    assert_eq!(problem(with(base64url([1; 32]))), KeyProblem::Mismatch);
    for d in [[0; 32], ORDER, [0xff; 32]] {
        assert_eq!(problem(with(base64url(d))), KeyProblem::Malformed);
    }
}

#[test]
fn a_generated_number_is_the_random_one_modulo_the_order() {
    let d = |random: &[u8; 64]| {
        let json = SecretJwk::generate(Algorithm::Es256, random)
            .unwrap()
            .to_json();
        let value: serde_json::Value = serde_json::from_str(&json).unwrap();
        from_base64url(value["d"].as_str().unwrap())
    };
    // n + 5 is 5; 2^256 is 2^256 − n.
    let mut random = [0; 64];
    random[32..].copy_from_slice(&ORDER);
    random[63] += 5;
    assert_eq!(d(&random), [&[0; 31][..], &[5]].concat());
    let mut random = [0; 64];
    random[31] = 1;
    let complement = d(&random);
    assert_eq!(complement[31], 0_u8.wrapping_sub(ORDER[31]));
    assert_eq!(complement[4..8], [0xff, 0xff, 0xff, 0xff]);
    // 0 is not a key.
    assert!(SecretJwk::generate(Algorithm::Es256, &[0; 64]).is_err());
}
