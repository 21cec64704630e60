//! Powers modulo an odd number n, with Montgomery's multiplication.
//!
//! R is the power of two that is one more than the highest number with as many
//! limbs as n. A multiplication yields a · b / R modulo n. A number x is in
//! Montgomery form if it stands for x / R.

use std::sync::{PoisonError, RwLock, RwLockReadGuard};

use super::limbs::{Limb, Sum as _};

/// An odd modulus.
pub(crate) struct Modulus<L> {
    /// The lowest limb comes first.
    n: Vec<L>,
    /// The number of bits of n.
    bits: usize,
    /// The lowest limb of n, apart so that the loop need not look for it.
    n_lowest: L,
    /// −1/n modulo the limbs' base.
    negated_inverse: L,
    /// R² modulo n; empty before the first use, so that an unused key costs nothing.
    r_squared: RwLock<Vec<L>>,
}

impl<L: Limb> Modulus<L> {
    /// Reads n, most significant byte first. `None` when n is even or 1, or when the
    /// first byte is 0.
    pub(crate) fn new(bytes: &[u8]) -> Option<Self> {
        let unused = bytes.first()?.leading_zeros();
        let bits = (bytes.len() * 8).checked_sub(usize::try_from(unused).ok()?)?;
        if unused == 8 || bits < 2 || bytes.last()? % 2 == 0 {
            return None;
        }
        // Enough limbs for any number of as many bytes: a number above n must not
        // lose its highest bits when it is read.
        let n = L::read(bytes, (bytes.len() * 8).div_ceil(L::BITS));
        let n_lowest = *n.first()?;
        Some(Self {
            n,
            bits,
            n_lowest,
            negated_inverse: negated_inverse(n_lowest),
            r_squared: RwLock::new(Vec::new()),
        })
    }

    /// The number of bits of n.
    pub(crate) fn bits(&self) -> usize {
        self.bits
    }

    /// base^exponent modulo n, written into `base`, most significant byte first.
    /// `None` when `base` is not as long as n or not below n. The exponent must be odd
    /// and at least 3.
    pub(crate) fn power(&self, base: &mut [u8], exponent: u32) -> Option<()> {
        let plain = L::read(base, self.n.len());
        if base.len() != self.bits.div_ceil(8) || !is_less(&plain, &self.n) {
            return None;
        }
        let mut scratch = Scratch::new(self.n.len());
        let mut power = plain.clone();
        scratch.multiply(&mut power, &self.r_squared(), self);
        // The first bit is the number itself. The last bit, which is 1, multiplies by
        // the plain number and thereby leaves Montgomery form.
        let in_montgomery_form = power.clone();
        for bit in (1..exponent.ilog2()).rev() {
            scratch.square(&mut power, self);
            if exponent >> bit & 1 == 1 {
                scratch.multiply(&mut power, &in_montgomery_form, self);
            }
        }
        scratch.square(&mut power, self);
        scratch.multiply(&mut power, &plain, self);
        L::write(&power, base);
        Some(())
    }

    fn r_squared(&self) -> RwLockReadGuard<'_, Vec<L>> {
        let read = || {
            self.r_squared
                .read()
                .unwrap_or_else(PoisonError::into_inner)
        };
        if read().is_empty() {
            let made = self.make_r_squared();
            let mut own = self
                .r_squared
                .write()
                .unwrap_or_else(PoisonError::into_inner);
            *own = made;
        }
        read()
    }

    /// R is 2^w for w bits of all limbs. R² is the Montgomery form of 2^w: it is
    /// raised as any power, bit by bit of w.
    fn make_r_squared(&self) -> Vec<L> {
        let bits = self.n.len() * L::BITS;
        let mut scratch = Scratch::new(self.n.len());
        let mut power = self.r();
        self.double(&mut power);
        for bit in (0..bits.ilog2()).rev() {
            scratch.square(&mut power, self);
            if bits >> bit & 1 == 1 {
                self.double(&mut power);
            }
        }
        power
    }

    /// R modulo n: the highest power of two below n, doubled as often as needed.
    fn r(&self) -> Vec<L> {
        let highest_bit = self.bits - 1;
        let mut bytes = vec![0; self.bits.div_ceil(8)];
        if let Some(first) = bytes.first_mut() {
            *first = 1 << (highest_bit % 8);
        }
        let mut power = L::read(&bytes, self.n.len());
        for _ in highest_bit..self.n.len() * L::BITS {
            self.double(&mut power);
        }
        power
    }

    /// 2a modulo n, for a below n.
    fn double(&self, a: &mut [L]) {
        let mut carry = false;
        for limb in a.iter_mut() {
            (*limb, carry) = limb.plus(*limb, carry);
        }
        self.reduce_once(a, carry);
    }

    /// Subtracts n from a number below 2n, if it is n or more. `high` stands for R.
    fn reduce_once(&self, a: &mut [L], high: bool) {
        if high || !is_less(a, &self.n) {
            let mut borrow = false;
            for (a, n) in a.iter_mut().zip(&self.n) {
                (*a, borrow) = a.minus(*n, borrow);
            }
        }
    }
}

