//! base64url without padding (RFC 7515 §2), canonical: white space, padding,
//! the other alphabet and non-zero trailing bits are errors (RFC 4648 §3.5).

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
pub fn decode(text: &[u8]) -> Result<Vec<u8>, NotCanonical> {
    let mut out = Vec::new();
    decode_onto(text, &mut out)?;
    Ok(out)
}

/// The room that [`decode_slice`] wants for so many bytes.
pub const fn room_for(bytes: usize) -> usize {
    bytes.saturating_add(codec::BEHIND)
}

/// Decodes `text` into the front of `out` and says how many bytes there are.
///
/// # Errors
/// Also when there is no [room](room_for).
pub fn decode_slice(text: &[u8], out: &mut [u8]) -> Result<usize, NotCanonical> {
    codec::decode_slice(text, out)
}

/// Whether `text` could be decoded, without keeping what it says.
pub fn check(text: &[u8]) -> Result<(), NotCanonical> {
    // In pieces, none of which but the last may end within three bytes.
    let mut buffer = [0_u8; room_for(96)];
    let mut rest = text;
    while let Some((piece, behind)) = rest.split_at_checked(128) {
        decode_slice(piece, &mut buffer)?;
        rest = behind;
    }
    decode_slice(rest, &mut buffer).map(drop)
}
