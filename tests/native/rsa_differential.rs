//! Compares our RSA with the crate rsa. The signatures are made here, from fixed
//! private keys, so that their encodings can be wrong in any way.

use ::rsa::signature::Verifier as _;
use ::rsa::{BoxedUint, PublicKey, pkcs1v15, pss};
use p256::elliptic_curve::bigint::Odd;
use p256::elliptic_curve::bigint::modular::{BoxedMontyForm, BoxedMontyParams};
use portcullis::key::{PublicJwk, VerifyingKey};
use serde::Deserialize;
use sha2::{Digest, Sha256, Sha384, Sha512};

use crate::support::*;

const MESSAGE: &[u8] = b"header.payload";

/// Made with Python's `sympy.randprime`. The moduli have 2048 to 4096 bits, also
/// such that PSS encodings are one byte shorter (2049 bits).
#[derive(Deserialize)]
struct Key {
    bits: usize,
    e: u32,
    n: String,
    d: String,
}

impl Key {
    fn number(&self, hex: &str) -> BoxedUint {
        let precision = u32::try_from(self.bits).unwrap().next_multiple_of(64);
        BoxedUint::from_be_slice(&unhex(hex), precision).unwrap()
    }

    fn length(&self) -> usize {
        self.bits.div_ceil(8)
    }

    /// encoded^d modulo n.
    fn sign(&self, encoded: &[u8]) -> Vec<u8> {
        let n = Odd::new(self.number(&self.n)).unwrap();
        let precision = n.bits_precision();
        let encoded = BoxedUint::from_be_slice(encoded, precision).unwrap();
        let params = BoxedMontyParams::new_vartime(n);
        let power = BoxedMontyForm::new(encoded, &params).pow(&self.number(&self.d));
        let bytes = power.retrieve().to_be_bytes();
        bytes[bytes.len() - self.length()..].to_vec()
    }

