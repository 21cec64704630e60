use std::io::{IsTerminal as _, Read as _, Write};

use serde::Serialize;
use zeroize::Zeroizing;

use crate::account::{UserId, UserRecord, Username};
use crate::password::{Argon2idHash, ClearPassword};

#[derive(Serialize)]
struct Pair {
    key: String,
    value: String,
}

/// `portcullis user-record`.
pub(super) fn run(arguments: &[String], mut output: impl Write) -> Result<(), String> {
    let mut id = None;
    let mut name = None;
    let mut phone = String::new();
    let mut rest = arguments.iter();
    while let Some(option) = rest.next() {
        let value = rest
            .next()
            .ok_or_else(|| format!("{option} needs a value"))?;
        match option.as_str() {
            "--id" => {
                let number = value.parse().ok().and_then(UserId::new);
                id = Some(number.ok_or("--id must be a whole number of at most 2^53 - 1")?);
            }
            "--username" => name = Some(value),
            "--phone" => phone.clone_from(value),
            _ => return Err(format!("there is no option {option}")),
        }
    }
    let id = id.ok_or("--id is needed")?;
    let username = Username::new(name.ok_or("--username is needed")?).map_err(|e| e.to_string())?;

    let password = ClearPassword::new(read_password()?).map_err(|e| e.to_string())?;

    let mut salt = [0; 16];
    getrandom::fill(&mut salt).map_err(|_| "this system gives no random bytes")?;
    let hash = Argon2idHash::new(&password, salt).map_err(|e| e.to_string())?;
    let value = UserRecord::new(id, &username, hash.to_string(), phone)
        .to_json()
        .map_err(|_| "the record cannot be written")?;
    let record = Pair {
        key: username.record_key(),
        value,
    };
    // By it the Worker finds whom a token of a Flask application is for.
    let index = Pair {
        key: id.index_key(),
        value: username.as_str().into(),
    };
    let line =
        serde_json::to_string(&[record, index]).map_err(|_| "the record cannot be written")?;
    // A reader that went away is not an error to shout about.
    let _ = writeln!(output, "{line}");
    Ok(())
}

/// The password: from a prompt that does not show it, or from standard input;
/// never from an argument, which other processes could read.
fn read_password() -> Result<Zeroizing<String>, String> {
    let mut password = Zeroizing::new(String::new());
    let mut input = std::io::stdin();
    if input.is_terminal() {
        let ask = |prompt| rpassword::prompt_password(prompt).map(Zeroizing::new);
        password = ask("Password: ").map_err(|e| e.to_string())?;
        if ask("Once more: ").map_err(|e| e.to_string())? != password {
            return Err("the two passwords differ".into());
        }
    } else {
        input
            .read_to_string(&mut password)
            .map_err(|_| "the password on standard input is not UTF-8")?;
        // One line break at the end is the shell's, not the password's.
        if password.ends_with('\n') {
            password.pop();
        }
        if password.ends_with('\r') {
            password.pop();
        }
    }
    if password.is_empty() {
        return Err("a password is needed".into());
    }
    Ok(password)
}
