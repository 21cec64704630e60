use core::time::Duration;

use portcullis::account::{
    AccessGrant, AccessKeys, AccessOptions, AccessTokenType, AccessTokens, SessionId, UserId,
    Username,
};
use portcullis::error::KeyProblem;
use portcullis::key::{Algorithm, PublicJwkSet, SecretJwk, SecretJwkSet};
use serde_json::Value;

use crate::support::*;

const OLD_SECRET: [u8; 64] = [5; 64];

/// A key without a name if `id` is empty.
fn jwk(algorithm: Algorithm, byte: u8, id: &str) -> SecretJwk {
    let jwk = SecretJwk::generate(algorithm, &[byte; 64]).unwrap();
    let mut json: Value = serde_json::from_str(&jwk.to_json()).unwrap();
    match id {
        "" => drop(json.as_object_mut().unwrap().remove("kid")),
        id => json["kid"] = id.into(),
    }
    SecretJwk::from_json(&json.to_string()).unwrap()
}

fn set(keys: Vec<SecretJwk>) -> AccessKeys {
    AccessKeys::from_jwk_set(&SecretJwkSet::new(keys)).unwrap()
}

fn secret() -> AccessKeys {
    AccessKeys::from_secret(Algorithm::Hs512, &OLD_SECRET).unwrap()
}

fn tokens(keys: AccessKeys) -> AccessTokens {
    let options = AccessOptions {
        issuer: "https://login.test",
        audience: None,
        lifetime: Duration::from_secs(3600),
        token_type: AccessTokenType::Jwt,
        valid_from: None,
    };
    AccessTokens::new(keys, options).unwrap()
}

fn issue(tokens: &AccessTokens) -> String {
    let grant = AccessGrant {
        id: UserId::new(7).unwrap(),
        username: &Username::new("alice").unwrap(),
        session: &SessionId::new([1; 16]),
        began: NOW,
        version: 1,
        not_after: NOW + 3600,
    };
    tokens.issue(&grant, at(NOW), [0; 16]).unwrap().token
}

fn verify(tokens: &AccessTokens, token: &str) -> &'static str {
    let verified = tokens.verify(token, at(NOW));
    verified.map_or_else(|error| error.code(), |_| "ok")
}

#[test]
fn the_first_key_of_a_set_signs_and_all_verify() {
    let (a, b) = (
        || jwk(Algorithm::EdDsa, 1, "a"),
        || jwk(Algorithm::Es256, 2, "b"),
    );
    let (before, during) = (tokens(set(vec![a()])), tokens(set(vec![b(), a()])));
    let after = tokens(set(vec![b()]));
    let (old, new) = (issue(&before), issue(&during));
    assert_eq!(verify(&during, &old), "ok");
    assert_eq!(verify(&during, &new), "ok");
    assert_eq!(verify(&after, &new), "ok");
    assert_eq!(verify(&after, &old), "token_key_unknown");
    assert_eq!(verify(&before, &new), "token_key_unknown");
}

#[test]
fn the_published_keys_verify_and_contain_no_symmetric_key_and_no_secret() {
    let keys = set(vec![
        jwk(Algorithm::Hs256, 1, "a"),
        jwk(Algorithm::EdDsa, 2, "b"),
        jwk(Algorithm::Es256, 3, "c"),
    ]);
    let json = keys.public_json().to_owned();
    let public = PublicJwkSet::from_json(&json).unwrap();
    let ids = public.keys().iter().map(|key| key.id().unwrap().as_str());
    assert_eq!(ids.collect::<Vec<_>>(), ["b", "c"]);
    for secret in ["\"k\"", "\"d\"", "oct"] {
        assert!(!json.contains(secret), "{secret} in {json}");
    }
    assert_eq!(tokens(keys).public_keys(), json);
}