    fn ours(&self, algorithm: &str) -> VerifyingKey {
        let e = self.e.to_be_bytes();
        let e = &e[e.iter().position(|byte| *byte != 0).unwrap()..];
        let (n, e) = (base64url(unhex(&self.n)), base64url(e));
        let json = format!(r#"{{"kty":"RSA","alg":"{algorithm}","n":"{n}","e":"{e}"}}"#);
        VerifyingKey::from_public_jwk(&PublicJwk::from_json(&json).unwrap()).unwrap()
    }

    fn crates(&self) -> PublicKey {
        PublicKey::new_with_size_limits(self.number(&self.n), BoxedUint::from(self.e), 2048..=8192)
            .unwrap()
    }
}

fn unhex(hex: &str) -> Vec<u8> {
    let hex = if hex.len() % 2 == 1 {
        format!("0{hex}")
    } else {
        hex.into()
    };
    (0..hex.len())
        .step_by(2)
        .map(|at| u8::from_str_radix(&hex[at..at + 2], 16).unwrap())
        .collect()
}

fn keys() -> Vec<Key> {
    serde_json::from_str(include_str!("../vectors/rsa-keys.json")).unwrap()
}

/// The result of the crate.
macro_rules! crate_accepts {
    ($scheme:ident, $hash:ty) => {
        |key: &PublicKey, signature: &[u8]| {
            let verifying = $scheme::VerifyingKey::<$hash>::new(key.clone());
            $scheme::Signature::try_from(signature)
                .is_ok_and(|signature| verifying.verify(MESSAGE, &signature).is_ok())
        }
    };
}

/// Asserts that we and the crate agree. Returns whether the signature is right.
fn agreed(
    key: &Key,
    algorithm: &str,
    judge: impl Fn(&PublicKey, &[u8]) -> bool,
    signature: &[u8],
) -> bool {
    let ours = key.ours(algorithm).verify_signature(MESSAGE, signature);
    let theirs = judge(&key.crates(), signature);
    let bits = key.bits;
    assert_eq!(ours.is_ok(), theirs, "{algorithm} {bits} {signature:x?}");
    theirs
}

/// RFC 8017 §9.2.
fn pkcs1_encoded<D: Digest>(length: usize, prefix: &[u8]) -> Vec<u8> {
    let tail = [prefix, D::digest(MESSAGE).as_slice()].concat();
    let mut encoded = vec![0xff; length];
    encoded[0] = 0;
    encoded[1] = 1;
    encoded[length - tail.len() - 1] = 0;
    encoded[length - tail.len()..].copy_from_slice(&tail);
    encoded
}

/// RFC 8017 §9.1.1, filled up to the length of the modulus. `change` may spoil the
/// block before the mask is applied.
fn pss_encoded<D: Digest>(key: &Key, salt: &[u8], change: impl Fn(&mut [u8])) -> Vec<u8> {
    let hash = D::new()
        .chain_update([0; 8])
        .chain_update(D::digest(MESSAGE))
        .chain_update(salt)
        .finalize();
    let bits = key.bits - 1;
    let length = bits.div_ceil(8);
    let mut block = vec![0; length - hash.len() - 1];
    let end = block.len();
    block[end - salt.len() - 1] = 1;
    block[end - salt.len()..].copy_from_slice(salt);
    change(&mut block);
    for (counter, chunk) in (0_u32..).zip(block.chunks_mut(hash.len())) {
        let mask = D::new()
            .chain_update(&hash)
            .chain_update(counter.to_be_bytes())
            .finalize();
        chunk
            .iter_mut()
            .zip(mask)
            .for_each(|(byte, mask)| *byte ^= mask);
    }
    block[0] &= 0xff >> ((8 - bits % 8) % 8);
    let mut encoded = vec![0; key.length() - length];
    encoded.extend_from_slice(&block);
    encoded.extend_from_slice(&hash);
    encoded.push(0xbc);
    encoded
}

/// Signatures that are wrong with any key: 0, 1, n − 1, n, n + 1, all ones, and the
/// right one plus n if that is as long.
fn special(key: &Key, right: &[u8]) -> Vec<Vec<u8>> {
    let n = unhex(&key.n);
    let plus = |a: &[u8], b: &[u8]| -> Option<Vec<u8>> {
        let mut carry = 0_u16;
        let mut sum: Vec<u8> = a
            .iter()
            .zip(b)
            .rev()
            .map(|(a, b)| {
                carry = (carry >> 8) + u16::from(*a) + u16::from(*b);
                carry.to_le_bytes()[0]
            })
            .collect();
        sum.reverse();
        (carry >> 8 == 0).then_some(sum)
    };
    let zero = vec![0; n.len()];
    let mut one = zero.clone();
    *one.last_mut().unwrap() = 1;
    let mut minus = n.clone();
    *minus.last_mut().unwrap() -= 1;
    let ones = vec![0xff; n.len()];
    let sums = [plus(&n, &one), plus(&n, right)];
    [zero, one, minus, n, ones]
        .into_iter()
        .chain(sums.into_iter().flatten())
        .collect()
}

fn assert_special_and_changed_are_refused(
    key: &Key,
    algorithm: &str,
    judge: impl Fn(&PublicKey, &[u8]) -> bool,
    right: &[u8],
) {
    for signature in special(key, right) {
        assert!(!agreed(key, algorithm, &judge, &signature));
    }
    for at in [0, 1, right.len() / 2, right.len() - 1] {
        let mut changed = right.to_vec();
        changed[at] ^= 0x10;
        assert!(!agreed(key, algorithm, &judge, &changed));
    }
    // The crate ignores leading zeros; RFC 8017 requires the exact length.
    let ours = key.ours(algorithm);
    let longer = [&[0], right].concat();
    for wrong in [&right[1..], &right[..right.len() - 1], &longer, &[]] {
        let refused = ours.verify_signature(MESSAGE, wrong);
        assert_eq!(code(refused), "token_signature_invalid");
    }
}

fn assert_pkcs1<D: Digest>(
    algorithm: &str,
    prefix: &str,
    judge: impl Fn(&PublicKey, &[u8]) -> bool,
) {
    let prefix = unhex(prefix);
    for key in keys() {
        let encoded = pkcs1_encoded::<D>(key.length(), &prefix);
        let right = key.sign(&encoded);
        assert!(agreed(&key, algorithm, &judge, &right));
        assert_special_and_changed_are_refused(&key, algorithm, &judge, &right);
        // Each byte of the header, the padding, and the DigestInfo counts.
        let length = encoded.len();
        let last = if key.e == 3 { length - 85 } else { length - 1 };
        for at in [0, 1, 2, 10].into_iter().chain(last..length) {
            let mut wrong = encoded.clone();
            wrong[at] ^= 1;
            if wrong < unhex(&key.n) {
                assert!(!agreed(&key, algorithm, &judge, &key.sign(&wrong)));
            }
        }
        // Less padding and something behind the hash (Bleichenbacher's forgery).
        let mut shifted = encoded.clone();
        shifted.remove(5);
        shifted.push(0);
        assert!(!agreed(&key, algorithm, &judge, &key.sign(&shifted)));
        // Without the parameters NULL.
        let mut short = prefix.clone();
        short.drain(15..17);
        short[1] -= 2;
        short[3] -= 2;
        let wrong = pkcs1_encoded::<D>(key.length(), &short);
        assert!(!agreed(&key, algorithm, &judge, &key.sign(&wrong)));
    }
}

#[test]
fn pkcs1_signatures_are_judged_as_the_crate_judges_them() {
    assert_pkcs1::<Sha256>(
        "RS256",
        "3031300d060960864801650304020105000420",
        crate_accepts!(pkcs1v15, Sha256),
    );
    assert_pkcs1::<Sha384>(
        "RS384",
        "3041300d060960864801650304020205000430",
        crate_accepts!(pkcs1v15, Sha384),
    );
    assert_pkcs1::<Sha512>(
        "RS512",
        "3051300d060960864801650304020305000440",
        crate_accepts!(pkcs1v15, Sha512),
    );
}

fn assert_pss<D: Digest>(algorithm: &str, judge: impl Fn(&PublicKey, &[u8]) -> bool) {
    let length = <D as Digest>::output_size();
    let salt: Vec<u8> = (7..).take(length).collect();
    for key in keys() {
        let encoded = pss_encoded::<D>(&key, &salt, |_| ());
        let right = key.sign(&encoded);
        assert!(agreed(&key, algorithm, &judge, &right));
        assert_special_and_changed_are_refused(&key, algorithm, &judge, &right);
        // Another trailer, a changed hash, and bits that must be zero.
        let start = key.length() - (key.bits - 1).div_ceil(8);
        let end = encoded.len();
        for (at, flip) in [
            (end - 1, 1),
            (end - 2, 1),
            (end - 1 - length, 0x80),
            (0, 0x01),
        ] {
            let mut wrong = encoded.clone();
            wrong[at] ^= flip;
            if wrong < unhex(&key.n) {
                assert!(!agreed(&key, algorithm, &judge, &key.sign(&wrong)));
            }
        }
        let mut wrong = encoded.clone();
        wrong[start] |= 0x80;
        if wrong < unhex(&key.n) && wrong != encoded {
            agreed(&key, algorithm, &judge, &key.sign(&wrong));
        }
        // The padding: a byte in front of the one, and another byte than one.
        for at in [1, 5, (key.bits - 1).div_ceil(8) - 2 * length - 2] {
            let wrong = pss_encoded::<D>(&key, &salt, |block| block[at] ^= 2);
            assert!(!agreed(&key, algorithm, &judge, &key.sign(&wrong)));
        }
        // A salt of another length.
        for other in [0, 1, length - 1, length + 1] {
            let salt: Vec<u8> = (7..).take(other).collect();
            let wrong = pss_encoded::<D>(&key, &salt, |_| ());
            assert!(!agreed(&key, algorithm, &judge, &key.sign(&wrong)));
        }
    }
}

#[test]
fn pss_signatures_are_judged_as_the_crate_judges_them() {
    assert_pss::<Sha256>("PS256", crate_accepts!(pss, Sha256));
    assert_pss::<Sha384>("PS384", crate_accepts!(pss, Sha384));
    assert_pss::<Sha512>("PS512", crate_accepts!(pss, Sha512));
}
