//! Measures whether the time of a rejection depends on which bytes of a MAC are wrong.
//!
//! The method is that of dudect (Reparaz, Balasch and Verbauwhede, "Dude, is my code constant time?",
//! 2017). Two classes of calls run in random order, and each call is timed. Welch's t compares the two
//! classes, for all timings and for the timings below several percentiles: the slowest timings come
//! from the machine and not from the code. `docs/explanation/constant-time.md` explains the results.

use std::hint::black_box;
use std::process::ExitCode;
use std::time::Instant;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use hmac::{Hmac, KeyInit, Mac};
use portcullis::error::TokenError;
use portcullis::key::{Algorithm, SecretKey};
use portcullis::time::UnixTime;
use portcullis::token::legacy::LegacyVerifier;
use portcullis::token::{Policy, Verifier};
use portcullis_bench::{LEAK, QUIET, Random, worst};
use sha2::{Sha256, Sha384, Sha512};

const SECRET: [u8; 64] = [0x5a; 64];
/// The number of tokens. Each call gets one of them with new wrong bytes.
const TOKENS: usize = 1024;

/// The wrong bytes of the two classes. For a comparison that stops at the first wrong byte, the two
/// classes differ by one byte in the first pair, and by nearly all bytes in the other two.
const PAIRS: [[Wrong; 2]; 3] = [
    [Wrong::First, Wrong::Second],
    [Wrong::First, Wrong::Last],
    [Wrong::Last, Wrong::All],
];

fn main() -> ExitCode {
    let millions: usize = match std::env::args().nth(1) {
        Some(text) => text.parse().expect("a number of millions"),
        None => 4,
    };
    println!(
        "Wrong bytes of the MAC; {millions} million calls per line; the cut with the largest |t|."
    );
    let mut passed = true;
    for mut subject in subjects() {
        for pair in PAIRS {
            let signed = signed(subject.algorithm);
            let timings = measure(&signed, pair, millions * 1_000_000, &mut *subject.refuse);
            let (t, difference, mean) = worst(timings);
            let (right, verdict) = if subject.leaks {
                (
                    t > LEAK,
                    [
                        "NO LEAK FOUND: the method does not work",
                        "a leak, as expected",
                    ],
                )
            } else {
                (t < QUIET, ["LEAK FOUND: investigate", "no leak found"])
            };
            passed &= right;
            println!(
                "{:<34} {:>5} or {:<6} |t| {t:>7.2} {difference:>6.2} of {mean:.0} ns  {}",
                subject.name,
                pair[0].name(),
                pair[1].name(),
                verdict[usize::from(right)],
            );
        }
    }
    ExitCode::from(u8::from(!passed))
}

/// A verifier to measure.
struct Subject {
    name: &'static str,
    algorithm: Algorithm,
    /// Whether the measurement must find a leak: true for the control.
    leaks: bool,
    refuse: Box<dyn FnMut(&str)>,
}

fn subjects() -> [Subject; 5] {
    [
        ours("Verifier, HS256", Algorithm::Hs256),
        ours("Verifier, HS384", Algorithm::Hs384),
        ours("Verifier, HS512", Algorithm::Hs512),
        legacy("LegacyVerifier, HS512", Algorithm::Hs512),
        Subject {
            name: "control: stops at wrong byte, HS256",
            algorithm: Algorithm::Hs256,
            leaks: true,
            refuse: Box::new(|token| assert!(!stops_early(token))),
        },
    ]
}

fn now() -> UnixTime {
    UnixTime::from_seconds(1_700_000_000).expect("in range")
}

fn ours(name: &'static str, algorithm: Algorithm) -> Subject {
    let key = SecretKey::new(algorithm, &SECRET).expect("long enough");
    let verifier = Verifier::with_key(key, Policy::default()).expect("may verify");
    Subject {
        name,
        algorithm,
        leaks: false,
        refuse: Box::new(move |token| assert_refused(verifier.verify(token, now()))),
    }
}

fn legacy(name: &'static str, algorithm: Algorithm) -> Subject {
    let verifier = LegacyVerifier::new(algorithm, &[SECRET], None).expect("a secret");
    Subject {
        name,
        algorithm,
        leaks: false,
        refuse: Box::new(move |token| assert_refused(verifier.verify(token, now()))),
    }
}

