//! Keys that verify.

use core::fmt;

#[cfg(feature = "es384-es512")]
use super::ecdsa::EcdsaVerifyingKey;
use super::ed25519::{Ed25519, Ed25519VerifyingKey};
use super::es256::{Es256, Es256VerifyingKey};
use super::hmac::{Hs256, Hs256Key, Hs384, Hs384Key, Hs512, Hs512Key};
use super::jwk::{Jwk, Material, Uses};
use super::material::VerifyingMaterial;
#[cfg(feature = "rsa")]
use super::rsa::{RsaAlgorithm, RsaVerifyingKey};
use super::signature::ReadSignature;
use super::{Algorithm, HmacSecret, KeyId, PublicJwk, SecretJwk, SecretKey};
use crate::error::{KeyProblem, TokenError};

/// A key that verifies with one algorithm: a public key or an HMAC secret.
///
/// Because the key can be a secret, it cannot be cloned and `Debug` does not show
/// it.
pub struct VerifyingKey {
    material: VerifyingMaterial,
    id: Option<Box<KeyId>>,
    uses: Uses,
}

impl VerifyingKey {
    /// Creates a key from an HMAC secret that may be shorter than RFC 7518 §3.2
    /// allows. For old tokens of a system that allowed short secrets. The key cannot
    /// sign. Anyone who guesses the secret can forge tokens, so use this key only
    /// until the last old token has expired.
    ///
    /// # Errors
    /// `key_invalid` when the secret is empty, when it is the text of a PEM, a
    /// JWK, a JWK Set or an SSH key, or when the algorithm is not an HMAC.
    pub fn legacy_secret(algorithm: Algorithm, secret: &[u8]) -> Result<Self, TokenError> {
        let secret = HmacSecret::new(secret, 1)?.octets();
        let material = match algorithm {
            Algorithm::Hs256 => Hs256Key::new(secret).map(VerifyingMaterial::Hs256),
            Algorithm::Hs384 => Hs384Key::new(secret).map(VerifyingMaterial::Hs384),
            Algorithm::Hs512 => Hs512Key::new(secret).map(VerifyingMaterial::Hs512),
            _ => None,
        };
        Ok(Self {
            material: material.ok_or(KeyProblem::Unsupported)?,
            id: None,
            uses: Uses::BOTH,
        })
    }

    /// Creates a key from a JWK (RFC 7517): a secret, a public key, or a private
    /// key, whose public part is used.
    ///
    /// # Errors
    /// `key_invalid` when the numbers are not a valid key: a point that is not on
    /// the curve or is of small order, or a private part that does not match the
    /// public part.
    pub fn from_jwk(jwk: &SecretJwk) -> Result<Self, TokenError> {
        match jwk.0.material {
            Material::Secret(_)
            | Material::Ed25519 { d: Some(_), .. }
            | Material::P256 { d: Some(_), .. } => Ok(SecretKey::from_jwk(jwk)?.into()),
            _ => Self::of_public(&jwk.0),
        }
    }

    /// Creates a key from a public JWK (RFC 7517).
    ///
    /// # Errors
    /// `key_invalid` when the numbers are not a valid key.
    pub fn from_public_jwk(jwk: &PublicJwk) -> Result<Self, TokenError> {
        Self::of_public(&jwk.0)
    }

    fn of_public(jwk: &Jwk) -> Result<Self, TokenError> {
        let material = match &jwk.material {
            Material::Secret(_) => None,
            Material::Ed25519 { x, .. } => {
                Ed25519VerifyingKey::new(x).map(VerifyingMaterial::EdDsa)
            }
            Material::P256 { x, y, .. } => {
                Es256VerifyingKey::new(x, y).map(VerifyingMaterial::Es256)
            }
            #[cfg(feature = "es384-es512")]
            Material::Ecdsa { curve, x, y } => {
                EcdsaVerifyingKey::new(*curve, x, y).map(VerifyingMaterial::Ecdsa)
            }
            #[cfg(feature = "rsa")]
            Material::Rsa { n, e } => {
                let algorithm = RsaAlgorithm::new(jwk.algorithm).ok_or(KeyProblem::Unsupported)?;
                Some(VerifyingMaterial::Rsa(RsaVerifyingKey::new(
                    algorithm, n, e,
                )?))
            }
        };
        Ok(Self {
            material: material.ok_or(KeyProblem::Malformed)?,
            id: jwk.id.clone(),
            uses: jwk.uses(),
        })
    }

    /// Reads a public key of Ed25519 or of a curve of ECDSA from SPKI (RFC 5280 §4.1.2.7,
    /// RFC 8410, RFC 5480) as PEM (RFC 7468, in lines of 64 characters). For an RSA
    /// key, use [`from_rsa_spki_pem`](Self::from_rsa_spki_pem).
    ///
    /// # Errors
    /// `key_invalid` when the text is not well formed, when the key is of another
    /// type, or when the numbers are not a valid key.
    #[cfg(feature = "pem")]
    pub fn from_spki_pem(text: &str) -> Result<Self, TokenError> {
        let rsa = |_: &[u8]| {
            Err(if cfg!(feature = "rsa") {
                KeyProblem::AlgorithmMissing
            } else {
                KeyProblem::Unsupported
            })
        };
        Ok(Self::of_pem(super::pem::verifying(text, rsa)?))
    }

