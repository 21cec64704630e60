//! `portcullis token sign`: signs claims.

use core::time::Duration;
use std::fs;
use std::path::PathBuf;

use clap::Args;
use zeroize::Zeroizing;

use super::super::failure::{Failure, Outcome, Status};
use super::super::json_text::shown;
use super::super::output::Output;
use super::super::system;
use super::super::words;
use super::keys::KeyOptions;
use portcullis::encoding::json::{self, push_string};
use portcullis::error::TokenError;
use portcullis::time::UnixTime;
use portcullis::token::{SignOptions, Signer};

/// The default lifetime of a token, the same as the Worker's.
const LIFETIME: Duration = Duration::from_secs(3600);

/// Sign a token
///
/// The claims come from options, and from a JSON object in a file or on standard input. Without an
/// "iat" claim, "iat" is the current time. Without an "exp" claim and without an option for "exp",
/// the token expires in an hour. You choose all other claims; the Worker's own tokens also have
/// iss, sub, id, username and sid.
#[derive(Args)]
#[command(after_long_help = "\
Examples:
  portcullis token sign --key keys.json --sub 1 --claim id=1
  portcullis token sign --secret-env SECRET_KEY --expires-in 15m < claims.json
  portcullis token sign --key keys.json --sub 1 |
    portcullis token verify --key keys.json")]
pub(in super::super) struct SignCommand {
    #[command(flatten)]
    key: KeyOptions,
    /// The claims as JSON; - is standard input [default: -, if no option is a claim]
    #[arg(long, value_name = "FILE")]
    claims: Option<PathBuf>,
    /// A claim; a value that is not JSON is taken as text
    #[arg(long, value_name = "NAME=VALUE")]
    claim: Vec<String>,
    /// "sub": the subject of the token
    #[arg(long, value_name = "TEXT")]
    sub: Option<String>,
    /// "iss": the issuer
    #[arg(long, value_name = "TEXT")]
    iss: Option<String>,
    /// "aud": the audience; may be given more than once
    #[arg(long, value_name = "TEXT")]
    aud: Vec<String>,
    /// "exp": the lifetime, such as 15m [default: 1h]
    #[arg(long, value_name = "DURATION", value_parser = words::duration)]
    expires_in: Option<Duration>,
    /// Leave "exp" out: the token never expires
    #[arg(long, conflicts_with = "expires_in", hide_short_help = true)]
    no_expiry: bool,
    /// "nbf": the time until the token is valid, such as 15m
    #[arg(long, value_name = "DURATION", value_parser = words::duration, hide_short_help = true)]
    not_before: Option<Duration>,
    /// "jti": add a random id
    #[arg(long)]
    jti: bool,
    /// The header's "typ"
    #[arg(
        long = "type",
        value_name = "TEXT",
        default_value = "JWT",
        hide_short_help = true
    )]
    token_type: String,
    /// The time to use instead of now: seconds since 1970, or RFC 3339
    #[arg(long, value_name = "TIME", value_parser = words::time, hide_short_help = true)]
    now: Option<UnixTime>,
}

impl SignCommand {
    pub(super) fn run(self, output: &mut Output) -> Outcome {
        let now = self.now.map_or_else(system::now, Ok)?;
        let key = self.key.signing()?;
        let claims = self.all_claims()?;
        let mut brings_expiry = false;
        json::read_object(&claims, |name, _| brings_expiry |= name.is("exp"))
            .map_err(|_| not_an_object())?;
        let unless_brought = (!brings_expiry && !self.no_expiry).then_some(LIFETIME);
        let options = SignOptions {
            expires_in: self.expires_in.or(unless_brought),
            not_before: self.not_before,
            issuer: self.iss,
            audiences: self.aud,
            subject: self.sub,
            token_type: Some(self.token_type),
            jwt_id: self.jti,
        };
        let random = *system::random()?;
        let token = Signer::new(key, options)
            .and_then(|signer| signer.sign_json(&claims, now, random))
            .map_err(|error: TokenError| {
                Failure::usage(format_args!("{error} ({})", error.code()))
            })?;
        output.line(token)?;
        Ok(Status::Done)
    }

    /// The claims of the file or of standard input, together with the claims of the options.
    fn all_claims(&self) -> Outcome<Zeroizing<String>> {
        let in_options = !self.claim.is_empty()
            || self.sub.is_some()
            || self.iss.is_some()
            || !self.aud.is_empty();
        let from_input = || system::from_standard_input("claims");
        let text = match &self.claims {
            Some(path) if path.as_os_str() == "-" => from_input()?,
            Some(path) => fs::read_to_string(path)
                .map(Zeroizing::new)
                .map_err(|error| {
                    Failure::usage(format_args!("the --claims file cannot be read: {error}"))
                })?,
            None if in_options => Zeroizing::new("{}".into()),
            None => from_input()?,
        };
        let mut names = Vec::new();
        json::read_object(&text, |name, _| names.push(name.decode().into_owned()))
            .map_err(|_| not_an_object())?;
        // The text was read as a JSON object, so it ends with a brace.
        let end = text.trim_end().len().saturating_sub(1);
        let mut all = Zeroizing::new(text.get(..end).unwrap_or_default().to_owned());
        for claim in &self.claim {
            let (name, value) = claim.split_once('=').ok_or_else(|| {
                Failure::usage("a --claim has no value").fix("write the claim as NAME=VALUE")
            })?;
            if names.iter().any(|has| has == name) {
                let name = shown(name);
                return Err(
                    Failure::usage(format_args!("the claim {name} is given twice"))
                        .fix("give it once"),
                );
            }
            if !names.is_empty() {
                all.push(',');
            }
            push_string(&mut all, name);
            all.push(':');
            match json::read_value(value) {
                Ok(_) => all.push_str(value),
                Err(_) => push_string(&mut all, value),
            }
            names.push(name.to_owned());
        }
        all.push('}');
        Ok(all)
    }
}

fn not_an_object() -> Failure {
    Failure::usage("the claims are not a JSON object with unique names")
        .fix("give an object such as {\"sub\":\"1\"}")
}
