//! RS256 and PS256 (RFC 7518 §3.3, §3.5), for verifying only, with the crate rsa,
//! as jwt-compact's `Algorithm`.

use core::convert::Infallible;
use std::borrow::Cow;

use ::rsa::signature::Verifier as _;
use ::rsa::traits::PublicKeyParts as _;
use ::rsa::{BoxedUint, PublicKey, pkcs1v15, pss};
use jwt_compact::AlgorithmSignature;
use sha2::Sha256;

use super::signature::{self, ReadSignature};
use crate::error::KeyProblem;

/// RFC 7518 §3.3 and §3.5 require at least 2048 bits. The upper limit bounds the work
/// of verifying a signature.
const LEAST_BITS: usize = 2048;
const MOST_BITS: usize = 4096;

/// A public key: a modulus of 2048 to 4096 bits, and an odd exponent from 3 to
/// 2^33 − 1.
pub(super) struct RsaVerifyingKey(Box<PublicKey>);

impl RsaVerifyingKey {
    /// Creates a key from the modulus and the exponent. The most significant byte
    /// comes first and is not zero.
    pub(super) fn new(n: &[u8], e: &[u8]) -> Result<Self, KeyProblem> {
        let leading = n.first().map_or(8, |byte| byte.leading_zeros());
        let bits = n
            .len()
            .saturating_mul(8)
            .saturating_sub(usize::try_from(leading).unwrap_or(8));
        if bits < LEAST_BITS {
            let least = LEAST_BITS / 8;
            return Err(KeyProblem::TooShort { least });
        }
        // Check the sizes first, so that the conversions below cannot fail because of
        // them.
        if bits > MOST_BITS || e.len() > 5 {
            return Err(KeyProblem::Unsupported);
        }
        let number = |bytes| BoxedUint::from_be_slice_vartime(bytes);
        let key = PublicKey::new_with_size_limits(number(n), number(e), LEAST_BITS..=MOST_BITS)
            .map_err(|_| KeyProblem::Malformed)?;
        Ok(Self(Box::new(key)))
    }
}

impl ReadSignature for RsaSignature {
    fn read(bytes: &[u8]) -> Option<Self> {
        Some(Self(bytes.into()))
    }
}

/// A signature of any length: it must be as long as the modulus, which only the
/// key knows.
pub(super) struct RsaSignature(Vec<u8>);

impl AlgorithmSignature for RsaSignature {
    fn try_from_slice(slice: &[u8]) -> Result<Self, anyhow::Error> {
        signature::or_error(Self::read(slice))
    }

    fn as_bytes(&self) -> Cow<'_, [u8]> {
        Cow::Borrowed(&self.0)
    }
}

macro_rules! rsa_algorithm {
    ($algorithm:ident, $scheme:ident, $name:literal) => {
        #[derive(Debug, Clone, Copy)]
        pub(super) struct $algorithm;

        impl jwt_compact::Algorithm for $algorithm {
            /// There are no signing keys, because this crate does not sign with RSA.
            type SigningKey = Infallible;
            type VerifyingKey = RsaVerifyingKey;
            type Signature = RsaSignature;

            fn name(&self) -> Cow<'static, str> {
                Cow::Borrowed($name)
            }

            fn sign(&self, key: &Infallible, _: &[u8]) -> RsaSignature {
                match *key {}
            }

            fn verify_signature(
                &self,
                signature: &RsaSignature,
                key: &RsaVerifyingKey,
                message: &[u8],
            ) -> bool {
                // The length must be that of the modulus: step 1 of RFC 8017 §8.1.2 and
                // §8.2.2.
                signature.0.len() == key.0.size()
                    && $scheme::Signature::try_from(signature.0.as_slice()).is_ok_and(|signature| {
                        $scheme::VerifyingKey::<Sha256>::new(PublicKey::clone(&key.0))
                            .verify(message, &signature)
                            .is_ok()
                    })
            }
        }
    };
}

rsa_algorithm!(Rs256, pkcs1v15, "RS256");
// The salt must be as long as the hash (RFC 7518 §3.5), which is `new`'s default.
rsa_algorithm!(Ps256, pss, "PS256");
