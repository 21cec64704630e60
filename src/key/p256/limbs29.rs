//! Nine limbs of 29 bits, for WebAssembly. WebAssembly cannot multiply 64 bits to
//! 128. The product of two limbs of 29 bits fits an `i64`, and nine products can
//! be added before a carry. The limbs are signed, so a subtraction needs no
//! borrow.
//!
//! The loops are written out and the functions inlined by hand: the WASM modules
//! are built for size, and the compiler would do neither.

use ::p256::elliptic_curve::subtle::{Choice, ConditionallySelectable as _};
use ::p256::elliptic_curve::zeroize::Zeroize;

use super::field::Limbs;

const BITS: u32 = 29;
const MASK: i64 = (1 << BITS) - 1;

/// The lowest limb comes first.
///
/// An element's limbs are from 0 to 2^29 − 1, except for the highest limb, which
/// carries the sign. A difference's limbs are between −2^29 and 2^29. So a
/// product of two limbs is below 2^58, and nine of them with the terms of the
/// reduction are below 2^62.
#[derive(Clone, Copy)]
pub(crate) struct Limbs29([i32; 9]);

const P: [i32; 9] = [
    0x1fff_ffff,
    0x1fff_ffff,
    0x1fff_ffff,
    0x1ff,
    0,
    0,
    0x4_0000,
    0x1fe0_0000,
    0xff_ffff,
];

impl Zeroize for Limbs29 {
    fn zeroize(&mut self) {
        self.0.zeroize();
    }
}

impl Limbs for Limbs29 {
    const ZERO: Self = Self([0; 9]);

    const PLAIN_ONE: Self = Self([1, 0, 0, 0, 0, 0, 0, 0, 0]);

    /// R is 2^261.
    const R: Self = Self([
        0x20,
        0,
        0,
        0x1fff_c000,
        0x1fff_ffff,
        0x1fff_ffff,
        0x1f7f_ffff,
        0x3ff_ffff,
        0,
    ]);

    const R_SQUARED: Self = Self([
        0xc00,
        0,
        0x1fff_0000,
        0x1fdf_ffff,
        0x1fbf_ffff,
        0x1fff_ffff,
        0x1fff_ffff,
        0x1fff_fffe,
        0x13,
    ]);

    fn from_bytes(bytes: &[u8; 32]) -> Self {
        let mut limbs = [0; 9];
        let (mut bits, mut count) = (0_i64, 0);
        let mut bytes = bytes.iter().rev();
        for limb in &mut limbs {
            while count < BITS {
                bits |= i64::from(bytes.next().copied().unwrap_or(0)) << count;
                count += 8;
            }
            *limb = low(bits);
            bits >>= BITS;
            count -= BITS;
        }
        Self(limbs)
    }

    fn to_bytes(&self) -> [u8; 32] {
        let mut bytes = [0; 32];
        let (mut bits, mut count) = (0_i64, 0);
        let mut limbs = self.0.iter();
        for byte in bytes.iter_mut().rev() {
            if count < 8 {
                bits |= i64::from(limbs.next().copied().unwrap_or(0)) << count;
                count += BITS;
            }
            let [lowest, ..] = bits.to_le_bytes();
            *byte = lowest;
            bits >>= 8;
            count -= 8;
        }
        bytes
    }

    #[inline(never)]
    fn replace(&mut self, by: &Self, if_so: Choice) {
        let (a, b) = (&mut self.0, &by.0);
        a[0].conditional_assign(&b[0], if_so);
        a[1].conditional_assign(&b[1], if_so);
        a[2].conditional_assign(&b[2], if_so);
        a[3].conditional_assign(&b[3], if_so);
        a[4].conditional_assign(&b[4], if_so);
        a[5].conditional_assign(&b[5], if_so);
        a[6].conditional_assign(&b[6], if_so);
        a[7].conditional_assign(&b[7], if_so);
        a[8].conditional_assign(&b[8], if_so);
    }

    fn is_0_or_p(&self) -> bool {
        self.0 == [0; 9] || self.0 == P
    }

    #[inline(never)] // A copy at each call would cost 1.5 kB with gzip for 3% of the time.
    fn plus(&self, other: &Self) -> Self {
        let (a, b) = (self.0, other.0);
        Self([
            a[0] + b[0],
            a[1] + b[1],
            a[2] + b[2],
            a[3] + b[3],
            a[4] + b[4],
            a[5] + b[5],
            a[6] + b[6],
            a[7] + b[7],
            a[8] + b[8],
        ])
    }

    #[inline(never)]
    fn minus(&self, other: &Self) -> Self {
        let (a, b) = (self.0, other.0);
        Self([
            a[0] - b[0],
            a[1] - b[1],
            a[2] - b[2],
            a[3] - b[3],
            a[4] - b[4],
            a[5] - b[5],
            a[6] - b[6],
            a[7] - b[7],
            a[8] - b[8],
        ])
    }

    fn multiplied(&self, by: &Self) -> Self {
        let a = wide(&self.0);
        let b = wide(&by.0);
        let sum = add_row([0; 9], row(a, b[0]));
        let sum = add_row(sum, row(a, b[1]));
        let sum = add_row(sum, row(a, b[2]));
        let sum = add_row(sum, row(a, b[3]));
        let sum = add_row(sum, row(a, b[4]));
        let sum = add_row(sum, row(a, b[5]));
        let sum = add_row(sum, row(a, b[6]));
        let sum = add_row(sum, row(a, b[7]));
        let sum = add_row(sum, row(a, b[8]));
        carried(sum)
    }

