//! Measures whether the time of signing depends on the key or on the nonce.
//!
//! A nonce is the secret number that ECDSA calls k and EdDSA r. It follows from the key
//! and the message, so messages are drawn until their nonces suit the class. The method
//! is that of `constant-time`; `docs/explanation/constant-time.md` explains the results.

use std::hint::black_box;
use std::process::ExitCode;
use std::time::Instant;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use curve25519_dalek::scalar::Scalar as EdScalar;
use p256::elliptic_curve::Group as _;
use p256::elliptic_curve::ops::Reduce as _;
use p256::elliptic_curve::point::AffineCoordinates as _;
use p256::{FieldBytes, ProjectivePoint, Scalar};
use portcullis::key::{SecretJwk, SecretKey};
use portcullis::time::UnixTime;
use portcullis::token::{SignOptions, Signer};
use portcullis_bench::{LEAK, QUIET, Random, worst};
use sha2::{Digest as _, Sha256, Sha512};

/// The messages, or the keys, of each class.
const POOL: usize = 128;

fn main() -> ExitCode {
    let thousands: usize = match std::env::args().nth(1) {
        Some(text) => text.parse().expect("a number of thousands"),
        None => 500,
    };
    println!("Signing; {thousands} thousand calls per line; the cut with the largest |t|.");
    let mut passed = true;
    let only = std::env::args().nth(2).unwrap_or_default();
    for subject in subjects()
        .into_iter()
        .filter(|subject| subject.name.contains(&only))
    {
        let (t, difference, mean) = worst(measure(&subject, thousands * 1000));
        let (right, verdict) = if subject.leaks {
            let verdicts = [
                "NO LEAK FOUND: the method does not work",
                "a leak, as expected",
            ];
            (t > LEAK, verdicts)
        } else {
            (t < QUIET, ["LEAK FOUND: investigate", "no leak found"])
        };
        passed &= right;
        println!(
            "{:<52} |t| {t:>7.2} {difference:>7.2} of {mean:.0} ns  {}",
            subject.name,
            verdict[usize::from(right)],
        );
    }
    ExitCode::from(u8::from(!passed))
}

/// Two classes of keys and claims to sign.
struct Subject {
    name: &'static str,
    /// Whether the measurement must find a leak: true for the control.
    leaks: bool,
    /// The numbers of the keys and the claims of each class.
    classes: [Vec<(usize, String)>; 2],
    keys: Vec<Key>,
}

struct Key {
    jwk: String,
    private: [u8; 32],
    is_p256: bool,
}

fn subjects() -> Vec<Subject> {
    let any = |_: &[u8; 32]| true;
    let zeros = |nonce: &[u8; 32]| nonce[0] == 0;
    // The order of Ed25519's group has 253 bits.
    let small = |nonce: &[u8; 32]| nonce[0] == 0 && nonce[1] < 0x10;
    let few_ones = |nonce: &[u8; 32]| nonce.iter().map(|byte| byte.count_ones()).sum::<u32>() < 110;
    let es256 = || vec![Key::p256([0x5a; 32])];
    let eddsa = || vec![Key::ed25519([0x5a; 32])];
    vec![
        nonces("ES256, nonce below 2^248 or any", es256(), zeros, any),
        nonces("ES256, nonce with few ones or any", es256(), few_ones, any),
        one_message("ES256, one message or any", es256()),
        small_keys("ES256, key below 2^32 or any", 28),
        small_keys("ES256, any key or any other", 0),
        nonces("EdDSA, nonce below 2^244 or any", eddsa(), small, any),
        nonces("EdDSA, nonce with few ones or any", eddsa(), few_ones, any),
        one_message("EdDSA, one message or any", eddsa()),
        Subject {
            leaks: true,
            ..nonces(
                "control: starts at the highest bit of the nonce",
                es256(),
                zeros,
                any,
            )
        },
    ]
}

fn nonces(
    name: &'static str,
    keys: Vec<Key>,
    first: fn(&[u8; 32]) -> bool,
    second: fn(&[u8; 32]) -> bool,
) -> Subject {
    let mut random = Random::new();
    let mut draw = |suits: fn(&[u8; 32]) -> bool| {
        std::iter::repeat_with(|| claims(&mut random))
            .filter(|claims| suits(&keys[0].nonce(claims)))
            .take(POOL)
            .map(|claims| (0, claims))
            .collect()
    };
    Subject {
        name,
        leaks: false,
        classes: [draw(first), draw(second)],
        keys,
    }
}

fn one_message(name: &'static str, keys: Vec<Key>) -> Subject {
    let mut random = Random::new();
    let one = claims(&mut random);
    Subject {
        name,
        leaks: false,
        classes: [
            vec![(0, one); POOL],
            (0..POOL).map(|_| (0, claims(&mut random))).collect(),
        ],
        keys,
    }
}

fn small_keys(name: &'static str, zeros: usize) -> Subject {
    let mut random = Random::new();
    let keys = (0..2 * POOL).map(|number| {
        let mut private: [u8; 32] = Sha256::digest(random.next().to_be_bytes()).into();
        if number % 2 == 0 {
            private[..zeros].fill(0);
        }
        Key::p256(private)
    });
    let keys = keys.collect();
    let mut random = Random::new();
    let mut class = |first| {
        (0..POOL)
            .map(|number| (2 * number + first, claims(&mut random)))
            .collect()
    };
    Subject {
        name,
        leaks: false,
        classes: [class(0), class(1)],
        keys,
    }
}

