//! `portcullis users add`.

use clap::Args;

use super::record::{self, NewPasswordOptions};
use crate::account::{NewUsername, Phone, UserId, UserRecord, Username};
use crate::cli::failure::{Failure, Outcome, Status};
use crate::cli::kv::{Kv, KvOptions, Pair};
use crate::cli::output::Output;
use crate::cli::system;
use crate::password::PasswordPolicy;

/// Add a user
///
/// Asks for the password, or reads it from standard input where that is no terminal.
#[derive(Args)]
#[command(after_long_help = "\
Examples:
  portcullis users add alice --phone +442079460000
  portcullis users add alice --remote < password.txt
  portcullis users add alice --id 7 --print < password.txt > alice.json")]
pub(super) struct AddCommand {
    /// The name, by which the user logs in
    username: String,
    /// The phone number
    #[arg(long, default_value = "", hide_default_value = true)]
    phone: String,
    /// The number [default: the next free one below 2^32]
    ///
    /// At most 2^53 - 1. Those from 2^32 up are given to who signs up.
    #[arg(long, allow_hyphen_values = true)]
    id: Option<String>,
    /// Print a file for `wrangler kv bulk put` instead
    #[arg(long, requires = "id", conflicts_with_all = ["local", "remote", "persist_to"])]
    print: bool,
    #[command(flatten)]
    password: NewPasswordOptions,
    #[command(flatten)]
    kv: KvOptions,
}

/// From here on are the numbers of those who sign up themselves.
const FIRST_OF_SIGN_UPS: u64 = 1 << 32;

impl AddCommand {
    pub(super) fn run(self, output: &mut Output) -> Outcome {
        let username = NewUsername::new(&self.username).map_err(Failure::usage)?;
        let username = username.into_username();
        let phone = Phone::new(&self.phone).map_err(Failure::usage)?;
        let id = self.id.as_deref().map(parse_id).transpose()?;
        let policy = self.password.policy(&self.kv)?;
        if let (true, Some(id)) = (self.print, id) {
            let pairs = new_pairs(id, &username, &phone, &policy)?;
            let text = serde_json::to_string(&pairs).map_err(Failure::new)?;
            output.line(text)?;
            return Ok(Status::Done);
        }
        let kv = self.kv.open()?;
        let id = free_id(&kv, &username, id)?;
        let pairs = new_pairs(id, &username, &phone, &policy)?;
        kv.put_all(&pairs)?;
        let name = username.as_str();
        output.line(format_args!("Added {name} with number {id}, {kv}."))?;
        if kv.is_remote() {
            output.say("The user can log in at once, and where the name was tried before, in about a minute.");
        }
        Ok(Status::Done)
    }
}

fn parse_id(text: &str) -> Outcome<UserId> {
    let id = text.parse().ok().and_then(UserId::new);
    id.ok_or_else(|| Failure::usage("--id must be a whole number of at most 2^53 - 1"))
}

/// The number that was asked for, or the next one: if neither it nor the name
/// is someone's.
fn free_id(kv: &Kv, username: &Username, asked: Option<UserId>) -> Outcome<UserId> {
    let id = match asked {
        Some(id) => id,
        None => next_id(kv)?,
    };
    let taken = kv.get_all(&[username.record_key(), id.index_key()])?;
    match taken.as_slice() {
        [None, None] => Ok(id),
        [Some(_), _] => Err(Failure::new(format_args!(
            "there is a user {} {kv}",
            username.as_str()
        ))
        .mend("take another name, or see `portcullis users set-password --help`")),
        _ => Err(
            Failure::new(format_args!("the number {id} is someone else's {kv}"))
                .mend("take another one, or leave --id out"),
        ),
    }
}

/// The one after the highest that no sign-up gave.
fn next_id(kv: &Kv) -> Outcome<UserId> {
    let keys = kv.keys("id:")?;
    if keys.is_empty() && !kv.keys("user:")?.is_empty() {
        return Err(
            Failure::new(format_args!("the users {kv} have no id: keys"))
                .mend("give the new user a number that nobody has, with --id"),
        );
    }
    let numbers = keys.iter().filter_map(|key| key.strip_prefix("id:"));
    let numbers = numbers.filter_map(|number| number.parse::<u64>().ok());
    let highest = numbers.filter(|number| *number < FIRST_OF_SIGN_UPS).max();
    let next = highest.map_or(1, |highest| highest.saturating_add(1));
    if next >= FIRST_OF_SIGN_UPS {
        return Err(Failure::new("all numbers below 2^32 are taken").mend("choose one with --id"));
    }
    UserId::new(next).ok_or_else(|| Failure::new("no number is free"))
}

/// The user's record, and by what the Worker finds whom a token of a Flask
/// application is for.
fn new_pairs(
    id: UserId,
    username: &Username,
    phone: &Phone,
    policy: &PasswordPolicy,
) -> Outcome<[Pair; 2]> {
    let hash = record::new_hash(policy, username)?;
    let mut user = UserRecord::new(id, username, hash, phone.as_str().into());
    // Whoever had the name or the number before: their tokens are not for this user.
    user.tokens_valid_from = Some(system::now()?.seconds());
    Ok([
        Pair {
            key: username.record_key(),
            value: record::to_json(&user)?,
        },
        Pair {
            key: id.index_key(),
            value: username.as_str().into(),
        },
    ])
}
