//! Compares the generator times a secret number with the crate p256.

use super::*;

/// Checks the coordinates with both kinds of limbs.
fn agrees(number: &Scalar) {
    let coordinates = ours::<Limbs29>(number);
    assert_eq!(coordinates, ours::<Limbs64>(number));
    let point = ProjectivePoint::GENERATOR * number;
    let expected = if *number == Scalar::ZERO {
        ([0; 32], [0; 32])
    } else {
        let point = point.to_affine();
        (point.x().into(), point.y().into())
    };
    assert_eq!(coordinates, expected);
}

fn ours<L: GeneratorLimbs>(number: &Scalar) -> ([u8; 32], [u8; 32]) {
    generator::generator_times::<L>(number)
}

#[test]
fn the_generator_times_a_special_number_is_the_crates() {
    for special in special_numbers(N) {
        agrees(&scalar(&special));
    }
    // Each digit of each row, alone and beside its neighbor.
    let mut base = Scalar::ONE;
    for _ in 0..52 {
        let mut times = Scalar::ZERO;
        for _ in 0..17 {
            agrees(&times);
            agrees(&-times);
            agrees(&(base * Scalar::from(32_u64) - times));
            times += base;
        }
        base *= Scalar::from(32_u64);
    }
}

#[test]
fn the_generator_times_a_partial_sum_is_the_crates() {
    // The partial sum and the next multiple are equal, opposite, or nearly so. The
    // formulas of an addition would fail here if they were not complete.
    let mut power = Scalar::ONE;
    for _ in 0..256 {
        let double = power.double();
        for number in [
            double,
            -double,
            double + Scalar::ONE,
            double - Scalar::ONE,
            double + power,
        ] {
            agrees(&number);
            agrees(&(number * Scalar::from(31_u64)));
        }
        power = double;
    }
}

#[test]
fn the_generator_times_a_random_number_is_the_crates() {
    let mut random = Random(setting("P256_SEED", 5));
    for _ in 0..setting("P256_CASES", 300) {
        agrees(&scalar(&random.number()));
    }
}
