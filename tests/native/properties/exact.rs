//! The meaning of a date in a token, computed from its decimal digits: slow,
//! exact, and independent of the core's method. The fuzz targets use it too.

/// The ends of the range in microseconds: those of JavaScript's `Date`.
pub(crate) const MAX: i128 = 8_640_000_000_000_000_000;

/// A JSON number of seconds in whole microseconds, rounded toward the past
/// or, if `up`, toward the future; `None` beyond the range.
pub(crate) fn micros(number: &str, up: bool) -> Option<i128> {
    let (negative, number) = match number.strip_prefix('-') {
        Some(rest) => (true, rest),
        None => (false, number),
    };
    let (mantissa, exponent) = match number.find(['e', 'E']) {
        Some(at) => (&number[..at], saturating(&number[at + 1..])),
        None => (number, 0),
    };
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let digits = format!("{whole}{fraction}");
    let digits = digits.trim_start_matches('0');
    if digits.is_empty() {
        return Some(0);
    }
    // The value is `digits` times ten to this power, in microseconds.
    let power = exponent - length(fraction) + 6;
    let before_the_point = length(digits) + power;
    let (magnitude, inexact) = match usize::try_from(before_the_point) {
        Err(_) | Ok(0) => (0, true),
        Ok(length @ 1..=19) if power >= 0 => {
            let digits = format!("{digits:0<length$}");
            (digits.parse::<i128>().unwrap(), false)
        }
        Ok(length @ 1..=19) => {
            let (kept, lost) = digits.split_at(length);
            let lost = lost.bytes().any(|digit| digit != b'0');
            (kept.parse::<i128>().unwrap(), lost)
        }
        _ => return None,
    };
    let magnitude = magnitude + i128::from(inexact && negative != up);
    (magnitude <= MAX).then_some(if negative { -magnitude } else { magnitude })
}

fn length(text: &str) -> i64 {
    i64::try_from(text.len()).unwrap()
}

/// An exponent. If it is large, its exact value does not matter.
fn saturating(exponent: &str) -> i64 {
    const LARGE: i64 = 1_000_000_000;
    let digits = exponent.trim_start_matches(['+', '-']);
    let value = digits.bytes().fold(0, |value: i64, digit| {
        (value * 10 + i64::from(digit - b'0')).min(LARGE)
    });
    if exponent.starts_with('-') {
        -value
    } else {
        value
    }
}
