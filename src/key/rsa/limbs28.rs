//! Limbs of 28 bits, for WebAssembly. WebAssembly cannot multiply 64 bits to 128.
//! The product of two limbs of 28 bits has 56 bits, so 128 products can be added
//! before a carry.

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

    #[inline(always)]
    fn add_products(&mut self, a: &[Limb28], b: &[Limb28]) {
        for (a, b) in a.chunks(WITHOUT_CARRY).zip(b.rchunks(WITHOUT_CARRY)) {
            self.carry();
            let (a_fours, a) = a.as_chunks::<4>();
            let (b, b_fours) = b.as_rchunks::<4>();
            let mut low = self.low;
            for ([a0, a1, a2, a3], [b0, b1, b2, b3]) in a_fours.iter().zip(b_fours.iter().rev()) {
                low += (a0.wide() * b3.wide() + a1.wide() * b2.wide())
                    + (a2.wide() * b1.wide() + a3.wide() * b0.wide());
            }
            for (a, b) in a.iter().zip(b.iter().rev()) {
                low += a.wide() * b.wide();
            }
            self.low = low;
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