    /// Reads a public RSA key from SPKI (RFC 3279 §2.3.1) as PEM, for one of the
    /// algorithms RS256 to PS512, which the PEM does not name. Keys of other types are
    /// read as [`from_spki_pem`](Self::from_spki_pem) reads them.
    ///
    /// # Errors
    /// The same as [`from_spki_pem`](Self::from_spki_pem), and `key_invalid` when the
    /// algorithm is not RSA.
    #[cfg(all(feature = "pem", feature = "rsa"))]
    pub fn from_rsa_spki_pem(text: &str, algorithm: Algorithm) -> Result<Self, TokenError> {
        let algorithm = RsaAlgorithm::new(algorithm).ok_or(KeyProblem::Unsupported)?;
        let rsa =
            |der: &[u8]| RsaVerifyingKey::from_der(algorithm, der).map(VerifyingMaterial::Rsa);
        Ok(Self::of_pem(super::pem::verifying(text, rsa)?))
    }

    #[cfg(feature = "pem")]
    fn of_pem(material: VerifyingMaterial) -> Self {
        Self {
            material,
            id: None,
            uses: Uses::BOTH,
        }
    }

    /// Sets the key's `kid`. In a set, the key verifies the tokens with this `kid`.
    ///
    /// # Errors
    /// `key_invalid` when `id` is empty or longer than 256 bytes.
    pub fn with_id(mut self, id: &str) -> Result<Self, TokenError> {
        self.id = Some(Box::new(KeyId::new(id).ok_or(KeyProblem::Malformed)?));
        Ok(self)
    }

    /// The key's algorithm.
    #[must_use]
    pub fn algorithm(&self) -> Algorithm {
        self.material.algorithm()
    }

    /// The key's `kid` (RFC 7517 §4.5).
    #[must_use]
    pub fn id(&self) -> Option<&KeyId> {
        self.id.as_deref()
    }

    pub(crate) fn uses(&self) -> Uses {
        self.uses
    }

    /// The longest signature of any algorithm in bytes.
    #[cfg(feature = "rsa")]
    pub(crate) const LONGEST_SIGNATURE: usize = RsaVerifyingKey::LONGEST_SIGNATURE;
    /// The longest signature of any algorithm in bytes.
    #[cfg(not(feature = "rsa"))]
    pub(crate) const LONGEST_SIGNATURE: usize = 132;

    /// Verifies a signature outside of a token: over a signing input
    /// (RFC 7515 §5.2) or over detached content. `message` is the signed bytes.
    /// `signature` has the form of RFC 7518 §3; for ES256 that is the 64 bytes of
    /// R and S.
    ///
    /// A valid signature does not say when the message was signed or for what
    /// purpose. For tokens, use [`Verifier`](crate::token::Verifier).
    ///
    /// # Errors
    /// `token_signature_invalid`, also for a wrong length; `key_invalid` when the
    /// key's uses do not include verifying.
    pub fn verify_signature(&self, message: &[u8], signature: &[u8]) -> Result<(), TokenError> {
        if !self.uses.verify {
            return Err(KeyProblem::UseNotAllowed.into());
        }
        self.verify(message, signature)
    }

    /// Does the same as [`verify`](Self::verify), for an HMAC key only. A WASM module
    /// that calls only this function does not contain the other algorithms' code.
    ///
    /// # Errors
    /// The same as [`verify`](Self::verify), and `key_invalid` for any other key.
    pub(crate) fn verify_mac(&self, message: &[u8], signature: &[u8]) -> Result<(), TokenError> {
        match &self.material {
            VerifyingMaterial::Hs256(key) => go(&Hs256, key, message, signature),
            VerifyingMaterial::Hs384(key) => go(&Hs384, key, message, signature),
            VerifyingMaterial::Hs512(key) => go(&Hs512, key, message, signature),
            _ => Err(KeyProblem::Unsupported.into()),
        }
    }

    /// Does the same as [`verify_signature`](Self::verify_signature), without
    /// checking the key's uses. The caller has checked that they include verifying.
    pub(crate) fn verify(&self, message: &[u8], signature: &[u8]) -> Result<(), TokenError> {
        match &self.material {
            VerifyingMaterial::Hs256(key) => go(&Hs256, key, message, signature),
            VerifyingMaterial::Hs384(key) => go(&Hs384, key, message, signature),
            VerifyingMaterial::Hs512(key) => go(&Hs512, key, message, signature),
            VerifyingMaterial::EdDsa(key) => go(&Ed25519, key, message, signature),
            VerifyingMaterial::Es256(key) => go(&Es256, key, message, signature),
            #[cfg(feature = "es384-es512")]
            VerifyingMaterial::Ecdsa(key) => outcome(key.has_signed(message, signature)),
            #[cfg(feature = "rsa")]
            VerifyingMaterial::Rsa(key) => outcome(key.has_signed(message, signature)),
        }
    }
}

impl From<SecretKey> for VerifyingKey {
    /// Converts a signing key. An HMAC secret stays the same. A private key becomes its
    /// public key.
    fn from(key: SecretKey) -> Self {
        Self {
            material: key.material.into(),
            id: key.id,
            uses: key.uses,
        }
    }
}

impl fmt::Debug for VerifyingKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("VerifyingKey")
            .field("algorithm", &self.algorithm())
            .field("id", &self.id)
            .finish_non_exhaustive()
    }
}

/// Verifies with one algorithm.
fn go<A: jwt_compact::Algorithm>(
    algorithm: &A,
    key: &A::VerifyingKey,
    message: &[u8],
    signature: &[u8],
) -> Result<(), TokenError>
where
    A::Signature: ReadSignature,
{
    outcome(
        A::Signature::read(signature)
            .is_some_and(|signature| algorithm.verify_signature(&signature, key, message)),
    )
}

fn outcome(is_right: bool) -> Result<(), TokenError> {
    if is_right {
        Ok(())
    } else {
        Err(TokenError::SignatureInvalid)
    }
}