impl Key {
    fn p256(private: [u8; 32]) -> Self {
        let d = Scalar::reduce(&FieldBytes::from(private));
        let public = (ProjectivePoint::GENERATOR * d).to_affine();
        let [d, x, y] = [private, public.x().into(), public.y().into()]
            .map(|number: [u8; 32]| URL_SAFE_NO_PAD.encode(number));
        let jwk =
            format!(r#"{{"kty":"EC","crv":"P-256","alg":"ES256","x":"{x}","y":"{y}","d":"{d}"}}"#);
        Self {
            jwk,
            private,
            is_p256: true,
        }
    }

    fn ed25519(seed: [u8; 32]) -> Self {
        let digest: [u8; 64] = Sha512::digest(seed).into();
        let low = *digest.first_chunk().expect("is longer");
        let public = curve25519_dalek::EdwardsPoint::mul_base_clamped(low).compress();
        let [x, d] = [public.to_bytes(), seed].map(|bytes| URL_SAFE_NO_PAD.encode(bytes));
        let jwk = format!(r#"{{"kty":"OKP","crv":"Ed25519","alg":"EdDSA","x":"{x}","d":"{d}"}}"#);
        Self {
            jwk,
            private: seed,
            is_p256: false,
        }
    }

    fn signer(&self) -> Signer {
        let jwk = SecretJwk::from_json(&self.jwk).expect("a key");
        let key = SecretKey::from_jwk(&jwk).expect("a key");
        Signer::new(key, SignOptions::default()).expect("may sign")
    }

    /// The nonce with which this key signs the claims; the most significant byte first.
    fn nonce(&self, claims: &str) -> [u8; 32] {
        let token = sign(&self.signer(), claims);
        let (input, signature) = token.rsplit_once('.').expect("has parts");
        if self.is_p256 {
            let signature = URL_SAFE_NO_PAD.decode(signature).expect("is base64url");
            let [r, s] = [0, 32].map(|at| {
                let bytes: [u8; 32] = signature[at..at + 32].try_into().expect("32 bytes");
                Scalar::reduce(&FieldBytes::from(bytes))
            });
            let d = Scalar::reduce(&FieldBytes::from(self.private));
            let z = Scalar::reduce(&Sha256::digest(input));
            return ((z + r * d) * s.invert_vartime().expect("not 0"))
                .to_bytes()
                .into();
        }
        let expanded = Sha512::digest(self.private);
        let digest: [u8; 64] = Sha512::new()
            .chain_update(&expanded[32..])
            .chain_update(input)
            .finalize()
            .into();
        let mut nonce = EdScalar::from_bytes_mod_order_wide(&digest).to_bytes();
        nonce.reverse();
        nonce
    }
}

fn sign(signer: &Signer, claims: &str) -> String {
    let now = UnixTime::from_seconds(1_700_000_000).expect("in range");
    signer.sign_json(claims, now, [0; 16]).expect("signs")
}

/// Claims of one length. `iat` makes the token independent of the time.
fn claims(random: &mut Random) -> String {
    format!(
        r#"{{"exp":1800000000,"iat":1700000000,"jti":"{:016x}"}}"#,
        random.next()
    )
}

/// The control: a multiplication that starts at the highest bit that is one.
fn multiplied_from_the_highest_bit(nonce: &[u8; 32]) -> ProjectivePoint {
    let bits = nonce
        .iter()
        .flat_map(|byte| (0..8).rev().map(move |bit| byte >> bit & 1));
    let mut sum = ProjectivePoint::IDENTITY;
    for bit in bits.skip_while(|bit| *bit == 0) {
        sum = sum.double();
        if black_box(bit) == 1 {
            sum += ProjectivePoint::GENERATOR;
        }
    }
    sum
}

/// The timings of the two classes, in nanoseconds.
fn measure(subject: &Subject, calls: usize) -> [Vec<u32>; 2] {
    let mut random = Random::new();
    let mut timings = [Vec::with_capacity(calls), Vec::with_capacity(calls)];
    // All claims use the same memory, because its address influences the time.
    let mut same = String::with_capacity(1024);
    let nonces = [0, 1].map(|class: usize| -> Vec<_> {
        let claims = &subject.classes[class];
        claims
            .iter()
            .map(|(key, claims)| subject.keys[*key].nonce(claims))
            .collect()
    });
    for call in 0..calls + calls / 50 {
        let drawn = random.next();
        let class = usize::from(drawn & 1 == 1);
        let number = (drawn >> 8) as usize % POOL;
        let (key, claims) = &subject.classes[class][number];
        let (key, nonce) = (&subject.keys[*key], nonces[class][number]);
        same.clone_from(claims);
        // A new signer for each call uses the same memory, whatever its key is.
        let signer = key.signer();
        let start = Instant::now();
        black_box(sign(&signer, black_box(&same)));
        if subject.leaks {
            black_box(multiplied_from_the_highest_bit(black_box(&nonce)));
        }
        let took = start.elapsed().as_nanos();
        if call >= calls / 50 {
            timings[class].push(u32::try_from(took).unwrap_or(u32::MAX));
        }
    }
    timings
}
