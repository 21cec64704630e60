//! Tokens of other issuers: which issuer and key a token may use, and that its claims
//! exist only after the verdict on its signature.

use core::time::Duration;

use portcullis::error::{ClaimProblem, KeyProblem, Malformation, TokenError};
use portcullis::key::{Algorithm, PublicJwk, SecretJwk, SecretJwkSet, SecretKey, VerifyingKey};
use portcullis::time::UnixTime;
use portcullis::token::issuer::{
    ClaimValues, Issuer, IssuerAudience, IssuerKeySet, IssuerName, IssuerVerifier, KeyProblemAt,
    SignatureVerdict, Tenants, TokenKind,
};
use portcullis::token::{SignOptions, Signer, VerifiedToken};

const NOW: i64 = 1_700_000_000;
const ISS: &str = "https://id.example";

fn now() -> UnixTime {
    UnixTime::from_seconds(NOW).unwrap()
}

fn key(seed: u8) -> SecretJwk {
    SecretJwk::generate(Algorithm::Es256, &[seed; 64]).unwrap()
}

fn published(keys: Vec<SecretJwk>) -> IssuerKeySet {
    let json = SecretJwkSet::new(keys).public().unwrap().to_json();
    IssuerKeySet::from_json(&json).unwrap()
}

fn token_of_type(jwk: &SecretJwk, claims: &str, typ: Option<&str>) -> String {
    let options = SignOptions {
        token_type: typ.map(Into::into),
        ..SignOptions::default()
    };
    let signer = Signer::new(SecretKey::from_jwk(jwk).unwrap(), options).unwrap();
    signer.sign_json(claims, now(), [0; 16]).unwrap()
}

fn token(jwk: &SecretJwk, claims: &str) -> String {
    token_of_type(jwk, claims, None)
}

fn issuer() -> Issuer {
    Issuer::new(
        IssuerName::Exact(ISS.into()),
        vec![Algorithm::Es256],
        IssuerAudience::AnyOf(vec!["app".into()]),
        TokenKind::Access,
    )
}

fn verifier(issuer: Issuer) -> IssuerVerifier {
    IssuerVerifier::new(vec![issuer]).unwrap()
}

/// Checks a signature as a host does: with the candidates' keys in turn.
fn verify(
    verifier: &IssuerVerifier,
    keys: &IssuerKeySet,
    token: &str,
) -> Result<VerifiedToken, TokenError> {
    let pending = verifier.read(token.as_bytes(), now())?;
    let mut verdict = Err(TokenError::KeyUnknown);
    for index in pending.candidates(keys) {
        let jwk = PublicJwk::from_json(&keys.keys()[index].to_json()).unwrap();
        let is_valid = VerifyingKey::from_public_jwk(&jwk)
            .unwrap()
            .verify_signature(pending.signing_input(), &pending.signature())
            .is_ok();
        verdict = Ok(SignatureVerdict::from_check(index, is_valid));
        if is_valid {
            break;
        }
    }
    pending.resolve(keys, verdict?)
}

fn claim(name: &str, problem: ClaimProblem) -> Option<TokenError> {
    Some(TokenError::ClaimInvalid {
        claim: name.into(),
        problem,
    })
}

/// Verifies a token with these claims, signed with the issuer's key.
fn outcome(issuer: Issuer, claims: &str) -> Option<TokenError> {
    outcome_of_type(issuer, claims, None)
}

fn outcome_of_type(issuer: Issuer, claims: &str, typ: Option<&str>) -> Option<TokenError> {
    let jwk = key(7);
    let token = token_of_type(&jwk, claims, typ);
    verify(&verifier(issuer), &published(vec![jwk]), &token).err()
}

const GOOD: &str = r#"{"iss":"https://id.example","aud":"app","sub":"1","exp":1700000600}"#;

#[test]
fn a_token_of_the_issuer_is_accepted() {
    assert_eq!(outcome(issuer(), GOOD), None);
}

