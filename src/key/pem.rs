//! Private keys in PKCS#8 and public ones in SPKI, as PEM.

use super::secret::SigningMaterial;
use super::verifying::VerifyingMaterial;
use crate::error::KeyProblem;

pub(super) fn signing(_: &str) -> Result<SigningMaterial, KeyProblem> {
    Err(KeyProblem::Unsupported)
}
pub(super) fn verifying(_: &str) -> Result<VerifyingMaterial, KeyProblem> {
    Err(KeyProblem::Unsupported)
}
