//! Compares the arithmetic with the crate crypto-bigint. `RSA_CASES` is the number of
//! random moduli, and `RSA_SEED` selects them.

use p256::elliptic_curve::bigint::modular::{BoxedMontyForm, BoxedMontyParams};
use p256::elliptic_curve::bigint::{BoxedUint, Odd};

use super::exponent;
use super::limbs::Limb;
use super::limbs28::Limb28;
use super::limbs64::Limb64;
use super::modulus::Modulus;
use crate::key::random_cases::{Random, setting};

impl Random {
    /// Random bytes, all zeros, all ones, or a mixture of runs of them.
    fn bytes(&mut self, length: usize) -> Vec<u8> {
        let kind = self.next() % 4;
        let mut bytes = Vec::with_capacity(length + 8);
        while bytes.len() < length {
            let word = match (kind, self.next() % 2) {
                (0 | 1, _) => self.next(),
                (2, 0) => 0,
                (2, _) => u64::MAX,
                (_, 0) => 1,
                (_, _) => u64::MAX << 1,
            };
            bytes.extend_from_slice(&word.to_be_bytes());
        }
        bytes.truncate(length);
        bytes
    }

    /// An odd number of exactly this many bits.
    fn modulus(&mut self, bits: usize) -> Vec<u8> {
        let mut n = self.bytes(bits.div_ceil(8));
        let top = 1 << ((bits - 1) % 8);
        n[0] = n[0] & (top - 1) | top;
        *n.last_mut().unwrap() |= 1;
        n
    }
}

fn by_crate(n: &[u8], base: &[u8], exponent: u32) -> Vec<u8> {
    let number = |bytes: &[u8]| {
        let precision = u32::try_from(n.len() * 8).unwrap().next_multiple_of(64);
        BoxedUint::from_be_slice(bytes, precision).unwrap()
    };
    let params = BoxedMontyParams::new_vartime(Odd::new(number(n)).unwrap());
    let power = BoxedMontyForm::new(number(base), &params).pow(&BoxedUint::from(exponent));
    let bytes = power.retrieve().to_be_bytes();
    bytes[bytes.len() - n.len()..].to_vec()
}

fn power<L: Limb>(n: &[u8], base: &[u8], exponent: u32) -> Option<Vec<u8>> {
    let mut power = base.to_vec();
    Modulus::<L>::new(n)
        .unwrap()
        .power(&mut power, exponent)
        .map(|()| power)
}

fn assert_powers(n: &[u8], base: &[u8], exponent: u32) {
    let expected = (base < n).then(|| by_crate(n, base, exponent));
    assert_eq!(power::<Limb28>(n, base, exponent), expected, "{n:x?}");
    assert_eq!(power::<Limb64>(n, base, exponent), expected, "{n:x?}");
}

#[test]
fn powers_are_those_of_the_crate() {
    let mut random = Random(setting("RSA_SEED", 1));
    for case in 0..setting("RSA_CASES", 60) {
        let bits = match case % 4 {
            0 => 2048,
            1 => 2048 + usize::try_from(random.next() % 64).unwrap(),
            2 => 28 * (74 + usize::try_from(random.next() % 8).unwrap()),
            _ => 64 * usize::try_from(32 + random.next() % 33).unwrap(),
        };
        let n = random.modulus(bits);
        let exponent = match random.next() % 4 {
            0 => 3,
            1 => 65537,
            2 => u32::MAX,
            _ => u32::try_from(random.next() >> 32).unwrap() | 3,
        };
        let mut minus_one = n.clone();
        *minus_one.last_mut().unwrap() -= 1;
        let mut plus_one = n.clone();
        for byte in plus_one.iter_mut().rev() {
            let overflows;
            (*byte, overflows) = byte.overflowing_add(1);
            if !overflows {
                break;
            }
        }
        let mut zero = vec![0; n.len()];
        assert_powers(&n, &zero, exponent);
        *zero.last_mut().unwrap() = 1;
        assert_powers(&n, &zero, exponent);
        for base in [&minus_one, &n] {
            assert_powers(&n, base, exponent);
        }
        if plus_one > n {
            assert_powers(&n, &plus_one, exponent);
        }
        let length = n.len();
        assert_powers(&n, &random.bytes(length), exponent);
        assert_powers(&n, &vec![0xff; length], exponent);
    }
}

#[test]
fn the_largest_numbers_do_not_overflow() {
    for length in [256, 512, 1024] {
        let n = vec![0xff; length];
        let mut base = n.clone();
        base[length - 1] = 0xfe;
        assert_powers(&n, &base, 65537);
        base[0] = 0x7f;
        assert_powers(&n, &base, u32::MAX);
    }
}

#[test]
fn small_moduli_have_right_powers_too() {
    for n in (3..=255_u8).step_by(2) {
        for base in 0..n {
            let right = (0..5).fold(1_u32, |power, _| power * u32::from(base) % u32::from(n));
            let right = Some(vec![u8::try_from(right).unwrap()]);
            assert_eq!(power::<Limb28>(&[n], &[base], 5), right);
            assert_eq!(power::<Limb64>(&[n], &[base], 5), right);
        }
    }
}

#[test]
fn a_modulus_is_odd_and_does_not_start_with_zero() {
    for n in [&[][..], &[0], &[1], &[2], &[0, 3], &[0xff, 0xfe]] {
        assert!(Modulus::<Limb28>::new(n).is_none());
        assert!(Modulus::<Limb64>::new(n).is_none());
    }
}

#[test]
fn an_exponent_is_odd_and_has_at_most_32_bits() {
    for (bytes, number) in [
        (&[3][..], Some(3)),
        (&[1, 0, 1], Some(65537)),
        (&[0xff; 4], Some(u32::MAX)),
        (&[], None),
        (&[1], None),
        (&[2], None),
        (&[1, 0, 0], None),
        (&[1, 0, 0, 0, 1], None),
    ] {
        assert_eq!(exponent(bytes), number, "{bytes:?}");
    }
}
