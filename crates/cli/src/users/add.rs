//! `portcullis users add`: adds a user.

use clap::Args;
use serde_json::json;

use super::new_password::{self, NewPasswordOptions};
use crate::admin::{AdminOptions, NewUser};
use crate::failure::{Failure, Outcome, Status};
use crate::json_text::shown;
use crate::output::Output;
use crate::system;
use portcullis::account::{NewUsername, Phone, UserId, Username};

/// Add a user
///
/// Asks for the password, or reads it from standard input if that is not a terminal.
#[derive(Args)]
#[command(after_long_help = "\
Examples:
  portcullis users add alice --phone +442079460000
  portcullis users add alice --url https://login.example.com \\
    --key operator.json < password.txt
  portcullis users add alice --id 7 --print < password.txt > alice.json")]
pub(super) struct AddCommand {
    /// The name with which the user logs in
    username: String,
    /// The phone number of the user
    #[arg(long, default_value = "", hide_default_value = true)]
    phone: String,
    /// The number of the user [default: the Worker chooses a new number]
    ///
    /// At most 2^53 - 1. The number of a former user cannot be used again.
    #[arg(long, allow_hyphen_values = true)]
    id: Option<String>,
    /// Print a file for `wrangler kv bulk put`, and do not ask the Worker
    #[arg(long, requires = "id")]
    print: bool,
    #[command(flatten)]
    password: NewPasswordOptions,
    #[command(flatten)]
    admin: AdminOptions,
}

impl AddCommand {
    pub(super) fn run(self, output: &mut Output) -> Outcome {
        let username = NewUsername::new(&self.username).map_err(Failure::usage)?;
        let username = username.into_username();
        let phone = Phone::new(&self.phone).map_err(Failure::usage)?;
        let id = self.id.as_deref().map(parse_id).transpose()?;
        let policy = self.password.policy()?;
        if let (true, Some(id)) = (self.print, id) {
            let hash = new_password::new_hash(&policy, &username)?;
            output.line(seed(id, &username, &phone, &hash)?)?;
            return Ok(Status::Done);
        }
        let admin = self.admin.open()?;
        let hash_password = new_password::new_hash(&policy, &username)?;
        let user = admin.add(&NewUser {
            username: &username,
            hash_password,
            phone: phone.as_str(),
            id,
            imported: None,
        })?;
        let name = shown(&user.username);
        output.line(format_args!(
            "Added {name} with number {}, {admin}.",
            user.id
        ))?;
        output.say("The user can log in at once.");
        Ok(Status::Done)
    }
}

fn parse_id(text: &str) -> Outcome<UserId> {
    let id = text.parse().ok().and_then(UserId::new);
    id.ok_or_else(|| Failure::usage("--id must be a whole number of at most 2^53 - 1"))
}

/// The pairs that an import writes to KV for a user: the record, and the index from the number to
/// the name.
fn seed(id: UserId, username: &Username, phone: &Phone, hash: &str) -> Outcome<String> {
    let record = json!({
        "id": id,
        "username": username,
        "hash_password": hash,
        "phone": phone.as_str(),
        // Rejects tokens of an earlier user who had this name or number.
        "tokens_valid_from": system::now()?.seconds(),
    });
    let pairs = json!([
        { "key": username.record_key(), "value": record.to_string() },
        { "key": id.index_key(), "value": username },
    ]);
    Ok(pairs.to_string())
}
