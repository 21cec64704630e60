//! No memory block is freed with a secret in it: neither when a key is
//! dropped, nor when a key moves or its container grows, nor when a key is refused.
//!
//! The tests check the heap. The next function call overwrites the stack of the
//! previous one, and no program can say when.

#![cfg(not(target_arch = "wasm32"))]
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects
)]

use std::alloc::{GlobalAlloc, Layout, System};
use std::cell::Cell;
use std::hint::black_box;

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use curve25519_dalek::scalar::{Scalar, clamp_integer};
use portcullis::key::{Algorithm, KeySet, SecretJwk, SecretJwkSet, SecretKey, VerifyingKey};
use portcullis::time::UnixTime;
use portcullis::token::legacy::LegacyVerifier;
use portcullis::token::{Policy, SignOptions, Signer, Verifier};
use sha2::block_api::{compress256, compress512};
use sha2::{Digest as _, Sha384, Sha512};

#[global_allocator]
static ALLOCATOR: Watched = Watched;

/// The system's allocator, which first searches each block that is freed.
struct Watched;

const MOST: usize = 512;

// Thread-local, because tests run in parallel; constants that are not dropped,
// because an allocator may not allocate.
thread_local! {
    /// Pieces of the secrets, eight bytes each.
    static PIECES: [Cell<u64>; MOST] = const { [const { Cell::new(0) }; MOST] };
    static COUNT: Cell<usize> = const { Cell::new(0) };
    static FOUND: Cell<usize> = const { Cell::new(0) };
}

fn search(block: &[u8]) {
    let count = COUNT.get();
    if count == 0 {
        return;
    }
    PIECES.with(|pieces| {
        for window in block.windows(8) {
            let window = u64::from_ne_bytes(window.try_into().unwrap());
            if pieces[..count].iter().any(|piece| piece.get() == window) {
                FOUND.set(FOUND.get() + 1);
            }
        }
    });
}

// SAFETY: the system's allocator does all the work. A growing block is copied to a
// new block (`realloc` is the trait's own), so that the old block is searched, too.
unsafe impl GlobalAlloc for Watched {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        // Zeroed, so that all of the block can be read when it is freed.
        // SAFETY: as for the caller.
        unsafe { System.alloc_zeroed(layout) }
    }

    unsafe fn dealloc(&self, block: *mut u8, layout: Layout) {
        // SAFETY: the caller owns the block, the block has this size, and every byte
        // of it was initialized.
        search(unsafe { std::slice::from_raw_parts(block, layout.size()) });
        // SAFETY: as for the caller.
        unsafe { System.dealloc(block, layout) };
    }
}

/// The number of pieces of the secrets, which may be texts too, in the blocks
/// that the work frees.
fn left_behind(secrets: &[Vec<u8>], work: impl FnOnce()) -> usize {
    let pieces = secrets.iter().flat_map(|secret| secret.as_chunks().0);
    let count = PIECES.with(|places| {
        pieces
            .clone()
            .zip(places)
            .for_each(|(piece, place)| place.set(u64::from_ne_bytes(*piece)));
        pieces.count()
    });
    assert!((1..=MOST).contains(&count));
    FOUND.set(0);
    COUNT.set(count);
    work();
    COUNT.set(0);
    FOUND.get()
}

/// A JWK, and its secret in each form in which it exists.
struct Sample {
    algorithm: Algorithm,
    json: String,
    secrets: Vec<Vec<u8>>,
    pem: Option<String>,
}

fn noise(seed: u8) -> [u8; 64] {
    Sha512::digest([seed]).into()
}

fn member(json: &str, name: &str) -> Option<Vec<u8>> {
    let json: serde_json::Value = serde_json::from_str(json).unwrap();
    let text = json[name].as_str()?;
    Some(URL_SAFE_NO_PAD.decode(text).unwrap())
}

