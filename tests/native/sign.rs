use core::time::Duration;

use portcullis::error::{ClaimProblem, TokenError};
use portcullis::key::{Algorithm, SecretKey};
use portcullis::time::UnixTime;
use portcullis::token::{Policy, SignOptions, Signer, UnverifiedToken, Verifier};

use crate::support::*;

fn signer(options: SignOptions) -> Signer {
    Signer::new(secret_key(), options).unwrap()
}

fn payload(options: SignOptions, claims: &str) -> Result<String, TokenError> {
    let token = signer(options).sign_json(claims, at(NOW), [0xff; 16])?;
    Ok(UnverifiedToken::parse(&token)?.json().claims().to_owned())
}

#[test]
fn a_signed_token_verifies_for_each_algorithm() {
    for algorithm in [Algorithm::Hs256, Algorithm::Hs384, Algorithm::Hs512] {
        let key = || SecretKey::new(algorithm, &[3; 64]).unwrap();
        let options = SignOptions {
            expires_in: Some(Duration::from_secs(60)),
            ..SignOptions::default()
        };
        let token = Signer::new(key(), options)
            .unwrap()
            .sign_json(r#"{"id":1}"#, at(NOW), [0; 16])
            .unwrap();
        let verifier = Verifier::with_key(key(), Policy::default()).unwrap();
        let verified = verifier.verify(&token, at(NOW)).unwrap();
        assert_eq!(
            verified.json().claims(),
            r#"{"id":1,"iat":1700000000,"exp":1700000060}"#
        );
        let header = format!(r#"{{"alg":"{algorithm}","typ":"JWT"}}"#);
        assert_eq!(verified.json().header(), header);
    }
}

#[test]
fn every_option_becomes_its_claim() {
    let options = SignOptions {
        expires_in: Some(Duration::from_secs(3600)),
        not_before: Some(Duration::from_secs(5)),
        issuer: Some("https://a.test".into()),
        audiences: vec!["api".into()],
        subject: Some("al\"ice\\\n".into()),
        token_type: Some("at+jwt".into()),
        jwt_id: true,
    };
    assert_eq!(
        payload(options, "{}").unwrap(),
        concat!(
            r#"{"iss":"https://a.test","sub":"al\"ice\\\u000a","aud":"api","iat":1700000000,"#,
            r#""nbf":1700000005,"exp":1700003600,"jti":"_____________________w"}"#
        )
    );
    let two = SignOptions {
        audiences: vec!["a".into(), "b".into()],
        ..SignOptions::default()
    };
    assert_eq!(
        payload(two, r#" {"x":[1 ]} "#).unwrap(),
        r#" {"x":[1 ],"aud":["a","b"],"iat":1700000000}"#.trim_start()
    );
}

#[test]
fn the_header_names_the_type_and_the_key() {
    let key = secret_key().with_id("k\"1").unwrap();
    let options = SignOptions {
        token_type: Some("at+jwt".into()),
        ..SignOptions::default()
    };
    let token = Signer::new(key, options)
        .unwrap()
        .sign_json("{}", at(NOW), [0; 16])
        .unwrap();
    assert_eq!(
        UnverifiedToken::parse(&token).unwrap().json().header(),
        r#"{"alg":"HS256","typ":"at+jwt","kid":"k\"1"}"#
    );
}

#[test]
fn the_time_of_issue_is_in_whole_seconds_and_the_claims_may_set_it() {
    let now = UnixTime::from_seconds_f64(1_700_000_000.9).unwrap();
    let token = signer(SignOptions::default())
        .sign_json("{}", now, [0; 16])
        .unwrap();
    let token = UnverifiedToken::parse(&token).unwrap();
    assert_eq!(token.json().claims(), r#"{"iat":1700000000}"#);
    assert_eq!(
        payload(SignOptions::default(), r#"{"iat":5}"#).unwrap(),
        r#"{"iat":5}"#
    );
}

#[test]
fn a_claim_that_both_the_claims_and_the_options_set_is_an_error() {
    let options = || SignOptions {
        expires_in: Some(Duration::from_secs(1)),
        not_before: Some(Duration::ZERO),
        issuer: Some("x".into()),
        audiences: vec!["x".into()],
        subject: Some("x".into()),
        jwt_id: true,
        ..SignOptions::default()
    };
    for (claim, own) in [
        ("exp", r#"{"exp":1}"#),
        ("nbf", r#"{"nbf":1}"#),
        ("iss", r#"{"iss":"y"}"#),
        ("aud", r#"{"aud":"y"}"#),
        ("sub", r#"{"sub":"y"}"#),
        ("jti", r#"{"jti":"y"}"#),
        ("exp", r#"{"\u0065xp":1}"#),
    ] {
        let error = payload(options(), own).unwrap_err();
        let problem = ClaimProblem::SetTwice;
        assert_eq!(
            error,
            TokenError::ClaimInvalid {
                claim: claim.into(),
                problem
            }
        );
    }
}

#[test]
fn claims_that_every_verifier_refuses_are_not_signed() {
    for claims in [
        "",
        "[]",
        "null",
        "{",
        r#"{"a":1,"a":2}"#,
        r#"{"x":"\ud800"}"#,
    ] {
        let result = payload(SignOptions::default(), claims);
        assert_eq!(code(result), "token_malformed", "{claims}");
    }
    for (claim, claims) in [
        ("exp", r#"{"exp":"soon"}"#),
        ("sub", r#"{"sub":1}"#),
        ("aud", r#"{"aud":[]}"#),
    ] {
        assert_eq!(
            refused_claim(payload(SignOptions::default(), claims)),
            claim
        );
    }
    let forever = SignOptions {
        expires_in: Some(Duration::MAX),
        ..SignOptions::default()
    };
    assert_eq!(refused_claim(payload(forever, "{}")), "exp");
}

#[test]
fn claims_of_any_type_are_signed_and_read_back() {
    #[derive(serde::Serialize, serde::Deserialize, PartialEq, Debug)]
    struct Claims {
        name: String,
        roles: Vec<String>,
    }
    let claims = Claims {
        name: "Zoë 😀 \u{0} \"".into(),
        roles: vec!["a".into(), String::new()],
    };
    let options = SignOptions {
        expires_in: Some(Duration::from_secs(1)),
        ..SignOptions::default()
    };
    let token = signer(options).sign(&claims, at(NOW), [0; 16]).unwrap();
    let verified = verify(&token).unwrap();
    assert_eq!(verified.claims::<Claims>().unwrap(), claims);
    assert_eq!(code(verified.claims::<Vec<u8>>()), "token_claim_invalid");
}

#[test]
fn an_audience_without_a_name_is_not_signed() {
    for audiences in [vec![""], vec!["a", ""]] {
        let options = SignOptions {
            audiences: audiences.into_iter().map(Into::into).collect(),
            ..SignOptions::default()
        };
        assert_eq!(refused_claim(Signer::new(secret_key(), options)), "aud");
    }
}
