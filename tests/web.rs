//! The core and the npm package's functions as WebAssembly in a real browser:
//! `wasm-pack test --headless --chrome -- --features js`.

#![cfg(all(target_arch = "wasm32", feature = "js"))]
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects,
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss
)]

use core::time::Duration;

use js_sys::{Array, Float64Array, JSON, Object, Reflect, Uint8Array};
use portcullis::js::failure;
use portcullis::js::inspect::{decode, inspect};
use portcullis::js::key::secret_key;
use portcullis::js::memory::{facts, input};
use portcullis::js::sign::Signer;
use portcullis::js::verify::Verifier;
use portcullis::key::{Algorithm, SecretKey};
use portcullis::password::{Argon2idHash, ClearPassword, WrongPassword};
use portcullis::time::UnixTime;
use portcullis::token::{self, Policy, SignOptions};
use wasm_bindgen::{JsCast as _, JsValue};
use wasm_bindgen_test::{wasm_bindgen_test, wasm_bindgen_test_configure};

wasm_bindgen_test_configure!(run_in_browser);

const NOW: f64 = 1_700_000_000.0;

/// The module's memory, as JavaScript sees it.
fn memory() -> JsValue {
    let memory: js_sys::WebAssembly::Memory = wasm_bindgen::memory().unchecked_into();
    memory.buffer()
}

/// Writes as the package's memory.js does.
fn write(text: &str) -> usize {
    let address = input(text.len()) as usize as u32;
    let view = Uint8Array::new(&memory());
    view.set(&Uint8Array::from(text.as_bytes()), address);
    text.len()
}

fn fact(index: u32) -> f64 {
    let at = facts() as usize as u32;
    Float64Array::new_with_byte_offset_and_length(&memory(), at, 8).get_index(index)
}

/// Reads as the package's memory.js does.
fn read() -> String {
    let (address, length) = (fact(0) as u32, fact(1) as u32);
    let bytes = Uint8Array::new(&memory()).subarray(address, address + length);
    String::from_utf8(bytes.to_vec()).unwrap()
}

fn json(text: &str) -> JsValue {
    JSON::parse(text).unwrap()
}

fn key() -> JsValue {
    let length = write("an octet sequence of 32 bytes...");
    secret_key(length, "HS256").unwrap()
}

fn member(object: &JsValue, name: &str) -> JsValue {
    Reflect::get(object, &JsValue::from(name)).unwrap()
}

fn signed(claims: &str, options: &str) -> String {
    let signer = Signer::new(key(), json(options)).unwrap();
    assert!(signer.sign(write(claims), NOW));
    read()
}

