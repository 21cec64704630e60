//! The keys of RFC 8410 §10, and keys that OpenSSL wrote. All keys are for tests
//! only.

use portcullis::error::{KeyProblem, TokenError};
use portcullis::key::{Algorithm, PublicJwk, SecretJwk, SecretKey, VerifyingKey};
use portcullis::token::{Policy, Signer, Verifier};

use crate::support::*;

const ED25519_V1: &str = "-----BEGIN PRIVATE KEY-----
MC4CAQAwBQYDK2VwBCIEINTuctv5E1hK1bbY8fdp+K06/nwoy/HU++CXqI9EdVhC
-----END PRIVATE KEY-----
";
/// The same with attributes and its public key.
const ED25519_V2: &str = "-----BEGIN PRIVATE KEY-----
MHICAQEwBQYDK2VwBCIEINTuctv5E1hK1bbY8fdp+K06/nwoy/HU++CXqI9EdVhC
oB8wHQYKKoZIhvcNAQkJFDEPDA1DdXJkbGUgQ2hhaXJzgSEAGb9ECWmEzf6FQbrB
Z9w7lshQhqowtrbLDFw4rXAxZuE=
-----END PRIVATE KEY-----
";
const ED25519_PUBLIC: &str = "-----BEGIN PUBLIC KEY-----
MCowBQYDK2VwAyEAGb9ECWmEzf6FQbrBZ9w7lshQhqowtrbLDFw4rXAxZuE=
-----END PUBLIC KEY-----
";
const ED25519_X: &str = "Gb9ECWmEzf6FQbrBZ9w7lshQhqowtrbLDFw4rXAxZuE";

const P256: &str = "-----BEGIN PRIVATE KEY-----
MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgTbO5fseR4uSU5IAl
KGHaw3DSvL8dXQULvrA/wmNwVAqhRANCAAQ8s5TQsADesNzF2nseVad0tsP7wVdw
pPcTtpHF98vy72MCn5/nNEutQiUYrxd9R1rW9BkE1P2KlpVsII4p3slD
-----END PRIVATE KEY-----
";
const P256_PUBLIC: &str = "-----BEGIN PUBLIC KEY-----
MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEPLOU0LAA3rDcxdp7HlWndLbD+8FX
cKT3E7aRxffL8u9jAp+f5zRLrUIlGK8XfUda1vQZBNT9ipaVbCCOKd7JQw==
-----END PUBLIC KEY-----
";
const P256_X: &str = "PLOU0LAA3rDcxdp7HlWndLbD-8FXcKT3E7aRxffL8u8";
const P256_Y: &str = "YwKfn-c0S61CJRivF31HWtb0GQTU_YqWlWwgjineyUM";
const P256_D: &str = "TbO5fseR4uSU5IAlKGHaw3DSvL8dXQULvrA_wmNwVAo";
const P256_SEC1: &str = "-----BEGIN EC PRIVATE KEY-----
MHcCAQEEIE2zuX7HkeLklOSAJShh2sNw0ry/HV0FC76wP8JjcFQKoAoGCCqGSM49
AwEHoUQDQgAEPLOU0LAA3rDcxdp7HlWndLbD+8FXcKT3E7aRxffL8u9jAp+f5zRL
rUIlGK8XfUda1vQZBNT9ipaVbCCOKd7JQw==
-----END EC PRIVATE KEY-----
";
const P256_ENCRYPTED: &str = "-----BEGIN ENCRYPTED PRIVATE KEY-----
MIHsMFcGCSqGSIb3DQEFDTBKMCkGCSqGSIb3DQEFDDAcBAim5zJuy2V0FgICCAAw
DAYIKoZIhvcNAgkFADAdBglghkgBZQMEAQIEEIBXR/CLnUavHlHWQcL7UvYEgZDO
QB2XjMJhe4OHHQGo7j6CyC92nuDr+jw2k9Pu7WrRoaUzCtkjrZ/xovrgF5UKztVZ
sGlzOJ8nbGJ6sHe4z0NpHlOlhjS0uUt816f6Y5IAyYxaIWjpsjCkggxkNeiwUzCA
NmzpBMFv0JBKJqfKQwLeOKSXu7wzoT2EDMuNdcJ7O59Bo0a/w/6mFvYJ21nBOlU=
-----END ENCRYPTED PRIVATE KEY-----
";

