//! Sums of two points of P-256, and the generator times a number, in limbs of both kinds.

use ::p256::elliptic_curve::ops::Reduce as _;
use ::p256::elliptic_curve::point::AffineCoordinates as _;
use ::p256::{FieldBytes, ProjectivePoint, Scalar};

// A private module of the package. Only here can u1 and u2 be chosen freely; in a
// signature they follow from a hash.
#[allow(dead_code)]
#[path = "../../src/key/p256/mod.rs"]
mod ours;

use ours::limbs29::Limbs29;
use ours::limbs64::Limbs64;
use ours::{PublicPoint, generator_times};

/// u1 · G + u2 · Q, with Q = k · G, has the x that the crate p256 computes, and
/// another number only if it is equal to x. u1 · G alone, as for signing, has the x and y
/// that the crate computes. The input has a byte that relates
/// u1 to u2, and then k, u2, u1 and the other number; missing bytes are zero.
pub fn check(data: &[u8]) {
    let (relation, data) = data.split_first().unwrap_or((&0, &[]));
    let mut numbers = data.chunks(32).map(number);
    let mut next = || numbers.next().unwrap_or(Scalar::ZERO);
    let (k, u2, u1, other) = (next(), next(), next(), next());
    let point = (ProjectivePoint::GENERATOR * k).to_affine();
    if k == Scalar::ZERO {
        return; // Not a key.
    }
    let u1 = match relation % 4 {
        // Near infinity.
        0 => u1 - k * u2,
        // Near a doubling.
        1 => u1 + k * u2,
        _ => u1,
    };
    let first = ProjectivePoint::GENERATOR * u1;
    let affine = first.to_affine();
    let expected: ([u8; 32], [u8; 32]) = if u1 == Scalar::ZERO {
        ([0; 32], [0; 32])
    } else {
        (affine.x().into(), affine.y().into())
    };
    assert!(generator_times::<Limbs29>(&u1) == expected);
    assert!(generator_times::<Limbs64>(&u1) == expected);
    let sum = first + ProjectivePoint::from(point) * u2;
    let x = (sum != ProjectivePoint::IDENTITY).then(|| Scalar::reduce(&sum.to_affine().x()));
    let short = PublicPoint::<Limbs29>::new(point);
    let long = PublicPoint::<Limbs64>::new(point);
    for r in [x.unwrap_or(other), other] {
        assert_eq!(short.sum_has_x(&u1, &u2, &r), x == Some(r));
        assert_eq!(long.sum_has_x(&u1, &u2, &r), x == Some(r));
    }
}

/// At most 32 bytes, the most significant first.
fn number(bytes: &[u8]) -> Scalar {
    let mut padded = FieldBytes::default();
    padded[32 - bytes.len()..].copy_from_slice(bytes);
    Scalar::reduce(&padded)
}
