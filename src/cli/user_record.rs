use std::io::{Read, Write};

use serde::Serialize;
use zeroize::Zeroizing;

use crate::account::{UserId, UserRecord, Username};
use crate::password::{Argon2idHash, ClearPassword};

#[derive(Serialize)]
struct Pair {
    key: String,
    value: String,
}

/// `portcullis user-record`. The password comes from `input`, never from an
/// argument, which other processes could read; one line break at its end is
/// the terminal's, not the password's.
pub(super) fn run(
    arguments: &[String],
    mut input: impl Read,
    mut output: impl Write,
) -> Result<(), String> {
    let mut id = None;
    let mut name = None;
    let mut phone = String::new();
    let mut rest = arguments.iter();
    while let Some(option) = rest.next() {
        let value = rest
            .next()
            .ok_or_else(|| format!("{option} needs a value"))?;
        match option.as_str() {
            "--id" => id = value.parse().ok().and_then(UserId::new),
            "--username" => name = Some(value),
            "--phone" => phone.clone_from(value),
            _ => return Err(format!("there is no option {option}")),
        }
    }
    let id = id.ok_or("--id must be a whole number of at most 2^53 - 1")?;
    let username = Username::new(name.ok_or("--username is needed")?).map_err(|e| e.to_string())?;

    let mut password = Zeroizing::new(String::new());
    input
        .read_to_string(&mut password)
        .map_err(|_| "the password on standard input is not UTF-8")?;
    let typed = password.strip_suffix('\n').unwrap_or(&password);
    let typed = typed.strip_suffix('\r').unwrap_or(typed);
    if typed.is_empty() {
        return Err("a password is needed on standard input".into());
    }
    let password =
        ClearPassword::new(Zeroizing::new(typed.to_owned())).map_err(|e| e.to_string())?;

    let mut salt = [0; 16];
    getrandom::fill(&mut salt).map_err(|_| "this system gives no random bytes")?;
    let hash = Argon2idHash::new(&password, salt).map_err(|e| e.to_string())?;
    let value = UserRecord::new(id, &username, hash.to_string(), phone)
        .to_json()
        .map_err(|_| "the record cannot be written")?;
    let pair = Pair {
        key: username.record_key(),
        value,
    };
    let line = serde_json::to_string(&pair).map_err(|_| "the record cannot be written")?;
    // A reader that went away is not an error to shout about.
    let _ = writeln!(output, "{line}");
    Ok(())
}
