//! Reports the errors that clap finds in the arguments, each in one line.

use clap::error::{ContextKind, ContextValue, ErrorKind};

use super::failure::{Failure, Outcome, Status};
use super::output::Output;

/// Prints help and the version, which are not failures. Returns any other error as one line.
pub(super) fn report_error(error: &clap::Error, output: &mut Output) -> Outcome {
    match error.kind() {
        ErrorKind::DisplayHelp | ErrorKind::DisplayVersion => {
            output.print(&error.render().ansi())?;
            Ok(Status::Done)
        }
        ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand => {
            output.say(error.render().ansi());
            Ok(Status::Usage)
        }
        _ => Err(one_line(error)),
    }
}

/// Shortens clap's paragraph to its first lines and the proposed correction.
fn one_line(error: &clap::Error) -> Failure {
    let text = without_secrets(error);
    let mut paragraph = text.lines().take_while(|line| !line.trim().is_empty());
    let first = paragraph.next().unwrap_or_default();
    let first = first.strip_prefix("error: ").unwrap_or(first);
    // The next lines list details, such as the missing arguments.
    let rest: String = paragraph.map(|line| format!(" {}", line.trim())).collect();
    let proposed = error
        .get(ContextKind::SuggestedArg)
        .or_else(|| error.get(ContextKind::SuggestedSubcommand))
        .or_else(|| error.get(ContextKind::SuggestedValue))
        .map_or_else(String::new, |proposed| format!("; perhaps {proposed}?"));
    Failure::usage(format_args!("{first}{rest}{proposed} (see --help)"))
}

/// The text of an error without secrets. clap repeats an argument that it does not understand,
/// and this can be a password or a token in the wrong place. So the text repeats only names of
/// options, and a wrong command or value that looks like a short word.
fn without_secrets(error: &clap::Error) -> String {
    const LONGEST_WORD: usize = 24;
    let is_word = |value: &str| {
        let in_words = |c: char| c.is_ascii_alphanumeric() || "-_:+".contains(c);
        value.len() <= LONGEST_WORD && value.chars().all(in_words)
    };
    let kinds = [
        ContextKind::InvalidArg,
        ContextKind::InvalidSubcommand,
        ContextKind::InvalidValue,
    ];
    kinds
        .into_iter()
        .fold(error.render().to_string(), |text, kind| {
            let Some(ContextValue::String(value)) = error.get(kind) else {
                return text;
            };
            let is_safe = match kind {
                ContextKind::InvalidArg => {
                    value.starts_with('-') || error.kind() != ErrorKind::UnknownArgument
                }
                _ => is_word(value),
            };
            if is_safe {
                text
            } else {
                text.replace(&format!("'{value}'"), "'…'")
            }
        })
}
