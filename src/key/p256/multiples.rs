//! Multiples of a point, worked out once, so that the point times a number is a
//! sum of them without any doubling.

use super::field::{Element, Limbs, difference, invert_all, product, square, thrice, twice};
use super::point::{Affine, Sum, Term};

/// A digit to the base 32 is from −15 to 16.
const BITS: u32 = 5;
const BASE: i32 = 1 << BITS;
const HALF: usize = 1 << (BITS - 1);
/// 256 bits, and what the last digit but one carries.
const DIGITS: usize = 52;

/// Row by row P, 2P, … 16P, where P is the point times 32^row: 60 kB.
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

    /// The multiples of which the sum is the point times the number. The most
    /// significant byte comes first.
    pub(super) fn of(&self, number: [u8; 32]) -> impl Iterator<Item = Term<'_, L>> {
        let digits = digits(&number);
        self.0.iter().zip(digits).filter_map(|(row, digit)| {
            let place = usize::from(digit.unsigned_abs()).wrapping_sub(1);
            Some(Term {
                point: row.get(place)?,
                negative: digit < 0,
            })
        })
    }
}

/// The first of each row.
fn firsts<L: Limbs>(point: &Affine<L>) -> Vec<[Affine<L>; HALF]> {
    let mut sum = Sum::of(&Term {
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
        let mut row = [Affine::ROOM; HALF];
        row[0] = sum.to_affine(inverse);
        row
    });
    affine.collect()
}

/// From P, … kP in each row on to 2kP: each is one of those plus kP.
///
/// No two of them have the same x, and none has y = 0, as the point's order is
/// a prime that is far greater than 32: so nothing that is inverted is zero.
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

/// The digits to the base 32, the lowest first, each from −15 to 16. The
/// highest is at most 2, and carries nothing.
fn digits(number: &[u8; 32]) -> [i8; DIGITS] {
    let mut digits = [0; DIGITS];
    let (mut bits, mut count) = (0_i32, 0);
    let mut bytes = number.iter().rev();
    for digit in &mut digits {
        if count < BITS {
            bits += i32::from(bytes.next().copied().unwrap_or(0)) << count;
            count += 8;
        }
        let mut value = bits & (BASE - 1);
        bits >>= BITS;
        count -= BITS;
        if value > BASE / 2 {
            value -= BASE;
            bits += 1;
        }
        *digit = i8::try_from(value).unwrap_or(0);
    }
    digits
}
