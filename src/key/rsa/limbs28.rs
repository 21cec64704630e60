//! Limbs of 28 bits, for WebAssembly. WebAssembly cannot multiply 64 bits to 128.
//! The product of two limbs of 28 bits has 56 bits, so 128 products can be added
//! before a carry.

#[cfg(target_feature = "simd128")]
use core::arch::wasm32::{
    i64x2_add, u32x4, u64x2, u64x2_extmul_high_u32x4, u64x2_extmul_low_u32x4, u64x2_extract_lane,
    v128,
};

use super::limbs::{Limb, Sum};

const BITS: u32 = 28;
const MASK: u64 = (1 << BITS) - 1;

/// The products that are added before a carry: 2^28 and 128 products of less than
/// 2^56 are less than 2^64.
const WITHOUT_CARRY: usize = 128;

#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Limb28(u32);

impl Limb28 {
    #[inline(always)]
    #[allow(clippy::cast_possible_truncation)] // 28 bits fit.
    fn lowest(number: u64) -> Self {
        Self((number & MASK) as u32)
    }

    #[inline(always)]
    fn wide(self) -> u64 {
        u64::from(self.0)
    }
}

impl Limb for Limb28 {
    const BITS: usize = BITS as usize;
    const ZERO: Self = Self(0);
    const ONE: Self = Self(1);
    type Sum = Sum28;

    fn read(bytes: &[u8], count: usize) -> Vec<Self> {
        let mut limbs = Vec::with_capacity(count);
        let (mut bits, mut held) = (0_u64, 0);
        let mut bytes = bytes.iter().rev();
        for _ in 0..count {
            while held < BITS {
                bits |= u64::from(bytes.next().copied().unwrap_or(0)) << held;
                held += 8;
            }
            limbs.push(Self::lowest(bits));
            bits >>= BITS;
            held -= BITS;
        }
        limbs
    }

    #[allow(clippy::cast_possible_truncation)] // The lowest byte is meant.
    fn write(limbs: &[Self], bytes: &mut [u8]) {
        let (mut bits, mut held) = (0_u64, 0);
        let mut limbs = limbs.iter();
        for byte in bytes.iter_mut().rev() {
            if held < 8 {
                bits |= limbs.next().map_or(0, |limb| limb.wide()) << held;
                held += BITS;
            }
            *byte = bits as u8;
            bits >>= 8;
            held -= 8;
        }
    }

    #[inline(always)]
    fn low_product(self, by: Self) -> Self {
        Self::lowest(self.wide() * by.wide())
    }

    fn plus(self, other: Self, carry: bool) -> (Self, bool) {
        let sum = self.wide() + other.wide() + u64::from(carry);
        (Self::lowest(sum), sum > MASK)
    }

    fn minus(self, other: Self, borrow: bool) -> (Self, bool) {
        let difference = self.wide().wrapping_sub(other.wide() + u64::from(borrow));
        (Self::lowest(difference), difference > MASK)
    }
}

/// The sum is low + 2^28 · high. After each method, `low` is below 2^28 plus one
/// product, or small enough for another: see [`WITHOUT_CARRY`].
#[derive(Default)]
pub(crate) struct Sum28 {
    low: u64,
    high: u64,
}

impl Sum28 {
    #[inline(always)]
    fn carry(&mut self) {
        self.high += self.low >> BITS;
        self.low &= MASK;
    }
}

impl Sum for Sum28 {
    type Limb = Limb28;

    #[inline(always)]
    fn add(&mut self, limb: Limb28) {
        self.low += limb.wide();
    }

    #[inline(always)]
    fn add_product(&mut self, a: Limb28, b: Limb28) {
        self.low += a.wide() * b.wide();
    }

    /// Patterns, not iterators: the WASM modules are built for size, and the compiler
    /// would call the iterators' functions for every limb.
    #[inline(always)]
    fn add_products(&mut self, mut a: &[Limb28], mut b: &[Limb28]) {
        loop {
            self.carry();
            let mut low = Four::new(self.low);
            let mut left = WITHOUT_CARRY / 4;
            while left > 0
                && let ([a0, a1, a2, a3, a_rest @ ..], [b_rest @ .., b3, b2, b1, b0]) = (a, b)
            {
                low = low.plus_products([a0, a1, a2, a3], [b0, b1, b2, b3]);
                (a, b) = (a_rest, b_rest);
                left -= 1;
            }
            self.low = low.sum();
            if left > 0 {
                break;
            }
        }
        self.carry();
        while let ([a0, a_rest @ ..], [b_rest @ .., b0]) = (a, b) {
            self.low += a0.wide() * b0.wide();
            (a, b) = (a_rest, b_rest);
        }
        self.carry();
    }

    #[inline(always)]
    fn add_twice(&mut self, other: &Self) {
        self.low += 2 * other.low;
        self.high += 2 * other.high;
    }

    #[inline(always)]
    fn low(&self) -> Limb28 {
        Limb28::lowest(self.low)
    }

    #[inline(always)]
    fn shift(&mut self) {
        self.low = self.high + (self.low >> BITS);
        self.high = 0;
    }
}

/// A sum of products, four of them at a time.
#[cfg(target_feature = "simd128")]
#[derive(Clone, Copy)]
struct Four(v128);

#[cfg(target_feature = "simd128")]
impl Four {
    #[inline(always)]
    fn new(low: u64) -> Self {
        Self(u64x2(low, 0))
    }

    #[inline(always)]
    fn plus_products(self, a: [&Limb28; 4], b: [&Limb28; 4]) -> Self {
        let a = u32x4(a[0].0, a[1].0, a[2].0, a[3].0);
        let b = u32x4(b[0].0, b[1].0, b[2].0, b[3].0);
        let products = i64x2_add(u64x2_extmul_low_u32x4(a, b), u64x2_extmul_high_u32x4(a, b));
        Self(i64x2_add(self.0, products))
    }

    #[inline(always)]
    fn sum(self) -> u64 {
        u64x2_extract_lane::<0>(self.0) + u64x2_extract_lane::<1>(self.0)
    }
}

#[cfg(not(target_feature = "simd128"))]
#[derive(Clone, Copy)]
struct Four(u64);

#[cfg(not(target_feature = "simd128"))]
impl Four {
    #[inline(always)]
    fn new(low: u64) -> Self {
        Self(low)
    }

    #[inline(always)]
    fn plus_products(self, a: [&Limb28; 4], b: [&Limb28; 4]) -> Self {
        let [a0, a1, a2, a3] = a;
        let [b0, b1, b2, b3] = b;
        Self(
            self.0
                + (a0.wide() * b0.wide() + a1.wide() * b1.wide())
                + (a2.wide() * b2.wide() + a3.wide() * b3.wide()),
        )
    }

    #[inline(always)]
    fn sum(self) -> u64 {
        self.0
    }
}
