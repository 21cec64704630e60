//! JSON Web Keys (RFC 7517), read strictly and written in one form.

mod generate;
mod read;
mod set;
mod uses;
mod write;

use core::fmt;

use zeroize::Zeroizing;

#[cfg(feature = "es384-es512")]
use super::ecdsa::Curve;
use super::ed25519::Ed25519SigningKey;
use super::es256::Es256SigningKey;
use super::secret_number::SecretNumber;
use super::{Algorithm, KeyId};
use crate::error::{KeyProblem, TokenError};

pub(crate) use set::read_usable;
pub use set::{PublicJwkSet, SecretJwkSet};
pub(crate) use uses::{DeclaredUses, Uses};

/// A JSON Web Key (RFC 7517) that may hold a secret. It cannot be cloned, `Debug`
/// does not show it, and it is zeroized when dropped.
///
/// A value is well formed, of a supported type, and has exactly one algorithm.
/// Whether its numbers are a valid key (a point on the curve, a matching pair) is
/// checked when a [`SecretKey`](crate::key::SecretKey) or
/// [`VerifyingKey`](crate::key::VerifyingKey) is created from it.
pub struct SecretJwk(pub(super) Jwk);

impl SecretJwk {
    /// The maximum length of a key's JSON in bytes, also within a set. A key with a
    /// chain of certificates has about ten thousand bytes.
    pub const MAX_LENGTH: usize = 0x1_0000;

    /// Reads a key from JSON. The required members are `kty` and
    /// - for `oct` (RFC 7518 §6.4): `k` and `alg`, one of HS256, HS384, HS512;
    /// - for `OKP` (RFC 8037 §2): `crv` Ed25519, `x`, and for signing `d`;
    /// - for `EC` (RFC 7518 §6.2): `crv` P-256, `x`, `y`, and for signing `d`;
    ///   with the feature `es384-es512`, also P-384 and P-521, only for public keys;
    /// - for `RSA` (RFC 7518 §6.3), with the feature `rsa` and only for public keys: `n`, `e` and `alg`, one of
    ///   RS256, RS384, RS512, PS256, PS384, PS512.
    ///
    /// `kid` (1 to 256 bytes), `use` and `key_ops` (up to 16 operations) are
    /// optional and apply. Other members are ignored.
    ///
    /// # Errors
    /// `key_invalid` when the text is longer than
    /// [`MAX_LENGTH`](Self::MAX_LENGTH) or is not strict JSON, when a member is
    /// missing or not well formed, or when the type, curve or algorithm is not
    /// supported.
    pub fn from_json(text: &str) -> Result<Self, TokenError> {
        Ok(Self(read::jwk(text)?))
    }

    /// Generates a new key with a `use`, and its thumbprint as `kid`. `random`
    /// must be random and never used again.
    ///
    /// An HMAC secret is as long as its hash. A private number of P-256 is
    /// `random` modulo the group order (similar to FIPS 186-5 A.2.1).
    ///
    /// # Errors
    /// `key_invalid` when the algorithm is supported for verifying only.
    pub fn generate(algorithm: Algorithm, random: &[u8; 64]) -> Result<Self, TokenError> {
        generate::jwk(algorithm, random).map(Self)
    }

    /// Writes the `alg` of an EdDSA key as `Ed25519` (RFC 9864 §2.2), here and in the
    /// tokens that it signs. The name says which curve is meant, but older libraries
    /// know only `EdDSA`. Keys with other algorithms stay the same.
    #[must_use]
    pub fn with_fully_specified_algorithm(mut self) -> Self {
        if self.0.algorithm == Algorithm::EdDsa {
            self.0.alg = Algorithm::ED25519;
        }
        self
    }

    /// Writes the key as JSON, with members in a fixed order. Members that
    /// [`from_json`](Self::from_json) ignores are not written.
    #[must_use]
    pub fn to_json(&self) -> Zeroizing<String> {
        write::json(&self.0)
    }

    /// The key's thumbprint (RFC 7638, RFC 8037 §2) with SHA-256, in
    /// base64url. The thumbprint of an `oct` key is a hash of its secret: do not
    /// show it to anyone if the secret could be guessed (RFC 7638 §7).
    #[must_use]
    pub fn thumbprint(&self) -> String {
        write::thumbprint(&self.0)
    }

    /// The public part, with the same `kid` and `use`. If the key has `key_ops`, the
    /// public part has `["verify"]`.
    ///
    /// # Errors
    /// `key_invalid` for an `oct` key, which has no public part; when the private
    /// part does not match the public part; and when `key_ops` allows neither
    /// signing nor verifying.
    pub fn public(&self) -> Result<PublicJwk, TokenError> {
        let material = match &self.0.material {
            Material::Secret(_) => return Err(KeyProblem::NoPublicPart.into()),
            Material::Ed25519 { x, .. } => Material::Ed25519 {
                x: x.clone(),
                d: None,
            },
            Material::P256 { x, y, .. } => Material::P256 {
                x: x.clone(),
                y: y.clone(),
                d: None,
            },
            #[cfg(feature = "es384-es512")]
            Material::Ecdsa { .. } => self.0.material.clone(),
            #[cfg(feature = "rsa")]
            Material::Rsa { n, e } => Material::Rsa {
                n: n.clone(),
                e: e.clone(),
            },
        };
        // Check that the numbers are a valid key before they are published.
        super::VerifyingKey::from_jwk(self)?;
        Ok(PublicJwk(Jwk {
            material,
            algorithm: self.0.algorithm,
            alg: self.0.alg,
            id: self.0.id.clone(),
            declared: self.0.declared.public()?,
        }))
    }

