//! The keys with which operators sign, and keys that must not be trusted.

use portcullis::account::{OperatorError, OperatorKeys, OperatorSigner};
use portcullis::error::{KeyProblem, TokenError};
use portcullis::key::Algorithm;
use serde_json::json;

use super::*;

#[test]
fn another_kind_of_token_is_not_accepted_from_an_operator() {
    for token_type in ["JWT", "at+jwt", "dpop+jwt", "operator", "operator+jwt2"] {
        let refused = verify_at(&signed_as(&anna(), token_type, &right()), NOW);
        let Err(OperatorError::Token(error)) = refused else {
            panic!("{token_type}: {refused:?}");
        };
        assert_eq!(refused_claim::<()>(Err(error)), "typ");
    }
    // RFC 7515 §4.1.9.
    for token_type in ["Operator+JWT", "application/operator+jwt"] {
        assert!(verify_at(&signed_as(&anna(), token_type, &right()), NOW).is_ok());
    }
}

#[test]
fn a_token_that_no_operators_key_signed_is_refused() {
    let code = |key: &Value| {
        let token = signed_as(key, "operator+jwt", &right());
        verify_at(&token, NOW).unwrap_err().code()
    };
    assert_eq!(
        code(&private(Algorithm::EdDsa, 3, "carl")),
        "token_key_unknown"
    );
    assert_eq!(
        code(&private(Algorithm::EdDsa, 3, "anna")),
        "token_signature_invalid"
    );
    assert_eq!(
        code(&private(Algorithm::Es256, 2, "anna")),
        "token_algorithm_not_allowed"
    );
    let mut unnamed = anna();
    unnamed.as_object_mut().unwrap().remove("kid");
    assert_eq!(code(&unnamed), "token_key_unknown");
}

#[test]
fn a_token_without_a_kid_is_refused_even_if_there_is_one_key() {
    let mut unnamed = anna();
    unnamed.as_object_mut().unwrap().remove("kid");
    let token = signed_as(&unnamed, "operator+jwt", &right());
    let alone = set(&[public(&anna())]).unwrap();
    let refused = alone.verify(&token, &REQUEST, at(NOW)).unwrap_err();
    assert_eq!(refused, OperatorError::Token(TokenError::KeyUnknown));
}

#[test]
fn a_public_key_is_not_accepted_as_a_secret() {
    let public = public(&anna());
    for secret in [
        from_base64url(public["x"].as_str().unwrap()),
        public.to_string().into_bytes(),
    ] {
        let header = r#"{"alg":"HS256","typ":"operator+jwt","kid":"anna"}"#;
        let token = sign_with(&secret, header, &right().to_string());
        let refused = verify_at(&token, NOW).unwrap_err();
        assert_eq!(refused.code(), "token_algorithm_not_allowed");
    }
    let header = r#"{"alg":"none","typ":"operator+jwt","kid":"anna"}"#;
    let token = format!("{}.{}.", base64url(header), base64url(right().to_string()));
    let refused = verify_at(&token, NOW).unwrap_err();
    assert_eq!(refused.code(), "token_algorithm_not_allowed");
}

#[test]
fn a_wrong_signature_is_reported_before_any_claim() {
    let mut claims = right();
    claims["aud"] = "https://other.test".into();
    let token = signed_as(&anna(), "operator+jwt", &claims);
    let (body, _) = token.rsplit_once('.').unwrap();
    let refused = verify_at(&format!("{body}.{}", base64url([1; 64])), NOW);
    assert_eq!(refused.unwrap_err().code(), "token_signature_invalid");
}

#[test]
fn a_set_has_only_public_keys_each_with_its_own_name() {
    let (anna, ben) = (anna(), ben());
    let oct = private(Algorithm::Hs256, 4, "oct");
    for secret in [&anna, &ben, &oct] {
        let refused = problem(set(&[public(&anna), secret.clone()]));
        assert_eq!(refused, KeyProblem::NotPublic, "{}", secret["kid"]);
    }
    assert_eq!(problem(set(&[])), KeyProblem::Set);
    let mut unnamed = public(&ben);
    unnamed.as_object_mut().unwrap().remove("kid");
    assert_eq!(problem(set(&[public(&anna), unnamed])), KeyProblem::Set);
    // This holds also if the two keys have different algorithms.
    let mut same = public(&ben);
    same["kid"] = "anna".into();
    assert_eq!(problem(set(&[public(&anna), same])), KeyProblem::Set);
    let mut signs = public(&anna);
    signs["key_ops"] = json!(["sign"]);
    assert_eq!(problem(set(&[signs])), KeyProblem::UseNotAllowed);
    let foreign = json!({"kty":"OKP","crv":"X25519","x":anna["x"],"kid":"x"});
    assert_eq!(
        problem(set(&[public(&anna), foreign])),
        KeyProblem::Unsupported
    );
    let rsa = json!({"kty":"RSA","alg":"RS256","kid":"r","e":"AQAB","n":base64url([0xff; 256])});
    assert_eq!(problem(set(&[public(&anna), rsa])), KeyProblem::Unsupported);
    let lone = OperatorKeys::from_jwk_set(&public(&anna).to_string());
    assert_eq!(problem(lone), KeyProblem::Malformed);
    assert_eq!(code(OperatorKeys::from_jwk_set("")), "key_invalid");
}

#[test]
fn a_signer_requires_a_private_key_with_a_name() {
    let refused = |jwk: Value| problem(OperatorSigner::from_jwk(&jwk.to_string()));
    assert_eq!(refused(public(&anna())), KeyProblem::NotPrivate);
    let oct = private(Algorithm::Hs256, 4, "oct");
    assert_eq!(refused(oct), KeyProblem::Unsupported);
    let mut unnamed = anna();
    unnamed.as_object_mut().unwrap().remove("kid");
    assert_eq!(refused(unnamed), KeyProblem::Malformed);
    let mut verifies = anna();
    verifies["key_ops"] = json!(["verify"]);
    assert_eq!(refused(verifies), KeyProblem::UseNotAllowed);
    let shown = format!("{:?}", OperatorSigner::from_jwk(&anna().to_string()));
    assert!(!shown.contains(anna()["d"].as_str().unwrap()));
}
