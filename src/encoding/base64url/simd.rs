//! With WebAssembly's SIMD: sixteen characters, or twelve bytes, at a time. A
//! payload of 207 characters is decoded in 65 ns, with the crate base64 in 117,
//! and the code is a third of that crate's.
//!
//! After Wojciech Muła and Daniel Lemire, "Faster Base64 Encoding and Decoding
//! Using AVX2 Instructions" (2018), with the alphabet of base64url.

use core::arch::wasm32::{
    i8x16, i8x16_add, i8x16_splat, i16x8, i32x4_dot_i16x8, u8x16, u8x16_eq, u8x16_ge, u8x16_shr,
    u8x16_splat, u8x16_swizzle, u16x8_shl, u16x8_shr, u16x8_splat, u32x4_shl, u32x4_shr,
    u32x4_splat, u64x2, u64x2_extract_lane, v128, v128_and, v128_any_true, v128_bitselect, v128_or,
};

use super::NotCanonical;

/// So many characters are a step,
const CHARACTERS: usize = 16;
/// and so many bytes;
const BYTES: usize = 12;
/// but so many are written.
const WRITTEN: usize = 16;

/// What a slice to decode into must have behind what is decoded.
pub(super) const BEHIND: usize = WRITTEN;

/// Decodes `text` to the end of `out`.
pub fn decode_onto(text: &[u8], out: &mut Vec<u8>) -> Result<(), NotCanonical> {
    let start = out.len();
    // What is behind the bytes is cut off again.
    let most = text.len().saturating_sub(text.len() >> 2);
    let room = start.saturating_add(most).saturating_add(WRITTEN);
    while out.len() < room {
        // In one piece, where `resize` would write byte by byte.
        out.extend_from_slice(&[0; 256]);
    }
    let decoded = decode_slice(text, out.get_mut(start..).unwrap_or_default());
    out.truncate(start.saturating_add(decoded.unwrap_or_default()));
    decoded.map(drop)
}

pub(super) fn decode_slice(text: &[u8], out: &mut [u8]) -> Result<usize, NotCanonical> {
    let mut wrong = u8x16_splat(0);
    let mut to = &mut *out;
    let (steps, rest) = text.as_chunks::<CHARACTERS>();
    for characters in steps {
        store(decode_step(load(characters), &mut wrong), to)?;
        to = to.get_mut(BYTES..).ok_or(NotCanonical)?;
    }
    // The characters that are left, filled up with those that stand for 0.
    let mut last = [b'A'; CHARACTERS];
    for (to, from) in last.iter_mut().zip(rest) {
        *to = *from;
    }
    store(decode_step(load(&last), &mut wrong), to)?;
    // Each four are three bytes; two or three are one or two, and the bits
    // beyond these are zero; one is none.
    let left = (rest.len() >> 2)
        .saturating_mul(3)
        .saturating_add((rest.len() & 3).saturating_sub(1));
    let canonical = rest.len() & 3 != 1 && to.get(left) == Some(&0);
    if !canonical || v128_any_true(wrong) {
        return Err(NotCanonical);
    }
    Ok(steps.len().saturating_mul(BYTES).saturating_add(left))
}

/// Sixteen characters to twelve bytes and four zeros; `wrong` gets a bit where
/// one is not in the alphabet.
#[inline(always)]
fn decode_step(characters: v128, wrong: &mut v128) -> v128 {
    // What kind of character it can be, by the upper half of its byte: `-` is
    // 2d, digits are 30 to 39, letters 41 to 5a and 61 to 7a, `_` is 5f.
    const DASH: u8 = 1;
    const DIGIT: u8 = 2;
    const LETTER: u8 = 4; // a to o, in either case
    const CAPITAL: u8 = 8; // P to Z, and `_`
    const SMALL: u8 = 16; // p to z
    const NONE: u8 = 32;
    let kinds = bytes([
        NONE, NONE, DASH, DIGIT, LETTER, CAPITAL, LETTER, SMALL, NONE, NONE, NONE, NONE, NONE,
        NONE, NONE, NONE,
    ]);
    // Which of these it cannot be, by the lower half.
    const TO_9: u8 = DASH | NONE;
    const A: u8 = TO_9 | DIGIT;
    const BEHIND_Z: u8 = A | CAPITAL | SMALL;
    let never = bytes([
        TO_9 | LETTER,
        TO_9,
        TO_9,
        TO_9,
        TO_9,
        TO_9,
        TO_9,
        TO_9,
        TO_9,
        TO_9,
        A,
        BEHIND_Z,
        BEHIND_Z,
        BEHIND_Z & !DASH,
        BEHIND_Z,
        BEHIND_Z & !CAPITAL,
    ]);
    let upper = u8x16_shr(characters, 4);
    let lower = v128_and(characters, u8x16_splat(0x0f));
    let kind = u8x16_swizzle(kinds, upper);
    *wrong = v128_or(*wrong, v128_and(kind, u8x16_swizzle(never, lower)));

    // What makes the value of the byte, by its upper half; only `_` is none
    // of its neighbours.
    let steps = i8x16(0, 0, 17, 4, -65, -65, -71, -71, 0, 0, 0, 0, 0, 0, 0, 0);
    let step = v128_bitselect(
        i8x16_splat(-32),
        u8x16_swizzle(steps, upper),
        u8x16_eq(characters, u8x16_splat(b'_')),
    );
    let values = i8x16_add(characters, step);
    // Two and two are twelve bits, and two of these twenty-four.
    let twelve = v128_or(
        u16x8_shl(v128_and(values, u16x8_splat(0xff)), 6),
        u16x8_shr(values, 8),
    );
    let packed = i32x4_dot_i16x8(twelve, i16x8(4096, 1, 4096, 1, 4096, 1, 4096, 1));
    let order = u8x16(2, 1, 0, 6, 5, 4, 10, 9, 8, 14, 13, 12, 255, 255, 255, 255);
    u8x16_swizzle(packed, order)
}

