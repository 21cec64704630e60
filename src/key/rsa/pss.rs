//! EMSA-PSS (RFC 8017 §9.1.2) with MGF1 (§B.2.1). MGF1 has the same hash, and the
//! salt is as long as the hash (RFC 7518 §3.5).

use super::hash::Hash;

/// Whether `encoded` is an encoding of the message in `bits` bits. `encoded` is as
/// long as the modulus, which has `bits` + 1 bits.
pub(super) fn is_encoded(hash: Hash, encoded: &[u8], bits: usize, message: &[u8]) -> bool {
    has_encoded(hash, encoded, bits, message).is_some()
}

/// The comments name the steps of §9.1.2.
fn has_encoded(hash: Hash, encoded: &[u8], bits: usize, message: &[u8]) -> Option<()> {
    let length = hash.length();
    let unused_bits = (8 - bits % 8) % 8;
    // If the modulus has one bit more than a whole number of bytes, the encoding is
    // one byte shorter (§8.2.2, step 2c).
    let (extra, encoded) =
        encoded.split_at_checked(encoded.len().checked_sub(bits.div_ceil(8))?)?;
    check(extra.iter().all(|byte| *byte == 0))?;
    // Steps 3 to 5. A modulus of 2048 bits leaves enough room for hash and salt.
    let (encoded, trailer) = encoded.split_at_checked(encoded.len().checked_sub(1)?)?;
    check(trailer == [0xbc])?;
    let (masked, seed) = encoded.split_at_checked(encoded.len().checked_sub(length)?)?;
    // Step 6.
    let mut block = masked.to_vec();
    let allowed = 0xff >> unused_bits;
    check(block.first()? & !allowed == 0)?;
    // Steps 7 to 9.
    unmask(hash, &mut block, seed);
    *block.first_mut()? &= allowed;
    // Step 10: the padding is zeros and a one.
    let (padding, salt) = block.split_at_checked(block.len().checked_sub(length)?)?;
    let (one, zeros) = padding.split_last()?;
    check(*one == 1 && zeros.iter().all(|byte| *byte == 0))?;
    // Steps 2 and 12 to 14.
    let mut digest = Vec::with_capacity(length);
    hash.digest_onto([message, &[], &[]], &mut digest);
    let mut expected = Vec::with_capacity(length);
    hash.digest_onto([&[0; 8], &digest, salt], &mut expected);
    check(seed == expected)
}

/// Applies MGF1 of the seed: exclusive or with the hashes of the seed and a counter.
fn unmask(hash: Hash, block: &mut [u8], seed: &[u8]) {
    let mut mask = Vec::with_capacity(hash.length());
    for (counter, chunk) in (0_u32..).zip(block.chunks_mut(hash.length())) {
        mask.clear();
        hash.digest_onto([seed, &counter.to_be_bytes(), &[]], &mut mask);
        for (byte, mask) in chunk.iter_mut().zip(&mask) {
            *byte ^= mask;
        }
    }
}

fn check(holds: bool) -> Option<()> {
    holds.then_some(())
}
