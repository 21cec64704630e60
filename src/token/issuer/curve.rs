//! Whether a point lies on one of the curves of NIST. WebCrypto does not promise to
//! check it for every key, and a point elsewhere can make a signature verify that
//! nobody made.
//!
//! The numbers are public, so the time may depend on them. A key is checked once when
//! its set is read, so the code is written to be small and not to be fast.

/// The curves y² = x³ − 3x + b modulo p of FIPS 186-5 (SP 800-186 §3.2.1).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Curve {
    P256,
    P384,
    P521,
}

/// 17 limbs of 32 bits, the least significant one first: room for 521 bits and for a
/// carry.
const LIMBS: usize = 17;
type Number = [u32; LIMBS];

impl Curve {
    /// The value of `crv` (RFC 7518 §6.2.1.1).
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::P256 => "P-256",
            Self::P384 => "P-384",
            Self::P521 => "P-521",
        }
    }

    pub(super) fn from_name(name: &str) -> Option<Self> {
        [Self::P256, Self::P384, Self::P521]
            .into_iter()
            .find(|curve| curve.name() == name)
    }

    /// The length of a coordinate in bytes (RFC 7518 §6.2.1.2).
    pub(super) fn length(self) -> usize {
        match self {
            Self::P256 => 32,
            Self::P384 => 48,
            Self::P521 => 66,
        }
    }

    /// p, most significant byte first.
    fn prime(self) -> Number {
        // Each prime is a sum of few powers of two.
        let powers: &[(usize, bool)] = match self {
            // 2^256 − 2^224 + 2^192 + 2^96 − 1
            Self::P256 => &[(256, true), (224, false), (192, true), (96, true)],
            // 2^384 − 2^128 − 2^96 + 2^32 − 1
            Self::P384 => &[(384, true), (128, false), (96, false), (32, true)],
            // 2^521 − 1
            Self::P521 => &[(521, true)],
        };
        let mut prime = [0; LIMBS];
        for (bit, positive) in powers {
            let power = power_of_two(*bit);
            if *positive {
                add(&mut prime, &power);
            } else {
                subtract(&mut prime, &power);
            }
        }
        subtract(&mut prime, &power_of_two(0));
        prime
    }

    /// b, most significant byte first.
    fn coefficient(self) -> &'static [u8] {
        match self {
            Self::P256 => &B_256,
            Self::P384 => &B_384,
            Self::P521 => &B_521,
        }
    }

    /// Whether the point (x, y) lies on the curve. The point at infinity has no
    /// coordinates.
    pub(super) fn has(self, x: &[u8], y: &[u8]) -> bool {
        if x.len() != self.length() || y.len() != self.length() {
            return false;
        }
        let prime = self.prime();
        let (x, y, b) = (number(x), number(y), number(self.coefficient()));
        if !less(&x, &prime) || !less(&y, &prime) {
            return false;
        }
        let field = Field(prime);
        // x³ − 3x + b = y²  ⇔  x³ + b = y² + 3x
        let mut left = field.multiply(&field.multiply(&x, &x), &x);
        field.add(&mut left, &b);
        let mut right = field.multiply(&y, &y);
        for _ in 0..3 {
            field.add(&mut right, &x);
        }
        left == right
    }
}

/// The numbers modulo p. All arguments are less than p.
struct Field(Number);

impl Field {
    fn add(&self, a: &mut Number, b: &Number) {
        // p has at most 521 of the 544 bits, so the sum fits.
        add(a, b);
        if !less(a, &self.0) {
            subtract(a, &self.0);
        }
    }

    /// Doubles and adds, from the most significant bit on.
    fn multiply(&self, a: &Number, b: &Number) -> Number {
        let mut product = [0; LIMBS];
        for limb in b.iter().rev() {
            for bit in (0..32).rev() {
                let copy = product;
                self.add(&mut product, &copy);
                if limb >> bit & 1 == 1 {
                    self.add(&mut product, a);
                }
            }
        }
        product
    }
}

/// Reads a number, most significant byte first. Bytes beyond the limbs are dropped;
/// there are at most 66 bytes.
fn number(bytes: &[u8]) -> Number {
    let mut number = [0; LIMBS];
    for (limb, bytes) in number.iter_mut().zip(bytes.rchunks(4)) {
        *limb = bytes
            .iter()
            .fold(0, |limb, byte| limb << 8 | u32::from(*byte));
    }
    number
}

fn power_of_two(bit: usize) -> Number {
    let mut power = [0; LIMBS];
    if let Some(limb) = power.get_mut(bit / 32) {
        *limb = 1 << (bit % 32);
    }
    power
}

fn add(a: &mut Number, b: &Number) {
    let mut carry = false;
    for (a, b) in a.iter_mut().zip(b) {
        let (sum, first) = a.overflowing_add(*b);
        let (sum, second) = sum.overflowing_add(u32::from(carry));
        *a = sum;
        carry = first | second;
    }
}

fn subtract(a: &mut Number, b: &Number) {
    let mut borrow = false;
    for (a, b) in a.iter_mut().zip(b) {
        let (difference, first) = a.overflowing_sub(*b);
        let (difference, second) = difference.overflowing_sub(u32::from(borrow));
        *a = difference;
        borrow = first | second;
    }
}

fn less(a: &Number, b: &Number) -> bool {
    a.iter().rev().lt(b.iter().rev())
}

// SP 800-186 §3.2.1.3 to §3.2.1.5.
const B_256: [u8; 32] = [
    0x5a, 0xc6, 0x35, 0xd8, 0xaa, 0x3a, 0x93, 0xe7, 0xb3, 0xeb, 0xbd, 0x55, 0x76, 0x98, 0x86, 0xbc,
    0x65, 0x1d, 0x06, 0xb0, 0xcc, 0x53, 0xb0, 0xf6, 0x3b, 0xce, 0x3c, 0x3e, 0x27, 0xd2, 0x60, 0x4b,
];
const B_384: [u8; 48] = [
    0xb3, 0x31, 0x2f, 0xa7, 0xe2, 0x3e, 0xe7, 0xe4, 0x98, 0x8e, 0x05, 0x6b, 0xe3, 0xf8, 0x2d, 0x19,
    0x18, 0x1d, 0x9c, 0x6e, 0xfe, 0x81, 0x41, 0x12, 0x03, 0x14, 0x08, 0x8f, 0x50, 0x13, 0x87, 0x5a,
    0xc6, 0x56, 0x39, 0x8d, 0x8a, 0x2e, 0xd1, 0x9d, 0x2a, 0x85, 0xc8, 0xed, 0xd3, 0xec, 0x2a, 0xef,
];
const B_521: [u8; 66] = [
    0x00, 0x51, 0x95, 0x3e, 0xb9, 0x61, 0x8e, 0x1c, 0x9a, 0x1f, 0x92, 0x9a, 0x21, 0xa0, 0xb6, 0x85,
    0x40, 0xee, 0xa2, 0xda, 0x72, 0x5b, 0x99, 0xb3, 0x15, 0xf3, 0xb8, 0xb4, 0x89, 0x91, 0x8e, 0xf1,
    0x09, 0xe1, 0x56, 0x19, 0x39, 0x51, 0xec, 0x7e, 0x93, 0x7b, 0x16, 0x52, 0xc0, 0xbd, 0x3b, 0xb1,
    0xbf, 0x07, 0x35, 0x73, 0xdf, 0x88, 0x3d, 0x2c, 0x34, 0xf1, 0xef, 0x45, 0x1f, 0xd4, 0x6b, 0x50,
    0x3f, 0x00,
];
