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

/// Remove a stolen key from a set
///
/// The Worker refuses the tokens of the key as soon as it has the new set. If the key was the
/// first, which signs, a new key of the same algorithm replaces it. An announced key does not
/// replace it, because it was in the same file. Sessions continue: clients refresh, and get tokens
/// of the new key.
///
/// The file is replaced in one step, and only you can read it.
#[derive(Args)]
#[command(after_long_help = "\
Examples:
  portcullis keys list --file keys.json
  portcullis keys revoke --file keys.json \\
    2kvyOlKNa8gBL5I2dCxO1zMMwIXKh0Mw3dY4T1rUgpE
  npx wrangler secret put SIGNING_KEYS < keys.json

If the whole file was stolen:
  portcullis keys revoke --file keys.json --all")]
pub(in super::super) struct RevokeCommand {
    /// The kid of the key
    // A thumbprint can start with a hyphen.
    #[arg(
        value_name = "KID",
        required_unless_present = "all",
        allow_hyphen_values = true
    )]
    id: Option<String>,
    /// Revoke all keys of the set
    #[arg(long, conflicts_with = "id")]
    all: bool,
    /// The JWK Set
    #[arg(long, value_name = "FILE")]
    file: PathBuf,
    /// Show the result, and write nothing
    #[arg(long)]
    dry_run: bool,
    /// Show dates in UTC instead of this machine's time zone
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
                Failure::new(format_args!("{file} has no key with this kid")).fix(format_args!(
                    "run `portcullis keys list --file {file}` to see the kids"
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
                "the Worker would not accept the remaining keys: {error}"
            ))
            .fix("run `portcullis keys rotate` first, which puts a key that may sign in front")
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
            output.say("Nothing was written. The next run makes a different new key.");
            return Ok(Status::Done);
        }
        output.say(format_args!(
            "Next: npx wrangler secret put SIGNING_KEYS < {file}"
        ));
        output.say(format_args!(
            "Verifiers that cache the published keys accept tokens of a revoked key for up to {} more.",
            words::amount(CACHED.as_secs())
        ));
        if has_new_key {
            output.say("Until then they may not know the new key, and refuse its tokens.");
        }
        Ok(Status::Done)
    }
}
