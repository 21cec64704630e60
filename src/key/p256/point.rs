//! Points of P-256, and their sums.

use super::field::{
    Difference, Element, Limbs, difference, equal, less, plus, product, square, thrice, twice,
};

/// A point in affine coordinates. It is not the point at infinity.
#[derive(Clone, Copy)]
pub(super) struct Affine<L> {
    pub(super) x: Element<L>,
    pub(super) y: Element<L>,
}

impl<L: Limbs> Affine<L> {
    /// Fills a table whose points are not yet computed. (0, 0) is not on the curve.
    pub(super) const PLACEHOLDER: Self = Self {
        x: Element::ZERO,
        y: Element::ZERO,
    };

    pub(super) fn from_bytes(x: &[u8; 32], y: &[u8; 32]) -> Self {
        Self {
            x: Element::from_bytes(x),
            y: Element::from_bytes(y),
        }
    }
}

/// A point to add or to subtract.
pub(super) struct Term<'a, L> {
    pub(super) point: &'a Affine<L>,
    pub(super) negative: bool,
}

impl<L: Limbs> Term<'_, L> {
    fn y(&self) -> Difference<L> {
        // Both cases subtract: copying takes longer in a module built for size.
        if self.negative {
            difference(&Element::ZERO, &self.point.y)
        } else {
            difference(&self.point.y, &Element::ZERO)
        }
    }
}

/// A sum of points: x = X / ZZ and y = Y / ZZZ, where ZZ³ = ZZZ² (XYZZ
/// coordinates in the Explicit-Formulas Database). An addition takes ten products.
///
/// The formulas do not hold when both points have the same x. Then ZZ becomes
/// zero and stays zero, and [`has_x`](Self::has_x) reports it.
#[derive(Clone, Copy)]
pub(super) struct Sum<L> {
    x: Element<L>,
    y: Element<L>,
    pub(super) zz: Element<L>,
    pub(super) zzz: Element<L>,
}

impl<L: Limbs> Sum<L> {
    pub(super) fn from_term(term: &Term<'_, L>) -> Self {
        Self {
            x: term.point.x,
            y: term.y().reduced(),
            zz: Element::ONE,
            zzz: Element::ONE,
        }
    }

    /// Adds or subtracts a point (madd-2008-s).
    pub(super) fn add(&mut self, term: &Term<'_, L>) {
        let p = difference(&product(&term.point.x, &self.zz), &self.x);
        let r = difference(&product(&term.y(), &self.zzz), &self.y);
        let pp = square(&p);
        let ppp = product(&p, &pp);
        let q = product(&self.x, &pp);
        self.x = less(&square(&r), &ppp, &q);
        let first = product(&r, &difference(&q, &self.x));
        self.y = difference(&first, &product(&self.y, &ppp)).reduced();
        self.zz = product(&self.zz, &pp);
        self.zzz = product(&self.zzz, &ppp);
    }

    /// Doubles (dbl-2008-s-1), with M = 3 · (X + ZZ) · (X − ZZ) as the curve's a is
    /// −3. No point of P-256 has order two, so the formulas always hold.
    pub(super) fn double(&mut self) {
        let u = twice(&self.y);
        let v = square(&u);
        let w = product(&u, &v);
        let s = product(&self.x, &v);
        let m = thrice(&product(
            &plus(&self.x, &self.zz),
            &difference(&self.x, &self.zz),
        ));
        self.x = less(&square(&m), &Element::ZERO, &s);
        let first = product(&m, &difference(&s, &self.x));
        self.y = difference(&first, &product(&w, &self.y)).reduced();
        self.zz = product(&self.zz, &v);
        self.zzz = product(&self.zzz, &w);
    }

    /// `inverse` is 1 / ZZZ.
    pub(super) fn to_affine(self, inverse: &Element<L>) -> Affine<L> {
        // ZZ / ZZZ is 1 / Z.
        let z = product(&self.zz, inverse);
        Affine {
            x: product(&self.x, &square(&z)),
            y: product(&self.y, inverse),
        }
    }

    /// Whether the sum has this x: X = x · ZZ, without an inversion. `None` when
    /// the formulas did not hold for an addition, so that the sum is unknown.
    pub(super) fn has_x(&self, x: &Element<L>) -> Option<bool> {
        if equal(&self.zz, &Element::ZERO) {
            return None;
        }
        Some(equal(&product(x, &self.zz), &self.x))
    }
}
