//! `portcullis keys rotate`: puts a new key in front of a set.

use core::time::Duration;
use std::path::PathBuf;

use clap::Args;

use super::super::algorithms::SigningAlgorithm;
use super::super::failure::{Failure, Outcome, Status};
use super::super::json_text::shown;
use super::super::output::{Output, WARN, styled};
use super::super::words::{self, Zone};
use super::super::{secret_file, system};
use super::held::{HeldKey, HeldKeys, State};
use super::lifetime::Lifetime;
use super::list;
use super::rotation::{CACHED, Rotated, Rotation};
use portcullis::time::UnixTime;

/// The longest secret that Cloudflare stores, in bytes.
const LONGEST_SECRET: usize = 5120;

/// Put a new key in front, and drop keys whose tokens have all expired
///
/// The new key signs as soon as the Worker has the set. The key that it replaces still verifies:
/// it gets an "exp" of now plus TOKEN_EXPIRATION plus one hour, and the first rotation after that
/// time drops it. The Worker and other readers of JWK Sets ignore this member.
///
/// Verifiers that cache the published keys do not know a new key for up to five minutes. If that
/// matters, rotate with --announce: the new key is put last with an "nbf", and is only published.
/// The next rotation puts it in front.
///
/// The file is replaced in one step, and only you can read it.
#[derive(Args)]
#[command(after_long_help = "\
Examples:
  portcullis keys rotate --file keys.json
  npx wrangler secret put SIGNING_KEYS < keys.json

In two steps, for verifiers with a cache:
  portcullis keys rotate --file keys.json --announce
  npx wrangler secret put SIGNING_KEYS < keys.json
  (and five minutes later)
  portcullis keys rotate --file keys.json
  npx wrangler secret put SIGNING_KEYS < keys.json")]
pub(in super::super) struct RotateCommand {
    /// The JWK Set
    #[arg(long, value_name = "FILE")]
    file: PathBuf,
    /// The new key's algorithm [default: the first key's]
    #[arg(long, value_name = "ALG", ignore_case = true)]
    alg: Option<SigningAlgorithm>,
    /// Put the new key last, so that verifiers know it before it signs
    #[arg(long)]
    announce: bool,
    /// How long tokens last [default: TOKEN_EXPIRATION in the config, or 1h]
    #[arg(long, value_name = "DURATION", value_parser = words::duration)]
    token_expiration: Option<Duration>,
    /// The config with TOKEN_EXPIRATION
    #[arg(long, value_name = "FILE", default_value = "wrangler.toml")]
    config: PathBuf,
    /// Rotate even if verifiers may not know the announced key yet
    #[arg(long)]
    force: bool,
    /// Show the result, and write nothing
    #[arg(long)]
    dry_run: bool,
    /// Show dates in UTC instead of this machine's time zone
    #[arg(long)]
    utc: bool,
}

impl RotateCommand {
    pub(super) fn run(self, output: &mut Output) -> Outcome {
        let lifetime = Lifetime::find(self.token_expiration, &self.config)?;
        let keys = super::read(&self.file)?;
        keys.to_line().map_err(|error| {
            let file = self.file.display();
            Failure::new(format_args!("{file}: {error} ({})", error.code()))
                .fix("correct the set, which the Worker does not accept, or make one with `portcullis keys generate`")
        })?;
        let now = system::now()?;
        let zone = Zone::chosen(self.utc);
        let rotation = self.rotation(&keys, now, &zone)?;
        let announced = matches!(rotation, Rotation::Announce(_));
        let rotated = rotation.apply(keys, now, lifetime.duration);
        let Rotated { keys, dropped } = rotated.map_err(Failure::new)?;
        let line = keys.to_line().map_err(|error| {
            Failure::new(format_args!(
                "the Worker would not accept the new set: {error}"
            ))
            .fix("give each key its own kid, and keep at most 100 keys in the set")
        })?;
        if !self.dry_run {
            secret_file::replace(&self.file, &line)?;
        }
        list::print(&keys, now, &zone, output)?;
        for key in dropped {
            output.line(format_args!("dropped: {}", shown(key.id())))?;
        }
        output.say(format_args!(
            "Tokens last {} ({}).",
            words::amount(lifetime.duration.as_secs()),
            lifetime.said_by
        ));
        if line.len() > LONGEST_SECRET {
            let remark = "Cloudflare stores secrets of at most 5 KB; this set is too long.";
            output.say(styled(WARN, remark));
        }
        if self.dry_run {
            output.say("Nothing was written. The next run makes a different new key.");
            return Ok(Status::Done);
        }
        let file = self.file.display();
        output.say(format_args!(
            "Next: npx wrangler secret put SIGNING_KEYS < {file}"
        ));
        if announced {
            output.say(format_args!(
                "Then, after {}: portcullis keys rotate --file {file}",
                words::amount(CACHED.as_secs())
            ));
        }
        Ok(Status::Done)
    }

    fn rotation(&self, keys: &HeldKeys, now: UnixTime, zone: &Zone) -> Outcome<Rotation> {
        let first = keys.0.first().ok_or_else(|| {
            Failure::new("the set has no key").fix("make a set with `portcullis keys generate`")
        })?;
        let announced = keys.with_states(now).find_map(|(key, state)| match state {
            State::Announced { from } => Some((key, from)),
            _ => None,
        });
        let Some((key, from)) = announced else {
            let name = self.alg.map(SigningAlgorithm::name);
            let key = super::new_key(name.unwrap_or(first.jwk().algorithm_name()))?;
            return Ok(if self.announce {
                Rotation::Announce(key)
            } else {
                Rotation::Sign(key)
            });
        };
        if self.announce || self.alg.is_some() {
            let id = shown(key.id());
            return Err(Failure::usage(format_args!("{id} is already announced"))
                .fix("rotate without --announce and --alg to put it in front"));
        }
        if now < from && !self.force {
            let date = zone.date(from);
            return Err(
                Failure::new("verifiers may not know the announced key yet").fix(format_args!(
                    "wait until {date} ({}), or rotate with --force",
                    words::relative(from, now)
                )),
            );
        }
        copy(key).map(Rotation::Sign)
    }
}

fn copy(key: &HeldKey) -> Outcome<HeldKey> {
    key.with_dates(None, None).map_err(Failure::new)
}
