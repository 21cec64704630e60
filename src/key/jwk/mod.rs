//! JSON Web Keys (RFC 7517), read strictly and written in one form.

mod generate;
mod read;
mod set;
mod uses;
mod write;

use core::fmt;

use zeroize::Zeroizing;

use super::ed25519::Ed25519SigningKey;
use super::es256::Es256SigningKey;
use super::secret_number::SecretNumber;
use super::{Algorithm, KeyId};
use crate::error::{KeyProblem, TokenError};

pub(crate) use set::read_usable;
pub use set::{PublicJwkSet, SecretJwkSet};
use uses::DeclaredUses;
pub(crate) use uses::Uses;

/// A JSON Web Key (RFC 7517) with or without a secret, handled as if it had
/// one: it cannot be cloned, `Debug` does not show it, and it is zeroized when
/// dropped.
///
/// It is well formed, of a supported type, and has exactly one algorithm. That
/// its numbers are a key (a point of the curve, a pair that fits) is found out
/// when a key is made of it.
pub struct SecretJwk(pub(super) Jwk);

impl SecretJwk {
    /// The longest text in bytes of which a key is read, also in a set: with a
    /// chain of certificates a key has some ten thousand.
    pub const MAX_LENGTH: usize = 0x1_0000;

    /// Reads one from JSON. What it must have is `kty`, and
    /// - for `oct` (RFC 7518 §6.4): `k` and `alg`, one of HS256, HS384, HS512;
    /// - for `OKP` (RFC 8037 §2): `crv` Ed25519, `x`, and to sign `d`;
    /// - for `EC` (RFC 7518 §6.2): `crv` P-256, `x`, `y`, and to sign `d`;
    /// - for `RSA` (RFC 7518 §6.3), with the feature `rsa` and only a public
    ///   one: `n`, `e` and `alg`, RS256 or PS256.
    ///
    /// `kid` (1 to 256 bytes), `use` and `key_ops` (up to 16 of them) are
    /// heeded; other members are disregarded.
    ///
    /// # Errors
    /// `key_invalid` when it is longer than [`MAX_LENGTH`](Self::MAX_LENGTH),
    /// is not strict JSON, a member is missing or not well formed, or the type,
    /// curve or algorithm is not supported.
    pub fn from_json(text: &str) -> Result<Self, TokenError> {
        Ok(Self(read::jwk(text)?))
    }

    /// Makes a new key with `use` and a `kid`, which is the thumbprint.
    /// `random` must be random and never used again.
    ///
    /// An HMAC's secret is as long as its hash; a private number of P-256 is
    /// `random` modulo the group's order (much as in FIPS 186-5 A.2.1).
    ///
    /// # Errors
    /// `key_invalid` when the algorithm can only verify.
    pub fn generate(algorithm: Algorithm, random: &[u8; 64]) -> Result<Self, TokenError> {
        generate::jwk(algorithm, random).map(Self)
    }

    /// The JSON, its members always in the same order, those not known left
    /// out.
    #[must_use]
    pub fn to_json(&self) -> Zeroizing<String> {
        write::json(&self.0)
    }

    /// The key's thumbprint (RFC 7638, RFC 8037 §2) with SHA-256, in
    /// base64url. That of an `oct` key is a hash of its secret: to be shown to
    /// no one if the secret could be guessed (RFC 7638 §7).
    #[must_use]
    pub fn thumbprint(&self) -> String {
        write::thumbprint(&self.0)
    }

    /// The public part, with the same `kid` and `use`; `key_ops` has `verify`
    /// where it had `sign`.
    ///
    /// # Errors
    /// `key_invalid` for an `oct` key, which has none, for a private part that
    /// does not fit, and for a key that `key_ops` keeps from both.
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
            #[cfg(feature = "rsa")]
            Material::Rsa { n, e } => Material::Rsa {
                n: n.clone(),
                e: e.clone(),
            },
        };
        // What is published had better be right.
        super::VerifyingKey::from_jwk(self)?;
        Ok(PublicJwk(Jwk {
            material,
            algorithm: self.0.algorithm,
            id: self.0.id.clone(),
            declared: self.0.declared.public()?,
        }))
    }

    /// The one algorithm of this key.
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

impl fmt::Debug for SecretJwk {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt_as("SecretJwk", f)
    }
}

/// A JSON Web Key (RFC 7517) that has no secret and can be shown to everyone.
///
/// As to what has been checked of it: see [`SecretJwk`].
#[derive(Clone)]
pub struct PublicJwk(pub(super) Jwk);

impl PublicJwk {
    /// Reads one from JSON; see [`SecretJwk::from_json`].
    ///
    /// # Errors
    /// As there, and `key_invalid` for a key that has a secret or private
    /// member.
    pub fn from_json(text: &str) -> Result<Self, TokenError> {
        Ok(Self(read::public_jwk(text)?))
    }

    /// The JSON, its members always in the same order, those not known left
    /// out.
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

    /// The one algorithm of this key.
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

/// What either of them says.
#[derive(Clone)]
pub(super) struct Jwk {
    pub(super) material: Material,
    pub(super) algorithm: Algorithm,
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

/// The numbers of a key. Without `d` it is a public one.
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
    #[cfg(feature = "rsa")]
    Rsa {
        n: Vec<u8>,
        e: Vec<u8>,
    },
}

/// The private key of the seed `d`, if `x` is its public one.
pub(super) fn ed25519_pair(d: &[u8; 32], x: &[u8; 32]) -> Result<Ed25519SigningKey, KeyProblem> {
    let key = Ed25519SigningKey::new(d);
    if key.public() == x {
        Ok(key)
    } else {
        Err(KeyProblem::Mismatch)
    }
}

/// The private key of the number `d`, if (x, y) is its public one.
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
