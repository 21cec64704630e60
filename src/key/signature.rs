use jwt_compact::AlgorithmSignature;

/// A signature read without an `anyhow::Error`, as jwt-compact's own trait
/// makes one: what prints these would be part of every WASM module.
pub(super) trait ReadSignature: AlgorithmSignature {
    /// `None` when the bytes are none of this algorithm.
    fn read(bytes: &[u8]) -> Option<Self>;
}

/// For `AlgorithmSignature::try_from_slice`.
pub(super) fn or_error<S>(signature: Option<S>) -> Result<S, anyhow::Error> {
    signature.ok_or_else(|| anyhow::Error::msg("no signature of this algorithm"))
}
