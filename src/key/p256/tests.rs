//! Compares this module with the crate p256. `P256_CASES` is the number of sums, and
//! `P256_SEED` selects them. With `--release`, a million cases take a quarter of an hour
//! on one core.

mod secret_numbers;

use ::p256::elliptic_curve::bigint::{NonZero, U256};
use ::p256::{FieldBytes, ProjectivePoint, Scalar};

use super::*;
use field::{invert_all, less, plus, product, square, thrice, twice};
use limbs29::Limbs29;
use limbs64::Limbs64;

use crate::key::random_cases::{Random, setting};

const P: U256 =
    U256::from_be_hex("ffffffff00000001000000000000000000000000ffffffffffffffffffffffff");
const N: U256 =
    U256::from_be_hex("ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551");

impl Random {
    fn below(&mut self, bound: u64) -> u64 {
        self.next() % bound
    }

    fn number(&mut self) -> U256 {
        U256::from_words([self.next(), self.next(), self.next(), self.next()])
    }
}

fn bytes(number: &U256) -> [u8; 32] {
    let mut bytes = [0; 32];
    for (chunk, word) in bytes.rchunks_exact_mut(8).zip(number.as_words()) {
        chunk.copy_from_slice(&word.to_be_bytes());
    }
    bytes
}

/// Numbers around zero, the modulus, and the boundaries of both kinds of limbs.
fn special_numbers(modulus: U256) -> Vec<U256> {
    let mut numbers = Vec::new();
    for small in 0..=40_u64 {
        let small = U256::from(small);
        numbers.push(small);
        numbers.push(modulus.wrapping_sub(&small));
    }
    for bit in (0..256).step_by(29).chain((0..256).step_by(32)) {
        let power = U256::ONE.shl_vartime(bit);
        numbers.extend([
            power,
            power.wrapping_sub(&U256::ONE),
            power.wrapping_add(&U256::ONE),
        ]);
        numbers.push(modulus.wrapping_sub(&power));
    }
    let half = modulus.shr_vartime(1);
    numbers.extend([half, half.wrapping_add(&U256::ONE), U256::MAX]);
    numbers
}

fn number(random: &mut Random, special: &[U256]) -> U256 {
    let place = random.below(2 * special.len() as u64) as usize;
    special
        .get(place)
        .copied()
        .unwrap_or_else(|| random.number())
}

/// Compares the field's arithmetic with that of big integers modulo p.
fn computes_as_numbers_modulo_p<L: Limbs>() {
    let p = NonZero::new(P).unwrap();
    let special = special_numbers(P);
    let mut random = Random(1);
    let element = |number: &U256| Element::<L>::from_bytes(&bytes(number));
    let is = |element: &Element<L>, number: U256| {
        assert!(field::equal(element, &Element::from_bytes(&bytes(&number))));
        let other = number.add_mod(&U256::ONE, &p);
        assert!(!field::equal(element, &Element::from_bytes(&bytes(&other))));
    };
    for _ in 0..4000 {
        let numbers = [(); 4].map(|()| number(&mut random, &special));
        let [a, b, c, d] = numbers.map(|number| element(&number));
        let [m, n, o, q] = numbers.map(|number| number.rem_vartime(&p));
        let minus = |a: &U256, b: &U256| a.sub_mod(b, &p);
        is(&a, m);
        is(&plus(&a, &b), m.add_mod(&n, &p));
        is(&twice(&a), m.add_mod(&m, &p));
        is(&thrice(&a), m.add_mod(&m, &p).add_mod(&m, &p));
        is(&difference(&a, &b).reduced(), minus(&m, &n));
        is(&less(&a, &b, &c), minus(&minus(&minus(&m, &n), &o), &o));
        is(&product(&a, &b), m.mul_mod(&n, &p));
        is(&square(&a), m.mul_mod(&m, &p));
        // The largest possible factors: unreduced differences of elements (`e`, `f`),
        // and the unreduced difference of two of their products (`g`).
        let (e, f) = (difference(&a, &b), difference(&c, &d));
        let (r, s) = (minus(&m, &n), minus(&o, &q));
        is(&product(&e, &f), r.mul_mod(&s, &p));
        is(&square(&e), r.mul_mod(&r, &p));
        let t = r.mul_mod(&s, &p);
        let g = difference(&product(&e, &f), &product(&f, &square(&e)));
        let u = minus(&t, &s.mul_mod(&r.mul_mod(&r, &p), &p));
        is(&product(&g, &g), u.mul_mod(&u, &p));
        is(&square(&g), u.mul_mod(&u, &p));
    }
    for some in &special {
        let inverse = element(some).inverse();
        let some = some.rem_vartime(&p);
        is(
            &product(&inverse, &element(&some)),
            if some == U256::ZERO { some } else { U256::ONE },
        );
    }
    let mut elements: Vec<_> = (1..50_u64)
        .map(|small| element(&U256::from(small)))
        .collect();
    invert_all(&mut elements);
    for (inverse, small) in elements.iter().zip(1..50_u64) {
        is(&product(inverse, &element(&U256::from(small))), U256::ONE);
    }
}

