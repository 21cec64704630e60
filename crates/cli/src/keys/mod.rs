//! `portcullis keys`: manages the JWK Set for the Worker's `SIGNING_KEYS`, and operators' keys.

mod generate;
mod held;
mod lifetime;
mod list;
mod operator;
mod public;
mod revoke;
mod rotate;
mod rotation;

use std::fs;
use std::io::{self, IsTerminal as _};
use std::path::{Path, PathBuf};

use clap::{Args, Subcommand};
use zeroize::Zeroizing;

use super::failure::{Failure, Outcome};
use super::output::Output;
use super::system;
use held::{HeldKey, HeldKeys};
use portcullis::error::{KeyProblem, TokenError};
use portcullis::key::{Algorithm, SecretJwk};

/// Make, rotate, revoke, list and publish keys
#[derive(Subcommand)]
pub(super) enum KeysCommand {
    Generate(generate::GenerateCommand),
    Rotate(rotate::RotateCommand),
    Revoke(revoke::RevokeCommand),
    List(list::ListCommand),
    Public(public::PublicCommand),
    Operator(operator::OperatorCommand),
}

impl KeysCommand {
    pub(super) fn run(self, output: &mut Output) -> Outcome {
        match self {
            Self::Generate(command) => command.run(output),
            Self::Rotate(command) => command.run(output),
            Self::Revoke(command) => command.run(output),
            Self::List(command) => command.run(output),
            Self::Public(command) => command.run(output),
            Self::Operator(command) => command.run(output),
        }
    }
}

/// The option for the set to read.
#[derive(Args)]
struct Source {
    /// The JWK Set [default: standard input]
    #[arg(long, value_name = "FILE")]
    file: Option<PathBuf>,
}

impl Source {
    fn read(&self) -> Outcome<HeldKeys> {
        match &self.file {
            Some(path) => read(path),
            None if io::stdin().is_terminal() => {
                Err(Failure::usage("a JWK Set is needed").fix("name its file with --file"))
            }
            None => parse("standard input", &system::from_standard_input("JWK Set")?),
        }
    }
}

fn read(path: &Path) -> Outcome<HeldKeys> {
    // An argument is not repeated until it is known to be a path, because it could be a key.
    let text = fs::read_to_string(path)
        .map(Zeroizing::new)
        .map_err(|error| {
            Failure::new(format_args!("the --file cannot be read: {error}")).fix(
                "name another file, or make one with `portcullis keys generate --out keys.json`",
            )
        })?;
    parse(&path.display().to_string(), &text)
}

fn parse(source: &str, text: &str) -> Outcome<HeldKeys> {
    HeldKeys::read(text).map_err(|error| {
        Failure::new(format_args!("{source}: {error} ({})", error.code()))
            .fix("give a JWK Set, such as `portcullis keys generate` makes")
    })
}

/// Makes a new key for the algorithm with this name. Its `kid` is its thumbprint.
fn new_key(name: &str) -> Outcome<HeldKey> {
    let algorithm = Algorithm::from_name(name)
        .ok_or_else(|| Failure::new(TokenError::from(KeyProblem::Unsupported)))?;
    let jwk = SecretJwk::generate(algorithm, &*system::random()?).map_err(Failure::new)?;
    let jwk = if name == algorithm.name() {
        jwk
    } else {
        jwk.with_fully_specified_algorithm()
    };
    HeldKey::read(&jwk.to_json()).map_err(Failure::new)
}
