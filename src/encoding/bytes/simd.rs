//! Finding a byte among sixteen with WebAssembly's SIMD.

use core::arch::wasm32::{u8x16_bitmask, u8x16_eq, u8x16_splat, u64x2};

pub(super) const BYTES: usize = 16;

#[inline]
pub(super) fn find(wanted: u8, bytes: &[u8; BYTES]) -> Option<usize> {
    let [a, b, c, d, e, f, g, h, rest @ ..] = *bytes;
    let bytes = u64x2(
        u64::from_le_bytes([a, b, c, d, e, f, g, h]),
        u64::from_le_bytes(rest),
    );
    let places = u8x16_bitmask(u8x16_eq(bytes, u8x16_splat(wanted)));
    (places != 0).then(|| places.trailing_zeros() as usize)
}
