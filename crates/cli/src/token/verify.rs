//! `portcullis token verify`: verifies a token with a key.

use core::time::Duration;

use clap::Args;

use super::super::failure::{Outcome, Status};
use super::super::output::Output;
use super::super::system;
use super::super::words::{self, Zone};
use super::input::TokenInput;
use super::keys::KeyOptions;
use super::refused;
use super::report::Report;
use portcullis::error::TokenError;
use portcullis::time::UnixTime;
use portcullis::token::legacy::LegacyVerifier;
use portcullis::token::{self, Inspection, Policy, UnverifiedToken, Verifier};

/// Verify a token with a key
///
/// The exit status is 0 for a valid token, 3 for a token that is expired and otherwise valid, 1
/// for a token that is wrong or not yet valid, and 2 for wrong arguments, such as a key that
/// cannot be used.
///
/// With --json the command prints one line. For a valid token it is the line of `token inspect`,
/// with "verified":true. For any other token it is {"status","code","message"}, and "claim",
/// "expired_at" or "not_before" if there is one. The status is expired, not-yet-valid or wrong.
/// The codes are those of the npm package.
#[derive(Args)]
#[command(after_long_help = "\
Examples:
  portcullis token verify --key keys.json < token.txt
  portcullis token verify --secret-env SECRET_KEY --json < token.txt
  portcullis token verify --legacy --secret-file flask.txt < token.txt

As another service does it:
  curl -s https://login.example.com/.well-known/jwks.json > jwks.json
  portcullis token verify --key jwks.json \\
    --issuer https://login.example.com < token.txt")]
pub(in super::super) struct VerifyCommand {
    #[command(flatten)]
    token: TokenInput,
    #[command(flatten)]
    key: KeyOptions,
    /// Verify a token that itsdangerous signed for Flask
    #[arg(long, conflicts_with_all = ["issuer", "audience", "subject", "token_type", "leeway", "max_age", "allow_no_expiry"])]
    legacy: bool,
    /// The serializer's salt, if it has one
    #[arg(long, value_name = "TEXT", requires = "legacy", hide_short_help = true)]
    salt: Option<String>,
    /// The accepted "iss"; may be given more than once
    #[arg(long, value_name = "TEXT")]
    issuer: Vec<String>,
    /// The accepted "aud"; may be given more than once
    #[arg(long, value_name = "TEXT")]
    audience: Vec<String>,
    /// The required "sub"
    #[arg(long, value_name = "TEXT", hide_short_help = true)]
    subject: Option<String>,
    /// The required "typ" of the header
    #[arg(long = "type", value_name = "TEXT", hide_short_help = true)]
    token_type: Option<String>,
    /// The allowed difference between clocks, such as 30s
    #[arg(long, value_name = "DURATION", value_parser = words::duration)]
    leeway: Option<Duration>,
    /// The maximum age, by "iat"
    #[arg(long, value_name = "DURATION", value_parser = words::duration)]
    max_age: Option<Duration>,
    /// Accept a token without "exp"
    #[arg(long, hide_short_help = true)]
    allow_no_expiry: bool,
    /// The time to use instead of now: seconds since 1970, or RFC 3339
    #[arg(long, value_name = "TIME", value_parser = words::time, hide_short_help = true)]
    now: Option<UnixTime>,
    /// Show dates in UTC instead of this machine's time zone
    #[arg(long)]
    utc: bool,
    /// Print JSON, for programs
    #[arg(long)]
    json: bool,
}

/// The header, the claims and the token's times.
type Verified = (String, String, Inspection);

impl VerifyCommand {
    pub(super) fn run(self, output: &mut Output) -> Outcome {
        let now = self.now.map_or_else(system::now, Ok)?;
        let leeway = self.leeway.unwrap_or_default();
        let mut policy = Policy {
            issuers: self.issuer,
            audiences: self.audience,
            subject: self.subject,
            token_type: self.token_type,
            leeway,
            max_age: self.max_age,
            ..Policy::default()
        };
        if self.allow_no_expiry {
            policy.required_claims.clear();
        }
        // Read the options before the token, so that a mistake is reported without waiting for
        // input.
        let outcome = if self.legacy {
            let verifier = self.key.legacy(self.salt.as_deref())?;
            of_itsdangerous(&verifier, &self.token.read(output)?, now)
        } else {
            let verifier = Verifier::new(self.key.verifying()?, policy);
            of_jwt(&verifier, &self.token.read(output)?, now, leeway)
        };
        let (header, claims, inspection) = match outcome {
            Ok(verified) => verified,
            Err(error) => return refused::report(&error, now, self.json, output),
        };
        let report = Report {
            header: &header,
            claims: &claims,
            inspection,
            verified: true,
        };
        if self.json {
            output.line(report.json())?;
        } else {
            let zone = Zone::chosen(self.utc);
            report.print(now, &zone, output)?;
        }
        Ok(Status::Done)
    }
}

fn of_jwt(
    verifier: &Verifier,
    token: &str,
    now: UnixTime,
    leeway: Duration,
) -> Result<Verified, TokenError> {
    let verified = verifier.verify(token, now)?;
    let inspection = UnverifiedToken::parse(token)?.inspect(now, leeway)?;
    let json = verified.json();
    Ok((json.header().into(), json.claims().into(), inspection))
}

fn of_itsdangerous(
    verifier: &LegacyVerifier,
    token: &str,
    now: UnixTime,
) -> Result<Verified, TokenError> {
    let verified = verifier.verify(token, now)?;
    let expires_at = verified.expires_at();
    let inspection = Inspection {
        status: token::Status::Current,
        issued_at: verified.issued_at(),
        not_before: None,
        expires_at: Some(expires_at),
        seconds_left: expires_at.seconds_since(now).max(0.0),
        legacy: true,
    };
    let payload = verified.payload_json().into();
    Ok((verified.header_json().into(), payload, inspection))
}
