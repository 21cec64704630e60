//! The key material of each algorithm, shared by the files that create keys and
//! the files that use them.

use super::Algorithm;
#[cfg(feature = "es384-es512")]
use super::ecdsa::EcdsaVerifyingKey;
use super::ed25519::{Ed25519SigningKey, Ed25519VerifyingKey};
use super::es256::{Es256SigningKey, Es256VerifyingKey};
use super::hmac::{Hs256Key, Hs384Key, Hs512Key};
#[cfg(feature = "rsa")]
use super::rsa::RsaVerifyingKey;

/// The part of a key that signs. An HMAC secret is stored as the keyed state of the
/// hash, from which the secret cannot be recovered.
pub(super) enum SigningMaterial {
    Hs256(Hs256Key),
    Hs384(Hs384Key),
    Hs512(Hs512Key),
    EdDsa(Ed25519SigningKey),
    Es256(Es256SigningKey),
}

impl SigningMaterial {
    pub(super) fn algorithm(&self) -> Algorithm {
        match self {
            Self::Hs256(_) => Algorithm::Hs256,
            Self::Hs384(_) => Algorithm::Hs384,
            Self::Hs512(_) => Algorithm::Hs512,
            Self::EdDsa(_) => Algorithm::EdDsa,
            Self::Es256(_) => Algorithm::Es256,
        }
    }
}

/// The part of a key that verifies.
///
/// Every variant is a pointer, so that all have the same size. If one variant were
/// smaller, its unused space could hold stale bytes of the stack, perhaps of a secret,
/// and these bytes would move with the key.
pub(super) enum VerifyingMaterial {
    Hs256(Hs256Key),
    Hs384(Hs384Key),
    Hs512(Hs512Key),
    EdDsa(Ed25519VerifyingKey),
    Es256(Es256VerifyingKey),
    #[cfg(feature = "es384-es512")]
    Ecdsa(EcdsaVerifyingKey),
    #[cfg(feature = "rsa")]
    Rsa(RsaVerifyingKey),
}

impl VerifyingMaterial {
    pub(super) fn algorithm(&self) -> Algorithm {
        match self {
            Self::Hs256(_) => Algorithm::Hs256,
            Self::Hs384(_) => Algorithm::Hs384,
            Self::Hs512(_) => Algorithm::Hs512,
            Self::EdDsa(_) => Algorithm::EdDsa,
            Self::Es256(_) => Algorithm::Es256,
            #[cfg(feature = "es384-es512")]
            Self::Ecdsa(key) => key.algorithm(),
            #[cfg(feature = "rsa")]
            Self::Rsa(key) => key.algorithm(),
        }
    }
}

impl From<SigningMaterial> for VerifyingMaterial {
    fn from(material: SigningMaterial) -> Self {
        match material {
            SigningMaterial::Hs256(key) => Self::Hs256(key),
            SigningMaterial::Hs384(key) => Self::Hs384(key),
            SigningMaterial::Hs512(key) => Self::Hs512(key),
            SigningMaterial::EdDsa(key) => Self::EdDsa(key.verifying_key()),
            SigningMaterial::Es256(key) => Self::Es256(key.public()),
        }
    }
}
