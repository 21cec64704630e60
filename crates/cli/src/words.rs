//! Formats and parses numbers, times and durations for people.

use core::time::Duration;

use jiff::tz::TimeZone;
use jiff::{Span, SpanRelativeTo, Timestamp};

use portcullis::time::UnixTime;

/// The seconds of each unit. A month and a year have the mean length of the Gregorian calendar.
const UNITS: [(u64, &str); 6] = [
    (31_556_952, "year"),
    (2_629_746, "month"),
    (86_400, "day"),
    (3600, "hour"),
    (60, "minute"),
    (1, "second"),
];

/// With fewer of a unit than this, the next smaller unit is shown as well.
const FEW: u64 = 3;

/// `1 hour 30 minutes`, `12 minutes`, `3 days`: the largest unit, and the next unit if there are
/// only one or two of the largest. The rest is cut off.
pub(super) fn amount(seconds: u64) -> String {
    let Some(at) = UNITS.iter().position(|(size, _)| *size <= seconds) else {
        return "0 seconds".into();
    };
    let mut units = UNITS.iter().skip(at);
    let mut rest = seconds;
    let mut next = || {
        let (size, name) = units.next()?;
        let count = rest.checked_div(*size)?;
        rest = rest.checked_rem(*size)?;
        let plural = if count == 1 { "" } else { "s" };
        (count > 0).then(|| (count, format!("{count} {name}{plural}")))
    };
    match next() {
        Some((count, first)) if count < FEW => match next() {
            Some((_, second)) => format!("{first} {second}"),
            None => first,
        },
        Some((_, first)) => first,
        None => "0 seconds".into(),
    }
}

/// `1,000,000`
pub(super) fn thousands(number: u64) -> String {
    indicatif::HumanCount(number).to_string()
}

/// `1 file`, `2 files`
pub(super) fn count(number: u64, of: &str) -> String {
    let plural = if number == 1 { "" } else { "s" };
    format!("{} {of}{plural}", thousands(number))
}

/// The time `at` relative to `now`: `in 12 minutes`, `3 days ago`, `now`.
pub(super) fn relative(at: UnixTime, now: UnixTime) -> String {
    // Both are far inside the range of an i64.
    let seconds = at.seconds().saturating_sub(now.seconds());
    match seconds {
        0 => "now".into(),
        1.. => format!("in {}", amount(seconds.unsigned_abs())),
        _ => format!("{} ago", amount(seconds.unsigned_abs())),
    }
}

/// The time zone in which dates are shown.
pub(super) struct Zone(TimeZone);

impl Zone {
    /// UTC, or the time zone of the system (`TZ`).
    pub(super) fn chosen(utc: bool) -> Self {
        Self(if utc {
            TimeZone::UTC
        } else {
            TimeZone::system()
        })
    }

    /// `Tue 24 Nov 2026 19:05:12 CET`.
    pub(super) fn date(&self, at: UnixTime) -> String {
        let told = Timestamp::from_second(at.seconds()).ok().map(|timestamp| {
            let zoned = timestamp.to_zoned_datetime(self.0.clone());
            zoned.strftime("%a %-d %b %Y %H:%M:%S %Z").to_string()
        });
        // The time is beyond the year 9999.
        told.unwrap_or_else(|| format!("{} seconds after 1970", at.seconds()))
    }
}

/// Reads `90`, which is seconds, `1h30m`, `7d` or `2 weeks`. A day has 24 hours. Months and years
/// are rejected because their length varies.
pub(super) fn duration(text: &str) -> Result<Duration, &'static str> {
    const WANTED: &str = "write a duration in seconds, or such as 90s, 15m, 1h30m or 7d";
    if let Ok(seconds) = text.parse() {
        return Ok(Duration::from_secs(seconds));
    }
    let span: Span = text.parse().map_err(|_| WANTED)?;
    let duration = span
        .to_duration(SpanRelativeTo::days_are_24_hours())
        .map_err(|_| WANTED)?;
    duration.try_into().map_err(|_| WANTED)
}

/// Reads seconds since 1970, or RFC 3339 with its zone.
pub(super) fn time(text: &str) -> Result<UnixTime, &'static str> {
    const WANTED: &str = "write a time in seconds since 1970, or such as 2026-11-24T18:00:00Z";
    let seconds = match text.parse() {
        Ok(seconds) => seconds,
        Err(_) => text.parse::<Timestamp>().map_err(|_| WANTED)?.as_second(),
    };
    UnixTime::from_seconds(seconds).ok_or(WANTED)
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    fn at(seconds: i64) -> UnixTime {
        UnixTime::from_seconds(seconds).unwrap()
    }

    #[test]
    fn an_amount_is_shown_in_its_largest_unit_and_a_small_count_also_in_the_next() {
        for (seconds, told) in [
            (0, "0 seconds"),
            (1, "1 second"),
            (59, "59 seconds"),
            (60, "1 minute"),
            (90, "1 minute 30 seconds"),
            (150, "2 minutes 30 seconds"),
            (12 * 60 + 30, "12 minutes"),
            (3600, "1 hour"),
            (3601, "1 hour"),
            (5400, "1 hour 30 minutes"),
            (3 * 86_400 + 3600, "3 days"),
            (400 * 86_400, "1 year 1 month"),
            (u64::MAX, "584554049253 years"),
        ] {
            assert_eq!(amount(seconds), told);
        }
    }

    #[test]
    fn a_time_in_the_future_differs_from_a_time_in_the_past() {
        assert_eq!(relative(at(720), at(0)), "in 12 minutes");
        assert_eq!(relative(at(0), at(3 * 86_400)), "3 days ago");
        assert_eq!(relative(at(5), at(5)), "now");
        assert!(relative(UnixTime::MIN, UnixTime::MAX).ends_with(" years ago"));
    }

    #[test]
    fn the_earliest_and_the_latest_time_are_shown_in_seconds() {
        let utc = Zone::chosen(true);
        assert_eq!(utc.date(at(1_795_543_512)), "Tue 24 Nov 2026 18:05:12 UTC");
        for end in [UnixTime::MIN, UnixTime::MAX] {
            assert!(utc.date(end).ends_with(" seconds after 1970"));
        }
    }

    #[test]
    fn a_duration_has_seconds_or_units() {
        for (text, seconds) in [
            ("90", 90),
            ("90s", 90),
            ("15m", 900),
            ("1h30m", 5400),
            ("1h 30m", 5400),
            ("7d", 604_800),
            ("2 weeks", 1_209_600),
            ("0", 0),
        ] {
            assert_eq!(duration(text), Ok(Duration::from_secs(seconds)), "{text}");
        }
        for text in [
            "",
            "-1",
            "-1h",
            "1 month",
            "1y",
            "soon",
            "18446744073709551616",
        ] {
            assert!(duration(text).is_err(), "{text}");
        }
    }

    #[test]
    fn a_time_is_seconds_or_has_a_time_zone() {
        for text in [
            "1795543512",
            "2026-11-24T18:05:12Z",
            "2026-11-24T19:05:12+01:00",
        ] {
            assert_eq!(time(text), Ok(at(1_795_543_512)), "{text}");
        }
        for text in [
            "",
            "now",
            "2026-11-24",
            "2026-11-24T18:05:12",
            "9999999999999999",
        ] {
            assert!(time(text).is_err(), "{text}");
        }
    }
}