/// The buffers of a multiplication.
struct Scratch<L> {
    /// A product, of twice as many limbs.
    product: Vec<L>,
    /// The multiple of n that is added to the product.
    factor: Vec<L>,
}

impl<L: Limb> Scratch<L> {
    fn new(count: usize) -> Self {
        Self {
            product: vec![L::ZERO; 2 * count],
            factor: vec![L::ZERO; count],
        }
    }

    /// a · b / R modulo n, written into `a`.
    fn multiply(&mut self, a: &mut [L], b: &[L], modulus: &Modulus<L>) {
        let mut sum = L::Sum::default();
        for (k, limb) in self.product.iter_mut().enumerate() {
            // The limbs whose products are in column k.
            let from = (k + 1).saturating_sub(a.len());
            let to = (k + 1).min(a.len());
            sum.add_products(slice(a, from, to), slice(b, from, to));
            *limb = sum.low();
            sum.shift();
        }
        self.reduce(a, modulus);
    }

    /// a · a / R modulo n, written into `a`. A product of two different limbs is
    /// computed once and doubled.
    fn square(&mut self, a: &mut [L], modulus: &Modulus<L>) {
        let mut sum = L::Sum::default();
        for (k, limb) in self.product.iter_mut().enumerate() {
            let from = (k + 1).saturating_sub(a.len());
            let to = (k + 1).min(a.len());
            let mut pairs = L::Sum::default();
            pairs.add_products(slice(a, from, k.div_ceil(2)), slice(a, k / 2 + 1, to));
            sum.add_twice(&pairs);
            if k % 2 == 0
                && let Some(middle) = a.get(k / 2)
            {
                sum.add_product(*middle, *middle);
            }
            *limb = sum.low();
            sum.shift();
        }
        self.reduce(a, modulus);
    }

    /// The product / R modulo n. Adds the multiple of n that makes the lower half
    /// of the product zero, and takes the upper half.
    fn reduce(&mut self, out: &mut [L], modulus: &Modulus<L>) {
        let n = modulus.n.as_slice();
        let mut sum = L::Sum::default();
        let (lower, upper) = self.product.split_at(self.factor.len());
        for (k, limb) in lower.iter().enumerate() {
            sum.add(*limb);
            sum.add_products(slice(&self.factor, 0, k), slice(n, 1, k + 1));
            let factor = sum.low().low_product(modulus.negated_inverse);
            sum.add_product(factor, modulus.n_lowest);
            sum.shift();
            if let Some(slot) = self.factor.get_mut(k) {
                *slot = factor;
            }
        }
        for ((k, limb), out) in upper.iter().enumerate().zip(out.iter_mut()) {
            sum.add(*limb);
            sum.add_products(
                slice(&self.factor, k + 1, n.len()),
                slice(n, k + 1, n.len()),
            );
            *out = sum.low();
            sum.shift();
        }
        modulus.reduce_once(out, sum.low() != L::ZERO);
    }
}

/// The limbs in a range; none if the range is empty.
#[inline(always)]
fn slice<L>(limbs: &[L], from: usize, to: usize) -> &[L] {
    limbs.get(from..to).unwrap_or_default()
}

fn is_less<L: Limb>(a: &[L], b: &[L]) -> bool {
    a.iter().rev().lt(b.iter().rev())
}

/// −1/n modulo the limbs' base, for an odd n. With Newton's iteration, each step
/// doubles the number of right bits: n itself is right in 3.
fn negated_inverse<L: Limb>(n: L) -> L {
    let two = L::ONE.plus(L::ONE, false).0;
    let mut inverse = n;
    for _ in 0..5 {
        // x · (2 − n · x)
        inverse = inverse.low_product(two.minus(n.low_product(inverse), false).0);
    }
    L::ZERO.minus(inverse, false).0
}
