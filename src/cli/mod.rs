//! The native command line: what it takes to make a first user.

#![forbid(unsafe_code)]

mod user_record;

use std::process::ExitCode;

const USAGE: &str = "\
Usage: portcullis user-record --id <number> --username <name> [--phone <text>]

Asks for a password, or reads it from standard input where that is no terminal,
and prints the user's record as a file for `wrangler kv bulk put`:
[{\"key\":\"user:<name>\",\"value\":\"{…}\"}]";

/// Runs the command that `arguments` (without the program's name) ask for.
pub fn main(arguments: impl Iterator<Item = String>) -> ExitCode {
    let arguments: Vec<String> = arguments.collect();
    let outcome = match arguments.split_first() {
        _ if arguments.iter().any(|a| a == "--help" || a == "-h") => {
            println!("{USAGE}");
            Ok(())
        }
        Some((command, rest)) if command == "user-record" => {
            user_record::run(rest, std::io::stdout())
        }
        _ => Err(USAGE.into()),
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(message) => {
            eprintln!("{message}");
            ExitCode::from(2)
        }
    }
}
