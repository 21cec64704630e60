//! Why a command was not done, in one line with the mend.

use std::fmt;
use std::io;

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
