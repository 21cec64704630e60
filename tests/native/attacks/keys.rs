use portcullis::error::{KeyProblem, TokenError};
use portcullis::key::{Algorithm, SecretJwk, SecretKey};

use super::VALID;
use crate::support::*;

#[test]
fn a_blank_or_short_secret_makes_no_key() {
    for (algorithm, least) in [
        (Algorithm::Hs256, 32),
        (Algorithm::Hs384, 48),
        (Algorithm::Hs512, 64),
    ] {
        for length in [0, 1, least - 1] {
            let secret = vec![1; length];
            let too_short = TokenError::KeyInvalid(KeyProblem::TooShort { least });
            assert_eq!(
                SecretKey::new(algorithm, &secret).unwrap_err(),
                too_short,
                "{algorithm} {length}"
            );
            let jwk = format!(
                r#"{{"kty":"oct","alg":"{algorithm}","k":"{}"}}"#,
                base64url(&secret)
            );
            let jwk = SecretJwk::from_json(&jwk).unwrap();
            assert_eq!(SecretKey::from_jwk(&jwk).unwrap_err(), too_short);
        }
        assert!(SecretKey::new(algorithm, &vec![1; least]).is_ok());
    }
    // What signs with no secret at all is a forgery like any other.
    let blank = sign_with(b"", HEADER, VALID);
    assert_eq!(verify(&blank).unwrap_err(), TokenError::SignatureInvalid);
}
