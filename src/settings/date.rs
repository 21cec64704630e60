//! The dates in settings.

use crate::time::UnixTime;

/// Reads a date: `2027-01-31`, `2027-01-31T12:00:00Z`, or seconds since the epoch. A
/// day without a time means 00:00 UTC, when the day begins. `None` for any other text.
pub(super) fn date(text: &str) -> Option<UnixTime> {
    if let Ok(seconds) = text.parse() {
        return UnixTime::from_seconds(seconds);
    }
    // Of RFC 3339, only UTC without fractions of a second is accepted.
    let form: String = text
        .chars()
        .map(|c| if c.is_ascii_digit() { '0' } else { c })
        .collect();
    if !["0000-00-00", "0000-00-00T00:00:00Z"].contains(&form.as_str()) {
        return None;
    }
    let part = |at: usize, length: usize| -> i64 {
        let digits = text.get(at..at.saturating_add(length));
        digits.and_then(|digits| digits.parse().ok()).unwrap_or(0)
    };
    let days = days(part(0, 4), part(5, 2), part(8, 2))?;
    let (hour, minute, second) = (part(11, 2), part(14, 2), part(17, 2));
    #[allow(clippy::arithmetic_side_effects)] // days of four-digit years
    let seconds = ((days * 24 + hour) * 60 + minute) * 60 + second;
    let is_time = hour < 24 && minute < 60 && second < 60;
    is_time.then(|| UnixTime::from_seconds(seconds)).flatten()
}

/// The number of days from the epoch to a day of the Gregorian calendar; `None` if
/// there is no such day.
#[allow(clippy::arithmetic_side_effects)] // years have four digits
fn days(year: i64, month: i64, day: i64) -> Option<i64> {
    let is_leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    let length = match month {
        2 => 28 + i64::from(is_leap),
        1..=12 => 30 + (month + month / 8) % 2,
        _ => return None,
    };
    // Counts years from March, so that the leap day is the last day of a year.
    let (year, month) = if month > 2 {
        (year, month - 3)
    } else {
        (year - 1, month + 9)
    };
    let leap_days = year.div_euclid(4) - year.div_euclid(100) + year.div_euclid(400);
    let days = 365 * year + leap_days + (153 * month + 2) / 5 + day - 719_469;
    (1..=length).contains(&day).then_some(days)
}
