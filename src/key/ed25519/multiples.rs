//! Multiples of a point, computed once, so that multiplying the point by a number
//! takes few steps.
//!
//! To verify, where every number is public, the time depends on the numbers. To sign,
//! each row of the table is read as a whole and masks select the multiple. So neither a
//! branch, nor an address, nor the number of steps depends on the number.

use curve25519_dalek::edwards::EdwardsPoint;
use curve25519_dalek::scalar::Scalar;
use curve25519_dalek::traits::Identity as _;
use subtle::{
    Choice, ConditionallyNegatable as _, ConditionallySelectable as _, ConstantTimeEq as _,
};
use zeroize::{Zeroize as _, Zeroizing};

/// A number has 64 digits to the base 16. `ROUNDS` of them share a row of the
/// table. More rows need more memory and more time to compute; fewer rows need
/// more doublings in each multiplication.
const ROUNDS: usize = 4;
const ROWS: usize = 64 / ROUNDS;

/// Each row holds P, 2P, … 8P, where P is the point times 16^(`ROUNDS` · row).
/// The table takes 20 kB.
pub(super) struct Multiples(Box<[[EdwardsPoint; 8]; ROWS]>);

impl Multiples {
    pub(super) fn new(point: &EdwardsPoint) -> Self {
        let mut rows = Box::new([[EdwardsPoint::identity(); 8]; ROWS]);
        let mut first = *point;
        for row in rows.iter_mut() {
            let mut multiple = first;
            for place in row {
                *place = multiple;
                multiple = plus(&multiple, &first);
            }
            for _ in 0..ROUNDS {
                first = sixteen_times(&first);
            }
        }
        Self(rows)
    }

    /// a · p, where `self` holds the multiples of p, in constant time.
    pub(super) fn times(&self, a: &Scalar) -> EdwardsPoint {
        let digits = Zeroizing::new(digits(a));
        let mut sum = EdwardsPoint::identity();
        for round in (0..ROUNDS).rev() {
            sum = sixteen_times(&sum);
            for (row, digits) in self.0.iter().zip(digits.chunks_exact(ROUNDS)) {
                let mut term = select(row, digits.get(round).copied().unwrap_or(0));
                sum = plus(&sum, &term);
                term.zeroize();
            }
        }
        sum
    }

    /// a · p + b · q, where `self` holds the multiples of p and `other` those of
    /// q. The time depends on a and b.
    pub(super) fn vartime_sum(&self, a: &Scalar, other: &Self, b: &Scalar) -> EdwardsPoint {
        let (a, b) = (digits(a), digits(b));
        let mut sum = EdwardsPoint::identity();
        for round in (0..ROUNDS).rev() {
            sum = sixteen_times(&sum);
            for (table, digits) in [(self, &a), (other, &b)] {
                for (row, digits) in table.0.iter().zip(digits.chunks_exact(ROUNDS)) {
                    add(&mut sum, row, digits.get(round).copied().unwrap_or(0));
                }
            }
        }
        sum
    }
}

/// Adds the multiple for the digit. The time depends on the digit.
fn add(sum: &mut EdwardsPoint, row: &[EdwardsPoint; 8], digit: i32) {
    let place = usize::try_from(digit.unsigned_abs()).unwrap_or(0);
    if let Some(multiple) = row.get(place.wrapping_sub(1)) {
        *sum = if digit > 0 {
            plus(sum, multiple)
        } else {
            plus(sum, &-multiple)
        };
    }
}

/// The row's multiple for the digit, in constant time.
#[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)] // 0 or 1.
fn select(row: &[EdwardsPoint; 8], digit: i32) -> EdwardsPoint {
    // −1 for a negative digit, or 0.
    let sign = digit >> 31;
    let size = (digit ^ sign) - sign;
    let mut selected = EdwardsPoint::identity();
    let mut place = 0;
    for multiple in row {
        place += 1;
        selected.conditional_assign(multiple, size.ct_eq(&place));
    }
    selected.conditional_negate(Choice::from((sign & 1) as u8));
    selected
}

fn sixteen_times(point: &EdwardsPoint) -> EdwardsPoint {
    let eight = point.mul_by_cofactor();
    plus(&eight, &eight)
}

/// A function, so that the addition is not inlined at each use: it takes a kilobyte.
#[inline(never)]
fn plus(a: &EdwardsPoint, b: &EdwardsPoint) -> EdwardsPoint {
    a + b
}

/// The digits to the base 16, the lowest first, each from −8 to 7. A scalar is
/// below 2^253, so the last digit has no carry. The time does not depend on the scalar.
fn digits(scalar: &Scalar) -> [i32; 64] {
    let mut digits = [0; 64];
    let mut carry = 0;
    for (pair, byte) in digits.chunks_exact_mut(2).zip(scalar.as_bytes()) {
        for (digit, nibble) in pair.iter_mut().zip([byte & 0xf, byte >> 4]) {
            let value = i32::from(nibble) + carry;
            // One if the value is 8 or more.
            carry = (value + 8) >> 4;
            *digit = value - (carry << 4);
        }
    }
    digits
}
