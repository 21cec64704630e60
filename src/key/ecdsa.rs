//! ES384 and ES512 (RFC 7518 §3.4), for verifying only, with the crates p384 and
//! p521.

use p384::ecdsa::signature::Verifier as _;

use super::Algorithm;

/// The curves whose keys only verify.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Curve {
    P384,
    P521,
}

impl Curve {
    /// The value of `crv` (RFC 7518 §6.2.1.1).
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::P384 => "P-384",
            Self::P521 => "P-521",
        }
    }

    /// The length of a coordinate in bytes (RFC 7518 §6.2.1.2).
    pub(super) fn length(self) -> usize {
        match self {
            Self::P384 => 48,
            Self::P521 => 66,
        }
    }

    pub(super) fn algorithm(self) -> Algorithm {
        match self {
            Self::P384 => Algorithm::Es384,
            Self::P521 => Algorithm::Es512,
        }
    }
}

/// A public key: a point on the curve that is not the identity.
pub(super) enum EcdsaVerifyingKey {
    P384(Box<p384::ecdsa::VerifyingKey>),
    P521(Box<p521::ecdsa::VerifyingKey>),
}

impl EcdsaVerifyingKey {
    /// `None` when (x, y) is not on the curve.
    pub(super) fn new(curve: Curve, x: &[u8], y: &[u8]) -> Option<Self> {
        if x.len() != curve.length() || y.len() != curve.length() {
            return None;
        }
        // The uncompressed form of SEC 1 §2.3.3.
        Self::from_sec1(curve, &[&[4], x, y].concat())
    }

    /// Reads the encoding of SEC 1 §2.3.3, which SPKI contains.
    pub(super) fn from_sec1(curve: Curve, bytes: &[u8]) -> Option<Self> {
        match curve {
            Curve::P384 => p384::ecdsa::VerifyingKey::from_sec1_bytes(bytes)
                .ok()
                .map(|key| Self::P384(Box::new(key))),
            Curve::P521 => p521::ecdsa::VerifyingKey::from_sec1_bytes(bytes)
                .ok()
                .map(|key| Self::P521(Box::new(key))),
        }
    }

    pub(super) fn algorithm(&self) -> Algorithm {
        match self {
            Self::P384(_) => Algorithm::Es384,
            Self::P521(_) => Algorithm::Es512,
        }
    }

    /// Whether this is the signature of the message: r and s, each as long as a
    /// coordinate. JWS does not forbid a high s, so it is accepted.
    pub(super) fn has_signed(&self, message: &[u8], signature: &[u8]) -> bool {
        match self {
            Self::P384(key) => p384::ecdsa::Signature::from_slice(signature)
                .is_ok_and(|signature| key.verify(message, &signature).is_ok()),
            Self::P521(key) => p521::ecdsa::Signature::from_slice(signature)
                .is_ok_and(|signature| key.verify(message, &signature).is_ok()),
        }
    }
}
