//! ES256 (RFC 7518 §3.4): ECDSA with P-256 and SHA-256, as jwt-compact's
//! `Algorithm`. The crate p256 computes modulo n and reads keys. Our own `p256` module
//! computes with points, because its tables of multiples make it faster.

// Arithmetic on points and on scalars modulo the group order cannot overflow.
#![allow(clippy::arithmetic_side_effects)]

use core::num::NonZeroUsize;
use std::borrow::Cow;

use jwt_compact::AlgorithmSignature;
use p256::ecdsa::{Signature, VerifyingKey};
use p256::elliptic_curve::Curve as _;
use p256::elliptic_curve::ops::Reduce as _;
use p256::elliptic_curve::point::AffineCoordinates as _;
use p256::{AffinePoint, FieldBytes, NistP256, NonZeroScalar, Scalar, U256};
use rfc6979::KGenerator;
use sha2::{Digest as _, Sha256};
use zeroize::{Zeroize as _, Zeroizing};

use super::p256::{HostLimbs, PublicPoint, generator_times};
use super::secret_number::SecretNumber;
use super::signature::{self, ReadSignature};

#[derive(Debug, Clone, Copy)]
pub(crate) struct Es256;

/// A private key. It is zeroized when dropped. It is boxed, because moving it by
/// value would leave copies on the stack.
pub(crate) struct Es256SigningKey(Box<KeyPair>);

struct KeyPair {
    d: NonZeroScalar,
    public: AffinePoint,
}

impl Drop for KeyPair {
    fn drop(&mut self) {
        self.d.zeroize();
    }
}

impl Es256SigningKey {
    /// `None` when `d` is not from 1 to n − 1.
    pub(crate) fn new(d: &[u8; 32]) -> Option<Self> {
        let mut bytes = FieldBytes::from(*d);
        let d = NonZeroScalar::from_repr(bytes);
        bytes.zeroize();
        let d = Zeroizing::new(d.into_option()?);
        let (x, y) = generator_times::<HostLimbs>(&d);
        let public = AffinePoint::from_coordinates(&x.into(), &y.into()).into_option()?;
        Some(Self(Box::new(KeyPair { d: *d, public })))
    }

    pub(crate) fn public(&self) -> Es256VerifyingKey {
        Es256VerifyingKey(Box::new(PublicPoint::new(self.0.public)))
    }
}

/// A public key: a point on the curve that is not the identity.
pub(crate) struct Es256VerifyingKey(Box<PublicPoint>);

impl Es256VerifyingKey {
    /// `None` when (x, y) is not on the curve.
    pub(crate) fn new(x: &[u8; 32], y: &[u8; 32]) -> Option<Self> {
        let point = AffinePoint::from_coordinates(&(*x).into(), &(*y).into());
        let point = point.into_option()?;
        let key = VerifyingKey::from_affine(point).ok()?;
        Some(Self::from_key(&key))
    }

    fn from_key(key: &VerifyingKey) -> Self {
        Self(Box::new(PublicPoint::new(*key.as_affine())))
    }

    /// Reads the encoding of SEC 1 §2.3.3, which SPKI and PKCS#8 contain.
    #[cfg(feature = "pem")]
    pub(crate) fn from_sec1(bytes: &[u8]) -> Option<Self> {
        Some(Self::from_key(&VerifyingKey::from_sec1_bytes(bytes).ok()?))
    }

    /// The coordinates x and y.
    pub(crate) fn coordinates(&self) -> ([u8; 32], [u8; 32]) {
        let point = self.0.affine();
        (point.x().into(), point.y().into())
    }
}

