//! Generating new keys.

use zeroize::Zeroizing;

use super::{DeclaredUses, Jwk, Material, write};
use crate::error::{KeyProblem, TokenError};
use crate::key::ed25519::Ed25519SigningKey;
use crate::key::es256::{Es256SigningKey, generate_d};
use crate::key::secret_number::SecretNumber;
use crate::key::{Algorithm, KeyId};

/// Generates a key; see [`SecretJwk::generate`](super::SecretJwk::generate).
pub(super) fn jwk(algorithm: Algorithm, random: &[u8; 64]) -> Result<Jwk, TokenError> {
    let material = match algorithm {
        Algorithm::Hs256 | Algorithm::Hs384 | Algorithm::Hs512 => {
            let length = algorithm.least_secret_length().unwrap_or(random.len());
            let secret = random.get(..length).ok_or(KeyProblem::Malformed)?;
            Material::Secret(Zeroizing::new(secret.into()))
        }
        Algorithm::EdDsa => ed25519(random)?,
        Algorithm::Es256 => p256(random).ok_or(KeyProblem::Malformed)?,
        _ => return Err(KeyProblem::Unsupported.into()),
    };
    let mut jwk = Jwk {
        material,
        algorithm,
        alg: algorithm.name(),
        id: None,
        declared: DeclaredUses::signatures(),
    };
    jwk.id = KeyId::new(&write::thumbprint(&jwk)).map(Box::new);
    Ok(jwk)
}

/// Uses the first 32 bytes as the seed: any 32 bytes are a seed (RFC 8032 §5.1.5).
fn ed25519(random: &[u8; 64]) -> Result<Material, KeyProblem> {
    let seed: &[u8; 32] = random.first_chunk().ok_or(KeyProblem::Malformed)?;
    Ok(Material::Ed25519 {
        x: boxed(Ed25519SigningKey::new(seed).public()),
        d: Some(boxed(seed)),
    })
}

fn p256(random: &[u8; 64]) -> Option<Material> {
    let d = generate_d(random)?;
    let (x, y) = Es256SigningKey::new(&d)?.public().coordinates();
    Some(Material::P256 {
        x: boxed(&x),
        y: boxed(&y),
        d: Some(d),
    })
}

fn boxed(number: &[u8; 32]) -> SecretNumber {
    let mut boxed = SecretNumber::default();
    boxed.copy_from_slice(number);
    boxed
}
