//! Seconds since the epoch, with checked arithmetic only.

use core::fmt;
use core::time::Duration;

use crate::encoding::json::small_integer;

const MICROS: i64 = 1_000_000;
const MAX_SECONDS: i64 = 8_640_000_000_000;

/// A point in time: seconds since 1970-01-01T00:00:00Z, as RFC 7519's
/// `NumericDate` (§2), to the microsecond.
///
/// The range is that of JavaScript's `Date`: 8.64e12 seconds to either side.
/// The core has no clock: whoever calls it says what time it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct UnixTime {
    micros: i64,
}

/// Which way a date goes that is finer than a microsecond.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Round {
    /// Towards the past: for `exp`.
    Down,
    /// Towards the future: for `nbf` and `iat`.
    Up,
}

impl UnixTime {
    /// The last time there is: 8.64e12 seconds after the epoch.
    pub const MAX: Self = Self {
        micros: MAX_SECONDS * MICROS,
    };
    /// The first time there is: 8.64e12 seconds before the epoch.
    pub const MIN: Self = Self {
        micros: -MAX_SECONDS * MICROS,
    };

    /// From whole seconds; `None` beyond the range.
    #[must_use]
    pub fn from_seconds(seconds: i64) -> Option<Self> {
        Some(Self {
            micros: whole_seconds(seconds)?,
        })
    }

    /// From seconds with a fraction, towards the past; `None` when not finite
    /// or beyond the range.
    #[must_use]
    pub fn from_seconds_f64(seconds: f64) -> Option<Self> {
        let micros = seconds * 1e6;
        if !micros.is_finite() {
            return None;
        }
        // `as` saturates, so a value beyond i64 stays beyond the range.
        #[allow(clippy::cast_possible_truncation)]
        let mut whole = micros as i64;
        #[allow(clippy::cast_precision_loss)]
        if (whole as f64) > micros {
            whole = whole.saturating_sub(1);
        }
        Self::in_range(whole)
    }

    fn in_range(micros: i64) -> Option<Self> {
        (Self::MIN.micros..=Self::MAX.micros)
            .contains(&micros)
            .then_some(Self { micros })
    }

    /// Whole seconds, towards the past.
    #[must_use]
    pub fn seconds(self) -> i64 {
        self.micros.div_euclid(MICROS)
    }

    /// Seconds with their fraction.
    #[must_use]
    #[allow(clippy::cast_precision_loss)]
    pub fn seconds_f64(self) -> f64 {
        self.micros as f64 / 1e6
    }

    /// The time `duration` later, or the last time there is.
    #[must_use]
    pub fn saturating_add(self, duration: Duration) -> Self {
        let micros = whole_micros(duration).unwrap_or(i64::MAX);
        Self {
            micros: self.micros.saturating_add(micros).min(Self::MAX.micros),
        }
    }

    /// The time `duration` later; `None` beyond the range.
    #[must_use]
    pub fn checked_add(self, duration: Duration) -> Option<Self> {
        let micros = whole_micros(duration)?;
        Self::in_range(self.micros.checked_add(micros)?)
    }

    /// Without the fraction, towards the past.
    #[must_use]
    pub(crate) fn floor(self) -> Self {
        Self {
            micros: whole_seconds(self.seconds()).unwrap_or(self.micros),
        }
    }

    /// Seconds from `earlier` to this time; negative when `earlier` is later.
    #[must_use]
    #[allow(clippy::cast_precision_loss)]
    pub fn seconds_since(self, earlier: Self) -> f64 {
        // Both are within ±8.64e18, so only the difference can overflow.
        match self.micros.checked_sub(earlier.micros) {
            Some(micros) => micros as f64 / 1e6,
            None => self.seconds_f64() - earlier.seconds_f64(),
        }
    }

    /// Reads a JSON number (RFC 8259 §6) that the strict reader has passed.
    /// `None` beyond the range.
    pub fn from_json_number(text: &str, round: Round) -> Option<Self> {
        // As nearly all dates are written.
        if let Some(seconds) = small_integer(text) {
            return Self::from_seconds(i64::try_from(seconds).ok()?);
        }
        let (negative, text) = match text.strip_prefix('-') {
            Some(rest) => (true, rest),
            None => (false, text),
        };
        let decimal = Decimal::read(text)?;
        // What is lost on the way to whole microseconds makes the magnitude
        // smaller; it is made up for where the rounding asks for it.
        let (mut magnitude, inexact) = decimal.times_ten_to(6)?;
        if inexact && (negative == (round == Round::Down)) {
            magnitude = magnitude.checked_add(1)?;
        }
        let magnitude = i64::try_from(magnitude).ok()?;
        Self::in_range(if negative {
            magnitude.checked_neg()?
        } else {
            magnitude
        })
    }
}

/// Digits and the power of ten that they are multiplied by.
struct Decimal {
    digits: u64,
    exponent: i32,
    /// Whether there were more digits than fit.
    cut: bool,
    /// Whether one of those was not zero.
    lost: bool,
}

