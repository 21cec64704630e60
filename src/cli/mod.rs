//! The native command line: what it takes to make a first user.

#![forbid(unsafe_code)]

mod user_record;

use std::process::ExitCode;

const USAGE: &str = "\
Usage: portcullis user-record --id <number> --username <name> [--phone <text>]

Reads a password from standard input and prints the user's record as a pair
for Workers KV: {\"key\":\"user:<name>\",\"value\":\"{…}\"}";

/// Runs the command that `arguments` (without the program's name) ask for.
pub fn main(arguments: impl Iterator<Item = String>) -> ExitCode {
    let arguments: Vec<String> = arguments.collect();
    let outcome = match arguments.split_first() {
        Some((command, rest)) if command == "user-record" => {
            user_record::run(rest, std::io::stdin(), std::io::stdout())
        }
        Some((help, _)) if help == "--help" || help == "-h" => {
            println!("{USAGE}");
            Ok(())
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
