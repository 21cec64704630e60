//! RSA signatures (RFC 7518 §3.3, §3.5; RFC 8017 §8.1.2, §8.2.2), for verifying
//! only.
//!
//! All numbers here are public, and the time depends on them. Never use this module
//! with a secret.

#![forbid(unsafe_code)]
// The limbs do not overflow: `limbs28` and `limbs64` say why, and the tests check
// them. Other numbers are lengths of at most 1024 bytes.
#![allow(clippy::arithmetic_side_effects)]

#[cfg(feature = "pem")]
mod der;
mod hash;
mod limbs;
#[allow(dead_code)] // A build uses one kind of limbs, the tests use both.
mod limbs28;
#[allow(dead_code)]
mod limbs64;
mod modulus;
mod pkcs1;
mod pss;
#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::indexing_slicing)]
mod tests;

use super::Algorithm;
use crate::error::KeyProblem;
use hash::Hash;
use modulus::Modulus;

/// The limbs that are faster on this machine. Tests use both.
#[cfg(any(target_family = "wasm", not(target_pointer_width = "64")))]
type HostLimb = limbs28::Limb28;
#[cfg(not(any(target_family = "wasm", not(target_pointer_width = "64"))))]
type HostLimb = limbs64::Limb64;

/// The lengths of a modulus in bits. RFC 7518 §3.3 and §3.5 require the least. The
/// most limits the work for a signature.
const LEAST_BITS: usize = 2048;
const MOST_BITS: usize = 8192;

/// An RSA algorithm.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct RsaAlgorithm {
    algorithm: Algorithm,
    scheme: Scheme,
    hash: Hash,
}

/// How a message is encoded before the signature is computed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Scheme {
    Pkcs1,
    Pss,
}

impl RsaAlgorithm {
    /// `None` for algorithms that are not RSA.
    pub(super) fn new(algorithm: Algorithm) -> Option<Self> {
        let (scheme, hash) = match algorithm {
            Algorithm::Rs256 => (Scheme::Pkcs1, Hash::Sha256),
            Algorithm::Rs384 => (Scheme::Pkcs1, Hash::Sha384),
            Algorithm::Rs512 => (Scheme::Pkcs1, Hash::Sha512),
            Algorithm::Ps256 => (Scheme::Pss, Hash::Sha256),
            Algorithm::Ps384 => (Scheme::Pss, Hash::Sha384),
            Algorithm::Ps512 => (Scheme::Pss, Hash::Sha512),
            _ => return None,
        };
        Some(Self {
            algorithm,
            scheme,
            hash,
        })
    }
}

/// A public key for one algorithm: a modulus n of 2048 to 8192 bits, and an odd
/// exponent e from 3 to 2^32 − 1.
pub(super) struct RsaVerifyingKey(Box<RsaPublicKey<HostLimb>>);

struct RsaPublicKey<L> {
    algorithm: RsaAlgorithm,
    n: Modulus<L>,
    e: u32,
}

impl RsaVerifyingKey {
    /// The longest signature in bytes.
    pub(super) const LONGEST_SIGNATURE: usize = MOST_BITS / 8;

    /// Creates a key from n and e. The most significant byte comes first and is not
    /// zero.
    ///
    /// That n is a product of two primes cannot be checked, but every number is
    /// computed modulo n correctly if n is odd.
    pub(super) fn new(algorithm: RsaAlgorithm, n: &[u8], e: &[u8]) -> Result<Self, KeyProblem> {
        if n.len() > MOST_BITS / 8 {
            return Err(KeyProblem::TooLong);
        }
        let n = Modulus::new(n).ok_or(KeyProblem::Malformed)?;
        if n.bits() < LEAST_BITS {
            return Err(KeyProblem::TooShort {
                least: LEAST_BITS / 8,
            });
        }
        let e = exponent(e).ok_or(KeyProblem::Exponent)?;
        Ok(Self(Box::new(RsaPublicKey { algorithm, n, e })))
    }

    /// Reads an `RSAPublicKey` in DER, as SPKI contains it.
    #[cfg(feature = "pem")]
    pub(super) fn from_der(algorithm: RsaAlgorithm, der: &[u8]) -> Result<Self, KeyProblem> {
        let (n, e) = der::numbers(der).map_err(|_| KeyProblem::Malformed)?;
        Self::new(algorithm, n, e)
    }

    pub(super) fn algorithm(&self) -> Algorithm {
        self.0.algorithm.algorithm
    }

    /// Whether this is the signature of the message.
    pub(super) fn has_signed(&self, message: &[u8], signature: &[u8]) -> bool {
        self.0.has_signed(message, signature)
    }
}

impl<L: limbs::Limb> RsaPublicKey<L> {
    fn has_signed(&self, message: &[u8], signature: &[u8]) -> bool {
        let bits = self.n.bits();
        // RFC 8017 §8.1.2 and §8.2.2, steps 1 and 2.
        let mut encoded = signature.to_vec();
        if self.n.power(&mut encoded, self.e).is_none() {
            return false;
        }
        let RsaAlgorithm { scheme, hash, .. } = self.algorithm;
        match scheme {
            Scheme::Pkcs1 => pkcs1::is_encoded(hash, &encoded, message),
            Scheme::Pss => pss::is_encoded(hash, &encoded, bits - 1, message),
        }
    }
}

/// An odd number from 3 to 2^32 − 1.
fn exponent(bytes: &[u8]) -> Option<u32> {
    let mut e = [0; 4];
    e.get_mut(4_usize.checked_sub(bytes.len())?..)?
        .copy_from_slice(bytes);
    let e = u32::from_be_bytes(e);
    (e >= 3 && e % 2 == 1).then_some(e)
}
