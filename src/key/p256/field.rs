//! Arithmetic modulo p = 2^256 − 2^224 + 2^192 + 2^96 − 1 (SP 800-186 §3.2.1.3).
//!
//! The time does not depend on the numbers, because signing uses this arithmetic with
//! secrets. Only [`equal`] is for public numbers.
//!
//! Numbers are in Montgomery form: the limbs hold x · R, where R is a power of
//! two above p. The form of p makes a reduction cheap: `limbs29` and `limbs64`.

use ::p256::elliptic_curve::subtle::Choice;
use ::p256::elliptic_curve::zeroize::Zeroize;

/// A number as digits to the base of a power of two. There are two
/// implementations: one for 64-bit machines, one for WebAssembly.
pub(crate) trait Limbs: Copy + Zeroize {
    const ZERO: Self;
    const PLAIN_ONE: Self;
    /// R modulo p: the number 1 in Montgomery form.
    const R: Self;
    const R_SQUARED: Self;

    /// Reads a number without converting it to Montgomery form. The most
    /// significant byte comes first.
    fn from_bytes(bytes: &[u8; 32]) -> Self;

    /// Writes a number that is below p and not in Montgomery form.
    fn to_bytes(&self) -> [u8; 32];

    /// Replaces the number by another, or not.
    fn replace(&mut self, by: &Self, if_so: Choice);

    /// Whether the number is 0 or p. It must be from 0 to p. The time depends on it.
    fn is_0_or_p(&self) -> bool;

    /// a + b. The sum must be [`reduced`](Self::reduced) before it is multiplied.
    fn plus(&self, other: &Self) -> Self;

    /// a − b. The difference of two elements can be multiplied without a reduction.
    fn minus(&self, other: &Self) -> Self;

    /// a · b / R modulo p, for factors between −3p and 3p.
    fn multiplied(&self, by: &Self) -> Self;

    /// a · a / R modulo p.
    fn squared(&self) -> Self;

    /// The number modulo p as an element, after at most three additions or
    /// subtractions of elements.
    fn reduced(&self) -> Self;
}

/// A number modulo p, in Montgomery form. The limbs' value is between −p and 2p.
#[derive(Clone, Copy)]
pub(super) struct Element<L>(L);

/// The difference of two elements, without a carry or a reduction. The limbs'
/// value is between −3p and 3p.
#[derive(Clone, Copy)]
pub(super) struct Difference<L>(L);

/// An element or a difference: both can be multiplied. R is at least 32p, or the
/// limbs are always below p, so a product is between −p and 2p: |a · b| / R is at
/// most 9/32 p, and the reduction adds less than p.
pub(super) trait Factor<L> {
    fn limbs(&self) -> &L;
}

impl<L> Factor<L> for Element<L> {
    fn limbs(&self) -> &L {
        &self.0
    }
}

impl<L> Factor<L> for Difference<L> {
    fn limbs(&self) -> &L {
        &self.0
    }
}

impl<L: Limbs> Element<L> {
    pub(super) const ZERO: Self = Self(L::ZERO);
    pub(super) const ONE: Self = Self(L::R);

    /// The number modulo p; the most significant byte comes first.
    pub(super) fn from_bytes(bytes: &[u8; 32]) -> Self {
        // Any 32 bytes are an element's limbs, as 2^256 is below 2p.
        Self(L::from_bytes(bytes).multiplied(&L::R_SQUARED))
    }

    /// The number below p; the most significant byte comes first.
    pub(super) fn to_bytes(self) -> [u8; 32] {
        // A product with the plain 1 is the number divided by R. For the number 0
        // it may be p, but nobody knows a multiple of the generator whose x is 0.
        self.0.multiplied(&L::PLAIN_ONE).to_bytes()
    }

    pub(super) fn replace(&mut self, by: &Self, if_so: Choice) {
        self.0.replace(&by.0, if_so);
    }

    /// Overwrites the limbs.
    pub(super) fn wipe(&mut self) {
        self.0.zeroize();
    }

    /// 1 / self, as self^(p − 2) (Fermat's little theorem). Zero gives zero.
    pub(super) fn inverse(&self) -> Self {
        // In x_n, the exponent has n bits that are all one.
        let x2 = shifted(self, 1, self);
        let x4 = shifted(&x2, 2, &x2);
        let x8 = shifted(&x4, 4, &x4);
        let x16 = shifted(&x8, 8, &x8);
        let x24 = shifted(&x16, 8, &x8);
        let x28 = shifted(&x24, 4, &x4);
        let x30 = shifted(&x28, 2, &x2);
        let x32 = shifted(&x30, 2, &x2);
        // p − 2 is ffffffff 00000001 00000000 00000000 00000000 ffffffff
        // ffffffff fffffffd.
        let power = shifted(&x32, 32, self);
        let power = shifted(&power, 128, &x32);
        let power = shifted(&power, 32, &x32);
        let power = shifted(&power, 30, &x30);
        shifted(&power, 2, self)
    }
}

/// a · b.
pub(super) fn product<L: Limbs>(a: &impl Factor<L>, b: &impl Factor<L>) -> Element<L> {
    Element(a.limbs().multiplied(b.limbs()))
}

/// a · a.
pub(super) fn square<L: Limbs>(a: &impl Factor<L>) -> Element<L> {
    Element(a.limbs().squared())
}

/// a − b, to be multiplied or reduced.
pub(super) fn difference<L: Limbs>(a: &Element<L>, b: &Element<L>) -> Difference<L> {
    Difference(a.0.minus(&b.0))
}

impl<L: Limbs> Difference<L> {
    pub(super) fn reduced(&self) -> Element<L> {
        Element(self.0.reduced())
    }
}

/// a + b.
pub(super) fn plus<L: Limbs>(a: &Element<L>, b: &Element<L>) -> Element<L> {
    Element(a.0.plus(&b.0).reduced())
}

/// 2a.
pub(super) fn twice<L: Limbs>(a: &Element<L>) -> Element<L> {
    plus(a, a)
}

/// 3a.
pub(super) fn thrice<L: Limbs>(a: &Element<L>) -> Element<L> {
    plus(&twice(a), a)
}

/// a − b − 2c.
pub(super) fn less<L: Limbs>(a: &Element<L>, b: &Element<L>, c: &Element<L>) -> Element<L> {
    Element(a.0.minus(&b.0).minus(&c.0).minus(&c.0).reduced())
}

/// Whether a and b are the same modulo p. The time depends on a and b.
pub(super) fn equal<L: Limbs>(a: &Element<L>, b: &Element<L>) -> bool {
    // A product with the plain 1 is the number divided by R. For a number between −3p
    // and 3p, this is from 0 to p.
    a.0.minus(&b.0).multiplied(&L::PLAIN_ONE).is_0_or_p()
}

/// a^(2^squarings) · b.
fn shifted<L: Limbs>(a: &Element<L>, squarings: usize, b: &Element<L>) -> Element<L> {
    let mut power = *a;
    for _ in 0..squarings {
        power = square(&power);
    }
    product(&power, b)
}

/// Replaces each element by its inverse, with one inversion for all (Montgomery's
/// trick). No element may be zero.
pub(super) fn invert_all<L: Limbs>(elements: &mut [Element<L>]) {
    let mut all = Element::ONE;
    let mut before = Vec::with_capacity(elements.len());
    for element in elements.iter() {
        before.push(all);
        all = product(&all, element);
    }
    let mut inverse = all.inverse();
    for (element, before) in elements.iter_mut().zip(before).rev() {
        let own = product(&inverse, &before);
        inverse = product(&inverse, element);
        *element = own;
    }
}
