//! Reports a token that could be read.

use super::super::failure::Outcome;
use super::super::json_text::{indented, line};
use super::super::output::{BAD, FAINT, GOOD, Output, STRONG, WARN, styled};
use super::super::words::{Zone, relative};
use portcullis::time::UnixTime;
use portcullis::token::{Inspection, Status};

/// A token's content and times.
pub(super) struct Report<'a> {
    /// JSON, as the token has it.
    pub(super) header: &'a str,
    /// JSON, as the token has it.
    pub(super) claims: &'a str,
    pub(super) inspection: Inspection,
    /// Whether the signature was verified.
    pub(super) verified: bool,
}

impl Report<'_> {
    /// The report for a program: one line of JSON.
    pub(super) fn json(&self) -> String {
        let Inspection {
            status,
            issued_at,
            not_before,
            expires_at,
            seconds_left,
            legacy,
        } = self.inspection;
        let date = |date: Option<UnixTime>| match date {
            Some(date) => date.to_string(),
            None => "null".into(),
        };
        let code = match status {
            Status::Expired => "\"token_expired\"",
            Status::NotYetValid => "\"token_not_yet_valid\"",
            Status::Current | Status::NeverExpires => "null",
        };
        let left = if seconds_left.is_finite() {
            seconds_left.to_string()
        } else {
            "null".into()
        };
        format!(
            "{{\"status\":\"{}\",\"code\":{code},\"verified\":{},\"legacy\":{legacy},\
             \"issued_at\":{},\"not_before\":{},\"expires_at\":{},\"seconds_left\":{left},\
             \"header\":{},\"claims\":{}}}",
            status.as_str(),
            self.verified,
            date(issued_at),
            date(not_before),
            date(expires_at),
            line(self.header),
            line(self.claims),
        )
    }

    /// Prints the report for a person.
    pub(super) fn print(&self, now: UnixTime, zone: &Zone, output: &mut Output) -> Outcome<()> {
        output.line(self.title(now))?;
        output.line(styled(
            FAINT,
            if self.verified {
                "The signature is valid."
            } else {
                "The signature was not checked: anyone could have written this token."
            },
        ))?;
        if self.inspection.legacy {
            output.line(styled(
                FAINT,
                "The dates are in the header, as itsdangerous (Flask) writes them. The token is \
                 still valid in its last second.",
            ))?;
        }
        output.line("")?;
        let Inspection {
            issued_at,
            not_before,
            expires_at,
            ..
        } = self.inspection;
        for (name, date) in [
            ("Issued", issued_at),
            ("Valid from", not_before),
            ("Expires", expires_at),
        ] {
            if let Some(date) = date {
                let shown = zone.date(date);
                output.line(format_args!("{name:10}  {shown}, {}", relative(date, now)))?;
            }
        }
        for (name, json) in [("Header", self.header), ("Claims", self.claims)] {
            output.line(format_args!(
                "\n{}\n{}",
                styled(STRONG, name),
                indented(json)
            ))?;
        }
        Ok(())
    }

    fn title(&self, now: UnixTime) -> String {
        let Inspection {
            status,
            not_before,
            expires_at,
            ..
        } = self.inspection;
        let (begins, ends) = (not_before.unwrap_or(now), expires_at.unwrap_or(now));
        match status {
            Status::Current if ends < now => styled(
                WARN,
                format_args!(
                    "Current only because of the leeway: expired {}",
                    relative(ends, now)
                ),
            ),
            Status::Current => styled(
                GOOD,
                format_args!("Current: expires {}", relative(ends, now)),
            ),
            Status::NeverExpires => styled(WARN, "Current: never expires"),
            Status::Expired => styled(BAD, format_args!("Expired {}", relative(ends, now))),
            Status::NotYetValid => styled(
                WARN,
                format_args!("Not yet valid: becomes valid {}", relative(begins, now)),
            ),
        }
    }
}
