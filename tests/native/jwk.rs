use portcullis::error::{KeyProblem, TokenError};
use portcullis::key::{Algorithm, PublicJwk, SecretJwk, SecretKey, VerifyingKey};
use portcullis::token::{Policy, SignOptions, Signer, Verifier};

use crate::support::*;

/// RFC 8037 appendix A.1 and A.2.
const ED25519: &str = r#"{"kty":"OKP","crv":"Ed25519","d":"nWGxne_9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}"#;
const ED25519_PUBLIC: &str =
    r#"{"kty":"OKP","crv":"Ed25519","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}"#;
/// RFC 7517 appendix A.2.
const P256: &str = r#"{"kty":"EC","crv":"P-256","x":"MKBCTNIcKUSDii11ySs3526iDZ8AiTo7Tu6KPAqv7D4","y":"4Etl6SRW2YiLUrN5vfvVHuhp7x8PxltmWWlbbM4IFyM","d":"870MB6gfuTJ4HtUnUvYMyJpr5eUZNP4Bk43bVdj3eAE","use":"enc","kid":"1"}"#;

const SUPPORTED: [Algorithm; 5] = [
    Algorithm::Hs256,
    Algorithm::Hs384,
    Algorithm::Hs512,
    Algorithm::EdDsa,
    Algorithm::Es256,
];

fn public(json: &str) -> Result<VerifyingKey, TokenError> {
    VerifyingKey::from_public_jwk(&PublicJwk::from_json(json)?)
}

