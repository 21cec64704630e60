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
/// The exit status: 0 right and current, 3 right but expired, 1 wrong or not yet valid, 2 not
/// understood, such as a key that cannot be used.
///
/// With --json one line: of a right token what `token inspect` has, with "verified":true; else
/// {"status","code","message"}, the status being expired, not-yet-valid or wrong, with "claim",
/// "expired_at" or "not_before" where there is one. The codes are those of the npm package.
#[derive(Args)]
#[command(after_long_help = "\
Examples:
  portcullis token verify --key keys.json < token.txt
  portcullis token verify --secret-env SECRET_KEY --json < token.txt
  portcullis token verify --legacy --secret-file flask.txt < token.txt

As another service would:
  curl -s https://login.example.com/.well-known/jwks.json > jwks.json
  portcullis token verify --key jwks.json \\
    --issuer https://login.example.com < token.txt")]
pub(in super::super) struct VerifyCommand {
    #[command(flatten)]
    token: TokenInput,
    #[command(flatten)]
    key: KeyOptions,
    /// A token that itsdangerous signed for Flask
    #[arg(long, conflicts_with_all = ["issuer", "audience", "subject", "token_type", "leeway", "max_age", "allow_no_expiry"])]
    legacy: bool,
    /// The serializer's salt, if it had one
    #[arg(long, value_name = "TEXT", requires = "legacy", hide_short_help = true)]
    salt: Option<String>,
    /// "iss" must be this, or one of several such
    #[arg(long, value_name = "TEXT")]
    issuer: Vec<String>,
    /// "aud" must have this, or one of several such
    #[arg(long, value_name = "TEXT")]
    audience: Vec<String>,
    /// "sub" must be this
    #[arg(long, value_name = "TEXT", hide_short_help = true)]
    subject: Option<String>,
    /// The header's "typ" must be this
    #[arg(long = "type", value_name = "TEXT", hide_short_help = true)]
    token_type: Option<String>,
    /// By how much clocks may differ, such as 30s
    #[arg(long, value_name = "DURATION", value_parser = words::duration)]
    leeway: Option<Duration>,
    /// So old it may be, by its "iat"
    #[arg(long, value_name = "DURATION", value_parser = words::duration)]
    max_age: Option<Duration>,
    /// It need not have an "exp"
    #[arg(long, hide_short_help = true)]
    allow_no_expiry: bool,
    /// Another time than now: seconds since 1970, or RFC 3339
    #[arg(long, value_name = "TIME", value_parser = words::time, hide_short_help = true)]
    now: Option<UnixTime>,
    /// Dates in UTC, not in this machine's zone
    #[arg(long)]
    utc: bool,
    /// As JSON, for programs
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
            Err(error) => return refused::tell(&error, now, self.json, output),
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