fn sample(algorithm: Algorithm, seed: u8) -> Sample {
    let jwk = SecretJwk::generate(algorithm, &noise(seed)).unwrap();
    let json = jwk.to_json().to_string();
    let secret = member(&json, "k").or(member(&json, "d")).unwrap();
    let mut secrets = vec![URL_SAFE_NO_PAD.encode(&secret).into_bytes()];
    let mut pem = None;
    let pkcs8 = |algorithm: &[u8], key: &[u8]| {
        let der = [b"\x02\x01\x00", algorithm, key].concat();
        let der = [&[0x30, u8::try_from(der.len()).unwrap()], &der[..]].concat();
        let text = STANDARD.encode(der).into_bytes();
        let lines: Vec<_> = text
            .chunks(64)
            .map(|line| str::from_utf8(line).unwrap())
            .collect();
        let text = lines.join("\n");
        format!("-----BEGIN PRIVATE KEY-----\n{text}\n-----END PRIVATE KEY-----\n")
    };
    match algorithm {
        Algorithm::EdDsa => {
            let digest: [u8; 64] = Sha512::digest(&secret).into();
            let low = *digest.first_chunk().unwrap();
            let scalar = Scalar::from_bytes_mod_order(clamp_integer(low));
            secrets.push(scalar.to_bytes().to_vec());
            secrets.push(digest[32..].to_vec());
            let key = [b"\x04\x22\x04\x20", &secret[..]].concat();
            pem = Some(pkcs8(b"\x30\x05\x06\x03\x2b\x65\x70", &key));
        }
        Algorithm::Es256 => {
            // p256's number has its lowest word first.
            let words = secret.rchunks(size_of::<usize>());
            secrets.push(
                words
                    .flat_map(|word| usize::from_be_bytes(word.try_into().unwrap()).to_ne_bytes())
                    .collect(),
            );
            let key = [b"\x04\x27\x30\x25\x02\x01\x01\x04\x20", &secret[..]].concat();
            let of_p256 = b"\x30\x13\x06\x07\x2a\x86\x48\xce\x3d\x02\x01\x06\x08\x2a\x86\x48\xce\x3d\x03\x01\x07";
            pem = Some(pkcs8(of_p256, &key));
        }
        _ => secrets.extend(hmac_states(algorithm, &secret)),
    }
    secrets.push(secret);
    Sample {
        algorithm,
        json,
        secrets,
        pem,
    }
}

/// The inner and the outer state of an HMAC's hash after keying
/// (RFC 2104 §4), as sha2 keeps them.
fn hmac_states(algorithm: Algorithm, secret: &[u8]) -> Vec<Vec<u8>> {
    let block = |pad: u8, length: usize| -> Vec<u8> {
        let padded = secret.iter().copied().chain(std::iter::repeat(0));
        padded.take(length).map(|byte| byte ^ pad).collect()
    };
    let state = |pad| match algorithm {
        Algorithm::Hs256 => {
            let mut state = [
                0x6a09_e667_u32,
                0xbb67_ae85,
                0x3c6e_f372,
                0xa54f_f53a,
                0x510e_527f,
                0x9b05_688c,
                0x1f83_d9ab,
                0x5be0_cd19,
            ];
            compress256(&mut state, &[block(pad, 64).try_into().unwrap()]);
            state.into_iter().flat_map(u32::to_ne_bytes).collect()
        }
        _ => {
            let mut state = initial_512(algorithm);
            compress512(&mut state, &[block(pad, 128).try_into().unwrap()]);
            state
                .into_iter()
                .flat_map(u64::to_ne_bytes)
                .collect::<Vec<_>>()
        }
    };
    vec![state(0x36), state(0x5c)]
}

/// FIPS 180-4 §5.3.4 and §5.3.5.
fn initial_512(algorithm: Algorithm) -> [u64; 8] {
    if algorithm == Algorithm::Hs384 {
        [
            0xcbbb_9d5d_c105_9ed8,
            0x629a_292a_367c_d507,
            0x9159_015a_3070_dd17,
            0x152f_ecd8_f70e_5939,
            0x6733_2667_ffc0_0b31,
            0x8eb4_4a87_6858_1511,
            0xdb0c_2e0d_64f9_8fa7,
            0x47b5_481d_befa_4fa4,
        ]
    } else {
        [
            0x6a09_e667_f3bc_c908,
            0xbb67_ae85_84ca_a73b,
            0x3c6e_f372_fe94_f82b,
            0xa54f_f53a_5f1d_36f1,
            0x510e_527f_ade6_82d1,
            0x9b05_688c_2b3e_6c1f,
            0x1f83_d9ab_fb41_bd6b,
            0x5be0_cd19_137e_2179,
        ]
    }
}

const ALGORITHMS: [Algorithm; 5] = [
    Algorithm::Hs256,
    Algorithm::Hs384,
    Algorithm::Hs512,
    Algorithm::EdDsa,
    Algorithm::Es256,
];