const P384: &str = "-----BEGIN PRIVATE KEY-----
MIG2AgEAMBAGByqGSM49AgEGBSuBBAAiBIGeMIGbAgEBBDBHoLugPm6uXgtH+xBX
nPiQKRQSjbHLSYWWZyWcEH8zeSi7DluuJqPDb4ebFWrnS9ahZANiAASDPzRZc+kY
4049vgPVBQxdURsXtgDgEMVgbwh6yGAYOX8XcYZeJtOHCx6CFsO0ufB/qBow5Das
VHP3e0qsW8e/sKfhjFYxADZH4juqxwcEYS6Y2GBGqX2a2Ca8giUYvAY=
-----END PRIVATE KEY-----
";
const P384_PUBLIC: &str = "-----BEGIN PUBLIC KEY-----
MHYwEAYHKoZIzj0CAQYFK4EEACIDYgAEgz80WXPpGONOPb4D1QUMXVEbF7YA4BDF
YG8IeshgGDl/F3GGXibThwseghbDtLnwf6gaMOQ2rFRz93tKrFvHv7Cn4YxWMQA2
R+I7qscHBGEumNhgRql9mtgmvIIlGLwG
-----END PUBLIC KEY-----
";
const SECP256K1: &str = "-----BEGIN PRIVATE KEY-----
MIGEAgEAMBAGByqGSM49AgEGBSuBBAAKBG0wawIBAQQgzrMblWJEN3yaNkd2GWST
yq41WJ1I7bqvX81KPrC0NO+hRANCAARQCUnfpaD67Gn5eDyGTyQoFsTzkPzb2rtZ
Dv/edHEgXfCiDKetdoukGPBRctVH3mWViZX0Vkg8ZXY0Q2MuAnKW
-----END PRIVATE KEY-----
";
const SECP256K1_PUBLIC: &str = "-----BEGIN PUBLIC KEY-----
MFYwEAYHKoZIzj0CAQYFK4EEAAoDQgAEUAlJ36Wg+uxp+Xg8hk8kKBbE85D829q7
WQ7/3nRxIF3wogynrXaLpBjwUXLVR95llYmV9FZIPGV2NENjLgJylg==
-----END PUBLIC KEY-----
";
const X25519: &str = "-----BEGIN PRIVATE KEY-----
MC4CAQAwBQYDK2VuBCIEIBjLKWOs3+B4ZjdIjzc3hAb17z4CbTmLd58R6DCkGLpQ
-----END PRIVATE KEY-----
";
const X25519_PUBLIC: &str = "-----BEGIN PUBLIC KEY-----
MCowBQYDK2VuAyEAqyp3lGd4cBwA72xPH0N3LaZFl+8B7OqPeAFEn3RBmiM=
-----END PUBLIC KEY-----
";
const ED448: &str = "-----BEGIN PRIVATE KEY-----
MEcCAQAwBQYDK2VxBDsEOavZxig4iSFWQSW2Nk+Q/aNpOmXrk2eCjv8ddim7ny1P
//Rbx6ZV3fJB081QNsozaeofxLtCxipCOg==
-----END PRIVATE KEY-----
";
const ED448_PUBLIC: &str = "-----BEGIN PUBLIC KEY-----
MEMwBQYDK2VxAzoAqzZw3rDG6ZVM0Bf8jvfRf8cDYGQttV65kMCUNaj6IM8T4ehM
xvcnvpPIfNJj8WAFuwbPd86HJRuA
-----END PUBLIC KEY-----
";

/// Asserts that each library verifies the signatures of the other.
fn belong_together(secret: SecretKey, public: VerifyingKey) {
    assert_eq!(secret.algorithm(), public.algorithm());
    let signer = Signer::new(secret, for_an_hour()).unwrap();
    let token = signer.sign_json("{}", at(NOW), [0; 16]).unwrap();
    let verifier = Verifier::with_key(public, Policy::default()).unwrap();
    assert!(verifier.verify(&token, at(NOW)).is_ok());
}

