//! `portcullis keys revoke`: removes a stolen key from a set.

use std::path::PathBuf;

use clap::Args;

use super::super::failure::{Failure, Outcome, Status};
use super::super::json_text::shown;
use super::super::output::{Output, WARN, styled};
use super::super::words::{self, Zone};
use super::super::{secret_file, system};
use super::held::{HeldKey, HeldKeys};
use super::list;
use super::rotation::CACHED;

/// Take a stolen key out of a set at once
///
/// The tokens that the key signed are refused from when the Worker has the set. Where the key
/// signed, a new key of the same algorithm takes its place; an announced key does not, because it
/// was in the same file. Sessions go on: clients refresh, and get tokens of the new key.
///
/// The file is replaced at once, and only you may read it.
#[derive(Args)]
#[command(after_long_help = "\
Examples:
  portcullis keys list --file keys.json
  portcullis keys revoke --file keys.json 2kvyOlKNa8gBL5I2dCxO1zMMwIXKh0Mw3dY4T1rUgpE
  npx wrangler secret put SIGNING_KEYS < keys.json

When the whole file was stolen:
  portcullis keys revoke --file keys.json --all")]
pub(in super::super) struct RevokeCommand {
    /// The key's name
    // A thumbprint can start with a hyphen.
    #[arg(
        value_name = "KID",
        required_unless_present = "all",
        allow_hyphen_values = true
    )]
    id: Option<String>,
    /// Revoke each key of the set
    #[arg(long, conflicts_with = "id")]
    all: bool,
    /// The JWK Set
    #[arg(long, value_name = "FILE")]
    file: PathBuf,
    /// Say what would be done, and do nothing
    #[arg(long)]
    dry_run: bool,
    /// Dates in UTC, not in this machine's zone
    #[arg(long)]
    utc: bool,
}

impl RevokeCommand {
    pub(super) fn run(self, output: &mut Output) -> Outcome {
        let keys = super::read(&self.file)?;
        let now = system::now()?;
        let file = self.file.display();
        if let Some(id) = &self.id
            && keys.0.iter().all(|key| key.id() != id)
        {
            // The argument is not repeated, because it could be a key.
            return Err(
                Failure::new(format_args!("{file} has no key of this kid")).mend(format_args!(
                    "`portcullis keys list --file {file}` shows the kids"
                )),
            );
        }
        let is_revoked = |key: &HeldKey| self.all || self.id.as_deref() == Some(key.id());
        let signing = keys.0.first().filter(|key| is_revoked(key));
        let new_key = signing.map(|key| super::new_key(key.jwk().algorithm_name()));
        let new_key = new_key.transpose()?;
        let has_new_key = new_key.is_some();
        let (revoked, kept): (Vec<_>, Vec<_>) = keys.0.into_iter().partition(is_revoked);
        let left = kept.len();
        let keys = HeldKeys(new_key.into_iter().chain(kept).collect());
        let line = keys.to_line().map_err(|error| {
            Failure::new(format_args!(
                "the Worker would not take what is left: {error}"
            ))
            .mend("`portcullis keys rotate` puts a key in front that may sign; revoke then")
        })?;
        if !self.dry_run {
            secret_file::replace(&self.file, &line)?;
        }
        list::print(&keys, now, &Zone::chosen(self.utc), output)?;
        for key in revoked {
            output.line(format_args!("revoked: {}", shown(key.id())))?;
        }
        if left > 0 {
            let remark = format_args!(
                "The set keeps {left} other {}. If the whole file was stolen, use --all.",
                if left == 1 { "key" } else { "keys" }
            );
            output.say(styled(WARN, remark));
        }
        if self.dry_run {
            output.say("Nothing was written; a new key is made anew each time.");
            return Ok(Status::Done);
        }
        output.say(format_args!(
            "Next: npx wrangler secret put SIGNING_KEYS < {file}"
        ));
        output.say(format_args!(
            "Verifiers that keep the published keys take a revoked key's tokens for {} more.",
            words::amount(CACHED.as_secs())
        ));
        if has_new_key {
            output.say("They may not know the new key for as long, and refuse its tokens then.");
        }
        Ok(Status::Done)
    }
}
