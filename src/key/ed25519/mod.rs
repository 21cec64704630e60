//! Ed25519 (RFC 8032 §5.1) as EdDSA (RFC 8037 §3.1), on curve25519-dalek.
//!
//! This uses curve25519-dalek and not ed25519-dalek, because a verifier uses the
//! same key many times. With precomputed multiples of the key, a verification
//! takes half as long, and the npm package does not need tables of constants,
//! which would make it larger. bench/README.md has the figures.

// Arithmetic on points and on scalars modulo the group order cannot overflow.
#![allow(clippy::arithmetic_side_effects)]

mod multiples;

use core::num::NonZeroUsize;
use std::borrow::Cow;
use std::sync::OnceLock;

use curve25519_dalek::constants::ED25519_BASEPOINT_POINT;
use curve25519_dalek::edwards::{CompressedEdwardsY, EdwardsPoint};
use curve25519_dalek::scalar::{Scalar, clamp_integer};
use jwt_compact::AlgorithmSignature;
use sha2::{Digest as _, Sha512};
use zeroize::{Zeroize, Zeroizing};

use super::signature::{self, ReadSignature};
use multiples::Multiples;

#[derive(Debug, Clone, Copy)]
pub(crate) struct Ed25519;

/// A private key. It is zeroized when dropped. It is boxed, because moving it by
/// value would leave copies on the stack.
pub(crate) struct Ed25519SigningKey(Box<Expanded>);

/// The secret scalar and the prefix (RFC 8032 §5.1.5), and the public key.
struct Expanded {
    scalar: Scalar,
    prefix: [u8; 32],
    public: EdwardsPoint,
    encoded: [u8; 32],
}

impl Ed25519SigningKey {
    pub(crate) fn new(seed: &[u8; 32]) -> Self {
        let digest: Zeroizing<[u8; 64]> = Zeroizing::new(Sha512::digest(seed).into());
        let (low, high) = halves(&digest);
        let low = Zeroizing::new(low);
        let scalar = Scalar::from_bytes_mod_order(clamp_integer(*low));
        let public = times_base(&scalar);
        Self(Box::new(Expanded {
            scalar,
            prefix: high,
            public,
            encoded: public.compress().to_bytes(),
        }))
    }

    /// The encoded public key.
    pub(crate) fn public(&self) -> &[u8; 32] {
        &self.0.encoded
    }

    /// The public key. The point needs no check: a clamped scalar times the base
    /// point is on the curve and not of small order.
    pub(crate) fn verifying_key(&self) -> Ed25519VerifyingKey {
        Ed25519VerifyingKey::from_point(&self.0.encoded, &self.0.public)
    }
}

impl Drop for Expanded {
    fn drop(&mut self) {
        self.scalar.zeroize();
        self.prefix.zeroize();
    }
}

/// A public key: a point on the curve, not of small order, in canonical encoding.
pub(crate) struct Ed25519VerifyingKey(Box<Prepared>);

/// A public key with its precomputed multiples.
struct Prepared {
    encoded: [u8; 32],
    /// The multiples of −A, where A is the public key.
    negated: Multiples,
}

impl Ed25519VerifyingKey {
    /// `None` when the bytes do not encode such a point. A point of small order
    /// is rejected because with it, some signatures verify for nearly every message. A
    /// non-canonical encoding is rejected so that each key has only one encoding.
    pub(crate) fn new(encoded: &[u8; 32]) -> Option<Self> {
        let point = CompressedEdwardsY(*encoded).decompress()?;
        if point.compress().as_bytes() != encoded || point.is_small_order() {
            return None;
        }
        Some(Self::from_point(encoded, &point))
    }

    fn from_point(encoded: &[u8; 32], point: &EdwardsPoint) -> Self {
        Self(Box::new(Prepared {
            encoded: *encoded,
            negated: Multiples::new(&-point),
        }))
    }
}

pub(crate) struct Ed25519Signature([u8; 64]);

impl AlgorithmSignature for Ed25519Signature {
    const LENGTH: Option<NonZeroUsize> = NonZeroUsize::new(64);

    fn try_from_slice(slice: &[u8]) -> Result<Self, anyhow::Error> {
        signature::or_error(Self::read(slice))
    }

    fn as_bytes(&self) -> Cow<'_, [u8]> {
        Cow::Borrowed(&self.0)
    }
}

impl ReadSignature for Ed25519Signature {
    fn read(bytes: &[u8]) -> Option<Self> {
        bytes.try_into().ok().map(Self)
    }
}

impl jwt_compact::Algorithm for Ed25519 {
    type SigningKey = Ed25519SigningKey;
    type VerifyingKey = Ed25519VerifyingKey;
    type Signature = Ed25519Signature;

    fn name(&self) -> Cow<'static, str> {
        Cow::Borrowed("EdDSA")
    }

    /// Signs as RFC 8032 §5.1.6 says. The signature is deterministic. The time does not
    /// depend on secrets.
    fn sign(&self, key: &Ed25519SigningKey, message: &[u8]) -> Ed25519Signature {
        let key = &key.0;
        let nonce = Zeroizing::new(hash_to_scalar([&key.prefix, message, &[]]));
        let r = times_base(&nonce).compress().to_bytes();
        let k = hash_to_scalar([&r, &key.encoded, message]);
        let product = Zeroizing::new(k * key.scalar);
        let s = *nonce + *product;
        Ed25519Signature(joined(&r, s.as_bytes()))
    }

    /// Verifies as RFC 8032 §5.1.7 says, without the cofactor, which that section
    /// allows. The encoding of sB − kA is compared with R, so a non-canonical R is
    /// rejected. An `s` that is not below the group order is rejected.
    fn verify_signature(
        &self,
        signature: &Ed25519Signature,
        key: &Ed25519VerifyingKey,
        message: &[u8],
    ) -> bool {
        let key = &key.0;
        let (r, s) = halves(&signature.0);
        let Some(s) = Scalar::from_canonical_bytes(s).into_option() else {
            return false;
        };
        let k = hash_to_scalar([&r, &key.encoded, message]);
        let expected = key.negated.vartime_sum(&k, multiples_of_base(), &s);
        expected.compress().to_bytes() == r
    }
}

/// The base point times a secret scalar, in constant time.
fn times_base(scalar: &Scalar) -> EdwardsPoint {
    multiples_of_base().times(scalar)
}

/// The multiples of the base point, computed when the first key or signature needs them.
fn multiples_of_base() -> &'static Multiples {
    static MULTIPLES: OnceLock<Multiples> = OnceLock::new();
    MULTIPLES.get_or_init(|| Multiples::new(&ED25519_BASEPOINT_POINT))
}

fn hash_to_scalar(parts: [&[u8]; 3]) -> Scalar {
    let mut hash = Sha512::new();
    for part in parts {
        hash.update(part);
    }
    let digest: Zeroizing<[u8; 64]> = Zeroizing::new(hash.finalize().into());
    Scalar::from_bytes_mod_order_wide(&digest)
}

fn halves(bytes: &[u8; 64]) -> ([u8; 32], [u8; 32]) {
    let (mut low, mut high) = ([0; 32], [0; 32]);
    let (first, second) = bytes.split_at(32);
    low.copy_from_slice(first);
    high.copy_from_slice(second);
    (low, high)
}

fn joined(low: &[u8; 32], high: &[u8; 32]) -> [u8; 64] {
    let mut bytes = [0; 64];
    let (first, second) = bytes.split_at_mut(32);
    first.copy_from_slice(low);
    second.copy_from_slice(high);
    bytes
}
