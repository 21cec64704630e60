//! The dates of a token and their order relative to `now`, in exact microseconds.

use core::time::Duration;

use portcullis::error::TokenError;
use portcullis::time::UnixTime;
use portcullis::token::{Inspection, Status, UnverifiedToken};

use super::header::Header;
use super::json::Tree;
use crate::exact;

/// In microseconds.
pub(crate) const SECOND: i128 = 1_000_000;

#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Dates {
    pub(crate) expires_at: Option<i128>,
    pub(crate) not_before: Option<i128>,
    pub(crate) issued_at: Option<i128>,
}

impl Dates {
    /// As [`read`](Self::read), of a header, where `nbf` is nothing.
    pub(crate) fn of_header(tree: &Tree) -> Result<Self, Vec<&'static str>> {
        let mut members = tree.members().unwrap_or_default().to_vec();
        members.retain(|(name, _)| name != "nbf");
        Self::read(&Tree::Object(members))
    }

    /// The dates among an object's members, or the names of those that are
    /// none.
    pub(crate) fn read(tree: &Tree) -> Result<Self, Vec<&'static str>> {
        let mut wrong = Vec::new();
        let mut date = |name, up| match tree.member(name) {
            None => None,
            Some(value) => {
                let micros = match value {
                    Tree::Number(text) => exact::micros(text, up),
                    _ => None,
                };
                if micros.is_none() {
                    wrong.push(name);
                }
                micros
            }
        };
        let dates = Self {
            expires_at: date("exp", false),
            not_before: date("nbf", true),
            issued_at: date("iat", true),
        };
        if wrong.is_empty() {
            Ok(dates)
        } else {
            Err(wrong)
        }
    }
}

pub(crate) fn micros(time: UnixTime) -> i128 {
    exact::micros(&time.to_string(), false).expect("is in the range")
}

pub(crate) fn at_micros(micros: i128) -> Option<UnixTime> {
    let seconds = i64::try_from(micros.div_euclid(SECOND)).ok()?;
    let rest = u64::try_from(micros.rem_euclid(SECOND)).ok()?;
    UnixTime::from_seconds(seconds)?.checked_add(Duration::from_micros(rest))
}

/// The times at which the result may change: around each date, and one other time.
pub(crate) fn times(trees: [&Tree; 2]) -> Vec<UnixTime> {
    let mut times = vec![1_700_000_000_500_000];
    for tree in trees {
        if let Ok(dates) = Dates::read(tree) {
            for date in [dates.expires_at, dates.not_before, dates.issued_at] {
                let Some(date) = date else {
                    continue;
                };
                // For an itsdangerous token whole seconds count.
                let behind = date.div_euclid(SECOND) * SECOND + SECOND;
                times.extend([date - 1, date, date + 1, behind - 1, behind]);
            }
        }
    }
    times.sort_unstable();
    times.dedup();
    times.into_iter().filter_map(at_micros).collect()
}

/// Asserts that `inspect` reports the right dates, at the relevant times.
pub(crate) fn assert_inspected(token: &UnverifiedToken, header: Header<'_>, claims: &Tree) {
    for now in times([header.tree, claims]) {
        for leeway in [Duration::ZERO, Duration::from_micros(2_250_001)] {
            assert_says(token.inspect(now, leeway), header, claims, now, leeway);
        }
    }
}

fn assert_says(
    said: Result<Inspection, TokenError>,
    header: Header<'_>,
    claims: &Tree,
    now: UnixTime,
    leeway: Duration,
) {
    let (dates, legacy) = match dates(header.tree, claims) {
        Ok(dates) => dates,
        Err(wrong) => match said {
            Err(TokenError::ClaimInvalid { claim, .. }) => {
                return assert!(wrong.contains(&claim.as_str()), "{claim}");
            }
            other => panic!("no date in {wrong:?}: {other:?}"),
        },
    };
    let said = said.expect("all dates are right");
    assert_eq!(said.expires_at.map(micros), dates.expires_at);
    assert_eq!(said.not_before.map(micros), dates.not_before);
    assert_eq!(said.issued_at.map(micros), dates.issued_at);
    assert_eq!(said.legacy, legacy);

    let (now, leeway) = (micros(now), leeway.as_micros() as i128);
    let over = dates.expires_at.is_some_and(|end| {
        let end = (end + leeway).min(exact::MAX);
        if legacy {
            end.div_euclid(SECOND) < now.div_euclid(SECOND)
        } else {
            end <= now
        }
    });
    let begun = dates.not_before.is_none_or(|start| start <= now + leeway);
    let status = match dates.expires_at {
        _ if over => Status::Expired,
        _ if !begun => Status::NotYetValid,
        Some(_) => Status::Current,
        None => Status::NeverExpires,
    };
    assert_eq!(said.status, status);
    match dates.expires_at {
        None => assert_eq!(said.seconds_left, f64::INFINITY),
        Some(end) => {
            let last_second = end.div_euclid(SECOND) == now.div_euclid(SECOND);
            let left = match end - now {
                // A second that counts as a whole.
                ..0 if legacy && last_second => 0,
                left => left,
            };
            let left = left as f64 / 1e6;
            assert!((said.seconds_left - left).abs() <= left.abs() * 1e-15);
        }
    }
}

/// The dates in the claims. Without an `exp` there, the dates in the header, where
/// itsdangerous writes them, together with the claims' dates.
fn dates(header: &Tree, claims: &Tree) -> Result<(Dates, bool), Vec<&'static str>> {
    let dates = Dates::read(claims);
    let legacy = claims.member("exp").is_none() && header.member("exp").is_some();
    if !legacy {
        return dates.map(|dates| (dates, false));
    }
    let both = match (dates, Dates::of_header(header)) {
        (Ok(claims), Ok(header)) => Dates {
            expires_at: header.expires_at,
            not_before: claims.not_before,
            issued_at: claims.issued_at.or(header.issued_at),
        },
        (a, b) => {
            let wrong = [a.err(), b.err()].into_iter().flatten().flatten();
            return Err(wrong.collect());
        }
    };
    Ok((both, true))
}
