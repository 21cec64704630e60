//! The outcome of a command, and its failure in one line with a fix.

use std::fmt;
use std::io;

/// The result of a command: the exit status, or the failure.
pub(super) type Outcome<T = Status> = Result<T, Failure>;

/// The exit status of a command.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Status {
    /// The command succeeded; for a token: it is current.
    Done,
    /// The command failed; for a token: it is wrong.
    Wrong,
    /// The arguments were not understood.
    Usage,
    /// The token is right, but expired.
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

/// The reason why a command failed.
#[derive(Debug)]
pub(super) enum Failure {
    /// The reader of the output has closed the pipe.
    PipeClosed,
    /// The arguments are wrong.
    Usage(String),
    /// The problem, and what to do about it. Neither text contains a secret.
    Failed {
        problem: String,
        fix: Option<String>,
    },
    /// The Worker refused the request because of its user. Requests for other users may succeed.
    Refused {
        /// The stable code in the Worker's answer.
        code: String,
        problem: String,
        fix: Option<String>,
    },
}

impl Failure {
    /// A failure because of wrong arguments.
    pub(super) fn usage(problem: impl fmt::Display) -> Self {
        Self::Usage(problem.to_string())
    }

    /// A failure during the command.
    pub(super) fn new(problem: impl fmt::Display) -> Self {
        Self::Failed {
            problem: problem.to_string(),
            fix: None,
        }
    }

    /// Adds what to do about the failure.
    pub(super) fn fix(self, fix: impl fmt::Display) -> Self {
        match self {
            Self::Failed { problem, .. } => Self::Failed {
                problem,
                fix: Some(fix.to_string()),
            },
            Self::Refused { code, problem, .. } => Self::Refused {
                code,
                problem,
                fix: Some(fix.to_string()),
            },
            Self::Usage(problem) => Self::Usage(format!("{problem}; {fix}")),
            Self::PipeClosed => self,
        }
    }

    /// Adds the Worker's code, if the refusal concerns only one user.
    pub(super) fn refused(self, code: &str) -> Self {
        match self {
            Self::Failed { problem, fix } => Self::Refused {
                code: code.into(),
                problem,
                fix,
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
            Self::PipeClosed => f.write_str("the reader of the output has closed the pipe"),
            Self::Usage(problem) => f.write_str(problem),
            Self::Failed { problem, fix } | Self::Refused { problem, fix, .. } => {
                f.write_str(problem)?;
                fix.as_ref().map_or(Ok(()), |fix| write!(f, "; {fix}"))
            }
        }
    }
}

/// An error while writing the output. Other system errors name what they are about (see [`about`]).
impl From<io::Error> for Failure {
    fn from(error: io::Error) -> Self {
        match error.kind() {
            io::ErrorKind::BrokenPipe => Self::PipeClosed,
            _ => Self::new(format_args!("the output cannot be written: {error}")),
        }
    }
}

/// Makes a failure from a system error about `what`, such as a file's path.
pub(super) fn about(what: impl fmt::Display) -> impl FnOnce(io::Error) -> Failure {
    move |error| Failure::new(format_args!("{what}: {error}"))
}