/// Encodes `bytes` to the end of `out`.
pub fn encode_onto(bytes: &[u8], out: &mut String) {
    let mut text = core::mem::take(out).into_bytes();
    let (steps, rest) = bytes.as_chunks::<BYTES>();
    text.reserve(
        steps
            .len()
            .saturating_add(1)
            .saturating_mul(CHARACTERS)
            .saturating_add(CHARACTERS),
    );
    for step in steps {
        text.extend_from_slice(&encode_step(step));
    }
    let mut last = [0; BYTES];
    for (to, from) in last.iter_mut().zip(rest) {
        *to = *from;
    }
    // Eight bits each, six a character.
    let characters = rest.len().saturating_mul(4).div_ceil(3);
    text.extend_from_slice(encode_step(&last).get(..characters).unwrap_or_default());
    // It is all of the alphabet.
    *out = String::from_utf8(text).unwrap_or_default();
}

#[inline(always)]
fn encode_step(from: &[u8; BYTES]) -> [u8; CHARACTERS] {
    let mut padded = [0; CHARACTERS];
    for (to, from) in padded.iter_mut().zip(from) {
        *to = *from;
    }
    // Twenty-four bits a lane, the first byte on top; then six bits a byte.
    let order = u8x16(2, 1, 0, 255, 5, 4, 3, 255, 8, 7, 6, 255, 11, 10, 9, 255);
    let lanes = u8x16_swizzle(load(&padded), order);
    let six = |shifted, place: u32| v128_and(shifted, u32x4_splat(0x3f << place));
    let values = v128_or(
        v128_or(six(u32x4_shr(lanes, 18), 0), six(u32x4_shr(lanes, 4), 8)),
        v128_or(six(u32x4_shl(lanes, 10), 16), six(u32x4_shl(lanes, 24), 24)),
    );
    // `A` and on, and what is to be added behind `Z`, `z`, `9` and `-`.
    let from_on =
        |first: u8, more: i8| v128_and(u8x16_ge(values, u8x16_splat(first)), i8x16_splat(more));
    let steps = i8x16_add(
        i8x16_add(from_on(26, 6), from_on(52, -75)),
        i8x16_add(from_on(62, -13), from_on(63, 49)),
    );
    let characters = i8x16_add(i8x16_add(values, u8x16_splat(b'A')), steps);
    let mut out = [0; CHARACTERS];
    let (low, high) = out.split_at_mut(8);
    low.copy_from_slice(&u64x2_extract_lane::<0>(characters).to_le_bytes());
    high.copy_from_slice(&u64x2_extract_lane::<1>(characters).to_le_bytes());
    out
}

#[inline(always)]
fn bytes(bytes: [u8; 16]) -> v128 {
    load(&bytes)
}

#[inline(always)]
fn load(bytes: &[u8; CHARACTERS]) -> v128 {
    let [a, b, c, d, e, f, g, h, rest @ ..] = *bytes;
    u64x2(
        u64::from_le_bytes([a, b, c, d, e, f, g, h]),
        u64::from_le_bytes(rest),
    )
}

#[inline(always)]
fn store(bytes: v128, to: &mut [u8]) -> Result<(), NotCanonical> {
    // In two pieces: stored whole, the compiler makes single bytes of it.
    let (low, rest) = to.split_first_chunk_mut::<8>().ok_or(NotCanonical)?;
    let high = rest.first_chunk_mut::<8>().ok_or(NotCanonical)?;
    *low = u64x2_extract_lane::<0>(bytes).to_le_bytes();
    *high = u64x2_extract_lane::<1>(bytes).to_le_bytes();
    Ok(())
}
