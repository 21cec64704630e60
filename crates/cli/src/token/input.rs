//! Reads a token from an argument or standard input.

use std::io::{self, IsTerminal as _, Read as _};

use clap::Args;
use zeroize::Zeroizing;

use super::super::failure::{Failure, Outcome};
use super::super::output::Output;
use portcullis::encoding::json::{self, JsonValue};

/// The longest input in bytes: more than any token, with room for the text around it.
const LONGEST: u64 = 0x1_0000;

/// The argument with the token.
#[derive(Args)]
pub(super) struct TokenInput {
    /// The token, an `Authorization: Bearer …` header, or JSON with a member
    /// "token" or "access_token" [default: standard input]
    #[arg(value_name = "TOKEN")]
    token: Option<String>,
}

impl TokenInput {
    /// Reads the token's text, which may be invalid.
    pub(super) fn read(self, output: &mut Output) -> Outcome<Zeroizing<String>> {
        let text = match self.token.filter(|token| token != "-") {
            Some(token) => Zeroizing::new(token),
            None => {
                if io::stdin().is_terminal() {
                    output.say("Paste the token, then press Enter and Ctrl-D:");
                }
                standard_input()?
            }
        };
        token_in(&text)
    }
}

fn standard_input() -> Outcome<Zeroizing<String>> {
    let mut text = Zeroizing::new(String::new());
    let read = io::stdin().take(LONGEST).read_to_string(&mut text);
    read.map_err(|_| Failure::usage("standard input is not UTF-8 text"))?;
    Ok(text)
}

/// Finds the only token in a text.
fn token_in(text: &str) -> Outcome<Zeroizing<String>> {
    let text = text.trim_start_matches('\u{feff}').trim();
    let token = if text.starts_with('{') {
        of_json(text)?
    } else {
        Zeroizing::new(of_header(text).to_owned())
    };
    if token.is_empty() {
        return Err(Failure::usage("a token is needed")
            .fix("give the token as an argument or on standard input"));
    }
    if token.contains(char::is_whitespace) {
        return Err(Failure::usage("the input has more than one word")
            .fix("give only one token, without spaces or line breaks in it"));
    }
    Ok(token)
}

/// Removes the header's name and scheme, in the forms that the Worker accepts.
fn of_header(text: &str) -> &str {
    const NAME: &str = "authorization:";
    let value = match text.split_at_checked(NAME.len()) {
        Some((name, value)) if name.eq_ignore_ascii_case(NAME) => value.trim_start(),
        _ => text,
    };
    let end = value.find(char::is_whitespace).unwrap_or(value.len());
    let (scheme, rest) = value.split_at(end);
    if scheme.eq_ignore_ascii_case("bearer") || scheme.eq_ignore_ascii_case("jwt") {
        rest.trim_start()
    } else {
        value
    }
}

fn of_json(text: &str) -> Outcome<Zeroizing<String>> {
    let mut token = None;
    let read = json::read_object(text, |name, value| {
        if let (true, JsonValue::String(value)) =
            (name.is("token") || name.is("access_token"), value)
        {
            token = Some(Zeroizing::new(value.decode().into_owned()));
        }
    });
    token.filter(|_| read.is_ok()).ok_or_else(|| {
        Failure::usage("the JSON has no token")
            .fix("it must be one object with a member \"token\" or \"access_token\"")
    })
}
