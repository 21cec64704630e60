//! base64url with the crate base64. Natively it is as fast as `simd` is in
//! WebAssembly.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use super::NotCanonical;

/// The number of bytes that a decoding buffer needs beyond the decoded bytes.
pub(super) const EXTRA: usize = 0;

/// Decodes `text` and appends the bytes to `out`.
pub fn decode_onto(text: &[u8], out: &mut Vec<u8>) -> Result<(), NotCanonical> {
    URL_SAFE_NO_PAD
        .decode_vec(text, out)
        .map_err(|_| NotCanonical)
}

pub(super) fn decode_slice(text: &[u8], out: &mut [u8]) -> Result<usize, NotCanonical> {
    URL_SAFE_NO_PAD
        .decode_slice(text, out)
        .map_err(|_| NotCanonical)
}

/// Encodes `bytes` and appends the text to `out`.
pub fn encode_onto(bytes: &[u8], out: &mut String) {
    URL_SAFE_NO_PAD.encode_string(bytes, out);
}
