//! The generator times a secret number, in constant time, to sign.
//!
//! The table of multiples is the one that verifies. But each row is read as a
//! whole, masks select the multiple, and the formulas hold for all points. So
//! neither a branch, nor an address, nor the number of steps depends on the number.

use ::p256::Scalar;
use ::p256::elliptic_curve::subtle::{Choice, ConstantTimeEq as _};
use ::p256::elliptic_curve::zeroize::Zeroizing;

use super::GeneratorLimbs;
use super::field::{Element, Limbs, difference, plus, product, thrice};
use super::multiples::{DIGITS, HALF, digits};
use super::point::Affine;

/// The curve's b (SP 800-186 §3.2.1.3).
const B: [u8; 32] = [
    0x5a, 0xc6, 0x35, 0xd8, 0xaa, 0x3a, 0x93, 0xe7, 0xb3, 0xeb, 0xbd, 0x55, 0x76, 0x98, 0x86, 0xbc,
    0x65, 0x1d, 0x06, 0xb0, 0xcc, 0x53, 0xb0, 0xf6, 0x3b, 0xce, 0x3c, 0x3e, 0x27, 0xd2, 0x60, 0x4b,
];

/// The coordinates of the generator times the number: x and y. Both are 0 for the
/// number 0. The time does not depend on the number.
pub(crate) fn generator_times<L: GeneratorLimbs>(number: &Scalar) -> ([u8; 32], [u8; 32]) {
    let bytes: Zeroizing<[u8; 32]> = Zeroizing::new(number.to_bytes().into());
    let digits: Zeroizing<[i32; DIGITS]> = Zeroizing::new(digits(&bytes));
    let b = Element::from_bytes(&B);
    let mut sum = Sum::<L>::INFINITY;
    let mut term = Affine::PLACEHOLDER;
    for (row, digit) in super::generator_multiples::<L>().rows().zip(digits.iter()) {
        select(&mut term, row, *digit);
        let other = sum.plus(&term, &b);
        sum.replace(&other, !digit.ct_eq(&0));
    }
    let inverse = sum.z.inverse();
    let coordinates = (
        product(&sum.x, &inverse).to_bytes(),
        product(&sum.y, &inverse).to_bytes(),
    );
    sum.wipe();
    term.x.wipe();
    term.y.wipe();
    coordinates
}

/// Makes `term` the row's multiple for the digit. For the digit 0, it stays as it is.
#[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)] // 0 or 1.
fn select<L: Limbs>(term: &mut Affine<L>, row: &[Affine<L>; HALF], digit: i32) {
    // −1 for a negative digit, or 0.
    let sign = digit >> 31;
    let size = (digit ^ sign) - sign;
    let mut place = 0;
    for multiple in row {
        place += 1;
        let here = size.ct_eq(&place);
        term.x.replace(&multiple.x, here);
        term.y.replace(&multiple.y, here);
    }
    let negated = difference(&Element::ZERO, &term.y).reduced();
    term.y.replace(&negated, Choice::from((sign & 1) as u8));
}

/// A sum of points in projective coordinates: x = X / Z and y = Y / Z. Z is 0 for
/// the point at infinity.
struct Sum<L> {
    x: Element<L>,
    y: Element<L>,
    z: Element<L>,
}

impl<L: Limbs> Sum<L> {
    const INFINITY: Self = Self {
        x: Element::ZERO,
        y: Element::ONE,
        z: Element::ZERO,
    };

    /// Adds a point with the complete formula for a = −3 (Renes, Costello and
    /// Batina 2015, algorithm 5), which holds for all points.
    fn plus(&self, term: &Affine<L>, b: &Element<L>) -> Self {
        let xx = product(&self.x, &term.x);
        let yy = product(&self.y, &term.y);
        let xy = product(&plus(&self.x, &self.y), &plus(&term.x, &term.y));
        let xy = difference(&xy, &plus(&xx, &yy)).reduced();
        let yz = plus(&product(&term.y, &self.z), &self.y);
        let xz = plus(&product(&term.x, &self.z), &self.x);
        let bz = thrice(&difference(&xz, &product(b, &self.z)).reduced());
        let less = difference(&yy, &bz).reduced();
        let more = plus(&yy, &bz);
        let zzz = thrice(&self.z);
        let bxz = difference(&product(b, &xz), &plus(&zzz, &xx)).reduced();
        let bxz = thrice(&bxz);
        let xxz = difference(&thrice(&xx), &zzz).reduced();
        Self {
            x: difference(&product(&more, &xy), &product(&yz, &bxz)).reduced(),
            y: plus(&product(&more, &less), &product(&xxz, &bxz)),
            z: plus(&product(&less, &yz), &product(&xy, &xxz)),
        }
    }

    fn replace(&mut self, by: &Self, if_so: Choice) {
        self.x.replace(&by.x, if_so);
        self.y.replace(&by.y, if_so);
        self.z.replace(&by.z, if_so);
    }

    fn wipe(&mut self) {
        self.x.wipe();
        self.y.wipe();
        self.z.wipe();
    }
}