fn samples() -> Vec<Sample> {
    ALGORITHMS
        .into_iter()
        .zip(1..)
        .map(|(algorithm, seed)| sample(algorithm, seed))
        .collect()
}

fn secrets(samples: &[Sample]) -> Vec<Vec<u8>> {
    let all = samples.iter().flat_map(|sample| &sample.secrets);
    all.cloned().collect()
}

fn secret_key(sample: &Sample) -> SecretKey {
    SecretKey::from_jwk(&SecretJwk::from_json(&sample.json).unwrap()).unwrap()
}

/// Moves the value, and makes its container grow.
fn move_about<T>(make: impl Fn() -> T) {
    drop(black_box(*black_box(Box::new(make()))));
    let mut grown = Vec::new();
    for _ in 0..9 {
        grown.push(make());
    }
    grown.insert(0, make());
    drop(grown.pop());
    drop(black_box(grown));
}

#[test]
fn a_secret_that_is_not_wiped_is_found_anywhere_in_a_block() {
    let secret = noise(1).to_vec();
    for shift in 0..9 {
        let found = left_behind(std::slice::from_ref(&secret), || {
            let mut block = vec![0; shift];
            block.extend_from_slice(&secret[8..16]);
            drop(black_box(block));
        });
        assert!(found > 0, "{shift}");
    }
    // Also a secret in a place that was moved from, and the state of a hash.
    let samples = samples();
    for sample in &samples {
        for secret in &sample.secrets {
            let found = left_behind(std::slice::from_ref(secret), || {
                let mut grown = secret.clone();
                grown.reserve(1000);
                grown.fill(0);
                drop(black_box(grown));
            });
            assert!(found > 0, "{}", sample.algorithm);
        }
    }
}

#[test]
fn the_states_that_the_tests_search_for_are_those_that_hmac_keeps() {
    use hmac::{Hmac, KeyInit as _};
    let seen = |algorithm, drop_unwiped: fn(&[u8])| {
        let sample = sample(algorithm, 1);
        let secret = sample.secrets.last().unwrap();
        left_behind(&hmac_states(algorithm, secret), || drop_unwiped(secret))
    };
    // Moving a value out of a box leaves its bytes in the box.
    macro_rules! unwiped {
        ($hash:ty) => {
            |secret| {
                let mac = Hmac::<$hash>::new_from_slice(secret).unwrap();
                drop(black_box(*black_box(Box::new(mac))));
            }
        };
    }
    assert!(seen(Algorithm::Hs256, unwiped!(sha2::Sha256)) >= 8);
    assert!(seen(Algorithm::Hs384, unwiped!(Sha384)) >= 16);
    assert!(seen(Algorithm::Hs512, unwiped!(Sha512)) >= 16);
}

#[test]
fn jwks_leave_no_secret_when_they_are_made_read_moved_written_or_dropped() {
    for sample in samples() {
        let seed = ALGORITHMS.iter().zip(1..);
        let (_, seed) = seed.clone().find(|(a, _)| **a == sample.algorithm).unwrap();
        let random = noise(seed);
        // The secret's text with an escape.
        let text = URL_SAFE_NO_PAD.encode(sample.secrets.last().unwrap());
        let (first, rest) = text.split_at(1);
        let escape = format!("\\u00{:02x}{rest}", first.as_bytes()[0]);
        let escaped = sample.json.replace(&text, &escape);
        let found = left_behind(&sample.secrets, || {
            move_about(|| SecretJwk::from_json(&sample.json).unwrap());
            move_about(|| SecretJwk::generate(sample.algorithm, &random).unwrap());
            let jwk = SecretJwk::from_json(&sample.json).unwrap();
            drop(black_box(jwk.to_json()));
            drop(black_box(jwk.thumbprint()));
            drop(black_box(jwk.public()));
            move_about(|| SecretJwk::from_json(&escaped).unwrap());
        });
        assert_eq!(found, 0, "{}", sample.algorithm);
    }
}

