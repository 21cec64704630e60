//! Multiples of a point, computed once. The point times a number is then a sum of
//! at most 52 multiples, without a doubling.

use super::field::{Element, Limbs, difference, invert_all, product, square, thrice, twice};
use super::point::{Affine, Sum, Term};

/// Digits are from −15 to 16. With digits of six bits a sum took 17% fewer
/// additions, and the table 1.6 times the memory and time.
const BITS: u32 = 5;
const BASE: i32 = 1 << BITS;
pub(super) const HALF: usize = 1 << (BITS - 1);
/// 51 digits cover bits 0 to 254. The last digit holds bit 255 and the carry.
pub(super) const DIGITS: usize = 52;

/// Each row holds P, 2P, … 16P, where P is the point times 32^row. The table has
/// 832 points, which take 60 kB in WebAssembly and 53 kB natively.
pub(crate) struct Multiples<L>(Vec<[Affine<L>; HALF]>);

impl<L: Limbs> Multiples<L> {
    pub(super) fn new(point: &Affine<L>) -> Self {
        let mut rows = firsts(point);
        let mut have = 1;
        while have < HALF {
            double(&mut rows, have);
            have *= 2;
        }
        Self(rows)
    }

    /// The rows, for a number that is secret.
    pub(super) fn rows(&self) -> impl Iterator<Item = &[Affine<L>; HALF]> {
        self.0.iter()
    }

    /// The multiples that add up to the point times the number. The number's most
    /// significant byte comes first. The time depends on the number.
    pub(super) fn terms(&self, number: [u8; 32]) -> impl Iterator<Item = Term<'_, L>> {
        let digits = digits(&number);
        self.0.iter().zip(digits).filter_map(|(row, digit)| {
            let place = usize::try_from(digit.unsigned_abs()).ok()?;
            Some(Term {
                point: row.get(place.checked_sub(1)?)?,
                negative: digit < 0,
            })
        })
    }
}

/// The rows, with only the first point of each computed.
fn firsts<L: Limbs>(point: &Affine<L>) -> Vec<[Affine<L>; HALF]> {
    let mut sum = Sum::from_term(&Term {
        point,
        negative: false,
    });
    let mut sums = Vec::with_capacity(DIGITS);
    for _ in 0..DIGITS {
        sums.push(sum);
        for _ in 0..BITS {
            sum.double();
        }
    }
    let mut inverses: Vec<Element<L>> = sums.iter().map(|sum| sum.zzz).collect();
    invert_all(&mut inverses);
    let affine = sums.iter().zip(&inverses).map(|(sum, inverse)| {
        let mut row = [Affine::PLACEHOLDER; HALF];
        row[0] = sum.to_affine(inverse);
        row
    });
    affine.collect()
}

/// Extends each row from P, … kP to P, … 2kP by adding kP to each of its points.
/// The formulas for affine points need an inversion; one inversion serves all rows.
///
/// No denominator is zero. Two points of a row never have the same x, and no point
/// has y = 0, because the order of all points is a prime far above 32.
fn double<L: Limbs>(rows: &mut [[Affine<L>; HALF]], k: usize) {
    let mut inverses: Vec<Element<L>> = Vec::with_capacity(rows.len() * k);
    for row in rows.iter() {
        let Some((last, others)) = row.get(..k).and_then(<[_]>::split_last) else {
            return;
        };
        inverses.extend(
            others
                .iter()
                .map(|point| difference(&last.x, &point.x).reduced()),
        );
        inverses.push(twice(&last.y));
    }
    invert_all(&mut inverses);
    for (row, inverses) in rows.iter_mut().zip(inverses.chunks_exact(k)) {
        let (have, room) = row.split_at_mut(k);
        let Some(last) = have.last() else { return };
        for (index, ((point, place), inverse)) in have.iter().zip(room).zip(inverses).enumerate() {
            let rise = if index + 1 == k {
                // The curve's a is −3.
                thrice(&difference(&square(&last.x), &Element::ONE).reduced())
            } else {
                difference(&last.y, &point.y).reduced()
            };
            let slope = product(&rise, inverse);
            let x = difference(&square(&slope), &last.x).reduced();
            let x = difference(&x, &point.x).reduced();
            let y = product(&slope, &difference(&last.x, &x));
            let y = difference(&y, &last.y).reduced();
            *place = Affine { x, y };
        }
    }
}

/// The digits to the base 32, the lowest first, each from −15 to 16. The highest
/// digit is at most 2 and has no carry. The time does not depend on the number.
pub(super) fn digits(number: &[u8; 32]) -> [i32; DIGITS] {
    let mut digits = [0; DIGITS];
    let (mut bits, mut count) = (0_i32, 0);
    let mut bytes = number.iter().rev();
    for digit in &mut digits {
        if count < BITS {
            bits += i32::from(bytes.next().copied().unwrap_or(0)) << count;
            count += 8;
        }
        let value = bits & (BASE - 1);
        // One if the value is above 16.
        let carry = (value + BASE / 2 - 1) >> BITS;
        *digit = value - (carry << BITS);
        bits = (bits >> BITS) + carry;
        count -= BITS;
    }
    digits
}
