//! The core and the npm package's functions as WebAssembly in a real browser:
//! `wasm-pack test --headless --chrome` or `--firefox`.

#![cfg(target_arch = "wasm32")]
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects,
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss
)]

use core::time::Duration;

use js_sys::{Float64Array, JSON, Reflect, Uint8Array};
use portcullis::key::{Algorithm, SecretKey};
use portcullis::password::{Argon2idHash, ClearPassword, StoredHash, WrongPassword};
use portcullis::time::UnixTime;
use portcullis::token::{self, Policy, SignOptions};
use portcullis_wasm::inspect::{decode, inspect};
use portcullis_wasm::key::secret_key;
use portcullis_wasm::memory::{facts, input, wipe};
use portcullis_wasm::sign::Signer;
use portcullis_wasm::verify::Verifier;
use wasm_bindgen::{JsCast as _, JsValue};
use wasm_bindgen_test::{wasm_bindgen_test, wasm_bindgen_test_configure};

wasm_bindgen_test_configure!(run_in_browser);

const NOW: f64 = 1_700_000_000.0;

/// The module's memory, as JavaScript sees it.
fn memory() -> JsValue {
    let memory: js_sys::WebAssembly::Memory = wasm_bindgen::memory().unchecked_into();
    memory.buffer()
}

/// Writes input as the package's memory.js does.
fn write(text: &str) -> usize {
    write_bytes(text.as_bytes())
}

fn write_bytes(bytes: &[u8]) -> usize {
    let address = input(bytes.len()) as usize as u32;
    let view = Uint8Array::new(&memory());
    view.set(&Uint8Array::from(bytes), address);
    bytes.len()
}

/// The first bytes of the input.
fn written(length: u32) -> Vec<u8> {
    let address = input(0) as usize as u32;
    let view = Uint8Array::new(&memory());
    view.subarray(address, address + length).to_vec()
}

fn fact(index: u32) -> f64 {
    let at = facts() as usize as u32;
    Float64Array::new_with_byte_offset_and_length(&memory(), at, 16).get_index(index)
}

/// Reads results as the package's memory.js does.
fn read_at(address: f64, length: f64) -> String {
    let (address, length) = (address as u32, length as u32);
    let bytes = Uint8Array::new(&memory()).subarray(address, address + length);
    String::from_utf8(bytes.to_vec()).unwrap()
}

const HEADER: u32 = 0;
const HEADER_GENERATION: u32 = 2;
const CLAIMS: u32 = 3;
const TEXT: u32 = 10;

fn read(what: u32) -> String {
    read_at(fact(what), fact(what + 1))
}

/// The code of the last failure and the name of its claim.
fn failure() -> (String, Option<String>) {
    let (start, code, claim) = (fact(TEXT), fact(12), fact(13));
    assert!(read(TEXT).len() as f64 > code, "there is a message");
    let name = (!claim.is_nan()).then(|| read_at(start + code, claim));
    (read_at(start, code), name)
}

fn json(text: &str) -> JsValue {
    JSON::parse(text).unwrap()
}

const SECRET: &str = "an octet sequence of 32 bytes...";

fn key() -> String {
    assert!(secret_key(
        write(&format!("HS256{SECRET}")) - SECRET.len(),
        SECRET.len()
    ));
    read(TEXT)
}

fn member(object: &JsValue, name: &str) -> JsValue {
    Reflect::get(object, &JsValue::from(name)).unwrap()
}

/// Options besides a key, as the package writes them: `options` are members.
fn with_key(options: &str) -> usize {
    write(&format!("{{\"key\":{}{options}}}", key()))
}

fn verifier(options: &str) -> Option<Verifier> {
    Verifier::read(with_key(options), f64::NAN, f64::NAN, f64::NAN)
}

fn signed(claims: &str, options: &str) -> String {
    let signer = Signer::read(with_key(options), 60.0, f64::NAN).unwrap();
    assert!(signer.sign(write(claims), NOW));
    read(TEXT)
}