/// Checks that the token was rejected because of its MAC. Otherwise the timing is not that of the
/// comparison.
fn assert_refused<T>(outcome: Result<T, TokenError>) {
    assert!(matches!(
        black_box(outcome),
        Err(TokenError::SignatureInvalid)
    ));
}

/// The control: a comparison of the MAC that stops at the first wrong byte.
fn stops_early(token: &str) -> bool {
    let (input, signature) = token.rsplit_once('.').expect("has parts");
    let expected = mac(Algorithm::Hs256, input);
    let given = URL_SAFE_NO_PAD.decode(signature).expect("is base64url");
    expected.len() == given.len() && equal(&expected, &given)
}

#[inline(never)]
fn equal(expected: &[u8], given: &[u8]) -> bool {
    expected
        .iter()
        .zip(given)
        .all(|(a, b)| black_box(*a) == black_box(*b))
}

/// The wrong bytes of a MAC.
#[derive(Clone, Copy)]
enum Wrong {
    First,
    Second,
    Last,
    All,
}

impl Wrong {
    /// A mask with all bits set in the wrong bytes.
    fn mask(self, length: usize) -> Vec<u8> {
        let bytes = match self {
            Self::First => 0..1,
            Self::Second => 1..2,
            Self::Last => length - 1..length,
            Self::All => 0..length,
        };
        let mut mask = vec![0; length];
        mask[bytes].fill(0xff);
        mask
    }

    fn name(self) -> &'static str {
        match self {
            Self::First => "first",
            Self::Second => "second",
            Self::Last => "last",
            Self::All => "all",
        }
    }
}

/// A signing input with a dot at its end, and its MAC.
struct Signed {
    input: String,
    mac: Vec<u8>,
}

/// Makes tokens with different claims, so that the right bytes look as random as the wrong bytes.
fn signed(algorithm: Algorithm) -> Vec<Signed> {
    let mut random = Random::new();
    let mut one = || {
        let header = format!(r#"{{"alg":"{}"}}"#, algorithm.name());
        let claims = format!(r#"{{"exp":1800000000,"jti":"{:016x}"}}"#, random.next());
        let [header, claims] = [header, claims].map(|part| URL_SAFE_NO_PAD.encode(part));
        let input = format!("{header}.{claims}");
        Signed {
            mac: mac(algorithm, &input),
            input: input + ".",
        }
    };
    (0..TOKENS).map(|_| one()).collect()
}

fn mac(algorithm: Algorithm, input: &str) -> Vec<u8> {
    fn go<M: Mac + KeyInit>(input: &str) -> Vec<u8> {
        let mut mac = <M as KeyInit>::new_from_slice(&SECRET).expect("any length");
        mac.update(input.as_bytes());
        mac.finalize().into_bytes().to_vec()
    }
    match algorithm {
        Algorithm::Hs256 => go::<Hmac<Sha256>>(input),
        Algorithm::Hs384 => go::<Hmac<Sha384>>(input),
        Algorithm::Hs512 => go::<Hmac<Sha512>>(input),
        _ => unreachable!("has no MAC"),
    }
}

/// The timings of the two classes, in nanoseconds.
fn measure(
    signed: &[Signed],
    pair: [Wrong; 2],
    calls: usize,
    refuse: &mut dyn FnMut(&str),
) -> [Vec<u32>; 2] {
    // Before the clock starts, both classes run the same code. Only these masks differ.
    let masks = pair.map(|wrong| wrong.mask(signed[0].mac.len()));
    let mut random = Random::new();
    let mut timings = [Vec::with_capacity(calls), Vec::with_capacity(calls)];
    // All tokens use the same memory, because its address influences the time.
    let mut token = String::with_capacity(1024);
    let mut wrong = Vec::new();
    for call in 0..calls + calls / 100 {
        let drawn = random.next();
        let class = usize::from(drawn & 1 == 1);
        let Signed { input, mac } = &signed[(drawn >> 8) as usize % signed.len()];
        wrong.clone_from(mac);
        for (byte, mask) in wrong.iter_mut().zip(&masks[class]) {
            *byte ^= mask & (1 + (random.next() % 255) as u8);
        }
        token.clear();
        token.push_str(input);
        URL_SAFE_NO_PAD.encode_string(&wrong, &mut token);
        let start = Instant::now();
        refuse(black_box(&token));
        let took = start.elapsed().as_nanos();
        if call >= calls / 100 {
            timings[class].push(u32::try_from(took).unwrap_or(u32::MAX));
        }
    }
    timings
}