    /// The key's algorithm.
    #[must_use]
    pub fn algorithm(&self) -> Algorithm {
        self.0.algorithm
    }

    /// The value of `alg`: the algorithm's name, or `Ed25519` (RFC 9864) if the key
    /// has EdDSA under that name.
    #[must_use]
    pub fn algorithm_name(&self) -> &'static str {
        self.0.alg
    }

    /// The key's name (`kid`, RFC 7517 §4.5).
    #[must_use]
    pub fn id(&self) -> Option<&KeyId> {
        self.0.id.as_deref()
    }
}

impl fmt::Debug for SecretJwk {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt_as("SecretJwk", f)
    }
}

/// A JSON Web Key (RFC 7517) without a secret, which can be published.
///
/// A value has passed the checks that [`SecretJwk`] describes.
#[derive(Clone)]
pub struct PublicJwk(pub(super) Jwk);

impl PublicJwk {
    /// Reads a public key from JSON; see [`SecretJwk::from_json`].
    ///
    /// # Errors
    /// The same as [`SecretJwk::from_json`], and `key_invalid` for a key with a
    /// secret or private member.
    pub fn from_json(text: &str) -> Result<Self, TokenError> {
        Ok(Self(read::public_jwk(text)?))
    }

    /// Writes the key as JSON, with members in a fixed order. Members that
    /// [`from_json`](Self::from_json) ignores are not written.
    #[must_use]
    pub fn to_json(&self) -> String {
        core::mem::take(&mut *write::json(&self.0))
    }

    /// The key's thumbprint (RFC 7638, RFC 8037 §2) with SHA-256, in
    /// base64url.
    #[must_use]
    pub fn thumbprint(&self) -> String {
        write::thumbprint(&self.0)
    }

    /// The key's algorithm.
    #[must_use]
    pub fn algorithm(&self) -> Algorithm {
        self.0.algorithm
    }

    /// The key's name (`kid`, RFC 7517 §4.5).
    #[must_use]
    pub fn id(&self) -> Option<&KeyId> {
        self.0.id.as_deref()
    }
}

impl fmt::Debug for PublicJwk {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt_as("PublicJwk", f)
    }
}

/// The content of a secret or a public JWK.
#[derive(Clone)]
pub(super) struct Jwk {
    pub(super) material: Material,
    pub(super) algorithm: Algorithm,
    /// The value of `alg`.
    pub(super) alg: &'static str,
    pub(super) id: Option<Box<KeyId>>,
    declared: DeclaredUses,
}

impl Jwk {
    pub(super) fn uses(&self) -> Uses {
        self.declared.uses()
    }

    fn fmt_as(&self, name: &str, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct(name)
            .field("algorithm", &self.algorithm)
            .field("id", &self.id)
            .finish_non_exhaustive()
    }
}

/// The numbers of a key. `Secret` is an HMAC secret. An `Ed25519` or `P256` key
/// without `d` is public, and an `Rsa` key is always public.
#[derive(Clone)]
pub(super) enum Material {
    Secret(Zeroizing<Vec<u8>>),
    Ed25519 {
        x: SecretNumber,
        d: Option<SecretNumber>,
    },
    P256 {
        x: SecretNumber,
        y: SecretNumber,
        d: Option<SecretNumber>,
    },
    #[cfg(feature = "es384-es512")]
    Ecdsa {
        curve: Curve,
        x: Vec<u8>,
        y: Vec<u8>,
    },
    #[cfg(feature = "rsa")]
    Rsa {
        n: Vec<u8>,
        e: Vec<u8>,
    },
}

/// The private key with the seed `d`. An error if `x` is not its public key.
pub(super) fn ed25519_pair(d: &[u8; 32], x: &[u8; 32]) -> Result<Ed25519SigningKey, KeyProblem> {
    let key = Ed25519SigningKey::new(d);
    if key.public() == x {
        Ok(key)
    } else {
        Err(KeyProblem::Mismatch)
    }
}

/// The private key with the number `d`. An error if (x, y) is not its public key.
pub(super) fn p256_pair(
    d: &[u8; 32],
    x: &[u8; 32],
    y: &[u8; 32],
) -> Result<Es256SigningKey, KeyProblem> {
    let key = Es256SigningKey::new(d).ok_or(KeyProblem::Malformed)?;
    if key.public().coordinates() == (*x, *y) {
        Ok(key)
    } else {
        Err(KeyProblem::Mismatch)
    }
}
