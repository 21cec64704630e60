//! Any text as a JWK, a JWK Set or a key in PEM.

use portcullis::encoding::json::{JsonValue, read_array, read_object};
use portcullis::error::TokenError;
use portcullis::key::{
    Algorithm, KeySet, PublicJwk, PublicJwkSet, SecretJwk, SecretJwkSet, SecretKey, VerifyingKey,
};
use portcullis::time::UnixTime;
use portcullis::token::{Policy, SignOptions, Signer, Verifier};

use crate::oracle::json::Tree;
use crate::oracle::{base64url, json};

/// Members that are never public.
const SECRETS: [&str; 8] = ["d", "k", "p", "q", "dp", "dq", "qi", "oth"];

/// An accepted key contains what the text says, can be written and read again without
/// a change, and signs tokens that it verifies. A public key contains no secret.
/// A set is accepted if its keys are.
pub fn check(data: &[u8]) {
    let Ok(text) = core::str::from_utf8(data) else {
        return;
    };
    pem(text);
    let Some(tree) = json::agreed(text) else {
        return;
    };
    secret(text, tree.as_ref());
    public(text, tree.as_ref());
    sets(text);
}

/// The result, unless it is an error, which must be the error for keys.
fn allowed<T>(outcome: Result<T, TokenError>) -> Option<T> {
    outcome
        .inspect_err(|error| assert_eq!(error.code(), "key_invalid"))
        .ok()
}

fn secret(text: &str, tree: Option<&Tree>) {
    let Some(jwk) = allowed(SecretJwk::from_json(text)) else {
        return;
    };
    let written = jwk.to_json();
    assert_holds(&written, tree.expect("is JSON"), jwk.algorithm_name());
    let again = SecretJwk::from_json(&written).expect("is read again");
    assert_eq!(again.to_json(), written);
    assert_eq!(again.thumbprint(), jwk.thumbprint());
    assert_eq!(again.id(), jwk.id());

    let public = allowed(jwk.public());
    if let Some(public) = &public {
        let written = public.to_json();
        let again = PublicJwk::from_json(&written).expect("is read again");
        assert_eq!(again.to_json(), written);
        assert_eq!(public.thumbprint(), jwk.thumbprint());
        VerifyingKey::from_public_jwk(public).expect("what is published is right");
    }
    if let Some(key) = allowed(SecretKey::from_jwk(&jwk)) {
        let same = VerifyingKey::from_jwk(&jwk).expect("verifies what it signs");
        signs(key, Some(same));
        let key = SecretKey::from_jwk(&jwk).expect("was just seen");
        let public = public.map(|public| VerifyingKey::from_public_jwk(&public).unwrap());
        signs(key, public);
    }
    allowed(VerifyingKey::from_jwk(&jwk));
}

/// Asserts that writing a key returns the text from which it was read.
fn assert_holds(written: &str, tree: &Tree, algorithm: &str) {
    let written = json::read(written).expect("is JSON");
    for (name, value) in written.members().expect("is an object") {
        match tree.member(name) {
            Some(has) => assert_eq!(value, has),
            None => assert_eq!((name.as_str(), value.as_str()), ("alg", Some(algorithm))),
        }
    }
    // A written number was read, and has the required length.
    let octets = |name| {
        let text = written.member(name)?.as_str().expect("is a string");
        Some(base64url::decode(text).expect("is canonical").len())
    };
    match tree.member("kty").and_then(Tree::as_str) {
        Some("oct") => {
            let least = match algorithm {
                "HS256" => 32,
                "HS384" => 48,
                _ => 64,
            };
            assert!(octets("k").is_some_and(|length| length >= least));
        }
        Some("OKP" | "EC") => {
            let right = match algorithm {
                "ES384" => 48,
                "ES512" => 66,
                _ => 32,
            };
            for name in ["x", "y", "d"] {
                assert!(octets(name).is_none_or(|length| length == right));
                assert_eq!(
                    octets(name).is_some(),
                    tree.member(name).is_some() && (name != "y" || algorithm.starts_with("ES"))
                );
            }
            assert!(right == 32 || octets("d").is_none());
        }
        // Only public keys are read, and their size is checked when they are used.
        Some("RSA") => {
            assert!(
                ["n", "e"]
                    .iter()
                    .all(|name| octets(name).is_some_and(|length| length > 0))
            );
            assert!(SECRETS.iter().all(|name| tree.member(name).is_none()));
        }
        other => panic!("{other:?} is not supported"),
    }
}

