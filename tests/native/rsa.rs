//! Tokens signed by OpenSSL.

use portcullis::error::{KeyProblem, TokenError};
use portcullis::key::{Algorithm, KeySet, PublicJwk, PublicJwkSet, SecretJwk, VerifyingKey};
use portcullis::token::{Policy, Verifier};

use crate::support::*;

const N: &str = "12GEI419xHogxVGfg3gCl5US3bIs2EgguAzuL5o6HaXAqVvaZ1Kb15KO6-Vx4Us2ExKDjYCKuV9pptTMAwPl6ChSEMUZ3DpK8SBdy1ubnd26bv5l13fRCQDJTCc58J5v6P8ZYUiCezv-5Y-71cqulO12QdahFpQYGh4qZ972ZO1fRSMuvuVjREUEfPwXTLKMaio73QCLpgnc4akpMNdsaSQCU90MHdbWNRkDjzywnHMgoG0-HEpmA4kasI-AZyJgXUT_SmK1jKFmw079evaENmlk-T4B41iIT4P9fW4xr6gT6xt64eq21-QgNopPyOHccjwSl_laQp1xrB02RWUULw";
/// A key of 1024 bits.
const SMALL_N: &str = "v-vM5BfIqjKrXf6ZaEyXmNahH-_sZ0kbWAQduPbNUFzr1gPd-EX0zgFw6Ixcsd7wz8jrFs88_7yazFEZxSxkYwdIsiwPP_AMXD62QSZzccnREPHCr0XdW6BibKzqOdQgrJxRleNSW6tSYHpPDm5eq94OLUsi7E6Qd4nFAsjnCEU";

const RS256: &str = "eyJhbGciOiJSUzI1NiJ9.eyJleHAiOjE3MDAwMDAwNjB9.Ctco5Q36RvxjT-l9CkoV71PqyHdXQ0eQsLQY54Z6V84lbFaBC3vJznpy5R0HjrajgfTYaDu5kkM28GQPolQhT1zQkTX4y-Kc5STkJmIsXZQ6ZYrZGbEGYn_ObSBqxLFKs7yRsKS6LDhSFGQEpjC1Erk4gGq_F9a0ODampa6U8xMMfnKfBJIl7guKc0D79C8eQGkI-D0BdxDBLgR_TF-xN16b4DAU0S5YiaKDTHe_hBsa1c9jh4rZSxR2PQwZvJyHoT6oueotutPmTGedSRTCt1Tth_iaaaKn3YwAVQ6ZLAoG11gsk5uYgmpipcF7OaQJcijggQhR9njBBcH9MwA2dA";
const PS256: &str = "eyJhbGciOiJQUzI1NiJ9.eyJleHAiOjE3MDAwMDAwNjB9.B36CqjXOUa8PXATcY2TT832bMxNRFIxTEVTObwIPriKNgbaSoLkoa-VGoVfyjJoA1S5ddScMZfzGKDqQajnK-ty7JYB7qUBOwae9-mxhnG4WB-ztzVcfSZHGGSZ2wHxEBDLa27NtQOKTPxShm290qCmntuSz8R0NSRqeRzbXl2AM7EhURtcw0gRZzOyfo-m_afFQSkiN8ScM9bCQOGGr9eUDgP5c81DsYO1J0esi_1npN_jnvp4zGcBVqKdF_pCNqJ8dJ_0yrTJSo7-XYcvFChMz1vBHS1OY5SK8F8xDx4Liug7Oztr5yCm0xVFwTlrw7WKUe4UwIvlndNHYrhILVw";
/// The same with a salt of 20 bytes, and without a salt.
const OTHER_SALTS: [&str; 2] = [
    "eyJhbGciOiJQUzI1NiJ9.eyJleHAiOjE3MDAwMDAwNjB9.fmLw9aQfolZhJRzQ3pPwDw_qhW1eataypEERcccxEdrAdZTBgL9W0mxUu7I_m4CIrhbF7G9hZf6lgRGmLlTzejr1mbUVBAWMR5Nw3XqbDVIH5k5x2lGDQuiedbOrmS8e65T-pKGO0SnVoOr_7HPlfsDZz2LjDI00MZ1Yp1Rx98dZ6CHswL1Cl_sWVOrJ3BxUtvJ4Z2fuqT_xmxlX8eT1x3QVR3Gq_tXAJxA3AIu6-53f-paYnAlj1v0DsTYGt2X_Q7YG13t3apLIdmOCWN9JwrSvuw3pITEFDWKFAk3985Du82JlMoeF8tCY9R2_Mx7YIM6YkdmMif_tSvQEU1FamQ",
    "eyJhbGciOiJQUzI1NiJ9.eyJleHAiOjE3MDAwMDAwNjB9.W5-xlykiX90CxrpKkKgfNs_nLY1tNpZSjAKyjZcKXI1Bvlk_I_Lc6NvxLiBmM0Apb4zjU2N335S0rm1PIL6JbvhQPuXwYDB_9guvZdXoOg4vCNAa36zho6NG4DAG--Y6KH4WDaD9rybPqr7LkV1pFxzEW-Qh8RrvRWmT1H-P_eQwR6hbFLFPa0w35-x-vefz4VSbSaaOi7agi7YD1tZxRWGoHjc_irL60iweARsHmxvUdY_MUvtt2R3nw-THT-pav0HzxcXmsrca0COEbhyImbOVbhOyDmDsjxfmuDEcM6KqprLTGn6MosMgo4tzpneIEKhkEmGUg3I2C1VG6ty6tQ",
];

