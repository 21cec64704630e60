//! Four limbs of 64 bits, for machines that multiply 64 bits to 128. There they
//! need half the instructions of nine limbs of 29 bits.

use core::hint::black_box;

use ::p256::elliptic_curve::subtle::{Choice, ConditionallySelectable as _};
use ::p256::elliptic_curve::zeroize::Zeroize;

use super::field::Limbs;

/// The lowest limb comes first. The number is always below p.
#[derive(Clone, Copy)]
pub(crate) struct Limbs64([u64; 4]);

const P: [u64; 4] = [u64::MAX, 0xffff_ffff, 0, 0xffff_ffff_0000_0001];

impl Zeroize for Limbs64 {
    fn zeroize(&mut self) {
        self.0.zeroize();
    }
}

impl Limbs for Limbs64 {
    const ZERO: Self = Self([0; 4]);

    const PLAIN_ONE: Self = Self([1, 0, 0, 0]);

    /// R is 2^256.
    const R: Self = Self([1, 0xffff_ffff_0000_0000, u64::MAX, 0xffff_fffe]);

    const R_SQUARED: Self = Self([
        3,
        0xffff_fffb_ffff_ffff,
        0xffff_ffff_ffff_fffe,
        0x4_ffff_fffd,
    ]);

    fn from_bytes(bytes: &[u8; 32]) -> Self {
        let mut limbs = [0; 4];
        for (limb, bytes) in limbs.iter_mut().zip(bytes.rchunks_exact(8)) {
            *limb = bytes
                .iter()
                .fold(0, |limb, byte| limb << 8 | u64::from(*byte));
        }
        below_p(limbs, false)
    }

    fn to_bytes(&self) -> [u8; 32] {
        let mut bytes = [0; 32];
        for (limb, bytes) in self.0.iter().zip(bytes.rchunks_exact_mut(8)) {
            bytes.copy_from_slice(&limb.to_be_bytes());
        }
        bytes
    }

    #[inline]
    fn replace(&mut self, by: &Self, if_so: Choice) {
        let (a, b) = (&mut self.0, &by.0);
        a[0].conditional_assign(&b[0], if_so);
        a[1].conditional_assign(&b[1], if_so);
        a[2].conditional_assign(&b[2], if_so);
        a[3].conditional_assign(&b[3], if_so);
    }

    fn is_0_or_p(&self) -> bool {
        self.0 == [0; 4]
    }

    #[inline]
    fn plus(&self, other: &Self) -> Self {
        let (a, b) = (self.0, other.0);
        let (s0, carry) = a[0].carrying_add(b[0], false);
        let (s1, carry) = a[1].carrying_add(b[1], carry);
        let (s2, carry) = a[2].carrying_add(b[2], carry);
        let (s3, carry) = a[3].carrying_add(b[3], carry);
        below_p([s0, s1, s2, s3], carry)
    }

    #[inline]
    fn minus(&self, other: &Self) -> Self {
        let ([d0, d1, d2, d3], borrow) = subtract(self.0, other.0);
        let mask = mask(borrow);
        let (d0, carry) = d0.carrying_add(mask & P[0], false);
        let (d1, carry) = d1.carrying_add(mask & P[1], carry);
        let (d2, carry) = d2.carrying_add(0, carry);
        let (d3, _) = d3.carrying_add(mask & P[3], carry);
        Self([d0, d1, d2, d3])
    }

    #[inline]
    fn multiplied(&self, by: &Self) -> Self {
        let (a, b) = (self.0, by.0);
        let sum = add_row([0; 4], false, a, b[0]);
        let sum = add_row(sum.0, sum.1, a, b[1]);
        let sum = add_row(sum.0, sum.1, a, b[2]);
        let sum = add_row(sum.0, sum.1, a, b[3]);
        below_p(sum.0, sum.1)
    }

    #[inline]
    fn squared(&self) -> Self {
        self.multiplied(self)
    }

    #[inline]
    fn reduced(&self) -> Self {
        *self
    }
}

/// Adds a · b and then m · p, where m is the lowest limb of the sum; `high` stands
/// for 2^256. Because p is −1 modulo 2^64, the lowest limb becomes zero. The other
/// limbs move down by one: this divides the sum by 2^64.
#[inline]
fn add_row(sum: [u64; 4], high: bool, a: [u64; 4], b: u64) -> ([u64; 4], bool) {
    let (m, carry) = a[0].carrying_mul_add(b, sum[0], 0);
    let (s1, carry) = a[1].carrying_mul_add(b, sum[1], carry);
    let (s2, carry) = a[2].carrying_mul_add(b, sum[2], carry);
    let (s3, carry) = a[3].carrying_mul_add(b, sum[3], carry);
    let (s4, overflow) = carry.overflowing_add(u64::from(high));
    // The lowest limb of p is 2^64 − 1: m + m · (2^64 − 1) leaves a carry of m. The
    // next limb is 2^32 − 1: with the carry, m · 2^32 is added there.
    let (s1, carry) = s1.carrying_add(m << 32, false);
    let (s2, carry) = s2.carrying_add(m >> 32, carry);
    let (low, top) = m.carrying_mul(P[3], 0);
    let (s3, carry) = s3.carrying_add(low, carry);
    let (s4, carry) = s4.carrying_add(top, carry);
    ([s1, s2, s3, s4], overflow | carry)
}

/// Subtracts p if the number is p or more; `high` stands for 2^256.
#[inline]
fn below_p(number: [u64; 4], high: bool) -> Limbs64 {
    let (less, borrow) = subtract(number, P);
    let keep = mask(borrow & !high);
    Limbs64([
        less[0] ^ (keep & (less[0] ^ number[0])),
        less[1] ^ (keep & (less[1] ^ number[1])),
        less[2] ^ (keep & (less[2] ^ number[2])),
        less[3] ^ (keep & (less[3] ^ number[3])),
    ])
}

/// All bits if the condition holds, or none. `black_box` hides from the compiler that
/// there are only these two values, so it does not turn the mask into a branch.
#[inline]
fn mask(condition: bool) -> u64 {
    black_box(0_u64.wrapping_sub(u64::from(condition)))
}

#[inline]
fn subtract(a: [u64; 4], b: [u64; 4]) -> ([u64; 4], bool) {
    let (d0, borrow) = a[0].borrowing_sub(b[0], false);
    let (d1, borrow) = a[1].borrowing_sub(b[1], borrow);
    let (d2, borrow) = a[2].borrowing_sub(b[2], borrow);
    let (d3, borrow) = a[3].borrowing_sub(b[3], borrow);
    ([d0, d1, d2, d3], borrow)
}