impl Decimal {
    fn read(text: &str) -> Option<Self> {
        let mut decimal = Self {
            digits: 0,
            exponent: 0,
            cut: false,
            lost: false,
        };
        let mut bytes = text.bytes();
        let mut fraction = false;
        for byte in bytes.by_ref() {
            match byte {
                b'0'..=b'9' => decimal.push(byte, fraction)?,
                b'.' => fraction = true,
                _ => break, // `e` or `E`
            }
        }
        let mut exponent: i32 = 0;
        let mut negative = false;
        for byte in bytes {
            match byte {
                b'-' => negative = true,
                b'0'..=b'9' => {
                    exponent = exponent
                        .saturating_mul(10)
                        .saturating_add(i32::from(byte.wrapping_sub(b'0')));
                }
                _ => {}
            }
        }
        if negative {
            exponent = exponent.saturating_neg();
        }
        decimal.exponent = decimal.exponent.saturating_add(exponent);
        Some(decimal)
    }

    fn push(&mut self, digit: u8, fraction: bool) -> Option<()> {
        let value = u64::from(digit.wrapping_sub(b'0'));
        let pushed = if self.cut {
            None
        } else {
            self.digits
                .checked_mul(10)
                .and_then(|d| d.checked_add(value))
        };
        match pushed {
            Some(digits) => {
                self.digits = digits;
                if fraction {
                    self.exponent = self.exponent.checked_sub(1)?;
                }
            }
            None => {
                self.cut = true;
                self.lost |= value != 0;
                if !fraction {
                    self.exponent = self.exponent.checked_add(1)?;
                }
            }
        }
        Some(())
    }

    /// The whole part of the value times ten to `power`, and whether anything
    /// was lost; `None` when it does not fit.
    fn times_ten_to(&self, power: i32) -> Option<(u64, bool)> {
        if self.digits == 0 {
            return Some((0, self.lost));
        }
        let shift = self.exponent.saturating_add(power);
        if shift >= 0 {
            let factor = 10_u64.checked_pow(shift.unsigned_abs())?;
            return Some((self.digits.checked_mul(factor)?, self.lost));
        }
        match 10_u64.checked_pow(shift.unsigned_abs()) {
            Some(factor) => Some((
                self.digits.checked_div(factor)?,
                self.lost || self.digits.checked_rem(factor)? != 0,
            )),
            None => Some((0, true)),
        }
    }
}

impl UnixTime {
    /// Writes what `Display` does, without the machinery of formatting, which
    /// would be a good part of the npm package.
    pub(crate) fn push_onto(self, out: &mut String) {
        let magnitude = self.micros.unsigned_abs();
        if self.micros < 0 {
            out.push('-');
        }
        push_decimal(out, magnitude.checked_div(1_000_000).unwrap_or(0), 1);
        let mut fraction = magnitude.checked_rem(1_000_000).unwrap_or(0);
        if fraction != 0 {
            let mut width = 6_usize;
            while let (Some(shorter), Some(0)) =
                (fraction.checked_div(10), fraction.checked_rem(10))
            {
                fraction = shorter;
                width = width.saturating_sub(1);
            }
            out.push('.');
            push_decimal(out, fraction, width);
        }
    }
}

/// In microseconds; `None` beyond the range.
///
/// As all of the arithmetic that a token's dates take, it looks at the range
/// first: in WebAssembly a checked product of 64 bits is one of 128, by a
/// function that is called.
fn whole_seconds(seconds: i64) -> Option<i64> {
    (-MAX_SECONDS..=MAX_SECONDS)
        .contains(&seconds)
        .then(|| seconds.wrapping_mul(MICROS))
}

/// `None` beyond the range.
fn whole_micros(duration: Duration) -> Option<i64> {
    whole_seconds(i64::try_from(duration.as_secs()).ok()?)?
        .checked_add(i64::from(duration.subsec_micros()))
}

/// Writes a number of at least `width` digits, with zeros in front.
pub(crate) fn push_decimal(out: &mut String, number: u64, width: usize) {
    let mut digits = ['0'; 20]; // of the largest
    let mut rest = number;
    let mut unused = digits.len();
    let least = digits.len().saturating_sub(width);
    for digit in digits.iter_mut().rev() {
        if rest == 0 && unused <= least {
            break;
        }
        let last = rest.checked_rem(10).and_then(|last| last.try_into().ok());
        let last = last.and_then(|last| char::from_digit(last, 10));
        *digit = last.unwrap_or('0');
        rest = rest.checked_div(10).unwrap_or(0);
        unused = unused.saturating_sub(1);
    }
    out.extend(digits.iter().skip(unused));
}

/// As a JSON number: whole seconds without a point, else up to six digits
/// after it.
impl fmt::Display for UnixTime {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut text = String::new();
        self.push_onto(&mut text);
        f.write_str(&text)
    }
}