#[test]
fn limbs_of_29_bits_compute_as_numbers_modulo_p() {
    computes_as_numbers_modulo_p::<Limbs29>();
}

#[test]
fn limbs_of_64_bits_compute_as_numbers_modulo_p() {
    computes_as_numbers_modulo_p::<Limbs64>();
}

fn scalar(number: &U256) -> Scalar {
    Scalar::reduce(&FieldBytes::from(bytes(number)))
}

fn generator_times(scalar: &Scalar) -> ProjectivePoint {
    ProjectivePoint::GENERATOR * scalar
}

/// The x modulo n.
fn x(point: &ProjectivePoint) -> Scalar {
    Scalar::reduce(&point.to_affine().x())
}

/// A point in both kinds of limbs.
struct Both(PublicPoint<Limbs29>, PublicPoint<Limbs64>);

impl Both {
    fn new(point: &ProjectivePoint) -> Self {
        let point = point.to_affine();
        Self(PublicPoint::new(point), PublicPoint::new(point))
    }

    /// The result with both kinds of limbs, which must be the same.
    fn by_multiples(&self, u1: &Scalar, u2: &Scalar, r: &Scalar) -> Option<bool> {
        let outcome = self.0.by_multiples(u1, u2, r);
        assert_eq!(outcome, self.1.by_multiples(u1, u2, r));
        outcome
    }

    fn sum_has_x(&self, u1: &Scalar, u2: &Scalar, r: &Scalar) -> bool {
        let outcome = self.0.sum_has_x(u1, u2, r);
        assert_eq!(outcome, self.1.sum_has_x(u1, u2, r));
        outcome
    }

    /// Checks that the sum has the x that the crate computes, and no other.
    fn agrees(&self, u1: &Scalar, u2: &Scalar) {
        let sum = generator_times(u1) + ProjectivePoint::from(self.0.point) * u2;
        let r = x(&sum);
        assert_eq!(self.sum_has_x(u1, u2, &r), !bool::from(sum.is_identity()));
        assert!(!self.sum_has_x(u1, u2, &(r + Scalar::ONE)));
    }
}

#[test]
fn each_multiple_is_the_crates() {
    let key = Both::new(&generator_times(&scalar(&Random(2).number())));
    let mut base = Scalar::ONE;
    for _ in 0..51 {
        let mut times = Scalar::ZERO;
        for _ in 0..16 {
            times += base;
            let own = ProjectivePoint::from(key.0.point) * times;
            assert_eq!(
                key.by_multiples(&Scalar::ZERO, &times, &x(&own)),
                Some(true)
            );
            let of_generator = x(&generator_times(&times));
            assert_eq!(
                key.by_multiples(&times, &Scalar::ZERO, &of_generator),
                Some(true)
            );
        }
        base = times.double();
    }
}

#[test]
fn sums_are_the_crates_for_random_and_special_numbers_and_points() {
    let special = special_numbers(N);
    let mut random = Random(setting("P256_SEED", 3));
    let mut key = None;
    for case in 0..setting("P256_CASES", 2000) {
        // Computing a table takes as long as 20 sums, so the point changes rarely.
        if case % 64 == 0 {
            let k = scalar(&number(&mut random, &special));
            if k != Scalar::ZERO {
                key = Some((k, Both::new(&generator_times(&k))));
            }
        }
        let Some((k, key)) = &key else { continue };
        let u2 = scalar(&number(&mut random, &special));
        let small = Scalar::from(random.below(34));
        let u1 = match random.below(6) {
            // The sum is at infinity or near it.
            0 => -(*k * u2),
            1 => -(*k * u2) + small,
            // Both parts are equal or nearly equal.
            2 => *k * u2,
            3 => *k * u2 - small,
            _ => scalar(&number(&mut random, &special)),
        };
        key.agrees(&u1, &u2);
    }
}

