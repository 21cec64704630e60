//! Does the time that it takes to refuse a MAC say how much of it was right?
//!
//! After dudect (Reparaz, Balasch and Verbauwhede, "Dude, is my code constant
//! time?", 2017): calls of two classes in random order, one timing each, and
//! Welch's t between the two, for all timings and for those below several
//! percentiles, because the slowest are the machine's. `docs/explanation/constant-time.md`
//! says what came of it.

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
use sha2::{Sha256, Sha384, Sha512};

const SECRET: [u8; 64] = [0x5a; 64];
/// So many tokens are made wrong, in other bytes each time.
const TOKENS: usize = 1024;
/// Above this |t|, in dudect's words, the code is definitely not constant-time.
const LEAK: f64 = 10.0;
/// Below this, nothing was seen.
const QUIET: f64 = 4.5;
/// The shares of the timings, the fastest, that are compared.
const SHARES: [f64; 8] = [0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 0.99, 1.0];

/// Which bytes are wrong in either class. A comparison that stops at the first
/// wrong byte takes another time for each pair: a byte, nearly all, nearly all.
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
    println!("Wrong bytes of the MAC; {millions} million calls a line; the worst of the cuts.");
    let mut passed = true;
    for mut subject in subjects() {
        for pair in PAIRS {
            let signed = signed(subject.algorithm);
            let timings = measure(&signed, pair, millions * 1_000_000, &mut *subject.refuse);
            let (t, difference, mean) = worst(timings);
            let (right, verdict) = if subject.leaks {
                (
                    t > LEAK,
                    ["NOT SEEN: the method is blind", "a leak, as it must be"],
                )
            } else {
                (t < QUIET, ["LOOK INTO IT", "nothing seen"])
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

/// What refuses tokens.
struct Subject {
    name: &'static str,
    algorithm: Algorithm,
    /// Whether a leak must be seen.
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
            name: "control: a loop that stops, HS256",
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

/// It must be the MAC for which it is refused, or nothing is measured.
fn assert_refused<T>(outcome: Result<T, TokenError>) {
    assert!(matches!(
        black_box(outcome),
        Err(TokenError::SignatureInvalid)
    ));
}

/// What a verifier must not be: it compares the MAC up to the first byte that
/// is wrong.
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

/// Which bytes of a MAC are wrong.
#[derive(Clone, Copy)]
enum Wrong {
    First,
    Second,
    Last,
    All,
}

impl Wrong {
    /// All bits of the bytes that are wrong.
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

/// What is signed, with a dot behind it, and the right MAC.
struct Signed {
    input: String,
    mac: Vec<u8>,
}

/// Each has other claims: so the right bytes look as random as the wrong ones.
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

/// The timings of either class in nanoseconds.
fn measure(
    signed: &[Signed],
    pair: [Wrong; 2],
    calls: usize,
    refuse: &mut dyn FnMut(&str),
) -> [Vec<u32>; 2] {
    // What is done before the clock starts is the same for either class, bit
    // for bit but for these masks.
    let masks = pair.map(|wrong| wrong.mask(signed[0].mac.len()));
    let mut random = Random::new();
    let mut timings = [Vec::with_capacity(calls), Vec::with_capacity(calls)];
    // Every token is measured in this one place.
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

/// Welch's t at the cut where it is largest, with the difference of the means
/// there and the mean itself.
fn worst(timings: [Vec<u32>; 2]) -> (f64, f64, f64) {
    let mut sorted = timings.concat();
    sorted.sort_unstable();
    let mut worst = (0.0, 0.0, 0.0);
    for share in SHARES {
        let last = (sorted.len() as f64 * share) as usize - 1;
        let limit = sorted[last];
        let [a, b] = [0, 1].map(|class| Moments::of(&timings[class], limit));
        let difference = a.mean - b.mean;
        let t = difference.abs() / (a.variance / a.count + b.variance / b.count).sqrt();
        if t > worst.0 {
            worst = (t, difference, a.mean);
        }
    }
    worst
}

struct Moments {
    count: f64,
    mean: f64,
    variance: f64,
}

impl Moments {
    /// Of the timings up to a limit.
    fn of(timings: &[u32], limit: u32) -> Self {
        let kept = || {
            timings
                .iter()
                .filter(|t| **t <= limit)
                .map(|t| f64::from(*t))
        };
        let count = kept().count() as f64;
        let mean = kept().sum::<f64>() / count;
        let variance = kept().map(|t| (t - mean).powi(2)).sum::<f64>() / (count - 1.0);
        Self {
            count,
            mean,
            variance,
        }
    }
}

/// xorshift64: any order will do that is not the classes'.
struct Random(u64);

impl Random {
    fn new() -> Self {
        Self(0x9e37_79b9_7f4a_7c15)
    }

    fn next(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0
    }
}
