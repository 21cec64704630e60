//! Reading signatures without `anyhow`.

use jwt_compact::AlgorithmSignature;

/// Reads a signature without an `anyhow::Error`, which jwt-compact's trait returns.
/// The code that prints such errors would be part of every WASM module.
pub(super) trait ReadSignature: AlgorithmSignature {
    /// `None` when the bytes are not a signature of this algorithm.
    fn read(bytes: &[u8]) -> Option<Self>;
}

/// Converts the result for `AlgorithmSignature::try_from_slice`.
pub(super) fn or_error<S>(signature: Option<S>) -> Result<S, anyhow::Error> {
    signature.ok_or_else(|| anyhow::Error::msg("no signature of this algorithm"))
}
