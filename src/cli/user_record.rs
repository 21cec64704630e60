//! `portcullis user-record`.

use clap::Args;
use serde::Serialize;

use super::failure::{Failure, Outcome, Status};
use super::output::Output;
use super::system;
use crate::account::{UserId, UserRecord, Username};
use crate::password::Argon2idHash;

/// Print a new user's record, as a file for `wrangler kv bulk put`
///
/// Asks for the password, or reads it from standard input where that is no terminal.
#[derive(Args)]
pub(super) struct UserRecordCommand {
    /// The user's number, at most 2^53 - 1
    #[arg(long)]
    id: String,
    #[arg(long)]
    username: String,
    #[arg(long, default_value = "")]
    phone: String,
}

#[derive(Serialize)]
struct Pair {
    key: String,
    value: String,
}

impl UserRecordCommand {
    pub(super) fn run(self, output: &mut Output) -> Outcome {
        let id = self.id.parse().ok().and_then(UserId::new);
        let id =
            id.ok_or_else(|| Failure::usage("--id must be a whole number of at most 2^53 - 1"))?;
        let username = Username::new(&self.username).map_err(Failure::usage)?;
        let password = system::new_password()?;
        let hash = Argon2idHash::new(&password, *system::random()?).map_err(Failure::new)?;
        let unwritable = |_| Failure::new("the record cannot be written");
        let value = UserRecord::new(id, &username, hash.to_string(), self.phone)
            .to_json()
            .map_err(|_| Failure::new("the record cannot be written"))?;
        let record = Pair {
            key: username.record_key(),
            value,
        };
        // By it the Worker finds whom a token of a Flask application is for.
        let index = Pair {
            key: id.index_key(),
            value: username.as_str().into(),
        };
        output.line(serde_json::to_string(&[record, index]).map_err(unwritable)?)?;
        Ok(Status::Done)
    }
}