#[test]
fn a_token_of_another_key_is_rejected() {
    let (ours, theirs) = (key(7), key(8));
    let token = token(&theirs, GOOD);
    let unknown = verify(&verifier(issuer()), &published(vec![ours]), &token);
    assert_eq!(unknown.unwrap_err(), TokenError::KeyUnknown);

    // The same `kid`, another key.
    let json = SecretJwkSet::new(vec![key(7)]).public().unwrap().to_json();
    let json = json.replace(key(7).id().unwrap().as_str(), theirs.id().unwrap().as_str());
    let keys = IssuerKeySet::from_json(&json).unwrap();
    let wrong = verify(&verifier(issuer()), &keys, &token);
    assert_eq!(wrong.unwrap_err(), TokenError::SignatureInvalid);
}

#[test]
fn a_verdict_with_a_key_that_is_no_candidate_is_rejected() {
    let verifier = verifier(issuer());
    let token = token(&key(7), GOOD);
    let keys = published(vec![key(7), key(8)]);
    let resolve = |index| {
        let pending = verifier.read(token.as_bytes(), now()).unwrap();
        let verdict = SignatureVerdict::from_check(index, true);
        pending.resolve(&keys, verdict).err()
    };
    assert_eq!(resolve(0), None);
    assert_eq!(resolve(1), Some(TokenError::KeyUnknown));
    assert_eq!(resolve(2), Some(TokenError::KeyUnknown));
}

#[test]
fn an_invalid_signature_is_reported_before_wrong_claims() {
    let verifier = verifier(issuer());
    let token = token(&key(7), &GOOD.replace("app", "another"));
    let keys = published(vec![key(7)]);
    let resolve = |is_valid| {
        let pending = verifier.read(token.as_bytes(), now()).unwrap();
        pending
            .resolve(&keys, SignatureVerdict::from_check(0, is_valid))
            .err()
    };
    assert_eq!(resolve(false), Some(TokenError::SignatureInvalid));
    assert_eq!(resolve(true), claim("aud", ClaimProblem::Mismatch));
}

