//! base64url without padding (RFC 7515 §2), canonical: white space, padding,
//! the other alphabet and non-zero trailing bits are errors (RFC 4648 §3.5).

#[cfg(all(target_arch = "wasm32", target_feature = "simd128"))]
mod simd;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

/// The text is not canonical base64url.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct NotCanonical;

/// Decodes `text` to the end of `out`.
pub(crate) fn decode_onto(text: &str, out: &mut Vec<u8>) -> Result<(), NotCanonical> {
    let text = text.as_bytes();
    #[cfg(all(target_arch = "wasm32", target_feature = "simd128"))]
    let text = {
        let (middle, rest) = text.as_chunks::<{ simd::CHARACTERS }>();
        simd::decode_onto(middle, out)?;
        rest
    };
    URL_SAFE_NO_PAD
        .decode_vec(text, out)
        .map_err(|_| NotCanonical)
}

/// Decodes `text` into the front of `out` and says how many bytes there are.
pub(crate) fn decode_slice(text: &str, out: &mut [u8]) -> Result<usize, NotCanonical> {
    URL_SAFE_NO_PAD
        .decode_slice(text, out)
        .map_err(|_| NotCanonical)
}

/// Whether `text` could be decoded, without keeping what it says.
pub(crate) fn check(text: &str) -> Result<(), NotCanonical> {
    // In pieces, none of which but the last may end within three bytes.
    let mut buffer = [0_u8; 96];
    let mut rest = text;
    while let Some((piece, behind)) = rest.split_at_checked(128) {
        decode_slice(piece, &mut buffer)?;
        rest = behind;
    }
    decode_slice(rest, &mut buffer).map(drop)
}

/// Decodes `text`.
pub(crate) fn decode(text: &str) -> Result<Vec<u8>, NotCanonical> {
    let mut out = Vec::new();
    decode_onto(text, &mut out)?;
    Ok(out)
}

/// Encodes `bytes` to the end of `out`.
pub(crate) fn encode_onto(bytes: &[u8], out: &mut String) {
    URL_SAFE_NO_PAD.encode_string(bytes, out);
}
