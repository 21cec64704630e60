//! Keys that sign.

use core::fmt;

use jwt_compact::AlgorithmSignature as _;

use super::ed25519::Ed25519;
use super::es256::Es256;
use super::hmac::{Hs256, Hs256Key, Hs384, Hs384Key, Hs512, Hs512Key};
use super::jwk::{Material, Uses, ed25519_pair, p256_pair};
use super::material::SigningMaterial;
use super::{Algorithm, HmacSecret, KeyId, SecretJwk};
use crate::encoding::base64url;
use crate::error::{KeyProblem, TokenError};

/// A key that signs with one algorithm: an HMAC secret or a private key.
///
/// It cannot be cloned, `Debug` does not show it, and it is zeroized when
/// dropped.
pub struct SecretKey {
    pub(super) material: SigningMaterial,
    /// The value of `alg`.
    alg: &'static str,
    /// Boxed, so that a key without an id has no unused space; see `VerifyingMaterial`.
    pub(super) id: Option<Box<KeyId>>,
    pub(super) uses: Uses,
}

impl SecretKey {
    /// Creates a key from the raw secret of an HMAC.
    ///
    /// # Errors
    /// `key_invalid` when the secret is shorter than the algorithm's hash
    /// (RFC 7518 §3.2), when it is the text of a PEM, a JWK, a JWK Set or an
    /// SSH key, or when the algorithm is not an HMAC.
    pub fn new(algorithm: Algorithm, secret: &[u8]) -> Result<Self, TokenError> {
        let least = algorithm
            .least_secret_length()
            .ok_or(KeyProblem::Unsupported)?;
        let secret = HmacSecret::new(secret, least)?.octets();
        let material = match algorithm {
            Algorithm::Hs256 => Hs256Key::new(secret).map(SigningMaterial::Hs256),
            Algorithm::Hs384 => Hs384Key::new(secret).map(SigningMaterial::Hs384),
            Algorithm::Hs512 => Hs512Key::new(secret).map(SigningMaterial::Hs512),
            _ => None,
        };
        Ok(Self {
            material: material.ok_or(KeyProblem::Unsupported)?,
            alg: algorithm.name(),
            id: None,
            uses: Uses::BOTH,
        })
    }

    /// Creates a key from a JWK (RFC 7517) with a secret or a private part.
    ///
    /// # Errors
    /// `key_invalid` when the JWK has neither, when the private number is out of
    /// range, or when the private part does not match the public part.
    pub fn from_jwk(jwk: &SecretJwk) -> Result<Self, TokenError> {
        let jwk = &jwk.0;
        let material = match &jwk.material {
            Material::Secret(secret) => Self::new(jwk.algorithm, secret)?.material,
            Material::Ed25519 { x, d: Some(d) } => SigningMaterial::EdDsa(ed25519_pair(d, x)?),
            Material::P256 { x, y, d: Some(d) } => SigningMaterial::Es256(p256_pair(d, x, y)?),
            _ => return Err(KeyProblem::NotPrivate.into()),
        };
        Ok(Self {
            material,
            alg: jwk.alg,
            id: jwk.id.clone(),
            uses: jwk.uses(),
        })
    }

    /// Reads a private key of Ed25519 or P-256 from unencrypted PKCS#8 (RFC 5958,
    /// RFC 8410, RFC 5915) as PEM (RFC 7468, in lines of 64 characters).
    ///
    /// # Errors
    /// `key_invalid` when the text is not well formed, when the key is of another
    /// type, or when it contains a public key that does not match.
    #[cfg(feature = "pem")]
    pub fn from_pkcs8_pem(text: &str) -> Result<Self, TokenError> {
        let material = super::pem::signing(text)?;
        Ok(Self {
            alg: material.algorithm().name(),
            material,
            id: None,
            uses: Uses::BOTH,
        })
    }

    /// Sets the key's `kid`. The tokens that the key signs have this `kid`.
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

    /// The value of `alg` in the tokens that the key signs.
    pub(crate) fn alg(&self) -> &'static str {
        self.alg
    }

    pub(crate) fn uses(&self) -> Uses {
        self.uses
    }

    /// Appends the signature over `message` to `out`, in base64url.
    pub(crate) fn sign_onto(&self, message: &str, out: &mut String) {
        fn go<A: jwt_compact::Algorithm>(
            algorithm: &A,
            key: &A::SigningKey,
            message: &str,
            out: &mut String,
        ) {
            let signature = algorithm.sign(key, message.as_bytes());
            base64url::encode_onto(&signature.as_bytes(), out);
        }
        match &self.material {
            SigningMaterial::Hs256(key) => go(&Hs256, key, message, out),
            SigningMaterial::Hs384(key) => go(&Hs384, key, message, out),
            SigningMaterial::Hs512(key) => go(&Hs512, key, message, out),
            SigningMaterial::EdDsa(key) => go(&Ed25519, key, message, out),
            SigningMaterial::Es256(key) => go(&Es256, key, message, out),
        }
    }
}

impl fmt::Debug for SecretKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SecretKey")
            .field("algorithm", &self.algorithm())
            .field("id", &self.id)
            .finish_non_exhaustive()
    }
}
