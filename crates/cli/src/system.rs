//! The inputs that the core gets from its caller: the time, random bytes and typed text.

use std::io::{self, IsTerminal as _, Read as _};
use std::time::SystemTime;

use zeroize::Zeroizing;

use super::failure::{Failure, Outcome, about};
use portcullis::time::UnixTime;

/// The current time by this machine's clock.
pub(super) fn now() -> Outcome<UnixTime> {
    SystemTime::now()
        .duration_since(SystemTime::UNIX_EPOCH)
        .ok()
        .and_then(|elapsed| i64::try_from(elapsed.as_secs()).ok())
        .and_then(UnixTime::from_seconds)
        .ok_or_else(|| Failure::new("this machine's clock is not set").fix("set the clock"))
}

/// Random bytes.
pub(super) fn random<const N: usize>() -> Outcome<Zeroizing<[u8; N]>> {
    let mut bytes = Zeroizing::new([0; N]);
    getrandom::fill(&mut *bytes).map_err(|_| Failure::new("the system gave no random bytes"))?;
    Ok(bytes)
}

/// Reads a new password: from a prompt that hides it and asks twice, or from standard input if that
/// is not a terminal. Never from an argument, which other processes could read.
pub(super) fn new_password() -> Outcome<Zeroizing<String>> {
    let password = if io::stdin().is_terminal() {
        let password = prompt("Password: ")?;
        if prompt("Repeat the password: ")? != password {
            return Err(Failure::usage("the two passwords differ").fix("run the command again"));
        }
        password
    } else {
        from_standard_input("password")?
    };
    if password.is_empty() {
        return Err(
            Failure::usage("the password is empty").fix("type one, or give it on standard input")
        );
    }
    Ok(password)
}

fn prompt(question: &str) -> Outcome<Zeroizing<String>> {
    let answer = rpassword::prompt_password(question);
    answer.map(Zeroizing::new).map_err(Failure::usage)
}

/// The longest input in bytes: more than any password, claims or set of keys.
const LONGEST: u64 = 0x10_0000;

/// Reads all of standard input, without one line break at its end, which the shell adds.
pub(super) fn from_standard_input(what: &str) -> Outcome<Zeroizing<String>> {
    let mut text = Zeroizing::new(String::new());
    let read = io::stdin().take(LONGEST).read_to_string(&mut text);
    read.map_err(|error| match error.kind() {
        io::ErrorKind::InvalidData => {
            Failure::usage(format_args!("the {what} on standard input is not UTF-8"))
        }
        _ => about("standard input")(error),
    })?;
    if text.len() as u64 == LONGEST {
        return Err(Failure::usage(format_args!(
            "the {what} on standard input is longer than 1 MiB"
        )));
    }
    if text.ends_with('\n') {
        text.pop();
        if text.ends_with('\r') {
            text.pop();
        }
    }
    Ok(text)
}