fn jwk(n: &str, e: &str, alg: &str) -> String {
    format!(r#"{{"kty":"RSA","n":"{n}","e":"{e}","alg":"{alg}"}}"#)
}

fn key(n: &str, e: &str, alg: &str) -> Result<VerifyingKey, TokenError> {
    VerifyingKey::from_public_jwk(&PublicJwk::from_json(&jwk(n, e, alg))?)
}

fn verify(alg: &str, token: &str) -> &'static str {
    let verifier = Verifier::with_key(key(N, "AQAB", alg).unwrap(), Policy::default()).unwrap();
    verifier
        .verify(token, at(NOW))
        .map_or_else(|error| error.code(), |_| "ok")
}

#[test]
fn rs256_and_ps256_verify_and_are_not_accepted_for_each_other() {
    assert_eq!(verify("RS256", RS256), "ok");
    assert_eq!(verify("PS256", PS256), "ok");
    assert_eq!(verify("RS256", PS256), "token_algorithm_not_allowed");
    assert_eq!(verify("PS256", RS256), "token_algorithm_not_allowed");
    // The signature of one algorithm with the header of the other.
    let (input, _) = PS256.rsplit_once('.').unwrap();
    let (_, signature) = RS256.rsplit_once('.').unwrap();
    assert_eq!(
        verify("PS256", &format!("{input}.{signature}")),
        "token_signature_invalid"
    );
}

#[test]
fn a_signature_that_was_changed_truncated_or_extended_is_refused() {
    for (alg, token) in [("RS256", RS256), ("PS256", PS256)] {
        let (input, signature) = token.rsplit_once('.').unwrap();
        let mut bytes = from_base64url(signature);
        bytes[100] ^= 1;
        let changed = bytes.clone();
        bytes[100] ^= 1;
        let cut = bytes[..255].to_vec();
        bytes.push(0);
        for signature in [changed, cut, bytes, vec![0; 256], vec![0xff; 256], vec![]] {
            let token = format!("{input}.{}", base64url(signature));
            assert_eq!(verify(alg, &token), "token_signature_invalid");
        }
    }
}

#[test]
fn the_salt_of_ps256_is_as_long_as_the_hash() {
    for token in OTHER_SALTS {
        assert_eq!(verify("PS256", token), "token_signature_invalid");
    }
}