fn ed25519_public() -> VerifyingKey {
    let jwk = format!(r#"{{"kty":"OKP","crv":"Ed25519","x":"{ED25519_X}"}}"#);
    VerifyingKey::from_public_jwk(&PublicJwk::from_json(&jwk).unwrap()).unwrap()
}

fn p256_secret() -> SecretKey {
    let jwk =
        format!(r#"{{"kty":"EC","crv":"P-256","x":"{P256_X}","y":"{P256_Y}","d":"{P256_D}"}}"#);
    SecretKey::from_jwk(&SecretJwk::from_json(&jwk).unwrap()).unwrap()
}

#[test]
fn an_ed25519_key_in_pkcs8_signs_with_and_without_its_public_key() {
    for pem in [ED25519_V1, ED25519_V2] {
        let key = SecretKey::from_pkcs8_pem(pem).unwrap();
        assert_eq!(key.algorithm(), Algorithm::EdDsa);
        belong_together(key, ed25519_public());
    }
}

#[test]
fn an_ed25519_key_in_spki_verifies() {
    belong_together(
        SecretKey::from_pkcs8_pem(ED25519_V1).unwrap(),
        VerifyingKey::from_spki_pem(ED25519_PUBLIC).unwrap(),
    );
}

#[test]
fn a_p256_key_of_openssl_is_the_one_that_openssl_writes_as_a_jwk() {
    let secret = SecretKey::from_pkcs8_pem(P256).unwrap();
    assert_eq!(secret.algorithm(), Algorithm::Es256);
    belong_together(secret, p256_secret().into());
    belong_together(
        p256_secret(),
        VerifyingKey::from_spki_pem(P256_PUBLIC).unwrap(),
    );
}

#[test]
fn pkcs8_with_the_public_key_of_another_pair_is_refused() {
    // The public key is the last element in both.
    let ed25519 = ED25519_V2.replace("rXAxZuE=", "rXAxZuA=");
    let p256 = P256.replace("PQ", "Pg").replace("4p3slD", "4p3slE");
    assert_ne!(p256, P256);
    assert_eq!(
        problem(SecretKey::from_pkcs8_pem(&ed25519)),
        KeyProblem::Mismatch
    );
    // This point is not on the curve.
    assert_eq!(
        problem(SecretKey::from_pkcs8_pem(&p256)),
        KeyProblem::Malformed
    );
}

#[test]
fn other_curves_and_containers_are_refused() {
    for pem in [
        P384,
        SECP256K1,
        X25519,
        ED448,
        P256_SEC1,
        P256_ENCRYPTED,
        P256_PUBLIC,
    ] {
        let refused = problem(SecretKey::from_pkcs8_pem(pem));
        assert_eq!(refused, KeyProblem::Unsupported, "{pem}");
    }
    for pem in [
        SECP256K1_PUBLIC,
        X25519_PUBLIC,
        ED448_PUBLIC,
        P256,
        ED25519_V1,
    ] {
        let refused = problem(VerifyingKey::from_spki_pem(pem));
        assert_eq!(refused, KeyProblem::Unsupported, "{pem}");
    }
}

#[test]
fn a_public_key_of_p_384_is_read() {
    let key = VerifyingKey::from_spki_pem(P384_PUBLIC).unwrap();
    assert_eq!(key.algorithm(), Algorithm::Es384);
}

#[test]
fn a_malformed_pem_is_refused() {
    let cut = &ED25519_V1[..70];
    let longer = ED25519_V1.replace("MC4C", "MC8C");
    for pem in ["", "x", cut, &longer, ED25519_V1.trim_start_matches('-')] {
        assert_eq!(
            problem(SecretKey::from_pkcs8_pem(pem)),
            KeyProblem::Malformed,
            "{pem}"
        );
    }
    // y = 2 is not on the curve, and y = 1 is the point for which every signature is valid.
    for x in [2, 1] {
        let mut der = b"\x30\x2a\x30\x05\x06\x03\x2b\x65\x70\x03\x21\x00".to_vec();
        der.extend([x; 1]);
        der.extend([0; 31]);
        let pem = pem("PUBLIC KEY", &der);
        assert_eq!(
            problem(VerifyingKey::from_spki_pem(&pem)),
            KeyProblem::Malformed,
            "{x}"
        );
    }
}

#[test]
fn a_key_from_pem_can_be_named() {
    let secret = SecretKey::from_pkcs8_pem(P256)
        .unwrap()
        .with_id("a")
        .unwrap();
    let public = VerifyingKey::from_spki_pem(P256_PUBLIC).unwrap();
    assert_eq!(secret.id().unwrap().as_str(), "a");
    assert!(matches!(
        public.with_id(""),
        Err(TokenError::KeyInvalid(KeyProblem::Malformed))
    ));
}

/// A DER element.
fn der(tag: u8, contents: &[&[u8]]) -> Vec<u8> {
    let contents = contents.concat();
    let length = u8::try_from(contents.len()).unwrap();
    let long: &[u8] = if length < 0x80 { &[] } else { &[0x81] };
    [&[tag], long, &[length], &contents].concat()
}

const ID_EC: &[u8] = b"\x06\x07\x2a\x86\x48\xce\x3d\x02\x01";
const ID_P256: &[u8] = b"\x06\x08\x2a\x86\x48\xce\x3d\x03\x01\x07";
const ID_P384: &[u8] = b"\x06\x05\x2b\x81\x04\x00\x22";
const ID_ED25519: &[u8] = b"\x06\x03\x2b\x65\x70";

/// A P-256 key in PKCS#8, with optional elements after its number inside
/// (RFC 5915 §3) and after all other elements (RFC 5958 §2).
fn p256_pkcs8(within: &[&[u8]], behind: &[u8]) -> Result<SecretKey, TokenError> {
    let number = der(4, &[&from_base64url(P256_D)]);
    let key = der(0x30, &[b"\x02\x01\x01", &number, &within.concat()]);
    let version = [2, 1, u8::from(!behind.is_empty())];
    let algorithm = der(0x30, &[ID_EC, ID_P256]);
    let info = der(0x30, &[&version, &algorithm, &der(4, &[&key]), behind]);
    SecretKey::from_pkcs8_pem(&pem("PRIVATE KEY", &info))
}

/// (x, y) uncompressed, as in SEC 1 §2.3.3.
fn point(x: &str, y: &str) -> Vec<u8> {
    [&[4], &from_base64url(x)[..], &from_base64url(y)].concat()
}

#[test]
fn a_p256_key_in_pkcs8_with_the_public_key_of_another_pair_is_refused() {
    let bits = |tag, point: &[u8]| der(tag, &[&[0], point]);
    let own = point(P256_X, P256_Y);
    // RFC 7517 appendix A.2.
    let other = point(
        "MKBCTNIcKUSDii11ySs3526iDZ8AiTo7Tu6KPAqv7D4",
        "4Etl6SRW2YiLUrN5vfvVHuhp7x8PxltmWWlbbM4IFyM",
    );
    let within = |point: &[u8]| p256_pkcs8(&[&der(0xa1, &[&bits(3, point)])], &[]);
    let behind = |point: &[u8]| p256_pkcs8(&[], &bits(0x81, point));
    belong_together(within(&own).unwrap(), p256_secret().into());
    belong_together(behind(&own).unwrap(), p256_secret().into());
    assert_eq!(problem(within(&other)), KeyProblem::Mismatch);
    assert_eq!(problem(behind(&other)), KeyProblem::Mismatch);
}

#[test]
fn a_p256_key_in_pkcs8_may_not_name_another_curve_inside() {
    let named = |curve: &[u8]| p256_pkcs8(&[&der(0xa0, &[curve])], &[]);
    belong_together(named(ID_P256).unwrap(), p256_secret().into());
    assert_eq!(problem(named(ID_P384)), KeyProblem::Malformed);
}

#[test]
fn an_ed25519_key_in_pem_has_no_parameters() {
    let with = |parameters: &[u8]| {
        let algorithm = der(0x30, &[ID_ED25519, parameters]);
        let secret = der(4, &[&der(4, &[&[7; 32]])]);
        let secret = der(0x30, &[b"\x02\x01\x00", &algorithm, &secret]);
        let public = der(3, &[&[0], &from_base64url(ED25519_X)]);
        let public = der(0x30, &[&algorithm, &public]);
        (
            SecretKey::from_pkcs8_pem(&pem("PRIVATE KEY", &secret)).map(drop),
            VerifyingKey::from_spki_pem(&pem("PUBLIC KEY", &public)).map(drop),
        )
    };
    assert_eq!(with(&[]), (Ok(()), Ok(())));
    for parameters in [&b"\x05\x00"[..], ID_P256] {
        let (secret, public) = with(parameters);
        assert_eq!(problem(secret), KeyProblem::Malformed);
        assert_eq!(problem(public), KeyProblem::Malformed);
    }
}
