//! Nine limbs of 29 bits, for WebAssembly, which has no multiplication of 64
//! bits to 128: a product of two limbs fits an `i64` with room for nine of
//! them, and takes one instruction. The limbs are signed, so that a difference
//! needs no borrow.
//!
//! All is written out, because the WASM builds, which are built for size, would
//! leave loops as they are.

use super::field::Limbs;

const BITS: u32 = 29;
const MASK: i64 = (1 << BITS) - 1;

/// The lowest comes first.
///
/// The limbs of an element are not negative and below 2^29, but for the highest,
/// which has the number's sign; those of a difference are between −2^29 and
/// 2^29. So the products of two limbs are at most 2^58, and nine of them with the
/// terms of the reduction below 2^62.
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

/// Adds the row a · b[i] (here `row`) to the sum, and to that the multiple m · p
/// with which the lowest limb becomes zero: m is that limb, since p is −1 modulo
/// 2^96. The limbs move down by one.
macro_rules! add_row {
    ($sum:ident, $row:expr) => {{
        let row = $row;
        let lowest = $sum[0] + row[0];
        // m · 2^96, m · 2^192, −m · 2^224 and m · 2^256. Of m and −m · 1 the
        // carry remains.
        let m = lowest & MASK;
        $sum = [
            $sum[1] + row[1] + (lowest >> BITS),
            $sum[2] + row[2],
            $sum[3] + row[3] + (m << 9),
            $sum[4] + row[4],
            $sum[5] + row[5],
            $sum[6] + row[6] + (m << 18),
            $sum[7] + row[7] - (m << 21),
            $sum[8] + row[8] + (m << 24),
            0,
        ];
    }};
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

    fn is_0_or_p(&self) -> bool {
        self.0 == [0; 9] || self.0 == P
    }

    #[inline(always)]
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

    #[inline(always)]
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
        let b = by.0;
        let mut sum = [0; 9];
        macro_rules! rows {
        ($($i:literal)*) => { $({
            let b = i64::from(b[$i]);
            add_row!(sum, [
                a[0] * b, a[1] * b, a[2] * b, a[3] * b, a[4] * b, a[5] * b, a[6] * b, a[7] * b, a[8] * b,
            ]);
        })* };
    }
        rows!(0 1 2 3 4 5 6 7 8);
        carried(sum)
    }

    fn squared(&self) -> Self {
        let a = wide(&self.0);
        let d = [
            2 * a[0],
            2 * a[1],
            2 * a[2],
            2 * a[3],
            2 * a[4],
            2 * a[5],
            2 * a[6],
            2 * a[7],
            2 * a[8],
        ];
        let mut sum = [0; 9];
        // The row of a limb has its own square and its products with all higher
        // limbs twice, since theirs with it are left out.
        add_row!(
            sum,
            [
                a[0] * a[0],
                a[0] * d[1],
                a[0] * d[2],
                a[0] * d[3],
                a[0] * d[4],
                a[0] * d[5],
                a[0] * d[6],
                a[0] * d[7],
                a[0] * d[8]
            ]
        );
        add_row!(
            sum,
            [
                0,
                a[1] * a[1],
                a[1] * d[2],
                a[1] * d[3],
                a[1] * d[4],
                a[1] * d[5],
                a[1] * d[6],
                a[1] * d[7],
                a[1] * d[8]
            ]
        );
        add_row!(
            sum,
            [
                0,
                0,
                a[2] * a[2],
                a[2] * d[3],
                a[2] * d[4],
                a[2] * d[5],
                a[2] * d[6],
                a[2] * d[7],
                a[2] * d[8]
            ]
        );
        add_row!(
            sum,
            [
                0,
                0,
                0,
                a[3] * a[3],
                a[3] * d[4],
                a[3] * d[5],
                a[3] * d[6],
                a[3] * d[7],
                a[3] * d[8]
            ]
        );
        add_row!(
            sum,
            [
                0,
                0,
                0,
                0,
                a[4] * a[4],
                a[4] * d[5],
                a[4] * d[6],
                a[4] * d[7],
                a[4] * d[8]
            ]
        );
        add_row!(
            sum,
            [
                0,
                0,
                0,
                0,
                0,
                a[5] * a[5],
                a[5] * d[6],
                a[5] * d[7],
                a[5] * d[8]
            ]
        );
        add_row!(
            sum,
            [0, 0, 0, 0, 0, 0, a[6] * a[6], a[6] * d[7], a[6] * d[8]]
        );
        add_row!(sum, [0, 0, 0, 0, 0, 0, 0, a[7] * a[7], a[7] * d[8]]);
        add_row!(sum, [0, 0, 0, 0, 0, 0, 0, 0, a[8] * a[8]]);
        carried(sum)
    }

    /// The limbs are between −3 · 2^29 and 3 · 2^29. The outcome is in 0 to p, or
    /// 2^235 above or below.
    fn reduced(&self) -> Self {
        let t = self.0;
        // Of the part above 2^256, as far as the highest limb has it, as many p are
        // taken away.
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

/// With limbs of 29 bits, but for the highest.
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