#[wasm_bindgen_test]
fn a_token_is_signed_verified_and_expires_in_a_browser() {
    let secret = [7; 64];
    for algorithm in [Algorithm::Hs256, Algorithm::Hs384, Algorithm::Hs512] {
        let key = || SecretKey::new(algorithm, &secret).unwrap();
        let options = SignOptions {
            expires_in: Some(Duration::from_secs(60)),
            ..SignOptions::default()
        };
        let now = UnixTime::from_seconds_f64(NOW).unwrap();
        let signer = token::Signer::new(key(), options).unwrap();
        let token = signer.sign_json(r#"{"id":1}"#, now, [0; 16]).unwrap();
        let verifier = token::Verifier::with_key(key(), Policy::default()).unwrap();
        assert!(verifier.verify(&token, now).is_ok());
        let end = now.saturating_add(Duration::from_secs(60));
        assert_eq!(
            verifier.verify(&token, end).unwrap_err().code(),
            "token_expired"
        );
    }
}

#[wasm_bindgen_test]
fn a_known_hs512_token_verifies_with_simd() {
    // flask-originals: the secret is short, so HMAC pads it.
    let mut secret = [0_u8; 128];
    secret[..10].copy_from_slice(b"secret-key");
    let key = SecretKey::new(Algorithm::Hs512, &secret).unwrap();
    let verifier = token::Verifier::with_key(key, Policy::default()).unwrap();
    let token = "eyJhbGciOiJIUzUxMiIsImlhdCI6MTYwMDAwMDAwMCwiZXhwIjoxNjAwMDAwNjAwfQ.eyJpZCI6MX0.iWFeoOg2VrMlFjE8FBkSLZ3j13XQfHnDB2dhPoVlu0rOmjk9pSYliocPSvbBPOtx66VEvQx6CSqhE8KfsHRqBg";
    // The signature is valid; the plain verifier refuses the token because of its dates.
    let now = UnixTime::from_seconds(1_600_000_000).unwrap();
    let error = verifier.verify(token, now).unwrap_err();
    assert_eq!(error.code(), "token_claim_invalid");
}

#[wasm_bindgen_test]
fn argon2id_in_a_browser_gives_the_strings_of_the_reference_implementation() {
    let clear = |password: &str| ClearPassword::new(password.to_owned()).unwrap();
    let hash = Argon2idHash::new(&clear("correct horse"), *b"abcdefghijklmnop").unwrap();
    assert_eq!(
        hash.to_string(),
        "$argon2id$v=19$m=19456,t=2,p=1$YWJjZGVmZ2hpamtsbW5vcA$0z94U7wcs0PHzkZj0AD8irivJ+B0mktMZRbNv+NItes"
    );
    assert_eq!(hash.check(&clear("correct horse")), Ok(()));
    assert_eq!(hash.check(&clear("incorrect")), Err(WrongPassword));
}

#[wasm_bindgen_test]
fn hashes_of_werkzeug_are_checked_in_a_browser() {
    let clear = |password: &str| ClearPassword::new(password.to_owned()).unwrap();
    for hash in [
        "pbkdf2:sha256:150000$abcdefgh$dd97a7ee1b632d42d50cb5bdf8cd2341fec3035e1b589654fe5734f6a5ae0204",
        "pbkdf2:sha1:1000$abcdefgh$af7296463577a47bb16ec7ce1e7c94ca39fb1558",
        "pbkdf2:sha512:7$abcdefgh$0bddc9bd316f5f23d32ddd6a0109a5ced92f4c61368c09922e1ee7dbd699f4e00f2237b8568bf107c6caada91b02eeb0b2ef52ed135ccb40b83e8def600babc1",
        "pbkdf2:md5:7$abcdefgh$744ff635a809fbf8a33da2cd8d841455",
        "scrypt:1024:8:1$abcdefghijklmnop$830444a8d7134ea2f83f355be7a0331de3180cef130f6251e5d5f107cef1c8246a75fd75f3504b99e17e06c8a371500855e79449c19707b341fca05ecde9c382",
        "sha256$abcdefgh$d897043995e35ed9dbb0d7fd6f8eeeed727b7ab09d1352cb9909cfa6a7a706c5",
        "sha1$abcdefgh$54bb54a9810996447facbdfff17b8d4fc2b364f8",
    ] {
        let hash = StoredHash::parse(hash).unwrap();
        assert_eq!(hash.check(&clear("correct horse")), Ok(()));
        assert_eq!(hash.check(&clear("incorrect")), Err(WrongPassword));
    }
}

#[wasm_bindgen_test]
fn keys_options_and_claims_are_passed_to_the_module_and_back() {
    let token = signed(
        r#"{"id":1,"name":"Zoë 😀"}"#,
        r#","issuer":"me","audience":["a","b"],"keyId":"k1""#,
    );
    let options = r#","issuer":["you","me"],"audience":["b"],"algorithms":["HS256"]"#;
    assert!(verifier(options).unwrap().verify(write(&token), NOW));
    assert_eq!(member(&json(&read(HEADER)), "kid"), "k1");
    let claims = json(&read(CLAIMS));
    assert_eq!(member(&claims, "name"), "Zoë 😀");
    assert_eq!(member(&claims, "exp"), NOW + 60.0);
}

#[wasm_bindgen_test]
fn no_part_of_a_secret_stays_in_the_input_or_in_the_text() {
    let length = write(&format!("HS256{SECRET}"));
    assert!(secret_key(5, length - 5));
    assert!(written(length as u32).iter().all(|byte| *byte == 0));
    let (address, length) = (fact(TEXT), fact(TEXT + 1));
    wipe();
    assert_eq!(read_at(address, length).trim_matches('\0'), "");

    let length = with_key("");
    assert!(Verifier::read(length, f64::NAN, f64::NAN, f64::NAN).is_some());
    assert!(written(length as u32).iter().all(|byte| *byte == 0));
    let length = with_key(r#","isuer":"me""#);
    assert!(Verifier::read(length, f64::NAN, f64::NAN, f64::NAN).is_none());
    assert!(written(length as u32).iter().all(|byte| *byte == 0));
    let length = with_key("");
    let _ = input(1 << 20);
    assert!(written(length as u32).iter().all(|byte| *byte == 0));
}

#[wasm_bindgen_test]
fn an_id_uses_the_random_bytes_after_the_claims_and_is_not_made_without_them() {
    let signer = Signer::read(with_key(r#","jwtId":true"#), f64::NAN, f64::NAN).unwrap();
    let mut bytes = b"{}".to_vec();
    bytes.extend([0xff; 16]);
    write_bytes(&bytes);
    assert!(signer.sign(2, NOW));
    let token = read(TEXT);
    assert!(decode(write(&token)));
    assert_eq!(
        member(&json(&read(CLAIMS)), "jti"),
        "_____________________w"
    );
    // No bytes after the claims.
    assert!(!signer.sign(usize::MAX, NOW));
    assert_eq!(failure().0, "");
}

#[wasm_bindgen_test]
fn an_error_is_returned_with_its_code_and_its_details() {
    let token = signed("{}", "");
    let verifier = verifier(r#","issuer":["you"]"#).unwrap();
    assert!(!verifier.verify(write(&token), NOW));
    let claim = Some("iss".to_owned());
    assert_eq!(failure(), ("token_claim_invalid".to_owned(), claim));
    assert!(fact(14).is_nan() && fact(15).is_nan());
    let lenient = self::verifier("").unwrap();
    assert!(!lenient.verify(write(&token), NOW + 60.0));
    assert_eq!(failure(), ("token_expired".to_owned(), None));
    assert_eq!(fact(14), NOW + 60.0);
    assert!(!lenient.verify(write(&token), f64::NAN));
    assert_eq!(failure(), (String::new(), None));
    assert!(fact(14).is_nan());
}

#[wasm_bindgen_test]
fn a_jwk_set_is_passed_and_a_kid_selects_its_key() {
    let token = signed("{}", r#","keyId":"old""#);
    let set = |names: [&str; 2]| {
        let named = names.map(|name| key().replace('{', &format!("{{\"kid\":\"{name}\",")));
        let text = format!("{{\"key\":{{\"keys\":[{}]}}}}", named.join(","));
        Verifier::read(write(&text), f64::NAN, f64::NAN, f64::NAN).unwrap()
    };
    assert!(set(["new", "old"]).verify(write(&token), NOW));
    assert!(!set(["new", "newer"]).verify(write(&token), NOW));
    assert_eq!(failure().0, "token_key_unknown");
}

#[wasm_bindgen_test]
fn an_unknown_option_or_one_of_another_type_is_refused() {
    for options in [
        r#","isuer":"me""#,
        r#","issuer":"me""#,
        r#","issuer":[1]"#,
        r#","subject":null"#,
        r#","issuer":["a"],"issuer":["b"]"#,
    ] {
        assert!(verifier(options).is_none(), "{options}");
        assert_eq!(failure().0, "", "{options}");
    }
    for leeway in [-1.0, f64::INFINITY] {
        assert!(Verifier::read(with_key(""), leeway, f64::NAN, f64::NAN).is_none());
        assert!(Verifier::read(with_key(""), f64::NAN, leeway, f64::NAN).is_none());
        assert!(Signer::read(with_key(""), leeway, f64::NAN).is_none());
    }
    for key in ["{}", r#"{"key":false}"#, r#"{"key":{"keys":[false]}}"#] {
        assert!(Verifier::read(write(key), f64::NAN, f64::NAN, f64::NAN).is_none());
        assert_eq!(failure().0, "key_invalid");
        assert!(Signer::read(write(key), f64::NAN, f64::NAN).is_none());
    }
}

#[wasm_bindgen_test]
fn an_inspection_is_returned_as_numbers() {
    let token = signed(r#"{"iat":1699999000,"nbf":1700000000}"#, "");
    assert_eq!(inspect(write(&token), NOW, 0.0), 0);
    assert_eq!(
        (fact(5), fact(6), fact(7)),
        (1_699_999_000.0, NOW, NOW + 60.0)
    );
    assert_eq!((fact(8), fact(9)), (60.0, 0.0));
    assert_eq!(inspect(write(&token), NOW + 60.0, 0.0), 1);
    assert_eq!(inspect(write(&token), NOW - 1.0, 0.0), 2);
    assert_eq!(read(HEADER), r#"{"alg":"HS256","typ":"JWT"}"#);
    assert_eq!(inspect(write(&token), NOW, -1.0), -1);
    assert!(decode(write(&token)));
    assert!(read(CLAIMS).starts_with(r#"{"iat":1699999000,"nbf""#));
}

#[wasm_bindgen_test]
fn the_generation_of_the_header_changes_with_the_header() {
    let generation_of = |token: &str| {
        assert!(decode(write(token)));
        fact(HEADER_GENERATION)
    };
    let [one, other] = [signed("{}", ""), signed("{}", r#","keyId":"a""#)];
    let first = generation_of(&one);
    assert_eq!(generation_of(&signed(r#"{"a":1}"#, "")), first);
    let second = generation_of(&other);
    assert_ne!(second, first);
    assert_ne!(generation_of(&one), second);
    assert_eq!(read(HEADER), r#"{"alg":"HS256","typ":"JWT"}"#);
}

#[wasm_bindgen_test]
fn after_any_input_the_next_call_works() {
    let token = signed("{}", "");
    for text in [
        "",
        ".",
        "..",
        "a.b.c",
        &"x".repeat(100_000),
        "é.é.é",
        "\0.\0.\0",
    ] {
        assert!(!decode(write(text)));
        assert_eq!(inspect(write(text), NOW, 0.0), -1);
        assert_eq!(failure().0, "token_malformed");
        assert!(decode(write(&token)));
    }
    // A length beyond the written input.
    assert!(!decode(usize::MAX));
    assert!(decode(write(&token)));
}
