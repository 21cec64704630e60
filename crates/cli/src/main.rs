//! The command line `portcullis`: manages users, keys and tokens, imports users from Flask, and
//! checks a deployment. The core makes the decisions; this crate handles the arguments, the files,
//! the clock and the terminal. Each command has a file of its own.
//!
//! # How to start
//!
//! ```sh
//! cargo install --path crates/cli --locked
//! portcullis keys generate --out keys.json
//! portcullis token sign --key keys.json --sub 1 --expires-in 3600 > token
//! portcullis token verify --key keys.json < token
//! ```
//!
//! `docs/reference/command-line.md` lists all commands and options.

#![forbid(unsafe_code)]

mod admin;
mod algorithms;
mod arguments;
mod completions;
mod cost;
mod doctor;
mod failure;
mod import;
mod json_text;
mod keys;
mod kv;
mod man;
mod output;
mod secret_file;
mod system;
mod token;
mod users;
mod words;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

use failure::{Failure, Outcome};
use output::Output;

/// Manage the users, keys and tokens of a Portcullis login.
#[derive(Parser)]
#[command(name = "portcullis", version, max_term_width = 80)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

// The program has only one value of this type, so its size does not matter.
#[allow(clippy::large_enum_variant)]
#[derive(Subcommand)]
enum Command {
    Users(users::UsersCommand),
    #[command(subcommand)]
    Keys(keys::KeysCommand),
    #[command(subcommand)]
    Token(token::TokenCommand),
    Doctor(doctor::DoctorCommand),
    Completions(completions::CompletionsCommand),
    Man(man::ManCommand),
}

/// Runs the command that the arguments name. Exit status: 0 done, 1 not done, 2 arguments not
/// understood. Commands may have further statuses.
fn main() -> ExitCode {
    let mut output = Output::standard();
    let outcome = match Arguments::try_parse_from(std::env::args_os()) {
        Ok(arguments) => run(arguments.command, &mut output),
        Err(error) => arguments::report_error(&error, &mut output),
    };
    match outcome {
        Ok(status) => status.into(),
        // The reader closed the pipe because it needs no more output. This is not a failure.
        Err(Failure::PipeClosed) => ExitCode::SUCCESS,
        Err(failure) => {
            output.error(&failure);
            failure.status().into()
        }
    }
}

fn run(command: Command, output: &mut Output) -> Outcome {
    match command {
        Command::Doctor(command) => command.run(output),
        Command::Users(command) => command.run(output),
        Command::Keys(command) => command.run(output),
        Command::Token(command) => command.run(output),
        Command::Completions(command) => command.run(output),
        Command::Man(command) => command.run(output),
    }
}
