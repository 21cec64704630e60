//! ES384 and ES512: keys of tokens that others sign.

use portcullis::error::{KeyProblem, TokenError};
use portcullis::key::{Algorithm, KeySet, PublicJwk, SecretJwk, VerifyingKey};
use portcullis::token::{Policy, Verifier};

use crate::support::*;

/// Keys made with OpenSSL, and tokens that expire at 1700000060.
const P521: &str = r#"{"kty":"EC","crv":"P-521","x":"AVgyTj7bebgoy6BNK5feRn5dQ4oFxbcpQ6a_yZKEtE22IpFgj7tMjgXu7z0_ePbjNCRZQpLHOHxOL-kNp73LFYKL","y":"AMOx8M0CvLx61hnAjEkeqQajEG1hZYWdMUv5FE0OSL-tD-GOPgphLEI4zyH6TiGxevVn2jLErT9utdRUthqBLvXR"}"#;
const ES512: &str = "eyJhbGciOiJFUzUxMiJ9.eyJleHAiOjE3MDAwMDAwNjB9.ATK16aOLtEAc-f6v_Sjoy_CppD6OXiX2HWvCw6VwcloVCNiT3DXtW1pGB0QGcxZBzn433XglvRh6KLR8yfQ-fk0SANhk5_08mePpRj40_jKUCFvHV-omkSRBy4uvxPdGvKxn_86GCyf2AH4xr7N03IeeOercrHB0rnmUQZVc3e0xNaK3";
const P384: &str = r#"{"kty":"EC","crv":"P-384","x":"JI6HymtQ4nIY5ePh-OZnUq-8EtUrqglz1knLaNTO93l3trzCvP5DTVoaR_fdCC3H","y":"Uw4pZmKtR6PjkMz09ysdh89vB832tpH9yxN0Nka55RQNlWtnvpISGZLaWMVg_-Q7"}"#;
const ES384: &str = "eyJhbGciOiJFUzM4NCJ9.eyJleHAiOjE3MDAwMDAwNjB9.3iCmJx-bbxJCQJGel04Wie0XP6PTqOtk3RrsU-mi5-8SK3EPoq5K2lKWXumNHQvxS1umD03pp_sjmsGxydeiS3CZSMuQP_dDsOVC9o0tC0ljn6Okx2RPpXLwRkjrRxvN";

fn key(json: &str) -> Result<VerifyingKey, TokenError> {
    VerifyingKey::from_public_jwk(&PublicJwk::from_json(json)?)
}

#[test]
fn es384_and_es512_verify_tokens_of_openssl() {
    for (jwk, token) in [(P384, ES384), (P521, ES512)] {
        let verifier = Verifier::with_key(key(jwk).unwrap(), Policy::default()).unwrap();
        assert!(verifier.verify(token, at(NOW)).is_ok());
        let (input, signature) = token.rsplit_once('.').unwrap();
        let right = from_base64url(signature);
        let length = right.len();
        let mut changed = right.clone();
        changed[50] ^= 1;
        let mut longer = right.clone();
        longer.push(0);
        let (zeros, ones) = (vec![0; length], vec![0xff; length]);
        for wrong in [
            &right[1..],
            &right[..length - 1],
            &longer,
            &changed,
            &zeros,
            &ones,
            &[],
        ] {
            let token = format!("{input}.{}", base64url(wrong));
            let refused = verifier.verify(&token, at(NOW));
            assert_eq!(code(refused), "token_signature_invalid");
        }
    }
}

#[test]
fn a_curve_has_one_algorithm_and_coordinates_of_its_length() {
    for (jwk, right, wrong) in [(P384, "ES384", "ES256"), (P521, "ES512", "ES384")] {
        let named = |alg: &str| jwk.replace("\"kty\"", &format!("\"alg\":\"{alg}\",\"kty\""));
        assert!(key(&named(right)).is_ok());
        assert_eq!(problem(key(&named(wrong))), KeyProblem::Unsupported);
        let written = PublicJwk::from_json(jwk).unwrap().to_json();
        let again = PublicJwk::from_json(&written).unwrap();
        assert_eq!(again.to_json(), written);
        let other = jwk.replace("\"x\":\"A", "\"x\":\"B");
        let off_curve = if other == jwk {
            jwk.replace("\"y\":\"", "\"y\":\"AA")
        } else {
            other
        };
        assert_eq!(problem(key(&off_curve)), KeyProblem::Malformed);
        let short = jwk.replace("\"y\":\"", "\"y\":\"AAAA");
        assert_eq!(problem(key(&short)), KeyProblem::Malformed);
    }
}

#[test]
fn a_private_key_of_these_curves_is_not_read() {
    let private = P521.replace("\"crv\"", "\"d\":\"AA\",\"crv\"");
    assert_eq!(
        problem(PublicJwk::from_json(&private)),
        KeyProblem::NotPublic
    );
    assert_eq!(
        problem(SecretJwk::from_json(&private)),
        KeyProblem::NotPublic
    );
    assert_eq!(problem(KeySet::from_json(&private)), KeyProblem::NotPublic);
    for algorithm in [Algorithm::Es384, Algorithm::Es512] {
        let refused = SecretJwk::generate(algorithm, &[7; 64]);
        assert_eq!(problem(refused), KeyProblem::Unsupported);
    }
}
