//! What the commands on users share: a record read, changed and written back,
//! and a new password's hash.

use clap::Args;
use zeroize::Zeroizing;

use crate::account::{UserRecord, Username};
use crate::cli::failure::{Failure, Outcome};
use crate::cli::json_text::shown;
use crate::cli::kv::{Kv, KvOptions};
use crate::cli::output::Output;
use crate::cli::system;
use crate::password::{Argon2idHash, NewPassword, PasswordPolicy};
use crate::time::UnixTime;

/// What is asked of a new password.
#[derive(Args)]
pub(super) struct NewPasswordOptions {
    /// The fewest characters of the password, 8 to 64
    ///
    /// Without it: PASSWORD_MIN_LENGTH in wrangler.toml, or 15.
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u8).range(8..=64))]
    min_length: Option<u8>,
}

impl NewPasswordOptions {
    /// As the Worker's, unless it is said otherwise.
    pub(super) fn policy(&self, kv: &KvOptions) -> Outcome<PasswordPolicy> {
        if let Some(min_length) = self.min_length {
            return Ok(PasswordPolicy {
                min_length: min_length.into(),
            });
        }
        let config = kv.project_config()?;
        let Some(text) = config.variable("PASSWORD_MIN_LENGTH", kv.environment()) else {
            return Ok(PasswordPolicy::default());
        };
        match text.parse() {
            Ok(min_length @ 8..=64) => Ok(PasswordPolicy { min_length }),
            _ => Err(Failure::new(
                "PASSWORD_MIN_LENGTH in wrangler.toml is no number from 8 to 64",
            )
            .mend("set it right, or give --min-length")),
        }
    }
}

/// Asks for a new password, and hashes it if it may be one.
pub(super) fn new_hash(policy: &PasswordPolicy, username: &Username) -> Outcome<String> {
    let typed = system::new_password()?;
    let text = Zeroizing::new(typed.as_str().to_owned());
    let password = NewPassword::new(text, policy, username.as_str()).map_err(Failure::usage)?;
    let hash = Argon2idHash::new(password.clear(), *system::random()?).map_err(Failure::new)?;
    Ok(hash.to_string())
}

/// The name, as it is stored.
pub(super) fn named(typed: &str) -> Outcome<Username> {
    Username::new(typed).map_err(Failure::usage)
}

/// There is nobody of this name.
pub(super) fn not_there(kv: &Kv, username: &Username) -> Failure {
    let problem = format_args!("there is no user {} {kv}", username.as_str());
    Failure::new(problem).mend(if kv.is_remote() {
        "`portcullis users list --remote` shows who is; a sign-up may take a minute"
    } else {
        "`portcullis users list` shows who is; --remote is for Cloudflare"
    })
}

/// A user as KV has them.
pub(super) fn read(kv: &Kv, username: &Username) -> Outcome<UserRecord> {
    let name = username.as_str();
    let stored = kv.get(&username.record_key())?;
    let stored = stored.ok_or_else(|| not_there(kv, username))?;
    UserRecord::parse(&stored, username).map_err(|_| {
        Failure::new(format_args!(
            "what is stored for {name} is no user's record"
        ))
        .mend("nobody can log in with it: see README.md, Configuration, Users")
    })
}

/// Writes it back.
pub(super) fn write(kv: &Kv, username: &Username, record: &UserRecord) -> Outcome<()> {
    kv.put(&username.record_key(), &to_json(record)?)
}

/// Ends all tokens and sessions that there are, those of this second too.
pub(super) fn end_tokens(user: &mut UserRecord, now: UnixTime) {
    let from = now.seconds().saturating_add(1);
    // What was ended once never comes back, whatever this machine's clock says.
    user.tokens_valid_from = user.tokens_valid_from.max(Some(from));
    user.session_kept = None;
}

/// How long a change takes, and what may undo it.
pub(super) fn say_when(output: &mut Output, kv: &Kv, username: &Username) {
    if kv.is_remote() {
        output.say("It counts everywhere in about a minute, at /verify when a token expires.");
    } else {
        output.say("It counts at once, at /verify when a token expires.");
    }
    output.say(format_args!(
        "If the user signed up, logged out, changed the password or logged in for the first \
         time in the last 5 minutes, look in 6 whether it still stands: `portcullis users \
         show {}`.",
        shown(username.as_str())
    ));
}

pub(super) fn to_json(record: &UserRecord) -> Outcome<String> {
    let json = record.to_json();
    json.map_err(|_| Failure::new("the record cannot be written"))
}