#[test]
fn jwk_sets_leave_no_secret_when_they_are_read_and_grow() {
    let samples = samples();
    let all: Vec<_> = samples.iter().map(|sample| sample.json.as_str()).collect();
    let json = format!(r#"{{"keys":[{}]}}"#, all.join(","));
    let found = left_behind(&secrets(&samples), || {
        let mut set = SecretJwkSet::from_json(&json).unwrap();
        for _ in 0..5 {
            set.rotate(SecretJwk::from_json(&samples[0].json).unwrap());
        }
        drop(black_box(set.to_json()));
        drop(black_box(set.public()));
        move_about(|| SecretJwkSet::from_json(&json).unwrap());
    });
    assert_eq!(found, 0);
}

#[test]
fn a_refused_jwk_leaves_no_secret() {
    for sample in samples() {
        let text = URL_SAFE_NO_PAD.encode(sample.secrets.last().unwrap());
        let wrong = |wrong: String| sample.json.replace(&text, &wrong);
        // Not canonical at the end, or because of a character inside; too
        // short; too long; valid, but with another error in the JWK.
        let cut = &text[..text.len() - 12];
        let texts = [
            wrong(format!("{cut}======")),
            wrong(format!("{text}=")),
            wrong(format!("{text}!")),
            wrong(format!("{text}A")),
            wrong(format!("{cut}\\u0041\\u002b")),
            wrong(cut.into()),
            wrong(text.replace(cut, &cut.repeat(2))),
            sample.json.replace("\"use\":\"sig\"", "\"use\":1"),
            sample.json.replace("\"use\":", "\"kid\":"),
        ];
        let found = left_behind(&sample.secrets, || {
            for text in &texts {
                let refused = SecretJwk::from_json(text)
                    .and_then(|jwk| SecretKey::from_jwk(&jwk))
                    .map(drop);
                // A longer HMAC secret is valid, too.
                assert!(refused.is_err() || text.contains("oct"), "{text}");
            }
        });
        assert_eq!(found, 0, "{}", sample.algorithm);
    }
}

#[test]
fn keys_leave_no_secret_when_they_are_moved_or_converted() {
    for sample in samples() {
        let found = left_behind(&sample.secrets, || {
            move_about(|| secret_key(&sample));
            move_about(|| VerifyingKey::from(secret_key(&sample)));
            let jwk = SecretJwk::from_json(&sample.json).unwrap();
            move_about(|| VerifyingKey::from_jwk(&jwk).unwrap());
            if let Some(pem) = &sample.pem {
                move_about(|| SecretKey::from_pkcs8_pem(pem).unwrap());
            }
        });
        assert_eq!(found, 0, "{}", sample.algorithm);
    }
}

#[test]
fn key_sets_signers_and_verifiers_leave_no_secret() {
    let samples = samples();
    let all: Vec<_> = samples.iter().map(|sample| sample.json.as_str()).collect();
    let json = format!(r#"{{"keys":[{}]}}"#, all.join(","));
    let now = UnixTime::from_seconds(1_700_000_000).unwrap();
    let options = || SignOptions {
        expires_in: Some(std::time::Duration::from_secs(60)),
        ..SignOptions::default()
    };
    let found = left_behind(&secrets(&samples), || {
        move_about(|| KeySet::from_json(&json).unwrap());
        let set = SecretJwkSet::from_json(&json).unwrap();
        move_about(|| KeySet::from_jwk_set(&set).unwrap());
        move_about(|| KeySet::new(samples.iter().map(secret_key).collect()).unwrap());
        for sample in &samples {
            move_about(|| KeySet::from_json(&sample.json).unwrap());
            let signer = || Signer::new(secret_key(sample), options()).unwrap();
            move_about(signer);
            let token = signer().sign_json("{}", now, [0; 16]).unwrap();
            let verifier = Verifier::new(KeySet::from_json(&json).unwrap(), Policy::default());
            assert!(verifier.verify(&token, now).is_ok());
        }
    });
    assert_eq!(found, 0);
}

#[test]
fn legacy_secrets_leave_no_secret() {
    for algorithm in [Algorithm::Hs256, Algorithm::Hs384, Algorithm::Hs512] {
        let given: Vec<_> = (1..=5).map(|seed| noise(seed)[..20].to_vec()).collect();
        let mut secrets = given.clone();
        for secret in &given {
            secrets.extend(hmac_states(algorithm, secret));
        }
        let found = left_behind(&secrets, || {
            move_about(|| LegacyVerifier::new(algorithm, &given, None).unwrap());
            move_about(|| VerifyingKey::legacy_secret(algorithm, &given[0]).unwrap());
            assert!(LegacyVerifier::new(algorithm, &[&given[0], &[][..]], None).is_err());
        });
        assert_eq!(found, 0, "{algorithm}");
    }
}
