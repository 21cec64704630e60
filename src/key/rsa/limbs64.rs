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

/// A number of 192 bits, the lowest limb first.
#[derive(Default)]
pub(crate) struct Sum192([u64; 3]);

impl Sum192 {
    /// Three additions with carry. A number of 128 bits would be one shift simpler,
    /// and a third slower with `opt-level = 3`.
    #[inline(always)]
    fn add_limbs(&mut self, low: u64, middle: u64, high: u64) {
        let [l, m, h] = self.0;
        let (l, carry) = l.carrying_add(low, false);
        let (m, carry) = m.carrying_add(middle, carry);
        let (h, _) = h.carrying_add(high, carry);
        self.0 = [l, m, h];
    }
}

impl Sum for Sum192 {
    type Limb = Limb64;

    #[inline(always)]
    fn add(&mut self, limb: Limb64) {
        self.add_limbs(limb.0, 0, 0);
    }

    #[inline(always)]
    fn add_product(&mut self, a: Limb64, b: Limb64) {
        let (low, high) = a.0.carrying_mul(b.0, 0);
        self.add_limbs(low, high, 0);
    }

    #[inline(always)]
    fn add_products(&mut self, mut a: &[Limb64], mut b: &[Limb64]) {
        while let ([a0, a1, a2, a3, a_rest @ ..], [b_rest @ .., b3, b2, b1, b0]) = (a, b) {
            self.add_product(*a0, *b0);
            self.add_product(*a1, *b1);
            self.add_product(*a2, *b2);
            self.add_product(*a3, *b3);
            (a, b) = (a_rest, b_rest);
        }
        while let ([a0, a_rest @ ..], [b_rest @ .., b0]) = (a, b) {
            self.add_product(*a0, *b0);
            (a, b) = (a_rest, b_rest);
        }
    }

    #[inline(always)]
    fn add_twice(&mut self, other: &Self) {
        let [low, middle, high] = other.0;
        self.add_limbs(low, middle, high);
        self.add_limbs(low, middle, high);
    }

    #[inline(always)]
    fn low(&self) -> Limb64 {
        Limb64(self.0[0])
    }

    #[inline(always)]
    fn shift(&mut self) {
        let [_, middle, high] = self.0;
        self.0 = [middle, high, 0];
    }
}