#[test]
fn an_rsa_key_has_2048_to_8192_bits_and_a_bounded_odd_exponent() {
    let least = 256;
    assert_eq!(
        problem(key(SMALL_N, "AQAB", "RS256")),
        KeyProblem::TooShort { least }
    );
    let odd = |length: usize, first: u8| {
        let mut n = vec![0xff; length];
        n[0] = first;
        base64url(n)
    };
    assert!(key(&odd(256, 0x80), "AQAB", "RS256").is_ok());
    assert!(key(&odd(1024, 0xff), "AQAB", "RS256").is_ok());
    assert_eq!(
        problem(key(&odd(256, 0x7f), "AQAB", "RS256")),
        KeyProblem::TooShort { least }
    );
    assert_eq!(
        problem(key(&odd(1025, 1), "AQAB", "RS256")),
        KeyProblem::TooLong
    );
    assert!(key(N, "Aw", "RS256").is_ok()); // 3
    assert!(key(N, "_____w", "RS256").is_ok()); // 2^32 − 1
    for e in ["", "AA", "AAEAAQ"] {
        assert_eq!(problem(key(N, e, "RS256")), KeyProblem::Malformed, "{e}");
    }
    for e in ["AQ", "Ag", "AQAA", "AQAAAAE"] {
        assert_eq!(problem(key(N, e, "RS256")), KeyProblem::Exponent, "{e}");
    }
    let even = format!("{}g", N.strip_suffix('w').unwrap());
    assert_eq!(problem(key(&even, "AQAB", "RS256")), KeyProblem::Malformed);
    let padded = base64url([&[0], from_base64url(N).as_slice()].concat());
    assert_eq!(
        problem(key(&padded, "AQAB", "RS256")),
        KeyProblem::Malformed
    );
}

