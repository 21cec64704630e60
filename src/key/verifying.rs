use core::fmt;

use super::ed25519::{Ed25519, Ed25519VerifyingKey};
use super::es256::{Es256, Es256VerifyingKey};
use super::hmac::{Hs256, Hs256Key, Hs384, Hs384Key, Hs512, Hs512Key};
use super::jwk::{Jwk, Material, Uses};
use super::material::VerifyingMaterial;
#[cfg(feature = "rsa")]
use super::rsa::{Ps256, Rs256, RsaVerifyingKey};
use super::signature::ReadSignature;
use super::{Algorithm, HmacSecret, KeyId, PublicJwk, SecretJwk, SecretKey};
use crate::error::{KeyProblem, TokenError};

/// A key that verifies, for one algorithm: a public key or an HMAC's secret.
///
/// Because it can be a secret, it cannot be cloned and `Debug` does not show
/// it.
pub struct VerifyingKey {
    material: VerifyingMaterial,
    id: Option<Box<KeyId>>,
    uses: Uses,
}

impl VerifyingKey {
    /// From an HMAC's secret of any length, for tokens of a time when it was
    /// allowed to be short. It never signs. Tokens under a secret that can be
    /// guessed can be forged: use this as long as the old tokens live.
    ///
    /// # Errors
    /// `key_invalid` when it is empty, when it is the text of a PEM, a JWK, a
    /// JWK Set or an SSH key, or when the algorithm is not an HMAC.
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

    /// From a JWK (RFC 7517) of any kind: a secret, a private key, whose
    /// public part it takes, or a public one.
    ///
    /// # Errors
    /// `key_invalid` when its numbers are not a key: a point that is not on
    /// the curve or of small order, a private part that is not that of the
    /// public part beside it.
    pub fn from_jwk(jwk: &SecretJwk) -> Result<Self, TokenError> {
        match jwk.0.material {
            Material::Secret(_)
            | Material::Ed25519 { d: Some(_), .. }
            | Material::P256 { d: Some(_), .. } => Ok(SecretKey::from_jwk(jwk)?.into()),
            _ => Self::of_public(&jwk.0),
        }
    }

    /// From a public JWK (RFC 7517).
    ///
    /// # Errors
    /// `key_invalid` when its numbers are not a key.
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
            #[cfg(feature = "rsa")]
            Material::Rsa { n, e } => {
                let key = RsaVerifyingKey::new(n, e)?;
                Some(match jwk.algorithm {
                    Algorithm::Ps256 => VerifyingMaterial::Ps256(key),
                    _ => VerifyingMaterial::Rs256(key),
                })
            }
        };
        Ok(Self {
            material: material.ok_or(KeyProblem::Malformed)?,
            id: jwk.id.clone(),
            uses: jwk.uses(),
        })
    }

    /// From a public key of Ed25519 or P-256 in SPKI (RFC 5280 §4.1.2.7,
    /// RFC 8410, RFC 5480) as PEM (RFC 7468, in lines of 64 characters).
    ///
    /// # Errors
    /// `key_invalid` when it is not well formed, is of another type, or its
    /// numbers are not a key.
    #[cfg(feature = "pem")]
    pub fn from_spki_pem(text: &str) -> Result<Self, TokenError> {
        Ok(Self {
            material: super::pem::verifying(text)?,
            id: None,
            uses: Uses::BOTH,
        })
    }

    /// Names the key: it is for tokens of this `kid`.
    ///
    /// # Errors
    /// `key_invalid` when the name is empty or longer than 256 bytes.
    pub fn with_id(mut self, id: &str) -> Result<Self, TokenError> {
        self.id = Some(Box::new(KeyId::new(id).ok_or(KeyProblem::Malformed)?));
        Ok(self)
    }

    /// The one algorithm of this key.
    #[must_use]
    pub fn algorithm(&self) -> Algorithm {
        self.material.algorithm()
    }

    /// The key's name (`kid`, RFC 7517 §4.5).
    #[must_use]
    pub fn id(&self) -> Option<&KeyId> {
        self.id.as_deref()
    }

    pub(crate) fn uses(&self) -> Uses {
        self.uses
    }

    /// The longest signature of any algorithm in bytes.
    pub(crate) const LONGEST_SIGNATURE: usize = if cfg!(feature = "rsa") { 512 } else { 64 };

    /// Verifies a signature by itself, apart from any token: for a signing
    /// input (RFC 7515 §5.2) or content that is kept elsewhere. `message` is
    /// what was signed, and `signature` its bytes in the form of RFC 7518 §3,
    /// for ES256 the 64 of R and S.
    ///
    /// It says nothing of who meant what by the message, or when: for tokens,
    /// that is [`Verifier`](crate::token::Verifier).
    ///
    /// # Errors
    /// `token_signature_invalid`, for a wrong length as well; `key_invalid`
    /// when the key is not meant to verify.
    pub fn verify_signature(&self, message: &[u8], signature: &[u8]) -> Result<(), TokenError> {
        if !self.uses.verify {
            return Err(KeyProblem::UseNotAllowed.into());
        }
        self.verify(message, signature)
    }

    /// As [`verify`](Self::verify), of an HMAC's key: what needs no other does
    /// not bring the others' code along.
    ///
    /// # Errors
    /// As there; `key_invalid` for another key.
    pub(crate) fn verify_mac(&self, message: &[u8], signature: &[u8]) -> Result<(), TokenError> {
        match &self.material {
            VerifyingMaterial::Hs256(key) => go(&Hs256, key, message, signature),
            VerifyingMaterial::Hs384(key) => go(&Hs384, key, message, signature),
            VerifyingMaterial::Hs512(key) => go(&Hs512, key, message, signature),
            _ => Err(KeyProblem::Unsupported.into()),
        }
    }

    /// As [`verify_signature`](Self::verify_signature), of a key that is known
    /// to be meant to verify.
    pub(crate) fn verify(&self, message: &[u8], signature: &[u8]) -> Result<(), TokenError> {
        match &self.material {
            VerifyingMaterial::Hs256(key) => go(&Hs256, key, message, signature),
            VerifyingMaterial::Hs384(key) => go(&Hs384, key, message, signature),
            VerifyingMaterial::Hs512(key) => go(&Hs512, key, message, signature),
            VerifyingMaterial::EdDsa(key) => go(&Ed25519, key, message, signature),
            VerifyingMaterial::Es256(key) => go(&Es256, key, message, signature),
            #[cfg(feature = "rsa")]
            VerifyingMaterial::Rs256(key) => go(&Rs256, key, message, signature),
            #[cfg(feature = "rsa")]
            VerifyingMaterial::Ps256(key) => go(&Ps256, key, message, signature),
        }
    }
}

impl From<SecretKey> for VerifyingKey {
    /// What verifies the signatures of the key: an HMAC's secret itself, or
    /// the public part.
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

fn go<A: jwt_compact::Algorithm>(
    algorithm: &A,
    key: &A::VerifyingKey,
    message: &[u8],
    signature: &[u8],
) -> Result<(), TokenError>
where
    A::Signature: ReadSignature,
{
    let right = A::Signature::read(signature)
        .is_some_and(|signature| algorithm.verify_signature(&signature, key, message));
    if right {
        Ok(())
    } else {
        Err(TokenError::SignatureInvalid)
    }
}
