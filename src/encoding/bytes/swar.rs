//! Finding a byte among eight in a 64-bit number.

pub(super) const BYTES: usize = 8;

#[inline]
pub(super) fn find(wanted: u8, bytes: &[u8; BYTES]) -> Option<usize> {
    const ONES: u64 = 0x0101_0101_0101_0101;
    const HIGH: u64 = 0x8080_8080_8080_8080;
    let differences = u64::from_le_bytes(*bytes) ^ u64::from(wanted).wrapping_mul(ONES);
    // Marks the highest bit of each zero byte. Only the lowest mark is reliable.
    let zeros = differences.wrapping_sub(ONES) & !differences & HIGH;
    (zeros != 0).then(|| zeros.trailing_zeros() as usize >> 3)
}
