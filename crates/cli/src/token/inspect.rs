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

/// Show what a token says, without a key
///
/// Nothing of it is verified. A token that itsdangerous signed for Flask is recognized by the
/// dates in its header.
///
/// The exit status: 0 current, 3 expired, 1 not yet valid or no token, 2 not understood.
///
/// With --json one line: {"status","code","verified":false,"legacy","issued_at","not_before",
/// "expires_at","seconds_left","header","claims"}, the status being current, expired,
/// not-yet-valid or never-expires; or, of what is no token, {"status":"wrong","code","message"}.
/// Dates are in seconds since 1970; null is what there is not.
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
    /// By how much clocks may differ, such as 30s
    #[arg(long, value_name = "DURATION", default_value = "0", value_parser = words::duration)]
    leeway: Duration,
    /// Another time than now: seconds since 1970, or RFC 3339
    #[arg(long, value_name = "TIME", value_parser = words::time)]
    now: Option<UnixTime>,
    /// Dates in UTC, not in this machine's zone
    #[arg(long)]
    utc: bool,
    /// As JSON, for programs
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
            Err(error) => return refused::tell(&error, now, self.json, output),
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
