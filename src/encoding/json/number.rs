//! The range check of JSON numbers, and short integers.

use super::JsonError;

/// The first digits of the largest double, 1.7976931348623157e308.
const LARGEST: [u8; 17] = *b"17976931348623157";
const LARGEST_EXPONENT: i32 = 308;

/// Rejects a number beyond the largest double: a reader that stores numbers as
/// doubles would turn it into infinity (RFC 7493 §2.2).
pub(super) fn fits_a_double(text: &str) -> Result<(), JsonError> {
    // `digits` starts at the first digit that is not zero. `power` is the power of ten
    // of that digit.
    let mut digits = [b'0'; LARGEST.len()];
    let mut room = digits.iter_mut();
    let mut started = false;
    let mut power = -1_i32;
    let mut in_fraction = false;
    let mut bytes = text.bytes();
    for byte in bytes.by_ref() {
        match byte {
            b'0'..=b'9' => {
                started |= byte != b'0';
                if started && let Some(digit) = room.next() {
                    *digit = byte;
                }
                if started && !in_fraction {
                    power = power.saturating_add(1);
                } else if in_fraction && !started {
                    power = power.saturating_sub(1);
                }
            }
            b'.' => in_fraction = true,
            b'-' => {}
            _ => break, // `e` or `E`
        }
    }
    let mut exponent = 0_i32;
    let mut negative = false;
    for byte in bytes {
        match byte {
            b'0'..=b'9' => {
                exponent = exponent
                    .saturating_mul(10)
                    .saturating_add(i32::from(byte.wrapping_sub(b'0')));
            }
            _ => negative |= byte == b'-',
        }
    }
    if negative {
        exponent = exponent.saturating_neg();
    }
    let power = power.saturating_add(exponent);
    if !started || power < LARGEST_EXPONENT || (power == LARGEST_EXPONENT && digits <= LARGEST) {
        Ok(())
    } else {
        Err(JsonError)
    }
}

/// Reads a JSON number that consists of at most fifteen digits and nothing else. A
/// double holds it exactly. `None` for any other number.
#[must_use]
pub fn small_integer(text: &str) -> Option<u64> {
    // Fifteen digits cannot overflow a `u64`.
    if text.len() > 15 {
        return None;
    }
    let mut value = 0_u64;
    for byte in text.bytes() {
        let digit = byte.wrapping_sub(b'0');
        if digit > 9 {
            return None;
        }
        value = value.wrapping_mul(10).wrapping_add(u64::from(digit));
    }
    Some(value)
}