#[wasm_bindgen_test]
fn a_token_is_signed_verified_and_over_in_a_browser() {
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
fn a_known_answer_of_hs512_holds_with_simd() {
    // flask-originals: the secret is short, so it is filled up as HMAC does.
    let mut secret = [0_u8; 128];
    secret[..10].copy_from_slice(b"secret-key");
    let key = SecretKey::new(Algorithm::Hs512, &secret).unwrap();
    let verifier = token::Verifier::with_key(key, Policy::default()).unwrap();
    let token = "eyJhbGciOiJIUzUxMiIsImlhdCI6MTYwMDAwMDAwMCwiZXhwIjoxNjAwMDAwNjAwfQ.eyJpZCI6MX0.iWFeoOg2VrMlFjE8FBkSLZ3j13XQfHnDB2dhPoVlu0rOmjk9pSYliocPSvbBPOtx66VEvQx6CSqhE8KfsHRqBg";
    // The signature is right; the plain verifier refuses it for its dates.
    let now = UnixTime::from_seconds(1_600_000_000).unwrap();
    let error = verifier.verify(token, now).unwrap_err();
    assert_eq!(error.code(), "token_claim_invalid");
}

#[wasm_bindgen_test]
fn argon2id_in_a_browser_makes_the_strings_of_the_reference_implementation() {
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
fn keys_options_and_claims_cross_into_the_module_and_out_of_it() {
    let token = signed(
        r#"{"id":1,"name":"Zoë 😀"}"#,
        r#"{"expiresIn":60,"issuer":"me","audience":["a","b"],"keyId":"k1"}"#,
    );
    let options = r#"{"issuer":["you","me"],"audience":"b","algorithms":["HS256"]}"#;
    let verifier = Verifier::new(key(), json(options)).unwrap();
    assert!(verifier.verify(write(&token), NOW));
    let read = json(&read());
    assert_eq!(member(&member(&read, "header"), "kid"), "k1");
    let claims = member(&read, "claims");
    assert_eq!(member(&claims, "name"), "Zoë 😀");
    assert_eq!(member(&claims, "exp"), NOW + 60.0);
}

#[wasm_bindgen_test]
fn a_refusal_crosses_with_its_code_and_its_facts() {
    let token = signed("{}", r#"{"expiresIn":60}"#);
    let verifier = Verifier::new(key(), JsValue::UNDEFINED).unwrap();
    assert!(!verifier.verify(write(&token), NOW + 60.0));
    let refusal = failure();
    assert_eq!(member(&refusal, "code"), "token_expired");
    assert_eq!(member(&refusal, "expiredAt"), NOW + 60.0);
    assert!(failure().is_undefined());
    assert!(!verifier.verify(write(&token), f64::NAN));
    assert!(member(&failure(), "code").is_undefined());
}

#[wasm_bindgen_test]
fn a_jwk_set_crosses_and_is_chosen_from_by_kid() {
    let token = signed("{}", r#"{"expiresIn":60,"keyId":"old"}"#);
    let named = |name: &str| {
        let jwk: Object = key().unchecked_into();
        Reflect::set(&jwk, &"kid".into(), &name.into()).unwrap();
        jwk
    };
    let set = |names: &[&str]| {
        let keys: Array = names.iter().map(|name| named(name)).collect();
        let set = Object::new();
        Reflect::set(&set, &"keys".into(), &keys).unwrap();
        Verifier::new(set.into(), JsValue::UNDEFINED).unwrap()
    };
    assert!(set(&["new", "old"]).verify(write(&token), NOW));
    assert!(!set(&["new", "newer"]).verify(write(&token), NOW));
    assert_eq!(member(&failure(), "code"), "token_key_unknown");
}

#[wasm_bindgen_test]
fn an_option_that_does_not_exist_is_refused() {
    for options in [
        r#"{"isuer":"me"}"#,
        r#"{"issuer":1}"#,
        r#"{"leeway":-1}"#,
        r#"{"audience":[]}"#,
    ] {
        let refusal = Verifier::new(key(), json(options)).err().unwrap();
        assert!(member(&refusal, "code").is_undefined(), "{options}");
        assert!(member(&refusal, "message").is_string());
    }
    for key in [JsValue::NULL, JsValue::from("secret"), JsValue::from(1)] {
        assert!(Verifier::new(key, JsValue::UNDEFINED).is_err());
    }
}

#[wasm_bindgen_test]
fn an_inspection_crosses_as_numbers() {
    let token = signed(r#"{"iat":1699999000}"#, r#"{"expiresIn":60,"notBefore":0}"#);
    assert!(inspect(write(&token), NOW, 0.0));
    assert_eq!(fact(2), 0.0);
    assert_eq!(
        (fact(3), fact(4), fact(5)),
        (1_699_999_000.0, NOW, NOW + 60.0)
    );
    assert_eq!((fact(6), fact(7)), (60.0, 0.0));
    assert!(inspect(write(&token), NOW + 60.0, 0.0));
    assert_eq!(fact(2), 1.0);
    assert!(decode(write(&token)));
    assert!(read().starts_with(r#"{"header":{"alg":"HS256","typ":"JWT"},"claims":{"#));
}

#[wasm_bindgen_test]
fn after_any_input_the_next_call_works() {
    let token = signed("{}", r#"{"expiresIn":60}"#);
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
        // Nothing of the token before is left to be read.
        assert!(!inspect(write(text), NOW, 0.0));
        assert_eq!(member(&failure(), "code"), "token_malformed");
        assert!(decode(write(&token)));
    }
    // More than was written.
    assert!(!decode(usize::MAX));
    assert!(decode(write(&token)));
}
