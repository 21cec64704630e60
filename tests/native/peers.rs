//! Compared with another library: jwt-compact, which has its own HMAC and token code.

use core::time::Duration;

use jwt_compact::alg::{Hs256, Hs256Key, Hs384, Hs384Key, Hs512, Hs512Key};
use jwt_compact::{AlgorithmExt as _, Claims, Header, UntrustedToken};
use portcullis::key::{Algorithm, SecretKey};
use portcullis::token::{Policy, SignOptions, Signer, Verifier};
use serde_json::{Value, json};

use crate::support::*;

fn ours(algorithm: Algorithm, secret: &[u8]) -> (Signer, Verifier) {
    let key = || SecretKey::new(algorithm, secret).unwrap();
    let options = SignOptions {
        expires_in: Some(Duration::from_secs(60)),
        ..SignOptions::default()
    };
    (
        Signer::new(key(), options).unwrap(),
        Verifier::with_key(key(), Policy::default()).unwrap(),
    )
}

macro_rules! crosswise {
    ($name:ident, $theirs:expr, $key:ty, $algorithm:expr) => {
        #[test]
        fn $name() {
            for length in [64, 65, 128, 129, 200] {
                let secret = vec![0x5a; length];
                let (signer, verifier) = ours($algorithm, &secret);
                let key = <$key>::new(&secret);

                let token = signer.sign(&json!({"id": 1}), at(NOW), [0; 16]).unwrap();
                let untrusted = UntrustedToken::new(&token).unwrap();
                let read = $theirs.validator::<Value>(&key).validate(&untrusted);
                assert_eq!(read.unwrap().claims().custom["id"], 1);

                let mut claims = Claims::new(json!({"id": 2, "exp": NOW + 60}));
                claims.issued_at = None;
                let token = $theirs.token(&Header::empty(), &claims, &key).unwrap();
                let verified = verifier.verify(&token, at(NOW)).unwrap();
                assert_eq!(verified.claims::<Value>().unwrap()["id"], 2);
            }
        }
    };
}

crosswise!(
    jwt_compact_and_we_agree_on_hs256,
    Hs256,
    Hs256Key,
    Algorithm::Hs256
);
crosswise!(
    jwt_compact_and_we_agree_on_hs384,
    Hs384,
    Hs384Key,
    Algorithm::Hs384
);
crosswise!(
    jwt_compact_and_we_agree_on_hs512,
    Hs512,
    Hs512Key,
    Algorithm::Hs512
);
