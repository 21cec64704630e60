//! `portcullis token inspect`: shows the content of a token without a key.

use core::time::Duration;

use clap::Args;

use super::super::failure::{Outcome, Status};
use super::super::output::Output;
use super::super::system;
use super::super::words::{self, Zone};
use super::input::TokenInput;
use super::refused;
use super::report::Report;
use portcullis::time::UnixTime;
use portcullis::token::{self, UnverifiedToken};

/// Show the content of a token, without a key
///
/// Nothing is verified. A token that itsdangerous signed for Flask is recognized by the dates in
/// its header.
///
/// The exit status is 0 for a current token, 3 for an expired one, 1 for a token that is not yet
/// valid or malformed, and 2 for wrong arguments.
///
/// With --json the command prints one line: {"status","code","verified":false,"legacy",
/// "issued_at","not_before","expires_at","seconds_left","header","claims"}. The status is current,
/// expired, not-yet-valid or never-expires. For a malformed token the line is
/// {"status":"wrong","code","message"}. Dates are seconds since 1970; a missing value is null.
#[derive(Args)]
#[command(after_long_help = "\
Examples:
  portcullis token inspect < token.txt
  curl -s --json @login.json http://127.0.0.1:8787/login |
    portcullis token inspect
  portcullis token inspect --json < token.txt | jq .claims.sub")]
pub(in super::super) struct InspectCommand {
    #[command(flatten)]
    token: TokenInput,
    /// The allowed difference between clocks, such as 30s
    #[arg(long, value_name = "DURATION", default_value = "0", value_parser = words::duration)]
    leeway: Duration,
    /// The time to use instead of now: seconds since 1970, or RFC 3339
    #[arg(long, value_name = "TIME", value_parser = words::time)]
    now: Option<UnixTime>,
    /// Show dates in UTC instead of this machine's time zone
    #[arg(long)]
    utc: bool,
    /// Print JSON, for programs
    #[arg(long)]
    json: bool,
}

impl InspectCommand {
    pub(super) fn run(self, output: &mut Output) -> Outcome {
        let now = self.now.map_or_else(system::now, Ok)?;
        let text = self.token.read(output)?;
        let token = UnverifiedToken::parse(&text);
        let inspected = token.and_then(|token| Ok((token.inspect(now, self.leeway)?, token)));
        let (inspection, token) = match inspected {
            Ok(inspected) => inspected,
            Err(error) => return refused::report(&error, now, self.json, output),
        };
        let report = Report {
            header: token.json().header(),
            claims: token.json().claims(),
            inspection,
            verified: false,
        };
        if self.json {
            output.line(report.json())?;
        } else {
            let zone = Zone::chosen(self.utc);
            report.print(now, &zone, output)?;
        }
        Ok(match inspection.status {
            token::Status::Current | token::Status::NeverExpires => Status::Done,
            token::Status::Expired => Status::Expired,
            token::Status::NotYetValid => Status::Wrong,
        })
    }
}
