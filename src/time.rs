//! Points in time, as seconds since the epoch with checked arithmetic.

use core::fmt;
use core::time::Duration;

use crate::encoding::json::small_integer;

const MICROS: i64 = 1_000_000;
const MAX_SECONDS: i64 = 8_640_000_000_000;

/// A point in time: seconds since 1970-01-01T00:00:00Z, like RFC 7519's
/// `NumericDate` (§2), with a resolution of one microsecond.
///
/// The range is that of JavaScript's `Date`: 8.64e12 seconds before and after the
/// epoch. The core has no clock: the caller passes the current time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct UnixTime {
    micros: i64,
}

/// How to round a date that is finer than a microsecond.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Round {
    /// Toward the past: for `exp`, so that a token does not last longer than it says.
    Down,
    /// Toward the future: for `nbf` and `iat`, so that a token is not valid earlier
    /// than it says.
    Up,
}

impl UnixTime {
    /// The latest time: 8.64e12 seconds after the epoch.
    pub const MAX: Self = Self {
        micros: MAX_SECONDS * MICROS,
    };
    /// The earliest time: 8.64e12 seconds before the epoch.
    pub const MIN: Self = Self {
        micros: -MAX_SECONDS * MICROS,
    };

    /// Creates a time from whole seconds; `None` if out of range.
    #[must_use]
    pub fn from_seconds(seconds: i64) -> Option<Self> {
        Some(Self {
            micros: whole_seconds(seconds)?,
        })
    }

    /// Creates a time from seconds with a fraction, rounded toward the past;
    /// `None` if not finite or out of range.
    #[must_use]
    pub fn from_seconds_f64(seconds: f64) -> Option<Self> {
        let micros = seconds * 1e6;
        if !micros.is_finite() {
            return None;
        }
        // `as` saturates, so a value out of i64's range stays out of range.
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

    /// The whole seconds, rounded toward the past.
    #[must_use]
    pub fn seconds(self) -> i64 {
        self.micros.div_euclid(MICROS)
    }

    /// The seconds with their fraction.
    #[must_use]
    #[allow(clippy::cast_precision_loss)]
    pub fn seconds_f64(self) -> f64 {
        self.micros as f64 / 1e6
    }

    /// The time after `duration`, at most [`MAX`](Self::MAX).
    #[must_use]
    pub fn saturating_add(self, duration: Duration) -> Self {
        let micros = whole_micros(duration).unwrap_or(i64::MAX);
        Self {
            micros: self.micros.saturating_add(micros).min(Self::MAX.micros),
        }
    }

    /// The time after `duration`; `None` if out of range.
    #[must_use]
    pub fn checked_add(self, duration: Duration) -> Option<Self> {
        let micros = whole_micros(duration)?;
        Self::in_range(self.micros.checked_add(micros)?)
    }

    /// Drops the fraction, rounding toward the past.
    #[must_use]
    pub(crate) fn floor(self) -> Self {
        Self {
            micros: whole_seconds(self.seconds()).unwrap_or(self.micros),
        }
    }

    /// The seconds from `earlier` to this time; negative if `earlier` is later.
    #[must_use]
    #[allow(clippy::cast_precision_loss)]
    pub fn seconds_since(self, earlier: Self) -> f64 {
        // Both are within ±8.64e18 microseconds, so only the difference can overflow.
        match self.micros.checked_sub(earlier.micros) {
            Some(micros) => micros as f64 / 1e6,
            None => self.seconds_f64() - earlier.seconds_f64(),
        }
    }

    /// Reads a JSON number (RFC 8259 §6) as seconds since the epoch. `None` if out of
    /// range.
    ///
    /// The caller must have checked with [`json`](crate::encoding::json) that `text`
    /// is a number: this function does not report other text.
    pub fn from_json_number(text: &str, round: Round) -> Option<Self> {
        // Nearly all dates are whole seconds.
        if let Some(seconds) = small_integer(text) {
            return Self::from_seconds(i64::try_from(seconds).ok()?);
        }
        let (negative, text) = match text.strip_prefix('-') {
            Some(rest) => (true, rest),
            None => (false, text),
        };
        let decimal = Decimal::read(text)?;
        // `times_ten_to` truncates toward zero. If `round` asks for the other
        // direction, add one microsecond.
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

/// A decimal number: digits times ten to the power of `exponent`.
struct Decimal {
    digits: u64,
    exponent: i32,
    /// Whether `digits` is full: every digit after that only changes `exponent`.
    full: bool,
    /// Whether a digit other than zero was dropped, because `digits` was full.
    inexact: bool,
}

impl Decimal {
    fn read(text: &str) -> Option<Self> {
        let mut decimal = Self {
            digits: 0,
            exponent: 0,
            full: false,
            inexact: false,
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

    /// Appends a digit; `fraction` says that it comes after the decimal point.
    fn push(&mut self, digit: u8, fraction: bool) -> Option<()> {
        let value = u64::from(digit.wrapping_sub(b'0'));
        let pushed = if self.full {
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
                self.full = true;
                self.inexact |= value != 0;
                if !fraction {
                    self.exponent = self.exponent.checked_add(1)?;
                }
            }
        }
        Some(())
    }

    /// The value times ten to the power of `power`, truncated to a whole number, and
    /// whether the truncation dropped a fraction; `None` if the result does not fit.
    fn times_ten_to(&self, power: i32) -> Option<(u64, bool)> {
        if self.digits == 0 {
            return Some((0, self.inexact));
        }
        let shift = self.exponent.saturating_add(power);
        if shift >= 0 {
            let factor = 10_u64.checked_pow(shift.unsigned_abs())?;
            return Some((self.digits.checked_mul(factor)?, self.inexact));
        }
        match 10_u64.checked_pow(shift.unsigned_abs()) {
            Some(factor) => Some((
                self.digits.checked_div(factor)?,
                self.inexact || self.digits.checked_rem(factor)? != 0,
            )),
            None => Some((0, true)),
        }
    }
}

impl UnixTime {
    /// Appends the text that `Display` writes. Does not use the formatting code, which
    /// would be a considerable part of the npm package.
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

/// Whole seconds in microseconds; `None` if out of range.
///
/// Checks the range before it multiplies, like all arithmetic on a token's dates. The
/// obvious `checked_mul` would be slower: in WebAssembly, a checked 64-bit product
/// calls a function for 128-bit products.
fn whole_seconds(seconds: i64) -> Option<i64> {
    (-MAX_SECONDS..=MAX_SECONDS)
        .contains(&seconds)
        .then(|| seconds.wrapping_mul(MICROS))
}

/// A duration in microseconds; `None` if out of range.
fn whole_micros(duration: Duration) -> Option<i64> {
    whole_seconds(i64::try_from(duration.as_secs()).ok()?)?
        .checked_add(i64::from(duration.subsec_micros()))
}

/// Appends a number, padded with zeros to at least `width` digits.
pub(crate) fn push_decimal(out: &mut String, number: u64, width: usize) {
    let mut digits = ['0'; 20]; // The largest `u64` has 20 digits.
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

/// Writes a JSON number: whole seconds without a decimal point, otherwise up to six
/// digits after it.
impl fmt::Display for UnixTime {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut text = String::new();
        self.push_onto(&mut text);
        f.write_str(&text)
    }
}