/// The Ed25519 key with more members.
fn with(more: &str) -> String {
    ED25519.replace(r#""kty""#, &format!(r#"{more},"kty""#))
}

#[test]
fn a_generated_key_signs_and_its_public_part_verifies() {
    for algorithm in SUPPORTED {
        let jwk = SecretJwk::generate(algorithm, &[9; 64]).unwrap();
        assert_eq!(jwk.algorithm(), algorithm);
        assert_eq!(jwk.id().unwrap().as_str(), jwk.thumbprint());
        let key = SecretKey::from_jwk(&jwk).unwrap();
        let token = Signer::new(key, for_an_hour())
            .unwrap()
            .sign_json("{}", at(NOW), [0; 16])
            .unwrap();
        let key = match jwk.public() {
            Ok(public) => VerifyingKey::from_public_jwk(&public).unwrap(),
            Err(_) => VerifyingKey::from_jwk(&jwk).unwrap(),
        };
        let verifier = Verifier::with_key(key, Policy::default()).unwrap();
        assert!(verifier.verify(&token, at(NOW)).is_ok(), "{algorithm}");
    }
}

#[test]
fn a_key_is_read_as_it_is_written() {
    for algorithm in SUPPORTED {
        let jwk = SecretJwk::generate(algorithm, &[9; 64]).unwrap();
        let again = SecretJwk::from_json(&jwk.to_json()).unwrap();
        assert_eq!(*again.to_json(), *jwk.to_json());
        assert!(serde_json::from_str::<serde_json::Value>(&jwk.to_json()).is_ok());
    }
    let written = SecretJwk::from_json(&with(
        r#""kid":"a\"b\u0001","use":"sig","key_ops":["sign"],"ext":true,"x5c":["A"]"#,
    ))
    .unwrap();
    assert_eq!(
        *written.to_json(),
        r#"{"kty":"OKP","crv":"Ed25519","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo","d":"nWGxne_9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A","alg":"EdDSA","kid":"a\"b\u0001","use":"sig","key_ops":["sign"]}"#
    );
}

#[test]
fn a_generated_secret_is_as_long_as_its_hash_and_uses_all_random_bytes() {
    let mut random = [0; 64];
    for (byte, i) in random.iter_mut().zip(0..) {
        *byte = i;
    }
    for (algorithm, member, length) in [
        (Algorithm::Hs256, "k", 32),
        (Algorithm::Hs384, "k", 48),
        (Algorithm::Hs512, "k", 64),
        (Algorithm::EdDsa, "d", 32),
    ] {
        let json = SecretJwk::generate(algorithm, &random).unwrap().to_json();
        let json: serde_json::Value = serde_json::from_str(&json).unwrap();
        let secret = from_base64url(json[member].as_str().unwrap());
        assert_eq!(secret, random[..length]);
        assert_eq!(json["use"], "sig");
    }
}

#[test]
fn the_public_part_is_that_of_rfc_8037() {
    let secret = SecretJwk::from_json(ED25519).unwrap();
    let public = secret.public().unwrap();
    assert_eq!(
        public.to_json(),
        ED25519_PUBLIC.replace('}', r#","alg":"EdDSA"}"#)
    );
    assert_eq!(PublicJwk::from_json(ED25519_PUBLIC).unwrap().id(), None);
}

#[test]
fn thumbprints_are_those_of_rfc_8037_and_the_same_with_and_without_the_private_part() {
    // RFC 8037 appendix A.3
    let expected = "kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k";
    let secret = SecretJwk::from_json(&with(r#""kid":"a","use":"sig""#)).unwrap();
    assert_eq!(secret.thumbprint(), expected);
    assert_eq!(secret.public().unwrap().thumbprint(), expected);
    // Computed with jose 6.
    let secret = SecretJwk::from_json(P256).unwrap();
    assert_eq!(
        secret.thumbprint(),
        "cn-I_WNMClehiVp51i_0VpOENW1upEerA8sEam5hn-s"
    );
}

#[test]
fn an_hmac_key_has_no_public_part() {
    let secret = SecretJwk::generate(Algorithm::Hs256, &[1; 64]).unwrap();
    assert_eq!(problem(secret.public()), KeyProblem::NoPublicPart);
}

#[test]
fn a_public_key_contains_no_secret() {
    let k = base64url([1; 32]);
    for json in [
        ED25519.into(),
        P256.into(),
        format!(r#"{{"kty":"oct","alg":"HS256","k":"{k}"}}"#),
        ED25519_PUBLIC.replace('}', r#","\u0064":1}"#),
        r#"{"kty":"RSA","n":"AQAB","e":"AQAB","p":"AQ"}"#.into(),
        r#"{"kty":"mine","d":"AQ"}"#.into(),
    ] {
        assert_eq!(problem(PublicJwk::from_json(&json)), KeyProblem::NotPublic);
    }
}

#[test]
fn a_public_key_does_not_sign() {
    let jwk = SecretJwk::from_json(ED25519_PUBLIC).unwrap();
    assert_eq!(problem(SecretKey::from_jwk(&jwk)), KeyProblem::NotPrivate);
    assert!(VerifyingKey::from_jwk(&jwk).is_ok());
}

#[test]
fn a_key_has_the_algorithm_of_its_curve_and_no_other() {
    for alg in ["ES256", "HS256", "eddsa", "ed25519", "none", ""] {
        let json = with(&format!(r#""alg":"{alg}""#));
        assert_eq!(
            problem(SecretJwk::from_json(&json)),
            KeyProblem::Unsupported
        );
    }
    assert!(SecretJwk::from_json(&with(r#""alg":"EdDSA""#)).is_ok());
    let json = P256.replace(r#""use":"enc""#, r#""alg":"ECDH-ES""#);
    assert_eq!(
        problem(SecretJwk::from_json(&json)),
        KeyProblem::Unsupported
    );
    let k = base64url([1; 64]);
    for alg in ["EdDSA", "ES256", "A256GCM"] {
        let json = format!(r#"{{"kty":"oct","k":"{k}","alg":"{alg}"}}"#);
        assert_eq!(
            problem(SecretJwk::from_json(&json)),
            KeyProblem::Unsupported
        );
    }
}

#[test]
fn other_curves_and_types_are_not_supported() {
    for json in [
        r#"{"crv":"X25519","x":"qyp3lGd4cBwA72xPH0N3LaZFl-8B7OqPeAFEn3RBmiM","kty":"OKP"}"#,
        r#"{"crv":"Ed448","x":"qzZw3rDG6ZVM0Bf8jvfRf8cDYGQttV65kMCUNaj6IM8T4ehMxvcnvpPIfNJj8WAFuwbPd86HJRuA","kty":"OKP"}"#,
        r#"{"kty":"EC","x":"UAlJ36Wg-uxp-Xg8hk8kKBbE85D829q7WQ7_3nRxIF0","y":"8KIMp612i6QY8FFy1UfeZZWJlfRWSDxldjRDYy4CcpY","crv":"secp256k1"}"#,
        r#"{"kty":"EC","crv":"ed25519","x":"AA"}"#,
        r#"{"kty":"okp","crv":"Ed25519"}"#,
        r#"{"kty":"AKP"}"#,
    ] {
        assert_eq!(problem(public(json)), KeyProblem::Unsupported, "{json}");
    }
}

#[test]
fn the_numbers_have_exactly_their_length_and_one_form() {
    let x = "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo";
    for wrong in [
        base64url([1; 31]),
        base64url([0; 33]),
        format!("{x}="),
        format!(" {x}"),
        x.replace('_', "/"),
        // The last character has unused bits.
        x.replace("URo", "URp"),
        String::new(),
    ] {
        let json = ED25519_PUBLIC.replace(x, &wrong);
        assert_eq!(problem(public(&json)), KeyProblem::Malformed, "{wrong}");
    }
    for missing in [
        r#"{"kty":"OKP","crv":"Ed25519"}"#,
        r#"{"kty":"OKP","crv":"Ed25519","d":"nWGxne_9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A"}"#,
        r#"{"kty":"OKP","crv":"Ed25519","x":null}"#,
        r#"{"kty":"OKP","crv":1,"x":"AA"}"#,
        r#"{"kty":"OKP"}"#,
        r#"{"kty":"EC","crv":"P-256","x":"MKBCTNIcKUSDii11ySs3526iDZ8AiTo7Tu6KPAqv7D4"}"#,
        r#"{"kty":1}"#,
    ] {
        let refused = problem(SecretJwk::from_json(missing));
        assert_eq!(refused, KeyProblem::Malformed, "{missing}");
    }
    let json = ED25519.replace("nWGxne", "nWGxn");
    assert_eq!(problem(SecretJwk::from_json(&json)), KeyProblem::Malformed);
}

#[test]
fn malformed_kid_use_and_key_ops_are_refused() {
    for more in [
        r#""kid":"""#,
        r#""kid":1"#,
        r#""kid":null"#,
        r#""alg":1"#,
        r#""use":1"#,
        r#""use":["sig"]"#,
        r#""key_ops":"sign""#,
        r#""key_ops":[1]"#,
        r#""key_ops":["sign","sign"]"#,
        r#""key_ops":["sign","s\u0069gn"]"#,
        // Both members are present and disagree (RFC 7517 §4.3).
        r#""use":"sig","key_ops":["encrypt"]"#,
        r#""use":"sig","key_ops":["sign","deriveBits"]"#,
        r#""use":"enc","key_ops":["verify"]"#,
    ] {
        let refused = problem(SecretJwk::from_json(&with(more)));
        assert_eq!(refused, KeyProblem::Malformed, "{more}");
    }
    let long = format!(r#""kid":"{}""#, "k".repeat(257));
    assert!(SecretJwk::from_json(&with(&long)).is_err());
}

#[test]
fn a_private_key_that_only_signs_verifies_with_its_public_part() {
    let jwk = SecretJwk::from_json(&with(r#""key_ops":["sign"]"#)).unwrap();
    let signs = |jwk: &SecretJwk| {
        Signer::new(SecretKey::from_jwk(jwk).unwrap(), SignOptions::default()).map(drop)
    };
    let verifies = |key: VerifyingKey| Verifier::with_key(key, Policy::default()).map(drop);
    assert!(signs(&jwk).is_ok());
    let own = VerifyingKey::from_jwk(&jwk).unwrap();
    assert_eq!(problem(verifies(own)), KeyProblem::UseNotAllowed);
    let public = jwk.public().unwrap();
    assert!(public.to_json().ends_with(r#","key_ops":["verify"]}"#));
    assert!(verifies(VerifyingKey::from_public_jwk(&public).unwrap()).is_ok());
    // A key that neither signs nor verifies has no public part.
    let other = SecretJwk::from_json(&with(r#""key_ops":["deriveKey"]"#)).unwrap();
    assert_eq!(problem(signs(&other)), KeyProblem::UseNotAllowed);
    assert_eq!(problem(other.public()), KeyProblem::UseNotAllowed);
    // A key for encryption remains one.
    let enc = SecretJwk::from_json(P256).unwrap();
    assert_eq!(problem(signs(&enc)), KeyProblem::UseNotAllowed);
    let enc = VerifyingKey::from_public_jwk(&enc.public().unwrap()).unwrap();
    assert_eq!(problem(verifies(enc)), KeyProblem::UseNotAllowed);
}

#[test]
fn debug_output_of_a_jwk_contains_no_numbers() {
    let secret = SecretJwk::from_json(ED25519).unwrap();
    let key = SecretKey::from_jwk(&secret).unwrap();
    let oct = SecretJwk::generate(Algorithm::Hs256, &[0x41; 64]).unwrap();
    let ec = SecretJwk::from_json(P256).unwrap();
    let ec_key = SecretKey::from_jwk(&ec).unwrap();
    let verifying = VerifyingKey::from_jwk(&oct).unwrap();
    let shown = format!("{secret:?} {key:?} {oct:?} {ec:?} {ec_key:?} {verifying:?}");
    for secret in ["nWGx", "870M", "157, 97", "243, 189", "QUFB", "65, 65"] {
        assert!(!shown.contains(secret), "{shown}");
    }
    assert!(shown.contains("EdDsa"));
}

#[test]
fn a_jwk_is_read_up_to_the_maximum_length() {
    let of_length = |length: usize| {
        let fill = "=".repeat(length - with(r#""x5c":"""#).len());
        let json = with(&format!(r#""x5c":"{fill}""#));
        assert_eq!(json.len(), length);
        json
    };
    let secret = |length| SecretJwk::from_json(&of_length(length)).map(drop);
    let no_d = |json: String| {
        let at = json.find(r#""d":""#).unwrap();
        format!("{}{}{}", &json[..at], " ".repeat(50), &json[at + 50..])
    };
    let public = |length| PublicJwk::from_json(&no_d(of_length(length))).map(drop);
    assert_eq!(secret(SecretJwk::MAX_LENGTH), Ok(()));
    assert_eq!(public(SecretJwk::MAX_LENGTH), Ok(()));
    for refused in [
        secret(SecretJwk::MAX_LENGTH + 1),
        public(SecretJwk::MAX_LENGTH + 1),
    ] {
        assert_eq!(problem(refused), KeyProblem::Malformed);
    }
}

#[test]
fn key_ops_has_up_to_sixteen_values() {
    let key = |count: usize| {
        let ops: Vec<_> = (0..count).map(|i| format!(r#""\u006fp{i}""#)).collect();
        SecretJwk::from_json(&with(&format!(r#""key_ops":[{}]"#, ops.join(",")))).map(drop)
    };
    assert_eq!(key(16), Ok(()));
    assert_eq!(problem(key(17)), KeyProblem::Malformed);
    assert_eq!(problem(key(6000)), KeyProblem::Malformed);
}
