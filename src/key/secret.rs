use core::fmt;

use jwt_compact::AlgorithmSignature as _;

use super::hmac::{Hs256, Hs256Key, Hs384, Hs384Key, Hs512, Hs512Key};
use super::{Algorithm, KeyId, SecretJwk};
use crate::encoding::base64url;
use crate::error::{KeyProblem, TokenError};

/// A key that signs and verifies, for one algorithm.
///
/// It holds the keyed hash, not the secret, which cannot be had back from it.
/// It cannot be cloned and `Debug` does not show it.
pub struct SecretKey {
    material: Material,
    id: Option<KeyId>,
    uses: Uses,
}

/// What `use` and `key_ops` allow.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Uses {
    pub(crate) sign: bool,
    pub(crate) verify: bool,
}

enum Material {
    Hs256(Hs256Key),
    Hs384(Hs384Key),
    Hs512(Hs512Key),
}

impl SecretKey {
    /// From a raw secret.
    ///
    /// # Errors
    /// `key_invalid` when it is shorter than the algorithm's hash
    /// (RFC 7518 §3.2).
    pub fn new(algorithm: Algorithm, secret: &[u8]) -> Result<Self, TokenError> {
        let least = algorithm.least_key_length();
        if secret.len() < least {
            return Err(KeyProblem::TooShort { least }.into());
        }
        let material = match algorithm {
            Algorithm::Hs256 => Hs256Key::new(secret).map(Material::Hs256),
            Algorithm::Hs384 => Hs384Key::new(secret).map(Material::Hs384),
            Algorithm::Hs512 => Hs512Key::new(secret).map(Material::Hs512),
        };
        Ok(Self {
            material: material.ok_or(KeyProblem::Malformed)?,
            id: None,
            uses: Uses {
                sign: true,
                verify: true,
            },
        })
    }

    /// From a JWK of the type `oct` with an `alg` (RFC 7517, RFC 7518 §6.4).
    ///
    /// # Errors
    /// `key_invalid` when it is of another type, has no supported `alg`, is
    /// not canonical, or is too short.
    pub fn from_jwk(jwk: &SecretJwk) -> Result<Self, TokenError> {
        if jwk.kty != "oct" {
            return Err(KeyProblem::Unsupported.into());
        }
        let algorithm = jwk
            .alg
            .as_deref()
            .and_then(Algorithm::from_name)
            .ok_or(KeyProblem::Unsupported)?;
        let k = jwk.k.as_deref().ok_or(KeyProblem::Malformed)?;
        let secret =
            zeroize::Zeroizing::new(base64url::decode(k).map_err(|_| KeyProblem::Malformed)?);
        let mut key = Self::new(algorithm, &secret)?;
        key.uses = jwk.uses();
        match &jwk.kid {
            Some(id) => key.with_id(id),
            None => Ok(key),
        }
    }

    /// Names the key: the `kid` of the tokens that it signs.
    ///
    /// # Errors
    /// `key_invalid` when the name is empty or longer than 256 bytes.
    pub fn with_id(mut self, id: &str) -> Result<Self, TokenError> {
        self.id = Some(KeyId::new(id).ok_or(KeyProblem::Malformed)?);
        Ok(self)
    }

    /// The one algorithm of this key.
    #[must_use]
    pub fn algorithm(&self) -> Algorithm {
        match self.material {
            Material::Hs256(_) => Algorithm::Hs256,
            Material::Hs384(_) => Algorithm::Hs384,
            Material::Hs512(_) => Algorithm::Hs512,
        }
    }

    /// The key's name (`kid`, RFC 7517 §4.5).
    #[must_use]
    pub fn id(&self) -> Option<&KeyId> {
        self.id.as_ref()
    }

    pub(crate) fn uses(&self) -> Uses {
        self.uses
    }

    /// The longest signature of any algorithm in bytes.
    pub(crate) const LONGEST_SIGNATURE: usize = 64;

    /// Writes the signature over `message` to the end of `out`, in base64url.
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
            Material::Hs256(key) => go(&Hs256, key, message, out),
            Material::Hs384(key) => go(&Hs384, key, message, out),
            Material::Hs512(key) => go(&Hs512, key, message, out),
        }
    }

    /// Whether `signature` is this key's over `message`.
    ///
    /// # Errors
    /// `token_signature_invalid`, for a wrong length as well.
    pub(crate) fn verify(&self, message: &str, signature: &[u8]) -> Result<(), TokenError> {
        fn go<A: jwt_compact::Algorithm>(
            algorithm: &A,
            key: &A::VerifyingKey,
            message: &str,
            signature: &[u8],
        ) -> Result<(), TokenError> {
            let right_length =
                A::Signature::LENGTH.is_none_or(|length| length.get() == signature.len());
            let right = right_length
                && A::Signature::try_from_slice(signature)
                    .is_ok_and(|s| algorithm.verify_signature(&s, key, message.as_bytes()));
            if right {
                Ok(())
            } else {
                Err(TokenError::SignatureInvalid)
            }
        }
        match &self.material {
            Material::Hs256(key) => go(&Hs256, key, message, signature),
            Material::Hs384(key) => go(&Hs384, key, message, signature),
            Material::Hs512(key) => go(&Hs512, key, message, signature),
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