#[test]
fn an_rsa_key_has_an_rsa_algorithm_and_no_private_part() {
    for alg in ["RSA-OAEP", "HS256", "ES256", "rs256", "none"] {
        assert_eq!(problem(key(N, "AQAB", alg)), KeyProblem::Unsupported);
    }
    let private = format!(r#"{{"kty":"RSA","n":"{N}","e":"AQAB","d":"AQAB","alg":"RS256"}}"#);
    assert_eq!(
        problem(SecretJwk::from_json(&private)),
        KeyProblem::NotPublic
    );
    assert_eq!(
        problem(PublicJwk::from_json(&private)),
        KeyProblem::NotPublic
    );
    assert_eq!(problem(KeySet::from_json(&private)), KeyProblem::NotPublic);
}

/// A key without `alg`, as Entra publishes them.
fn bare() -> String {
    format!(r#"{{"kty":"RSA","n":"{N}","e":"AQAB"}}"#)
}

fn verify_with(keys: &str, algorithms: &[Algorithm], token: &str) -> Result<(), TokenError> {
    let policy = Policy {
        algorithms: (!algorithms.is_empty()).then(|| algorithms.to_vec()),
        ..Policy::default()
    };
    let keys = KeySet::from_json_for(keys, algorithms)?;
    Verifier::new(keys, policy)
        .verify(token, at(NOW))
        .map(|_| ())
}

#[test]
fn an_rsa_key_without_alg_takes_the_rsa_algorithms_of_the_caller() {
    let set = format!(r#"{{"keys":[{}]}}"#, bare());
    let named = bare().replace('}', r#","kid":"k"}"#);
    for keys in [&bare(), &set, &named] {
        let (rs, ps) = (Algorithm::Rs256, Algorithm::Ps256);
        assert!(verify_with(keys, &[rs], RS256).is_ok());
        assert!(verify_with(keys, &[ps], PS256).is_ok());
        assert!(verify_with(keys, &[rs, ps], RS256).is_ok());
        assert!(verify_with(keys, &[rs, ps], PS256).is_ok());
        assert!(verify_with(keys, &[Algorithm::Es256, rs], RS256).is_ok());
        let refused = verify_with(keys, &[ps], RS256);
        assert_eq!(code(refused), "token_algorithm_not_allowed");
    }
}

#[test]
fn an_rsa_key_without_alg_and_without_algorithms_says_what_to_do() {
    let set = format!(r#"{{"keys":[{}]}}"#, bare());
    for keys in [bare(), set.clone()] {
        for algorithms in [&[][..], &[Algorithm::Es256]] {
            assert_eq!(
                problem(KeySet::from_json_for(&keys, algorithms)),
                KeyProblem::AlgorithmMissing
            );
        }
    }
    for result in [
        PublicJwk::from_json(&bare()).map(|_| ()),
        SecretJwk::from_json(&bare()).map(|_| ()),
        PublicJwkSet::from_json(&set).map(|_| ()),
        PublicJwkSet::from_own_json(&set).map(|_| ()),
    ] {
        assert_eq!(problem(result), KeyProblem::AlgorithmMissing);
    }
    // Beside a usable key, an issuer's key is ignored.
    let both = format!(r#"{{"keys":[{},{}]}}"#, bare(), jwk(N, "AQAB", "RS256"));
    assert_eq!(PublicJwkSet::from_json(&both).unwrap().keys().len(), 1);
    let error = TokenError::from(KeyProblem::AlgorithmMissing).to_string();
    assert!(error.contains("\"alg\"") && error.contains("RS256"));
}

#[test]
fn an_rsa_key_is_read_from_pem_for_the_algorithm_that_the_caller_names() {
    let der = [
        from_base64url("MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEA"),
        from_base64url(N),
        vec![2, 3, 1, 0, 1],
    ]
    .concat();
    let spki = pem("PUBLIC KEY", &der);
    for (algorithm, token) in [(Algorithm::Rs256, RS256), (Algorithm::Ps256, PS256)] {
        let key = VerifyingKey::from_rsa_spki_pem(&spki, algorithm).unwrap();
        let verifier = Verifier::with_key(key, Policy::default()).unwrap();
        assert!(verifier.verify(token, at(NOW)).is_ok());
    }
    assert_eq!(
        problem(VerifyingKey::from_spki_pem(&spki)),
        KeyProblem::AlgorithmMissing
    );
    assert_eq!(
        problem(VerifyingKey::from_rsa_spki_pem(&spki, Algorithm::Es256)),
        KeyProblem::Unsupported
    );
    // One byte more than the SEQUENCE of n and e.
    let mut longer = der.clone();
    longer.push(0);
    longer[3] += 1;
    longer[22] += 1;
    assert_eq!(
        problem(VerifyingKey::from_rsa_spki_pem(
            &pem("PUBLIC KEY", &longer),
            Algorithm::Rs256
        )),
        KeyProblem::Malformed
    );
}

#[test]
fn the_thumbprint_is_that_of_rfc_7638() {
    // §3.1
    let json = r#"{"kty":"RSA","n":"0vx7agoebGcQSuuPiLJXZptN9nndrQmbXEps2aiAFbWhM78LhWx4cbbfAAtVT86zwu1RK7aPFFxuhDR1L6tSoc_BJECPebWKRXjBZCiFV4n3oknjhMstn64tZ_2W-5JsGY4Hc5n9yBXArwl93lqt7_RN5w6Cf0h4QyQ5v-65YGjQR0_FDW2QvzqY368QQMicAtaSqzs8KJZgnYb9c7d0zgdAZHzu6qMQvRL5hajrn1n91CbOpbISD08qNLyrdkt-bFTWhAI4vMQFh6WeZu0fM4lFd2NcRwr3XPksINHaQ-G_xBniIqbw0Ls1jF44-csFCur-kEgU8awapJzKnqDKgw","e":"AQAB","alg":"RS256","kid":"2011-04-29"}"#;
    let jwk = PublicJwk::from_json(json).unwrap();
    assert_eq!(
        jwk.thumbprint(),
        "NzbLsXh8uDCcd-6MNwXF4W_7noWXFZAfHkxZsRGC9Xs"
    );
    // It is read as it was written.
    let again = PublicJwk::from_json(&jwk.to_json()).unwrap();
    assert_eq!(again.to_json(), jwk.to_json());
}

#[test]
fn an_rsa_key_of_an_issuers_set_verifies() {
    let set = format!(
        r#"{{"keys":[{{"kty":"EC","crv":"secp256k1"}},{}]}}"#,
        jwk(N, "AQAB", "RS256")
    );
    let set = PublicJwkSet::from_json(&set).unwrap();
    let keys = KeySet::from_public_jwk_set(&set).unwrap();
    let verifier = Verifier::new(keys, Policy::default());
    assert!(verifier.verify(RS256, at(NOW)).is_ok());
}
