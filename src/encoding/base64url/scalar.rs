//! By the crate base64, which is as fast natively as what `simd`
//! does in WebAssembly.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use super::NotCanonical;

/// What a slice to decode into must have behind what is decoded.
pub(super) const BEHIND: usize = 0;

/// Decodes `text` to the end of `out`.
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

/// Encodes `bytes` to the end of `out`.
pub fn encode_onto(bytes: &[u8], out: &mut String) {
    URL_SAFE_NO_PAD.encode_string(bytes, out);
}