#[test]
fn every_pair_of_small_numbers_and_small_points_is_decided() {
    // Sums within a row of the table: doublings, inverses and infinity.
    let small = |number: i64| {
        let size = Scalar::from(number.unsigned_abs());
        if number < 0 { -size } else { size }
    };
    for point in [-17, -2, -1, 1, 2, 17] {
        let key = Both::new(&generator_times(&small(point)));
        for u1 in -5..=5 {
            for u2 in -5..=5 {
                key.agrees(&small(u1), &small(u2));
            }
        }
    }
}

#[test]
fn additions_without_a_formula_are_left_to_the_crate() {
    let key = Both::new(&ProjectivePoint::GENERATOR);
    let (one, two) = (Scalar::ONE, Scalar::from(2_u64));
    // G + G, G − G, and the empty sum.
    for (u1, u2) in [(one, one), (one, -one), (Scalar::ZERO, Scalar::ZERO)] {
        assert_eq!(key.by_multiples(&u1, &u2, &one), None);
        key.agrees(&u1, &u2);
    }
    // Further additions follow G + G.
    assert_eq!(key.by_multiples(&one, &Scalar::from(33_u64), &one), None);
    key.agrees(&one, &Scalar::from(33_u64));
    let r = x(&generator_times(&Scalar::from(3_u64)));
    assert_eq!(key.by_multiples(&one, &two, &r), Some(true));
}

#[test]
fn ordinary_sums_need_no_crate() {
    let mut random = Random(4);
    let k = scalar(&random.number());
    let key = Both::new(&generator_times(&k));
    for _ in 0..200 {
        let (u1, u2) = (scalar(&random.number()), scalar(&random.number()));
        let r = x(&(generator_times(&u1) + generator_times(&(k * u2))));
        assert_eq!(key.by_multiples(&u1, &u2, &r), Some(true));
        assert_eq!(key.by_multiples(&u1, &u2, &(r + Scalar::ONE)), Some(false));
    }
}

#[test]
fn an_x_of_n_or_more_is_compared_modulo_n() {
    let mut found = 0;
    for above in 0..40_u64 {
        let x = N.wrapping_add(&U256::from(above));
        let compressed = [&[2], &bytes(&x)[..]].concat();
        let Ok(point) = ::p256::PublicKey::from_sec1_bytes(&compressed) else {
            continue;
        };
        let key = Both::new(&ProjectivePoint::from(*point.as_affine()));
        let r = Scalar::from(above);
        let outcome = key.by_multiples(&Scalar::ZERO, &Scalar::ONE, &r);
        assert_eq!(outcome, Some(true));
        found += 1;
        // Neither `wrong` nor `wrong` + n is this point's x.
        let wrong = Scalar::from(above + 1);
        assert!(!key.sum_has_x(&Scalar::ZERO, &Scalar::ONE, &wrong));
    }
    assert!(found > 5);
}

#[test]
fn an_r_of_p_minus_n_or_more_has_one_x() {
    // Here r is p − n + x, so r + n is p + x. This is the x of the point modulo p,
    // but x modulo n is not r. So r must not match: only r itself can be the x.
    let key = |x: &U256| {
        let compressed = [&[2], &bytes(x)[..]].concat();
        ::p256::PublicKey::from_sec1_bytes(&compressed).ok()
    };
    let p_minus_n = P.wrapping_sub(&N);
    assert_eq!(bytes(&p_minus_n), P_MINUS_N);
    let mut found = 0;
    for small in 0..40_u64 {
        let x = U256::from(small);
        let Some(point) = key(&x) else { continue };
        let key = Both::new(&ProjectivePoint::from(*point.as_affine()));
        let r = scalar(&p_minus_n.wrapping_add(&x));
        assert_eq!(
            key.by_multiples(&Scalar::ZERO, &Scalar::ONE, &r),
            Some(false)
        );
        found += 1;
    }
    assert!(found > 5);
}
