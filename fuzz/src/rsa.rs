//! RSA: powers modulo any odd number in limbs of both kinds, and signatures with
//! any key, judged by the crates crypto-bigint and rsa.

use ::rsa::signature::Verifier as _;
use ::rsa::{BoxedUint, PublicKey, pkcs1v15, pss};
use p256::elliptic_curve::bigint::Odd;
use p256::elliptic_curve::bigint::modular::{BoxedMontyForm, BoxedMontyParams};
use portcullis::encoding::base64url;
use portcullis::key::{PublicJwk, VerifyingKey};
use sha2::{Sha256, Sha384, Sha512};

// Private modules of the package: a small modulus reaches carries sooner than one of
// 2048 bits, and is not a key.
#[allow(dead_code)]
#[path = "../../src/key/rsa/limbs.rs"]
mod limbs;
#[allow(dead_code, clippy::arithmetic_side_effects)]
#[path = "../../src/key/rsa/limbs28.rs"]
mod limbs28;
#[allow(dead_code, clippy::arithmetic_side_effects)]
#[path = "../../src/key/rsa/limbs64.rs"]
mod limbs64;
#[allow(dead_code, clippy::arithmetic_side_effects)]
#[path = "../../src/key/rsa/modulus.rs"]
mod modulus;

use limbs28::Limb28;
use limbs64::Limb64;
use modulus::Modulus;

/// The input has a byte that chooses algorithm and length, the exponent in four
/// bytes, and then the modulus and the signature in halves.
pub fn check(data: &[u8]) {
    let Some((choice, data)) = data.split_first() else {
        return;
    };
    let Some((exponent, data)) = data.split_first_chunk() else {
        return;
    };
    let exponent = u32::from_be_bytes(*exponent);
    let (n, base) = data.split_at(data.len() / 2);
    let base = &base[..n.len()];
    powers(n, base, exponent);
    signatures(*choice, n, base, exponent);
}

fn number(bytes: &[u8], length: usize) -> BoxedUint {
    let precision = u32::try_from(length * 8).unwrap().next_multiple_of(64);
    BoxedUint::from_be_slice(bytes, precision).unwrap()
}

fn powers(n: &[u8], base: &[u8], exponent: u32) {
    let (short, long) = (Modulus::<Limb28>::new(n), Modulus::<Limb64>::new(n));
    let is_odd = n.last().is_some_and(|byte| byte % 2 == 1);
    assert_eq!(short.is_some(), is_odd && n[0] != 0 && n != [1]);
    assert_eq!(long.is_some(), short.is_some());
    let (Some(short), Some(long)) = (short, long) else {
        return;
    };
    let exponent = exponent | 3;
    let params = BoxedMontyParams::new_vartime(Odd::new(number(n, n.len())).unwrap());
    let expected = (base < n).then(|| {
        let power = BoxedMontyForm::new(number(base, n.len()), &params);
        let power = power.pow(&BoxedUint::from(exponent)).retrieve();
        let bytes = power.to_be_bytes();
        bytes[bytes.len() - n.len()..].to_vec()
    });
    let mut result = base.to_vec();
    let outcome = short.power(&mut result, exponent).map(|()| result);
    assert_eq!(outcome, expected);
    let mut result = base.to_vec();
    let outcome = long.power(&mut result, exponent).map(|()| result);
    assert_eq!(outcome, expected);
}

/// Lengthens the numbers to a key's, and asks both whether the signature is right.
fn signatures(choice: u8, n: &[u8], signature: &[u8], exponent: u32) {
    let length = [256, 257, 384, 512][usize::from(choice / 6 % 4)];
    let mut modulus = vec![0xff; length];
    let mut padded = vec![0; length];
    let used = n.len().min(length);
    modulus[length - used..].copy_from_slice(&n[..used]);
    padded[length - used..].copy_from_slice(&signature[..used]);
    *modulus.last_mut().unwrap() |= 1;
    let algorithm = ["RS256", "RS384", "RS512", "PS256", "PS384", "PS512"][usize::from(choice % 6)];
    let bytes = exponent.to_be_bytes();
    let Some(first) = bytes.iter().position(|byte| *byte != 0) else {
        return;
    };
    let encoded = |bytes: &[u8]| {
        let mut text = String::new();
        base64url::encode_onto(bytes, &mut text);
        text
    };
    let (n, e) = (encoded(&modulus), encoded(&bytes[first..]));
    let json = format!(r#"{{"kty":"RSA","alg":"{algorithm}","n":"{n}","e":"{e}"}}"#);
    let ours = PublicJwk::from_json(&json).and_then(|jwk| VerifyingKey::from_public_jwk(&jwk));
    let is_key = exponent >= 3 && exponent % 2 == 1;
    assert_eq!(ours.is_ok(), is_key);
    let Ok(ours) = ours else { return };
    let n = number(&modulus, length);
    let theirs = PublicKey::new_with_size_limits(n, BoxedUint::from(exponent), 2048..=8192);
    let theirs = theirs.expect("is a key of the crate too");
    let message = &signature[..signature.len().min(32)];
    macro_rules! judge {
        ($scheme:ident, $hash:ty) => {
            $scheme::Signature::try_from(padded.as_slice()).is_ok_and(|signature| {
                $scheme::VerifyingKey::<$hash>::new(theirs.clone())
                    .verify(message, &signature)
                    .is_ok()
            })
        };
    }
    let expected = match algorithm {
        "RS256" => judge!(pkcs1v15, Sha256),
        "RS384" => judge!(pkcs1v15, Sha384),
        "RS512" => judge!(pkcs1v15, Sha512),
        "PS256" => judge!(pss, Sha256),
        "PS384" => judge!(pss, Sha384),
        _ => judge!(pss, Sha512),
    };
    assert_eq!(ours.verify_signature(message, &padded).is_ok(), expected);
}
