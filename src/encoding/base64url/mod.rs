//! Canonical base64url without padding (RFC 7515 §2). White space, padding, the `+`
//! and `/` of plain base64, and non-zero trailing bits are errors (RFC 4648 §3.5).

#[cfg(not(all(target_arch = "wasm32", target_feature = "simd128")))]
mod scalar;
#[cfg(all(target_arch = "wasm32", target_feature = "simd128"))]
mod simd;

#[cfg(not(all(target_arch = "wasm32", target_feature = "simd128")))]
use scalar as codec;
#[cfg(all(target_arch = "wasm32", target_feature = "simd128"))]
use simd as codec;

pub use codec::{decode_onto, encode_onto};

/// The text is not canonical base64url.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NotCanonical;

/// Decodes `text`.
///
/// # Errors
/// [`NotCanonical`].
pub fn decode(text: &[u8]) -> Result<Vec<u8>, NotCanonical> {
    let mut out = Vec::new();
    decode_onto(text, &mut out)?;
    Ok(out)
}

/// The length of the buffer that [`decode_slice`] needs for a result of this many
/// bytes. The decoder may write beyond the result.
pub const fn room_for(bytes: usize) -> usize {
    bytes.saturating_add(codec::EXTRA)
}

/// Decodes `text` into the front of `out`. Returns the number of decoded bytes.
///
/// # Errors
/// [`NotCanonical`], also when `out` is shorter than [`room_for`] requires.
pub fn decode_slice(text: &[u8], out: &mut [u8]) -> Result<usize, NotCanonical> {
    codec::decode_slice(text, out)
}

/// Checks that `text` can be decoded, without keeping the bytes.
///
/// # Errors
/// [`NotCanonical`].
pub fn check(text: &[u8]) -> Result<(), NotCanonical> {
    // 128 characters decode to 96 bytes. 128 is a multiple of 4, so only the last piece
    // can end in a partial group.
    let mut buffer = [0_u8; room_for(96)];
    let mut rest = text;
    while let Some((piece, behind)) = rest.split_at_checked(128) {
        decode_slice(piece, &mut buffer)?;
        rest = behind;
    }
    decode_slice(rest, &mut buffer).map(drop)
}
