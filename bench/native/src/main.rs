//! Compares HS256 in native Rust: our HMAC (hmac 0.13 and sha2 0.11, which keeps the keyed state) and
//! jwt-compact's (hmac 0.12 and sha2 0.10, which computes the keyed state in each call), and a whole
//! verification with each.

use std::hint::black_box;
use std::time::Instant;

use hmac::{KeyInit as _, Mac as _};
use jwt_compact::alg::{Hs256, Hs256Key};
use jwt_compact::{Algorithm as _, AlgorithmExt as _, TimeOptions, UntrustedToken};
use portcullis::key::{Algorithm, SecretKey};
use portcullis::time::UnixTime;
use portcullis::token::{Policy, SignOptions, Signer, Verifier};
use serde::{Deserialize, Serialize};

#[derive(Serialize, Deserialize)]
struct Access {
    sub: String,
    iss: String,
    aud: String,
    jti: String,
    role: String,
    tenant: String,
}

const ROUNDS: usize = 41;
const CALLS: usize = 4000;

fn main() {
    let secret = [0x5a; 32];
    let key = || SecretKey::new(Algorithm::Hs256, &secret).expect("long enough");
    let now = UnixTime::from_seconds(1_700_000_000).expect("in range");
    let claims = Access {
        sub: "usr_0123456789".into(),
        iss: "https://example.com".into(),
        aud: "example-api".into(),
        jti: "AAAAAAAAAAAAAAAA".into(),
        role: "member".into(),
        tenant: "tenant-0001".into(),
    };
    let options = SignOptions {
        expires_in: Some(std::time::Duration::from_secs(3_000_000_000)),
        ..SignOptions::default()
    };
    let signer = Signer::new(key(), options).expect("may sign");
    let token = signer.sign(&claims, now, [0; 16]).expect("signs");
    let verifier = Verifier::with_key(key(), Policy::default()).expect("may verify");
    let peer = Hs256Key::new(secret);
    let message = token.rsplit_once('.').expect("has parts").0;
    println!("a token of {} bytes", token.len());

    let mut peer_mac = || {
        black_box(Hs256.sign(&peer, black_box(message.as_bytes())));
    };
    let keyed = hmac::Hmac::<sha2::Sha256>::new_from_slice(&secret).expect("any length");
    let mut our_mac = || {
        let mut mac = keyed.clone();
        mac.update(black_box(message.as_bytes()));
        black_box(mac.finalize());
    };
    let mut our_sign = || {
        black_box(
            signer
                .sign_json(black_box("{}"), now, [0; 16])
                .expect("signs"),
        );
    };
    let mut our_verify = || {
        black_box(verifier.verify(black_box(&token), now).expect("verifies"));
    };
    let mut our_typed = || {
        let verified = verifier.verify(black_box(&token), now).expect("verifies");
        black_box(verified.claims::<Access>().expect("fits"));
    };
    let mut peer_typed = || {
        let untrusted = UntrustedToken::new(black_box(&token)).expect("parses");
        let verified = Hs256
            .validator::<Access>(&peer)
            .validate(&untrusted)
            .expect("verifies");
        let at = chrono_now();
        verified
            .claims()
            .validate_expiration(&at)
            .expect("is current");
        black_box(verified);
    };
    let mut cases: Vec<(&str, &mut dyn FnMut(), Vec<f64>)> = vec![
        ("jwt-compact: the MAC alone", &mut peer_mac, vec![]),
        ("portcullis: the MAC alone", &mut our_mac, vec![]),
        ("portcullis: sign a small token", &mut our_sign, vec![]),
        (
            "portcullis: verify, claims as JSON",
            &mut our_verify,
            vec![],
        ),
        ("portcullis: verify, claims typed", &mut our_typed, vec![]),
        ("jwt-compact: verify, claims typed", &mut peer_typed, vec![]),
    ];
    for _ in 0..ROUNDS {
        for (_, call, samples) in &mut cases {
            let start = Instant::now();
            for _ in 0..CALLS {
                call();
            }
            samples.push(start.elapsed().as_secs_f64() * 1e9 / CALLS as f64);
        }
    }
    for (name, _, samples) in &mut cases {
        samples.sort_by(f64::total_cmp);
        println!("{:>8.0} ns  {name}", samples[samples.len() / 2]);
    }
}

/// A fixed time, so that the clock is not measured.
fn chrono_now() -> TimeOptions<fn() -> chrono::DateTime<chrono::Utc>> {
    TimeOptions::new(chrono::Duration::zero(), || {
        chrono::DateTime::from_timestamp(1_700_000_000, 0).expect("in range")
    })
}
