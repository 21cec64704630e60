//! Limbs of 64 bits, for machines that multiply 64 bits to 128.

use super::limbs::{Limb, Sum};

#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Limb64(u64);

impl Limb for Limb64 {
    const BITS: usize = 64;
    const ZERO: Self = Self(0);
    const ONE: Self = Self(1);
    type Sum = Sum192;

    fn read(bytes: &[u8], count: usize) -> Vec<Self> {
        let mut limbs = vec![Self::ZERO; count];
        for (limb, bytes) in limbs.iter_mut().zip(bytes.rchunks(8)) {
            limb.0 = bytes
                .iter()
                .fold(0, |limb, byte| limb << 8 | u64::from(*byte));
        }
        limbs
    }

    fn write(limbs: &[Self], bytes: &mut [u8]) {
        for (bytes, limb) in bytes.rchunks_mut(8).zip(limbs) {
            for (byte, value) in bytes.iter_mut().rev().zip(limb.0.to_le_bytes()) {
                *byte = value;
            }
        }
    }

    #[inline(always)]
    fn low_product(self, by: Self) -> Self {
        Self(self.0.wrapping_mul(by.0))
    }

    fn plus(self, other: Self, carry: bool) -> (Self, bool) {
        let (sum, carry) = self.0.carrying_add(other.0, carry);
        (Self(sum), carry)
    }

    fn minus(self, other: Self, borrow: bool) -> (Self, bool) {
        let (difference, borrow) = self.0.borrowing_sub(other.0, borrow);
        (Self(difference), borrow)
    }
}

/// A number of 192 bits.
#[derive(Default)]
pub(crate) struct Sum192 {
    low: u128,
    high: u64,
}

impl Sum192 {
    #[inline(always)]
    fn add_wide(&mut self, number: u128) {
        let (low, carry) = self.low.overflowing_add(number);
        self.low = low;
        self.high += u64::from(carry);
    }
}

impl Sum for Sum192 {
    type Limb = Limb64;

    #[inline(always)]
    fn add(&mut self, limb: Limb64) {
        self.add_wide(u128::from(limb.0));
    }

    #[inline(always)]
    fn add_product(&mut self, a: Limb64, b: Limb64) {
        self.add_wide(u128::from(a.0) * u128::from(b.0));
    }

    #[inline(always)]
    fn add_products(&mut self, a: &[Limb64], b: &[Limb64]) {
        let (a_fours, a) = a.as_chunks::<4>();
        let (b, b_fours) = b.as_rchunks::<4>();
        for ([a0, a1, a2, a3], [b0, b1, b2, b3]) in a_fours.iter().zip(b_fours.iter().rev()) {
            self.add_product(*a0, *b3);
            self.add_product(*a1, *b2);
            self.add_product(*a2, *b1);
            self.add_product(*a3, *b0);
        }
        for (a, b) in a.iter().zip(b.iter().rev()) {
            self.add_product(*a, *b);
        }
    }

    #[inline(always)]
    fn add_twice(&mut self, other: &Self) {
        self.add_wide(other.low);
        self.add_wide(other.low);
        self.high += 2 * other.high;
    }

    #[inline(always)]
    fn low(&self) -> Limb64 {
        #[allow(clippy::cast_possible_truncation)] // The lowest limb is meant.
        Limb64(self.low as u64)
    }

    #[inline(always)]
    fn shift(&mut self) {
        self.low = self.low >> 64 | u128::from(self.high) << 64;
        self.high = 0;
    }
}