#[test]
fn the_checks_that_need_no_key_come_before_any_request() {
    let verifier = verifier(issuer());
    let read = |token: &str| verifier.read(token.as_bytes(), now()).err();
    let with = |from: &str, to: &str| read(&token(&key(7), &GOOD.replace(from, to)));
    assert_eq!(with("", ""), None);
    assert_eq!(
        with("id.example", "id.example/"),
        claim("iss", ClaimProblem::Mismatch)
    );
    assert_eq!(
        with(r#""iss":"https://id.example","#, ""),
        claim("iss", ClaimProblem::Missing)
    );
    let expired_at = now();
    assert_eq!(
        with("1700000600", "1700000000"),
        Some(TokenError::Expired { expired_at })
    );
    let long = "x".repeat(20_000);
    assert_eq!(
        with("\"1\"", &format!("\"{long}\"")),
        Some(Malformation::TooLong.into())
    );
    assert_eq!(read("a.b"), Some(Malformation::Parts.into()));

    let eddsa = SecretJwk::generate(Algorithm::EdDsa, &[7; 64]).unwrap();
    assert_eq!(
        read(&token(&eddsa, GOOD)),
        Some(TokenError::AlgorithmNotAllowed)
    );
    let secret = SecretJwk::generate(Algorithm::Hs256, &[7; 64]).unwrap();
    assert_eq!(
        read(&token(&secret, GOOD)),
        Some(TokenError::AlgorithmNotAllowed)
    );
}

#[test]
fn each_issuer_has_its_own_limit_of_length() {
    let short = Issuer {
        max_token_length: 100,
        ..issuer()
    };
    let other = Issuer {
        name: IssuerName::Exact("https://other.example".into()),
        ..issuer()
    };
    let both = IssuerVerifier::new(vec![short, other]).unwrap();
    let long = token(&key(7), GOOD);
    assert_eq!(
        both.read(long.as_bytes(), now()).err(),
        Some(Malformation::TooLong.into())
    );
    let other = token(&key(7), &GOOD.replace("id.example", "other.example"));
    assert_eq!(
        both.read(other.as_bytes(), now()).unwrap().issuer_index(),
        1
    );
}

#[test]
fn the_audience_is_checked_as_the_issuer_states_it() {
    let with = |audience| Issuer {
        audience,
        ..issuer()
    };
    assert_eq!(
        outcome(issuer(), &GOOD.replace("\"app\"", "[\"x\",\"app\"]")),
        None
    );
    assert_eq!(
        outcome(issuer(), &GOOD.replace("\"app\"", "[\"x\"]")),
        claim("aud", ClaimProblem::Mismatch)
    );
    let client = with(IssuerAudience::Claim(ClaimValues {
        name: "client_id".into(),
        one_of: vec!["c1".into()],
    }));
    let of_client = |id: &str| GOOD.replace("\"aud\":\"app\"", &format!("\"client_id\":{id}"));
    assert_eq!(outcome(client.clone(), &of_client("\"c1\"")), None);
    for wrong in ["\"c2\"", "[\"c1\"]", "null"] {
        assert_eq!(
            outcome(client.clone(), &of_client(wrong)),
            claim("client_id", ClaimProblem::Mismatch)
        );
    }
    assert_eq!(
        outcome(client, GOOD),
        claim("client_id", ClaimProblem::Missing)
    );
    let any = GOOD.replace("\"app\"", "\"whoever\"");
    assert_eq!(outcome(with(IssuerAudience::Unchecked), &any), None);
}

#[test]
fn the_kind_decides_about_typ_and_required_claims() {
    let of = |kind| Issuer { kind, ..issuer() };
    let (profile, access, id) = (
        of(TokenKind::Rfc9068),
        of(TokenKind::Access),
        of(TokenKind::Id),
    );
    let full = r#"{"iss":"https://id.example","aud":"app","sub":"1","exp":1700000600,"iat":1700000000,"jti":"j","client_id":"c"}"#;
    let mismatch = || claim("typ", ClaimProblem::Mismatch);
    for typ in ["at+jwt", "AT+JWT", "application/at+jwt"] {
        assert_eq!(outcome_of_type(profile.clone(), full, Some(typ)), None);
        assert_eq!(outcome_of_type(access.clone(), full, Some(typ)), None);
        assert_eq!(outcome_of_type(id.clone(), full, Some(typ)), mismatch());
    }
    assert_eq!(
        outcome_of_type(profile.clone(), full, Some("JWT")),
        mismatch()
    );
    assert_eq!(
        outcome_of_type(access, full, Some("logout+jwt")),
        mismatch()
    );
    for name in ["aud", "sub", "iat", "jti", "client_id"] {
        // The signer adds `iat` if the claims have none.
        if name != "iat" {
            let without = full.replace(&format!("\"{name}\":"), "\"x\":");
            assert_eq!(
                outcome_of_type(profile.clone(), &without, Some("at+jwt")),
                claim(name, ClaimProblem::Missing),
                "{name}"
            );
        }
    }
    assert_eq!(
        outcome(id, &GOOD.replace("\"sub\"", "\"x\"")),
        claim("sub", ClaimProblem::Missing)
    );
}

#[test]
fn claims_must_have_the_values_that_the_issuer_states() {
    let with = |name: &str, one_of: &[&str]| Issuer {
        claim_values: vec![ClaimValues {
            name: name.into(),
            one_of: one_of.iter().map(|one| (*one).into()).collect(),
        }],
        ..issuer()
    };
    let claims = GOOD.replace("\"sub\":\"1\"", "\"sub\":\"1\",\"token_use\":\"access\"");
    assert_eq!(outcome(with("token_use", &["id", "access"]), &claims), None);
    assert_eq!(
        outcome(with("token_use", &["id"]), &claims),
        claim("token_use", ClaimProblem::Mismatch)
    );
    assert_eq!(
        outcome(with("hd", &["x"]), &claims),
        claim("hd", ClaimProblem::Missing)
    );
}

const TENANT: &str = "9188040d-6c67-4c5b-b112-36a304b66dad";
const OTHER: &str = "00000000-0000-4000-8000-000000000000";

fn with_tenants(tenants: Tenants) -> Issuer {
    Issuer {
        name: IssuerName::Template {
            template: "https://login.example/{tenantid}/v2.0".into(),
            tenants,
        },
        ..issuer()
    }
}

fn of_tenant(iss: &str, tid: &str) -> String {
    format!(
        r#"{{"iss":"https://login.example/{iss}/v2.0","tid":"{tid}","aud":"app","exp":1700000600}}"#
    )
}

#[test]
fn the_tenant_of_a_token_must_match_its_issuer() {
    let any = with_tenants(Tenants::Any);
    let wrong = || claim("iss", ClaimProblem::Mismatch);
    assert_eq!(outcome(any.clone(), &of_tenant(TENANT, TENANT)), None);
    assert_eq!(outcome(any.clone(), &of_tenant(TENANT, OTHER)), wrong());
    assert_eq!(outcome(any.clone(), &of_tenant("..", "..")), wrong());
    assert_eq!(
        outcome(any.clone(), &of_tenant("{tenantid}", "{tenantid}")),
        wrong()
    );
    let upper = TENANT.to_uppercase();
    assert_eq!(outcome(any, &of_tenant(&upper, &upper)), wrong());
    let one = with_tenants(Tenants::OneOf(vec![TENANT.into()]));
    assert_eq!(outcome(one.clone(), &of_tenant(TENANT, TENANT)), None);
    assert_eq!(outcome(one, &of_tenant(OTHER, OTHER)), wrong());
}

#[test]
fn a_key_of_one_tenant_verifies_no_token_of_another() {
    let jwk = key(7);
    let json = SecretJwkSet::new(vec![key(7)]).public().unwrap().to_json();
    let of = |issuer: &str| {
        let member = format!("{{\"issuer\":\"{issuer}\",\"kty\"");
        IssuerKeySet::from_json(&json.replace("{\"kty\"", &member)).unwrap()
    };
    let verifier = verifier(with_tenants(Tenants::Any));
    let token = token(&jwk, &of_tenant(TENANT, TENANT));
    let check = |issuer: &str| verify(&verifier, &of(issuer), &token).err();
    assert_eq!(check("https://login.example/{tenantid}/v2.0"), None);
    assert_eq!(check(&format!("https://login.example/{TENANT}/v2.0")), None);
    assert_eq!(
        check(&format!("https://login.example/{OTHER}/v2.0")),
        Some(TokenError::KeyUnknown)
    );
    assert_eq!(
        check("https://sts.example/{tenantid}/"),
        Some(TokenError::KeyUnknown)
    );
    // Version 1 tokens are signed with keys whose `issuer` is that of version 2.
    let further = IssuerVerifier::new(vec![Issuer {
        key_issuers: vec!["https://sts.example/{tenantid}/".into()],
        ..with_tenants(Tenants::Any)
    }])
    .unwrap();
    let keys = of("https://sts.example/{tenantid}/");
    assert!(verify(&further, &keys, &token).is_ok());
}

#[test]
fn a_token_without_a_key_id_needs_the_only_key_of_its_algorithm() {
    let unnamed = |jwk: &SecretJwk| {
        let json = jwk.to_json();
        let id = format!(",\"kid\":\"{}\"", jwk.id().unwrap());
        assert!(json.contains(&id));
        SecretJwk::from_json(&json.replace(&id, "")).unwrap()
    };
    let token = token(&unnamed(&key(7)), GOOD);
    let verifier = verifier(issuer());
    let check = |keys: Vec<SecretJwk>| verify(&verifier, &published(keys), &token).err();
    assert_eq!(check(vec![key(7)]), None);
    let eddsa = SecretJwk::generate(Algorithm::EdDsa, &[9; 64]).unwrap();
    assert_eq!(check(vec![eddsa, key(7)]), None);
    assert_eq!(check(vec![key(7), key(8)]), Some(TokenError::KeyUnknown));
}

#[test]
fn at_most_four_keys_of_one_name_are_tried() {
    let jwk = key(7);
    let one = SecretJwkSet::new(vec![key(7)]).public().unwrap().to_json();
    let inner = one.strip_prefix("{\"keys\":[").unwrap();
    let inner = inner.strip_suffix("]}").unwrap();
    let keys =
        IssuerKeySet::from_json(&format!("{{\"keys\":[{}]}}", [inner; 6].join(","))).unwrap();
    assert_eq!(keys.keys().len(), 6);
    let verifier = verifier(issuer());
    let token = token(&jwk, GOOD);
    let pending = verifier.read(token.as_bytes(), now()).unwrap();
    assert_eq!(pending.candidates(&keys).collect::<Vec<_>>(), [0, 1, 2, 3]);
}

const X: &str = "axfR8uEsQkf4vOblY6RA8ncDfYEt6zOg9KE5RdiYwpY";
const Y: &str = "T-NC4v4af5uO5-tKfA-eFivOM1drMV7Oy7ZAaDe_UfU";

fn problem(key: &str) -> Option<KeyProblem> {
    let set = IssuerKeySet::from_json(&format!("{{\"keys\":[{key}]}}")).unwrap();
    set.left_out().first().map(|left_out| left_out.problem)
}

fn rsa(n: &[u8], e: &[u8]) -> String {
    let encode = |bytes: &[u8]| {
        let mut text = String::new();
        portcullis::encoding::base64url::encode_onto(bytes, &mut text);
        text
    };
    format!(r#"{{"kty":"RSA","n":"{}","e":"{}"}}"#, encode(n), encode(e))
}

#[test]
fn the_numbers_of_an_rsa_key_are_checked() {
    let modulus = |length: usize| {
        let mut n = vec![0xff; length];
        n[0] = 0x80;
        n
    };
    let e = &[1, 0, 1][..];
    assert_eq!(problem(&rsa(&modulus(256), e)), None);
    assert_eq!(problem(&rsa(&modulus(1024), e)), None);
    assert_eq!(
        problem(&rsa(&modulus(255), e)),
        Some(KeyProblem::TooShort { least: 256 })
    );
    let mut short = modulus(256);
    short[0] = 0x7f;
    assert_eq!(
        problem(&rsa(&short, e)),
        Some(KeyProblem::TooShort { least: 256 })
    );
    assert_eq!(
        problem(&rsa(&modulus(1025), e)),
        Some(KeyProblem::Unsupported)
    );
    let mut even = modulus(256);
    even[255] = 0xfe;
    assert_eq!(problem(&rsa(&even, e)), Some(KeyProblem::Malformed));
    let mut padded = modulus(257);
    padded[0] = 0;
    assert_eq!(problem(&rsa(&padded, e)), Some(KeyProblem::Malformed));
    for (e, expected) in [
        (&[3][..], None),
        (&[1], Some(KeyProblem::Malformed)),
        (&[2], Some(KeyProblem::Malformed)),
        (&[0], Some(KeyProblem::Malformed)),
        (&[], Some(KeyProblem::Malformed)),
        (&[0, 3], Some(KeyProblem::Malformed)),
        (&[0xff, 0xff, 0xff, 0xff], None),
        (&[1, 0, 0, 0, 1], Some(KeyProblem::Unsupported)),
    ] {
        assert_eq!(problem(&rsa(&modulus(256), e)), expected, "{e:?}");
    }
}

#[test]
fn a_point_must_lie_on_its_curve() {
    let ec = |crv: &str, x: &str, y: &str| {
        problem(&format!(
            r#"{{"kty":"EC","crv":"{crv}","x":"{x}","y":"{y}"}}"#
        ))
    };
    assert_eq!(ec("P-256", X, Y), None);
    assert_eq!(ec("P-256", Y, X), Some(KeyProblem::Malformed));
    assert_eq!(ec("P-384", X, Y), Some(KeyProblem::Malformed));
    let zero = "A".repeat(43);
    assert_eq!(ec("P-256", &zero, &zero), Some(KeyProblem::Malformed));
    assert_eq!(ec("secp256k1", X, Y), Some(KeyProblem::Unsupported));
    // The base points of P-384 and P-521 (SP 800-186 §3.2.1.4 and §3.2.1.5).
    let x = "qofKIr6LBTeOscce8yCtdG4dO2KLp5uYWfdB4IJUKjhVAvJdv1UpbDpUXjhydgq3";
    let y = "NhfeSpYmLG9dnpi_kpLcKfj0Hb0omhR86doxE7XwuMAKYLHOHX6BnXpDHXyQ6g5f";
    assert_eq!(ec("P-384", x, y), None);
    assert_eq!(ec("P-384", y, x), Some(KeyProblem::Malformed));
    let x =
        "AMaFjga3BATpzZ4-y2YjlbRCnGSBOQU_tSH4KK9ga009uqFLXnfv51ko_h3BJ6L_qN4zSLPBhWpCm_l-fjHC5b1m";
    let y =
        "ARg5KWp4mjvABFyKX7QsfRvZmPVESVebRGgXr70XJz5mLJfucple9CZAxVC5AT-tB2E1PHCGonLCQIi-lHaf0WZQ";
    assert_eq!(ec("P-521", x, y), None);
    assert_eq!(ec("P-521", y, x), Some(KeyProblem::Malformed));
}

#[test]
fn a_key_that_cannot_be_used_spoils_only_itself() {
    let good = format!(r#"{{"kty":"EC","crv":"P-256","x":"{X}","y":"{Y}","kid":"good"}}"#);
    let bad = [
        (r#"{"kty":"RSA"}"#.to_owned(), KeyProblem::Malformed),
        (good.replace("{", r#"{"d":"AA","#), KeyProblem::NotPublic),
        (
            good.replace("{", r#"{"use":"enc","#),
            KeyProblem::UseNotAllowed,
        ),
        (
            good.replace("{", r#"{"key_ops":["sign"],"#),
            KeyProblem::UseNotAllowed,
        ),
        (
            good.replace("{", r#"{"alg":"ES384","#),
            KeyProblem::Unsupported,
        ),
        (
            good.replace("{", r#"{"alg":"HS256","#),
            KeyProblem::Unsupported,
        ),
        (
            good.replace("{", r#"{"alg":"ECDH-ES","#),
            KeyProblem::Unsupported,
        ),
        (
            r#"{"kty":"oct","k":"AAAA"}"#.to_owned(),
            KeyProblem::NotPublic,
        ),
        (r#"{"kty":"AKP"}"#.to_owned(), KeyProblem::Unsupported),
        ("7".to_owned(), KeyProblem::Malformed),
    ];
    let all: Vec<_> = bad.iter().map(|(key, _)| key.as_str()).collect();
    let text = format!("{{\"keys\":[{},{good}]}}", all.join(","));
    let set = IssuerKeySet::from_json(&text).unwrap();
    assert_eq!(set.keys().len(), 1);
    assert_eq!(set.keys()[0].id().unwrap().as_str(), "good");
    let expected: Vec<_> = bad
        .iter()
        .enumerate()
        .map(|(index, (_, problem))| KeyProblemAt {
            index,
            problem: *problem,
        })
        .collect();
    assert_eq!(set.left_out(), expected);
}

#[test]
fn a_text_that_is_no_key_set_is_an_error() {
    let error = |text: &str| IssuerKeySet::from_json(text).err();
    let malformed = || Some(TokenError::KeyInvalid(KeyProblem::Malformed));
    for text in [
        "",
        "[]",
        "{}",
        "{\"keys\":{}}",
        "{\"keys\":[],\"keys\":[]}",
        "{\"keys\":[1,]}",
    ] {
        assert_eq!(error(text), malformed(), "{text}");
    }
    assert!(
        IssuerKeySet::from_json("{\"keys\":[]}")
            .unwrap()
            .keys()
            .is_empty()
    );
    let many = |count: usize| format!("{{\"keys\":[{}]}}", vec!["1"; count].join(","));
    assert_eq!(error(&many(100)), None);
    assert_eq!(
        error(&many(101)),
        Some(TokenError::KeyInvalid(KeyProblem::Set))
    );
}

#[test]
fn unusable_requirements_are_rejected_with_what_to_do() {
    let reason = |issuer: Issuer| IssuerVerifier::new(vec![issuer]).err().map(|e| e.reason);
    assert!(IssuerVerifier::new(Vec::new()).is_err());
    let name = |name| Issuer { name, ..issuer() };
    for wrong in [
        name(IssuerName::Exact(String::new())),
        name(IssuerName::AnyOf(Vec::new())),
        name(IssuerName::Template {
            template: "https://login.example/".into(),
            tenants: Tenants::Any,
        }),
        with_tenants(Tenants::OneOf(vec!["contoso.example".into()])),
        with_tenants(Tenants::OneOf(Vec::new())),
        Issuer {
            algorithms: Vec::new(),
            ..issuer()
        },
        Issuer {
            algorithms: vec![Algorithm::Hs256],
            ..issuer()
        },
        Issuer {
            audience: IssuerAudience::AnyOf(vec![String::new()]),
            ..issuer()
        },
        Issuer {
            leeway: Duration::from_secs(61),
            ..issuer()
        },
    ] {
        assert!(reason(wrong).is_some_and(|reason| !reason.is_empty()));
    }
    let twice = IssuerVerifier::new(vec![issuer(), issuer()]).unwrap_err();
    assert_eq!(twice.index, 1);
}
