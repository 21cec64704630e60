//! The sum that verifies an ECDSA signature on P-256: whether u1 · G + u2 · Q has
//! a given x.
//!
//! A verifier sees the same Q many times. So multiples of G and of each Q are
//! computed once, and a sum takes some 100 additions of multiples.
//!
//! The numbers of this sum are public, and the time depends on them. Only
//! [`generator_times`] takes a secret number.

#![forbid(unsafe_code)]
// Limbs do not overflow: `limbs29` and `limbs64` say why, and the tests check
// each operation. Numbers modulo n cannot overflow.
#![allow(clippy::arithmetic_side_effects)]

mod field;
mod generator;
#[allow(dead_code)] // A build uses one kind of limbs, the tests use both.
pub(crate) mod limbs29;
#[allow(dead_code)]
pub(crate) mod limbs64;
mod multiples;
mod point;
#[cfg(test)]
#[allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::cast_possible_truncation
)]
mod tests;

use std::sync::{OnceLock, PoisonError, RwLock, RwLockReadGuard};

use ::p256::elliptic_curve::group::Group as _;
use ::p256::elliptic_curve::ops::Reduce as _;
use ::p256::elliptic_curve::point::AffineCoordinates as _;
use ::p256::{AffinePoint, ProjectivePoint, Scalar};

pub(crate) use generator::generator_times;

use field::{Element, Limbs, difference};
use multiples::Multiples;
use point::{Affine, Sum};

/// The limbs that are faster on this machine. Tests and the fuzz target use both.
#[cfg(any(target_family = "wasm", not(target_pointer_width = "64")))]
pub(crate) type HostLimbs = limbs29::Limbs29;
#[cfg(not(any(target_family = "wasm", not(target_pointer_width = "64"))))]
pub(crate) type HostLimbs = limbs64::Limbs64;

/// Limbs with a static for the multiples of the generator. The multiples are
/// computed when the first key or signature needs them: in the binary they would take
/// 53 kB.
pub(crate) trait GeneratorLimbs: Limbs + 'static {
    fn generator_multiples() -> &'static OnceLock<Multiples<Self>>;
}

macro_rules! generator_limbs {
    ($limbs:ty) => {
        impl GeneratorLimbs for $limbs {
            fn generator_multiples() -> &'static OnceLock<Multiples<Self>> {
                static MULTIPLES: OnceLock<Multiples<$limbs>> = OnceLock::new();
                &MULTIPLES
            }
        }
    };
}

generator_limbs!(limbs29::Limbs29);
generator_limbs!(limbs64::Limbs64);

/// p − n. For an r below this number, two x are r modulo n: r and r + n.
const P_MINUS_N: [u8; 32] = [
    0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0x43, 0x19, 0x05, 0x53, 0x58, 0xe8, 0x61, 0x7b,
    0x0c, 0x46, 0x35, 0x3d, 0x03, 0x9c, 0xda, 0xae,
];

/// A public key: a point Q that is not the point at infinity. Its multiples are
/// computed when its first signature is verified, so an unused key costs nothing.
pub(crate) struct PublicPoint<L = HostLimbs> {
    point: AffinePoint,
    /// Not a `OnceLock`: before it is set, its value is uninitialized. Stale
    /// bytes of the stack, perhaps of a secret, would move with the key.
    multiples: RwLock<Option<Box<Multiples<L>>>>,
}

impl<L: GeneratorLimbs> PublicPoint<L> {
    pub(crate) fn new(point: AffinePoint) -> Self {
        Self {
            point,
            multiples: RwLock::new(None),
        }
    }

    pub(crate) fn affine(&self) -> &AffinePoint {
        &self.point
    }

    /// Whether the x of u1 · G + u2 · Q is r modulo n (FIPS 186-5 §6.4.2). The point
    /// at infinity has no x.
    pub(crate) fn sum_has_x(&self, u1: &Scalar, u2: &Scalar, r: &Scalar) -> bool {
        self.by_multiples(u1, u2, r)
            .unwrap_or_else(|| self.by_crate(u1, u2, r))
    }

    /// `None` when the sum is the point at infinity, or when the formulas of
    /// [`Sum::add`] did not hold for a partial sum. Both happen only with numbers
    /// that were chosen to cause them.
    fn by_multiples(&self, u1: &Scalar, u2: &Scalar, r: &Scalar) -> Option<bool> {
        let generator = generator_multiples::<L>();
        if self.own_multiples().is_none() {
            let made = Box::new(multiples(&self.point));
            let own = self.multiples.write();
            *own.unwrap_or_else(PoisonError::into_inner) = Some(made);
        }
        let own = self.own_multiples();
        let own = own.as_deref()?;
        let mut sum: Option<Sum<L>> = None;
        for (multiples, number) in [(generator, u1), (own, u2)] {
            for term in multiples.terms(number.to_bytes().into()) {
                match &mut sum {
                    None => sum = Some(Sum::from_term(&term)),
                    Some(sum) => sum.add(&term),
                }
            }
        }
        let sum = sum?;
        let bytes: [u8; 32] = r.to_bytes().into();
        let x = Element::from_bytes(&bytes);
        if sum.has_x(&x)? {
            return Some(true);
        }
        if bytes >= P_MINUS_N {
            return Some(false);
        }
        // The other x that is r modulo n is r + n. Modulo p, it is r − (p − n).
        sum.has_x(&difference(&x, &Element::from_bytes(&P_MINUS_N)).reduced())
    }

    /// `None` before the first signature is verified.
    fn own_multiples(&self) -> RwLockReadGuard<'_, Option<Box<Multiples<L>>>> {
        self.multiples
            .read()
            .unwrap_or_else(PoisonError::into_inner)
    }

    /// Uses formulas that hold for all points, and takes ten times as long.
    fn by_crate(&self, u1: &Scalar, u2: &Scalar, r: &Scalar) -> bool {
        let sum = ProjectivePoint::GENERATOR * u1 + ProjectivePoint::from(self.point) * u2;
        !bool::from(sum.is_identity()) && Scalar::reduce(&sum.to_affine().x()) == *r
    }
}

fn generator_multiples<L: GeneratorLimbs>() -> &'static Multiples<L> {
    L::generator_multiples().get_or_init(|| multiples(&AffinePoint::GENERATOR))
}

fn multiples<L: Limbs>(point: &AffinePoint) -> Multiples<L> {
    Multiples::new(&Affine::from_bytes(&point.x().into(), &point.y().into()))
}
