use portcullis::error::{KeyProblem, TokenError};
use portcullis::key::{
    Algorithm, KeySet, PublicJwk, PublicJwkSet, SecretJwk, SecretJwkSet, SecretKey, VerifyingKey,
};
use portcullis::token::{Policy, Signer, Verifier};

use crate::support::*;

fn jwk(algorithm: Algorithm, byte: u8) -> SecretJwk {
    SecretJwk::generate(algorithm, &[byte; 64]).unwrap()
}

fn token(jwk: &SecretJwk) -> String {
    let signer = Signer::new(SecretKey::from_jwk(jwk).unwrap(), for_an_hour()).unwrap();
    signer.sign_json("{}", at(NOW), [0; 16]).unwrap()
}

fn verify(keys: KeySet, token: &str) -> &'static str {
    Verifier::new(keys, Policy::default())
        .verify(token, at(NOW))
        .map_or_else(|error| error.code(), |_| "ok")
}

fn set(keys: &[&str]) -> String {
    format!(r#"{{"keys":[{}],"more":1}}"#, keys.join(","))
}

/// Keys of unsupported types in an issuer's set.
const FOREIGN: [&str; 6] = [
    r#"{"kty":"RSA","use":"enc","alg":"RSA-OAEP","n":"AQAB","e":"AQAB","kid":"1"}"#,
    r#"{"kty":"EC","crv":"secp256k1","x":"AA","y":"AA","kid":"2"}"#,
    r#"{"kty":"OKP","crv":"X25519","x":"AA","kid":"3"}"#,
    r#"{"kty":"EC","crv":"P-256","alg":"ECDH-ES","x":"AA","y":"AA","kid":"4"}"#,
    r#"{"kty":"OKP","crv":"Ed25519","use":"enc","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}"#,
    r#"{"kty":"what is to come"}"#,
];

#[test]
fn the_usable_keys_of_an_issuers_set_verify_and_the_others_are_ignored() {
    let (ed25519, p256) = (jwk(Algorithm::EdDsa, 1), jwk(Algorithm::Es256, 2));
    let (first, second) = (
        ed25519.public().unwrap().to_json(),
        p256.public().unwrap().to_json(),
    );
    let mut keys = FOREIGN.to_vec();
    keys.insert(1, &first);
    keys.push(&second);
    let json = set(&keys);
    let public = PublicJwkSet::from_json(&json).unwrap();
    assert_eq!(public.keys().len(), 2);
    for key in [&ed25519, &p256] {
        let keys = KeySet::from_public_jwk_set(&public).unwrap();
        assert_eq!(verify(keys, &token(key)), "ok");
        assert_eq!(verify(KeySet::from_json(&json).unwrap(), &token(key)), "ok");
    }
    let unknown = token(&jwk(Algorithm::EdDsa, 3));
    let keys = KeySet::from_public_jwk_set(&public).unwrap();
    assert_eq!(verify(keys, &unknown), "token_key_unknown");
}

#[test]
fn a_set_without_a_usable_key_is_refused() {
    for json in [set(&FOREIGN), set(&[])] {
        assert_eq!(problem(PublicJwkSet::from_json(&json)), KeyProblem::Set);
        assert_eq!(problem(KeySet::from_json(&json)), KeyProblem::Set);
    }
}

#[test]
fn a_malformed_key_of_a_supported_type_is_refused_and_not_ignored() {
    let good = jwk(Algorithm::EdDsa, 1).public().unwrap().to_json();
    for wrong in [
        r#"{"kty":"OKP","crv":"Ed25519","x":"AA"}"#,
        r#"{"kty":"EC","crv":"P-256","x":"AA","y":"AA"}"#,
        r#"{"kty":"OKP"}"#,
        r#"{"alg":"EdDSA"}"#,
        r#""x""#,
        "1",
        "[]",
    ] {
        let json = set(&[&good, wrong]);
        assert_eq!(
            problem(PublicJwkSet::from_json(&json)),
            KeyProblem::Malformed
        );
        assert_eq!(problem(KeySet::from_json(&json)), KeyProblem::Malformed);
    }
    for json in ["{}", r#"{"keys":{}}"#, r#"{"keys":null}"#, "[]", ""] {
        assert_eq!(
            problem(PublicJwkSet::from_json(json)),
            KeyProblem::Malformed
        );
        assert_eq!(
            problem(SecretJwkSet::from_json(json)),
            KeyProblem::Malformed
        );
    }
}

#[test]
fn an_unusable_hmac_key_is_never_ignored() {
    let good = jwk(Algorithm::EdDsa, 1).to_json();
    let k = base64url([1; 32]);
    for (wrong, refusal) in [
        (
            format!(r#"{{"kty":"oct","k":"{k}"}}"#),
            KeyProblem::Unsupported,
        ),
        (
            format!(r#"{{"kty":"oct","k":"{k}","alg":"HS512"}}"#),
            KeyProblem::TooShort { least: 64 },
        ),
        (
            format!(r#"{{"kty":"oct","k":"{k}","alg":"HS256","use":"enc"}}"#),
            KeyProblem::UseNotAllowed,
        ),
    ] {
        let json = set(&[&good, &wrong]);
        assert_eq!(problem(KeySet::from_json(&json)), refusal);
    }
}

#[test]
fn your_own_set_may_not_contain_an_unusable_key() {
    let good = jwk(Algorithm::EdDsa, 1).to_json();
    for foreign in FOREIGN {
        let json = set(&[&good, foreign]);
        let refused = SecretJwkSet::from_json(&json).and_then(|set| KeySet::from_jwk_set(&set));
        assert_eq!(code(refused), "key_invalid", "{foreign}");
    }
}

#[test]
fn a_secret_in_an_issuers_set_is_refused() {
    let good = jwk(Algorithm::EdDsa, 1).public().unwrap().to_json();
    for algorithm in [Algorithm::Hs256, Algorithm::EdDsa, Algorithm::Es256] {
        let json = set(&[&good, &jwk(algorithm, 2).to_json()]);
        assert_eq!(
            problem(PublicJwkSet::from_json(&json)),
            KeyProblem::NotPublic
        );
    }
}

#[test]
fn a_published_set_has_the_public_keys_and_no_secrets() {
    let own = SecretJwkSet::new(vec![
        jwk(Algorithm::EdDsa, 1),
        jwk(Algorithm::Hs256, 2),
        jwk(Algorithm::Es256, 3),
    ]);
    let again = SecretJwkSet::from_json(&own.to_json()).unwrap();
    assert_eq!(*again.to_json(), *own.to_json());
    let public = own.public().unwrap();
    let ids: Vec<_> = public.keys().iter().map(PublicJwk::id).collect();
    assert_eq!(ids, [own.keys()[0].id(), own.keys()[2].id()]);
    let json = public.to_json();
    assert!(!json.contains(r#""d""#) && !json.contains(r#""k""#));
    assert_eq!(PublicJwkSet::from_json(&json).unwrap().to_json(), json);
    let secrets = SecretJwkSet::new(vec![jwk(Algorithm::Hs256, 2)]);
    assert_eq!(secrets.public().unwrap().to_json(), r#"{"keys":[]}"#);
}

#[test]
fn a_new_key_at_the_front_can_also_rotate_the_algorithm() {
    let (old, new) = (jwk(Algorithm::Hs256, 1), jwk(Algorithm::EdDsa, 2));
    let tokens = [token(&old), token(&new)];
    let own = SecretJwkSet::new(vec![new, old]);
    for token in tokens {
        assert_eq!(verify(KeySet::from_jwk_set(&own).unwrap(), &token), "ok");
    }
}

#[test]
fn without_a_kid_the_only_key_of_the_algorithm_is_used() {
    let unnamed = |algorithm, byte| {
        let json = jwk(algorithm, byte).to_json();
        let (before, after) = json.split_once(r#","kid":""#).unwrap();
        let (_, after) = after.split_once('"').unwrap();
        SecretJwk::from_json(&format!("{before}{after}")).unwrap()
    };
    let ed25519 = unnamed(Algorithm::EdDsa, 1);
    let token = token(&ed25519);
    let keys = |jwks: &[&SecretJwk]| {
        let keys = jwks.iter().map(|jwk| VerifyingKey::from_jwk(jwk).unwrap());
        KeySet::new(keys.collect::<Vec<_>>()).unwrap()
    };
    let p256 = unnamed(Algorithm::Es256, 2);
    let hmac = jwk(Algorithm::Hs256, 3);
    assert_eq!(verify(keys(&[&p256, &ed25519, &hmac]), &token), "ok");
    let second = unnamed(Algorithm::EdDsa, 4);
    assert_eq!(
        verify(keys(&[&ed25519, &second]), &token),
        "token_key_unknown"
    );
    assert_eq!(
        verify(keys(&[&p256, &hmac]), &token),
        "token_algorithm_not_allowed"
    );
}

#[test]
fn one_key_as_json_is_a_single_key() -> Result<(), TokenError> {
    let json = jwk(Algorithm::EdDsa, 1).to_json();
    let token = token(&jwk(Algorithm::EdDsa, 1));
    assert_eq!(verify(KeySet::from_json(&json)?, &token), "ok");
    let public = jwk(Algorithm::EdDsa, 1).public()?.to_json();
    assert_eq!(verify(KeySet::from_json(&public)?, &token), "ok");
    assert_eq!(problem(KeySet::from_json("[]")), KeyProblem::Malformed);
    Ok(())
}

#[test]
fn a_set_has_up_to_a_hundred_keys() {
    const MOST: usize = KeySet::MAX_KEYS;
    assert_eq!(MOST, 100);
    let x = jwk(Algorithm::EdDsa, 1).public().unwrap();
    let x = x.to_json();
    let named = |count: usize| -> Vec<_> {
        (0..count)
            .map(|i| x.replace(r#""kid":""#, &format!(r#""kid":"{i}"#)))
            .collect()
    };
    let json = |keys: Vec<String>| format!(r#"{{"keys":[{}]}}"#, keys.join(","));
    let own = |json: &str| SecretJwkSet::from_json(json).map(drop);
    let issuers = |json: &str| PublicJwkSet::from_json(json).map(drop);
    let any = |json: &str| KeySet::from_json(json).map(drop);
    for read in [own, issuers, any] {
        assert_eq!(read(&json(named(MOST))), Ok(()));
        assert_eq!(problem(read(&json(named(MOST + 1)))), KeyProblem::Set);
    }
    // Ignored keys count.
    let mut foreign = vec![r#"{"kty":"of others"}"#.to_owned(); MOST - 1];
    foreign.extend(named(1));
    assert_eq!(issuers(&json(foreign.clone())), Ok(()));
    foreign.extend(named(1));
    assert_eq!(problem(issuers(&json(foreign))), KeyProblem::Set);

    let secret = |count: u32| -> Vec<_> { (0..count).map(|_| secret_key()).collect() };
    assert!(KeySet::new(secret(100)).is_ok());
    assert_eq!(problem(KeySet::new(secret(101))), KeyProblem::Set);
    // A set that was built otherwise is not read, but has the same limit for verifying.
    let key = PublicJwk::from_json(&x.replace(r#""kid":""#, r#""kid_":""#)).unwrap();
    let set = |count| PublicJwkSet::new(vec![key.clone(); count]);
    assert!(KeySet::from_public_jwk_set(&set(MOST)).is_ok());
    let refused = KeySet::from_public_jwk_set(&set(MOST + 1));
    assert_eq!(problem(refused), KeyProblem::Set);
    let jwks = (0..=MOST).map(|_| SecretJwk::from_json(&x).unwrap());
    let refused = KeySet::from_jwk_set(&SecretJwkSet::new(jwks.collect()));
    assert_eq!(problem(refused), KeyProblem::Set);
}

#[test]
fn a_set_is_read_up_to_the_maximum_length() {
    const MOST: usize = SecretJwkSet::MAX_LENGTH;
    let key = jwk(Algorithm::EdDsa, 1).public().unwrap().to_json();
    let set = format!(r#"{{"keys":[{key}]}}"#);
    let fits = format!("{set}{}", " ".repeat(MOST - set.len()));
    let longer = format!("{fits} ");
    let own = |json: &str| SecretJwkSet::from_json(json).map(drop);
    let issuers = |json: &str| PublicJwkSet::from_json(json).map(drop);
    let any = |json: &str| KeySet::from_json(json).map(drop);
    for read in [own, issuers, any] {
        assert_eq!(read(&fits), Ok(()));
        assert_eq!(problem(read(&longer)), KeyProblem::Set);
    }
}

#[test]
fn a_private_key_that_only_signs_is_ignored_in_any_issuers_set_and_refused_in_your_own() {
    let signs = jwk(Algorithm::EdDsa, 1).to_json();
    let signs = signs.replace(r#""use":"sig""#, r#""key_ops":["sign"]"#);
    let other = jwk(Algorithm::Es256, 2);
    let json = set(&[&signs, &other.to_json()]);
    assert_eq!(
        verify(KeySet::from_json(&json).unwrap(), &token(&other)),
        "ok"
    );
    let own = SecretJwkSet::from_json(&json).unwrap();
    assert_eq!(
        problem(KeySet::from_jwk_set(&own)),
        KeyProblem::UseNotAllowed
    );
    let alone = set(&[&signs]);
    assert_eq!(problem(KeySet::from_json(&alone)), KeyProblem::Set);
}