    /// Row i holds the square of limb i, and twice its products with the higher
    /// limbs. So 45 products do the work of 81.
    #[rustfmt::skip]
    fn squared(&self) -> Self {
        let [a0, a1, a2, a3, a4, a5, a6, a7, a8] = wide(&self.0);
        let [d1, d2, d3, d4] = [2 * a1, 2 * a2, 2 * a3, 2 * a4];
        let [d5, d6, d7, d8] = [2 * a5, 2 * a6, 2 * a7, 2 * a8];
        let sum = add_row([0; 9], [
            a0 * a0, a0 * d1, a0 * d2, a0 * d3, a0 * d4, a0 * d5, a0 * d6, a0 * d7, a0 * d8,
        ]);
        let sum = add_row(sum, [
            0, a1 * a1, a1 * d2, a1 * d3, a1 * d4, a1 * d5, a1 * d6, a1 * d7, a1 * d8,
        ]);
        let sum = add_row(sum, [
            0, 0, a2 * a2, a2 * d3, a2 * d4, a2 * d5, a2 * d6, a2 * d7, a2 * d8,
        ]);
        let sum = add_row(sum, [0, 0, 0, a3 * a3, a3 * d4, a3 * d5, a3 * d6, a3 * d7, a3 * d8]);
        let sum = add_row(sum, [0, 0, 0, 0, a4 * a4, a4 * d5, a4 * d6, a4 * d7, a4 * d8]);
        let sum = add_row(sum, [0, 0, 0, 0, 0, a5 * a5, a5 * d6, a5 * d7, a5 * d8]);
        let sum = add_row(sum, [0, 0, 0, 0, 0, 0, a6 * a6, a6 * d7, a6 * d8]);
        let sum = add_row(sum, [0, 0, 0, 0, 0, 0, 0, a7 * a7, a7 * d8]);
        let sum = add_row(sum, [0, 0, 0, 0, 0, 0, 0, 0, a8 * a8]);
        carried(sum)
    }

    /// The limbs may be from −3 · 2^29 to 3 · 2^29. The result is at most 2^235
    /// below 0 or above p.
    fn reduced(&self) -> Self {
        let t = self.0;
        // The highest limb tells how many times 2^256 is in the number. p is
        // subtracted that many times.
        let q = t[8] >> 24;
        carried([
            i64::from(t[0] + q),
            i64::from(t[1]),
            i64::from(t[2]),
            i64::from(t[3] - (q << 9)),
            i64::from(t[4]),
            i64::from(t[5]),
            i64::from(t[6] - (q << 18)),
            i64::from(t[7] + (q << 21)),
            i64::from(t[8] - (q << 24)),
        ])
    }
}

/// The products of all limbs of a with one limb of b.
#[inline(always)]
fn row(a: [i64; 9], b: i64) -> [i64; 9] {
    [
        a[0] * b,
        a[1] * b,
        a[2] * b,
        a[3] * b,
        a[4] * b,
        a[5] * b,
        a[6] * b,
        a[7] * b,
        a[8] * b,
    ]
}

/// Adds a row and then m · p, where m is the lowest limb of the sum. Because p is
/// −1 modulo 2^96, the lowest limb becomes zero. The other limbs move down by
/// one: this divides the sum by 2^29.
#[inline(always)]
fn add_row(sum: [i64; 9], row: [i64; 9]) -> [i64; 9] {
    let lowest = sum[0] + row[0];
    let m = lowest & MASK;
    // p is 2^256 − 2^224 + 2^192 + 2^96 − 1. The last term removes m from the
    // lowest limb, and the carry remains.
    [
        sum[1] + row[1] + (lowest >> BITS),
        sum[2] + row[2],
        sum[3] + row[3] + (m << 9),
        sum[4] + row[4],
        sum[5] + row[5],
        sum[6] + row[6] + (m << 18),
        sum[7] + row[7] - (m << 21),
        sum[8] + row[8] + (m << 24),
        0,
    ]
}

/// Carries, so that all limbs but the highest have 29 bits.
#[inline(always)]
#[allow(clippy::cast_possible_truncation)] // The highest limb is small.
fn carried(t: [i64; 9]) -> Limbs29 {
    let t1 = t[1] + (t[0] >> BITS);
    let t2 = t[2] + (t1 >> BITS);
    let t3 = t[3] + (t2 >> BITS);
    let t4 = t[4] + (t3 >> BITS);
    let t5 = t[5] + (t4 >> BITS);
    let t6 = t[6] + (t5 >> BITS);
    let t7 = t[7] + (t6 >> BITS);
    let t8 = t[8] + (t7 >> BITS);
    Limbs29([
        low(t[0]),
        low(t1),
        low(t2),
        low(t3),
        low(t4),
        low(t5),
        low(t6),
        low(t7),
        t8 as i32,
    ])
}

#[inline(always)]
fn wide(a: &[i32; 9]) -> [i64; 9] {
    [
        i64::from(a[0]),
        i64::from(a[1]),
        i64::from(a[2]),
        i64::from(a[3]),
        i64::from(a[4]),
        i64::from(a[5]),
        i64::from(a[6]),
        i64::from(a[7]),
        i64::from(a[8]),
    ]
}

/// The lowest 29 bits.
#[inline(always)]
#[allow(clippy::cast_possible_truncation)] // 29 bits fit.
fn low(number: i64) -> i32 {
    (number & MASK) as i32
}