fn public(text: &str, tree: Option<&Tree>) {
    let has_secret =
        tree.is_some_and(|tree| SECRETS.iter().any(|name| tree.member(name).is_some()));
    let secret = SecretJwk::from_json(text);
    match allowed(PublicJwk::from_json(text)) {
        Some(jwk) => {
            assert!(!has_secret);
            assert_eq!(jwk.to_json(), *secret.expect("is a key too").to_json());
            allowed(VerifyingKey::from_public_jwk(&jwk));
        }
        None => assert!(has_secret || secret.is_err()),
    }
}

fn sets(text: &str) {
    let keys = keys(text);
    let secret = allowed(SecretJwkSet::from_json(text));
    let each = keys
        .as_deref()
        .map(|keys| keys.iter().all(|key| SecretJwk::from_json(key).is_ok()));
    assert_eq!(secret.is_some(), each == Some(true));
    if let Some(set) = &secret {
        let written = set.to_json();
        let again = SecretJwkSet::from_json(&written).expect("is read again");
        assert_eq!(again.to_json(), written);
        allowed(set.public());
        allowed(KeySet::from_jwk_set(set));
    }
    if let Some(set) = allowed(PublicJwkSet::from_json(text)) {
        let keys = keys.expect("is a set");
        let mut public = keys.iter().filter_map(|key| PublicJwk::from_json(key).ok());
        for key in set.keys() {
            // Keys that no verifier would use are ignored.
            assert!(public.any(|same| same.to_json() == key.to_json()));
        }
        let written = set.to_json();
        let again = PublicJwkSet::from_json(&written).expect("is read again");
        assert_eq!(again.to_json(), written);
        allowed(KeySet::from_public_jwk_set(&set));
    }
    let any = allowed(KeySet::from_json(text));
    let with_rsa = allowed(KeySet::from_json_for(
        text,
        &[Algorithm::Rs256, Algorithm::Ps512],
    ));
    // An RSA key without `alg` can only add keys.
    assert!(any.is_none() || with_rsa.is_some() || text.contains("RSA"));
}

/// The keys of a set in their written form.
fn keys(text: &str) -> Option<Vec<&str>> {
    let mut keys = None;
    read_object(text, |name, value| {
        if let (true, JsonValue::Array(array)) = (name.is("keys"), value) {
            let mut written = Some(Vec::new());
            read_array(array, |key| match (key, &mut written) {
                (JsonValue::Object(key), Some(written)) => written.push(*key),
                _ => written = None,
            })
            .expect("was read as an array");
            keys = written;
        }
    })
    .ok()?;
    keys
}

fn pem(text: &str) {
    if let Some(key) = allowed(SecretKey::from_pkcs8_pem(text)) {
        let same = SecretKey::from_pkcs8_pem(text).expect("was just seen");
        signs(key, Some(same.into()));
    }
    allowed(VerifyingKey::from_spki_pem(text));
    allowed(VerifyingKey::from_rsa_spki_pem(text, Algorithm::Rs256));
}

/// Signs, if the key may sign, and verifies the token, if the other key may verify.
fn signs(key: SecretKey, verifying: Option<VerifyingKey>) {
    let now = UnixTime::from_seconds(1_700_000_000).unwrap();
    let Some(signer) = allowed(Signer::new(key, SignOptions::default())) else {
        return;
    };
    let token = signer
        .sign_json(r#"{"exp":1800000000}"#, now, [0; 16])
        .expect("signs");
    let verifier = verifying.and_then(|key| allowed(Verifier::with_key(key, Policy::default())));
    if let Some(verifier) = verifier {
        verifier.verify(&token, now).expect("is its own token");
    }
}
