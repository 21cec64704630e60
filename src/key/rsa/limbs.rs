//! The digits of the numbers that `modulus` computes with.

/// A digit to the base 2^BITS. There are two implementations: one for 64-bit
/// machines, one for WebAssembly.
pub(crate) trait Limb: Copy + Ord + 'static {
    const BITS: usize;
    const ZERO: Self;
    const ONE: Self;
    type Sum: Sum<Limb = Self>;

    /// Reads a number as `count` limbs, the lowest first. In `bytes`, the most
    /// significant byte comes first. The number must fit.
    fn read(bytes: &[u8], count: usize) -> Vec<Self>;

    /// Writes a number that fits `bytes`.
    fn write(limbs: &[Self], bytes: &mut [u8]);

    /// a · b modulo the base.
    fn low_product(self, by: Self) -> Self;

    /// a + b + carry, and the carry.
    fn plus(self, other: Self, carry: bool) -> (Self, bool);

    /// a − b − borrow, and the borrow.
    fn minus(self, other: Self, borrow: bool) -> (Self, bool);
}

/// The sum of the products in one column of a long multiplication, and the carry
/// from the columns before. It is large enough for twice the products of numbers
/// of 2^16 bits.
pub(crate) trait Sum: Default {
    type Limb;

    /// Adds a limb.
    fn add(&mut self, limb: Self::Limb);

    /// Adds a · b.
    fn add_product(&mut self, a: Self::Limb, b: Self::Limb);

    /// Adds the products of the first limb of `a` with the last of `b`, of the
    /// second with the second last, and so on. Both must have the same length.
    fn add_products(&mut self, a: &[Self::Limb], b: &[Self::Limb]);

    /// Adds twice the other sum.
    fn add_twice(&mut self, other: &Self);

    /// The lowest limb.
    fn low(&self) -> Self::Limb;

    /// Moves to the next column: divides by the base and rounds down.
    fn shift(&mut self);
}