/// Generates a private key d from 1 to n − 1: 512 random bits modulo n. `None` if
/// d is 0, which has a probability of about 2^−256.
///
/// FIPS 186-5 A.2.1 does nearly the same with 320 bits or more, enough to make the
/// bias negligible. It reduces modulo n − 1 and adds one, so that the result is
/// never 0. This function reduces modulo n, because the crate has that arithmetic;
/// the bias is as small.
pub(crate) fn generate_d(random: &[u8; 64]) -> Option<SecretNumber> {
    let (high, low) = random.split_at(32);
    let reduce = |half: &[u8]| -> Option<Zeroizing<Scalar>> {
        let mut bytes: FieldBytes = half.try_into().ok()?;
        let scalar = Zeroizing::new(Scalar::reduce(&bytes));
        bytes.zeroize();
        Some(scalar)
    };
    // 2^256 modulo n, computed as (2^256 − 1) modulo n, plus 1.
    let shift = Scalar::reduce(&FieldBytes::from([0xff; 32])) + Scalar::ONE;
    let sum = Zeroizing::new(*reduce(high)? * shift + *reduce(low)?);
    let mut d = SecretNumber::default();
    d.copy_from_slice(&Zeroizing::new(<[u8; 32]>::from(sum.to_bytes()))[..]);
    Es256SigningKey::new(&d).map(|_| d)
}

pub(crate) struct Es256Signature(Signature);

impl AlgorithmSignature for Es256Signature {
    const LENGTH: Option<NonZeroUsize> = NonZeroUsize::new(64);

    fn try_from_slice(slice: &[u8]) -> Result<Self, anyhow::Error> {
        signature::or_error(Self::read(slice))
    }

    fn as_bytes(&self) -> Cow<'_, [u8]> {
        Cow::Owned(self.0.to_bytes().to_vec())
    }
}

impl ReadSignature for Es256Signature {
    /// Reads r and s: 32 bytes each, both from 1 to n − 1. JWS does not forbid a
    /// high s, so it is accepted.
    fn read(bytes: &[u8]) -> Option<Self> {
        Signature::from_slice(bytes).ok().map(Self)
    }
}

impl jwt_compact::Algorithm for Es256 {
    type SigningKey = Es256SigningKey;
    type VerifyingKey = Es256VerifyingKey;
    type Signature = Es256Signature;

    fn name(&self) -> Cow<'static, str> {
        Cow::Borrowed("ES256")
    }

    /// Signs as FIPS 186-5 §6.4.1 says, with the k of RFC 6979 §3.2. So the signature is
    /// deterministic. The time does not depend on secrets.
    fn sign(&self, key: &Es256SigningKey, message: &[u8]) -> Es256Signature {
        let digest: FieldBytes = Sha256::digest(message);
        let d = Zeroizing::new(<[u8; 32]>::from(key.0.d.to_bytes()));
        let order: &U256 = &NistP256::ORDER;
        let mut numbers = KGenerator::<Sha256, U256>::new(&d[..], &digest, &[], order);
        loop {
            let mut k = Zeroizing::new([0; 32]);
            numbers.fill_next_k(&mut k[..]);
            if let Some(signature) = signed(&key.0.d, &k, &digest) {
                return Es256Signature(signature);
            }
        }
    }

    /// Verifies as FIPS 186-5 §6.4.2 says. `read` has checked the ranges of r and s.
    fn verify_signature(
        &self,
        signature: &Es256Signature,
        key: &Es256VerifyingKey,
        message: &[u8],
    ) -> bool {
        let (r, s) = signature.0.split_scalars();
        let Some(inverse) = s.invert_vartime().into_option() else {
            return false; // Unreachable: `read` rejects s = 0.
        };
        let digest: FieldBytes = Sha256::digest(message);
        let u1 = Scalar::reduce(&digest) * inverse;
        let u2 = *r * inverse;
        key.0.sum_has_x(&u1, &u2, &r)
    }
}

/// `None` when r or s is 0. Then RFC 6979 §3.2 requires another k. No k is known with
/// which this happens.
fn signed(d: &Scalar, k: &[u8; 32], digest: &FieldBytes) -> Option<Signature> {
    let mut bytes = FieldBytes::from(*k);
    let k = NonZeroScalar::from_repr(bytes);
    bytes.zeroize();
    let k = Zeroizing::new(k.into_option()?);
    let inverse = Zeroizing::new(k.invert().into_option()?);
    let (x, _) = generator_times::<HostLimbs>(&k);
    let r = Scalar::reduce(&FieldBytes::from(x));
    let product = Zeroizing::new(r * *d);
    let sum = Zeroizing::new(Scalar::reduce(digest) + *product);
    Signature::from_scalars(r, *inverse * *sum).ok()
}
