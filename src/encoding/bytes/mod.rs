//! Finding and comparing bytes, several at a time. Do not use these functions for
//! secrets: they stop as soon as the result is known.

#[cfg(all(target_arch = "wasm32", target_feature = "simd128"))]
mod simd;
#[cfg(not(all(target_arch = "wasm32", target_feature = "simd128")))]
mod swar;

#[cfg(all(target_arch = "wasm32", target_feature = "simd128"))]
use simd as wide;
#[cfg(not(all(target_arch = "wasm32", target_feature = "simd128")))]
use swar as wide;

/// The index of the first `wanted`.
#[inline]
pub fn find(wanted: u8, bytes: &[u8]) -> Option<usize> {
    let mut from = 0_usize;
    let (steps, rest) = bytes.as_chunks::<{ wide::BYTES }>();
    for step in steps {
        if let Some(place) = wide::find(wanted, step) {
            return Some(from.saturating_add(place));
        }
        from = from.saturating_add(wide::BYTES);
    }
    let place = rest.iter().position(|byte| *byte == wanted)?;
    Some(from.saturating_add(place))
}

/// The bytes before and after the first `wanted`.
#[inline]
pub fn split_once(wanted: u8, bytes: &[u8]) -> Option<(&[u8], &[u8])> {
    let (before, from) = bytes.split_at_checked(find(wanted, bytes)?)?;
    Some((before, from.get(1..)?))
}

/// Whether both are equal. Compares eight bytes at a time: on targets without a C
/// library, the compiler's own comparison takes one byte at a time.
#[inline]
pub fn same(a: &[u8], b: &[u8]) -> bool {
    let (a_steps, a_rest) = a.as_chunks::<8>();
    let (b_steps, b_rest) = b.as_chunks::<8>();
    let differ = |(a, b): (&[u8; 8], &[u8; 8])| u64::from_le_bytes(*a) != u64::from_le_bytes(*b);
    a.len() == b.len()
        && !a_steps.iter().zip(b_steps).any(differ)
        && !a_rest.iter().zip(b_rest).any(|(a, b)| a != b)
}
