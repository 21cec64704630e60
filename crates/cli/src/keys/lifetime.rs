//! Finds the lifetime of the Worker's access tokens: `TOKEN_EXPIRATION`.

use core::time::Duration;
use std::fs;
use std::io;
use std::path::Path;

use toml::{Table, Value};

use super::super::failure::{Failure, Outcome};

/// The Worker's default, in seconds.
const DEFAULT: u64 = 3600;
/// The longest lifetime that the Worker accepts, in seconds.
const LONGEST: u64 = 31_536_000;

/// A lifetime, and its source.
pub(super) struct Lifetime {
    pub(super) duration: Duration,
    pub(super) said_by: &'static str,
}

impl Lifetime {
    /// Takes the lifetime from the option, else from wrangler.toml, else the default.
    pub(super) fn find(option: Option<Duration>, config: &Path) -> Outcome<Self> {
        if let Some(duration) = option {
            return match duration.as_secs() {
                1..=LONGEST => Ok(Self {
                    duration,
                    said_by: "--token-expiration",
                }),
                _ => Err(Failure::usage(format_args!(
                    "--token-expiration must be 1 to {LONGEST} seconds"
                ))),
            };
        }
        let text = match fs::read_to_string(config) {
            Ok(text) => text,
            Err(error) if error.kind() == io::ErrorKind::NotFound => String::new(),
            Err(error) => return Err(unreadable(config, &error.to_string())),
        };
        let table: Table = text
            .parse()
            .map_err(|error: toml::de::Error| unreadable(config, error.message()))?;
        let in_file = longest(&table).map_err(|problem| unreadable(config, problem))?;
        Ok(Self {
            duration: Duration::from_secs(in_file.unwrap_or(DEFAULT)),
            said_by: match in_file {
                Some(_) => "TOKEN_EXPIRATION in wrangler.toml",
                None => "the default of TOKEN_EXPIRATION",
            },
        })
    }
}

fn unreadable(config: &Path, problem: &str) -> Failure {
    let problem = problem.replace('\n', " ");
    Failure::new(format_args!("{}: {problem}", config.display()))
        .fix("correct the file, or give --token-expiration")
}

/// The longest lifetime in `[vars]` and in the variables of each environment, so that no key is
/// dropped too early in any environment.
fn longest(config: &Table) -> Result<Option<u64>, &'static str> {
    let environments = config.get("env").and_then(Value::as_table);
    let environments = environments.into_iter().flat_map(Table::values);
    let mut longest = None;
    for place in environments.filter_map(Value::as_table).chain([config]) {
        let value = place
            .get("vars")
            .and_then(|vars| vars.get("TOKEN_EXPIRATION"));
        if let Some(value) = value {
            longest = longest.max(Some(seconds(value)?));
        }
    }
    Ok(longest)
}

fn seconds(value: &Value) -> Result<u64, &'static str> {
    let seconds = match value {
        Value::String(text) => text.parse().ok(),
        Value::Integer(seconds) => u64::try_from(*seconds).ok(),
        _ => None,
    };
    seconds
        .filter(|seconds| (1..=LONGEST).contains(seconds))
        .ok_or("TOKEN_EXPIRATION must be 1 to 31536000 seconds")
}