#[test]
fn a_secret_is_not_published() {
    assert_eq!(secret().public_json(), r#"{"keys":[]}"#);
    let symmetric = set(vec![jwk(Algorithm::Hs256, 1, "a")]);
    assert_eq!(symmetric.public_json(), r#"{"keys":[]}"#);
    let former = set(vec![jwk(Algorithm::EdDsa, 1, "a")])
        .with_former_secret(Algorithm::Hs512, &OLD_SECRET)
        .unwrap();
    assert!(!former.public_json().contains("oct"));
}

#[test]
fn a_set_with_keys_that_a_token_cannot_tell_apart_is_refused() {
    let refused = |keys| problem(AccessKeys::from_jwk_set(&SecretJwkSet::new(keys)));
    assert_eq!(refused(vec![]), KeyProblem::Set);
    for ids in [
        &[""] as &[&str],
        &["a", ""],
        &["", "a"],
        &["a", "a"],
        &["a", "b", "a"],
    ] {
        // This holds also for keys of different types.
        let algorithms = [Algorithm::EdDsa, Algorithm::Hs256, Algorithm::Es256];
        let keys = (1..).zip(ids.iter().zip(algorithms));
        let keys = keys.map(|(byte, (id, algorithm))| jwk(algorithm, byte, id));
        assert_eq!(refused(keys.collect()), KeyProblem::Set, "{ids:?}");
    }
}

#[test]
fn a_former_secret_verifies_its_own_tokens_and_signs_nothing() {
    let old = issue(&tokens(secret()));
    let alone = tokens(set(vec![jwk(Algorithm::EdDsa, 1, "a")]));
    let with_former = tokens(
        set(vec![jwk(Algorithm::EdDsa, 1, "a")])
            .with_former_secret(Algorithm::Hs512, &OLD_SECRET)
            .unwrap(),
    );
    assert_ne!(verify(&alone, &old), "ok");
    assert_eq!(verify(&with_former, &old), "ok");
    assert_eq!(verify(&alone, &issue(&with_former)), "ok");
    // The former secret verifies no token of the set's keys.
    let other = issue(&tokens(set(vec![jwk(Algorithm::EdDsa, 9, "a")])));
    assert_eq!(verify(&with_former, &other), "token_signature_invalid");
    let unsigned = sign_with(&[6; 64], r#"{"alg":"HS512"}"#, "{}");
    assert_eq!(verify(&with_former, &unsigned), "token_signature_invalid");
}

#[test]
fn a_former_secret_verifies_next_to_a_set_of_the_same_algorithm() {
    let with_former = tokens(
        set(vec![jwk(Algorithm::Hs512, 1, "a")])
            .with_former_secret(Algorithm::Hs512, &OLD_SECRET)
            .unwrap(),
    );
    assert_eq!(verify(&with_former, &issue(&tokens(secret()))), "ok");
    assert_eq!(verify(&with_former, &issue(&with_former)), "ok");
}

#[test]
fn a_short_former_secret_is_refused() {
    let keys = set(vec![jwk(Algorithm::EdDsa, 1, "a")]);
    let result = keys.with_former_secret(Algorithm::Hs512, &[1; 63]);
    assert_eq!(code(result), "key_invalid");
}

#[test]
fn debug_output_contains_no_key() {
    let shown = format!("{:?}", secret());
    assert!(
        !shown.contains("5, 5") && !shown.contains("BQUF"),
        "{shown}"
    );
}

#[test]
fn a_set_that_signs_has_no_key_that_can_only_verify() {
    let n = base64url([0xff; 256]);
    let rsa = format!(r#"{{"kty":"RSA","alg":"RS256","kid":"r","e":"AQAB","n":"{n}"}}"#);
    let keys = vec![
        jwk(Algorithm::EdDsa, 1, "a"),
        SecretJwk::from_json(&rsa).unwrap(),
    ];
    let refused = AccessKeys::from_jwk_set(&SecretJwkSet::new(keys));
    assert_eq!(problem(refused), KeyProblem::Unsupported);
}
