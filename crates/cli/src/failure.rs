//! Why a command was not done, in one line with the mend.

use std::fmt;
use std::io;

use clap::error::{ContextKind, ContextValue, ErrorKind};

use super::output::Output;

/// What a command ends with: the exit status, or why it was not done.
pub(super) type Outcome<T = Status> = Result<T, Failure>;

/// The exit status of a command.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Status {
    /// Done; of a token: current.
    Done,
    /// Not done; of a token: wrong.
    Wrong,
    /// Not understood.
    Usage,
    /// Of a token: right, but expired.
    Expired,
}

impl From<Status> for std::process::ExitCode {
    fn from(status: Status) -> Self {
        Self::from(match status {
            Status::Done => 0,
            Status::Wrong => 1,
            Status::Usage => 2,
            Status::Expired => 3,
        })
    }
}

/// Why a command was not done.
#[derive(Debug)]
pub(super) enum Failure {
    /// Nobody reads the output any more.
    PipeClosed,
    /// The command cannot be meant so.
    Usage(String),
    /// What went wrong, and what to do about it. Neither holds a secret.
    Failed {
        problem: String,
        mend: Option<String>,
    },
    /// The Worker refused it because of the user it is about. Other users are
    /// not concerned.
    Refused {
        /// The stable code in the Worker's answer.
        code: String,
        problem: String,
        mend: Option<String>,
    },
}

impl Failure {
    /// For what is wrong with the arguments.
    pub(super) fn usage(problem: impl fmt::Display) -> Self {
        Self::Usage(problem.to_string())
    }

    /// For what went wrong on the way.
    pub(super) fn new(problem: impl fmt::Display) -> Self {
        Self::Failed {
            problem: problem.to_string(),
            mend: None,
        }
    }

    /// And what to do about it.
    pub(super) fn mend(self, mend: impl fmt::Display) -> Self {
        match self {
            Self::Failed { problem, .. } => Self::Failed {
                problem,
                mend: Some(mend.to_string()),
            },
            Self::Refused { code, problem, .. } => Self::Refused {
                code,
                problem,
                mend: Some(mend.to_string()),
            },
            Self::Usage(problem) => Self::Usage(format!("{problem}; {mend}")),
            Self::PipeClosed => self,
        }
    }

    /// The Worker's code, where the refusal is about one user alone.
    pub(super) fn refused(self, code: &str) -> Self {
        match self {
            Self::Failed { problem, mend } => Self::Refused {
                code: code.into(),
                problem,
                mend,
            },
            other => other,
        }
    }

    pub(super) fn status(&self) -> Status {
        match self {
            Self::PipeClosed => Status::Done,
            Self::Usage(_) => Status::Usage,
            Self::Failed { .. } | Self::Refused { .. } => Status::Wrong,
        }
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::PipeClosed => f.write_str("nobody reads the output any more"),
            Self::Usage(problem) => f.write_str(problem),
            Self::Failed { problem, mend } | Self::Refused { problem, mend, .. } => {
                f.write_str(problem)?;
                mend.as_ref().map_or(Ok(()), |mend| write!(f, "; {mend}"))
            }
        }
    }
}

/// Of writing the output; other errors of the system say what they were about
/// (see [`about`]).
impl From<io::Error> for Failure {
    fn from(error: io::Error) -> Self {
        match error.kind() {
            io::ErrorKind::BrokenPipe => Self::PipeClosed,
            _ => Self::new(format_args!("the output cannot be written: {error}")),
        }
    }
}

/// What the system refused to do with `what`, such as a file's path.
pub(super) fn about(what: impl fmt::Display) -> impl FnOnce(io::Error) -> Failure {
    move |error| Failure::new(format_args!("{what}: {error}"))
}

/// What clap has to say: help and version are no failure, all else is one line.
pub(super) fn of_arguments(error: &clap::Error, output: &mut Output) -> Outcome {
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

/// clap writes a paragraph; its first lines and what it proposes are the matter.
fn one_line(error: &clap::Error) -> Failure {
    let text = without_secrets(error);
    let mut paragraph = text.lines().take_while(|line| !line.trim().is_empty());
    let first = paragraph.next().unwrap_or_default();
    let first = first.strip_prefix("error: ").unwrap_or(first);
    // Such as the arguments that are missing, a line each.
    let rest: String = paragraph.map(|line| format!(" {}", line.trim())).collect();
    let proposed = error
        .get(ContextKind::SuggestedArg)
        .or_else(|| error.get(ContextKind::SuggestedSubcommand))
        .or_else(|| error.get(ContextKind::SuggestedValue))
        .map_or_else(String::new, |proposed| format!("; perhaps {proposed}?"));
    Failure::usage(format_args!("{first}{rest}{proposed} (see --help)"))
}

/// clap repeats what it does not understand, which can be a password or a token
/// in the wrong place. What is no name of an option stays unsaid, unless it is a
/// short word where a word belongs.
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
            let says_it = match kind {
                ContextKind::InvalidArg => {
                    value.starts_with('-') || error.kind() != ErrorKind::UnknownArgument
                }
                _ => is_word(value),
            };
            if says_it {
                text
            } else {
                text.replace(&format!("'{value}'"), "'…'")
            }
        })
}
