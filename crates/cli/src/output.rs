//! The output of a command: results go to standard output, everything else to standard error.
//! Colors are used on a terminal if `NO_COLOR` is not set.

use std::fmt::Display;
use std::io::{self, IsTerminal as _, Write as _};

use anstream::{AutoStream, ColorChoice};
use anstyle::{AnsiColor, Style};

use super::failure::{Failure, Outcome};
use super::json_text::shown;

/// The style for results that are right, current or in place.
pub(super) const GOOD: Style = AnsiColor::Green.on_default().bold();
/// The style for results that are wrong.
pub(super) const BAD: Style = AnsiColor::Red.on_default().bold();
/// The style for results that have expired or need a second look.
pub(super) const WARN: Style = AnsiColor::Yellow.on_default().bold();
/// The style for a title.
pub(super) const STRONG: Style = Style::new().bold();
/// The style for less important text.
pub(super) const FAINT: Style = Style::new().dimmed();

/// `text` in `style`. [`Output`] removes the style where colors are not used.
pub(super) fn styled(style: Style, text: impl Display) -> String {
    format!("{style}{text}{style:#}")
}

/// Standard output and standard error.
pub(super) struct Output {
    out: AutoStream<io::Stdout>,
    err: AutoStream<io::Stderr>,
    terminal: bool,
}

impl Output {
    pub(super) fn standard() -> Self {
        Self {
            out: AutoStream::new(io::stdout(), choice(&io::stdout())),
            err: AutoStream::new(io::stderr(), choice(&io::stderr())),
            terminal: io::stdout().is_terminal(),
        }
    }

    /// Whether a person reads the results on a terminal, and not a program.
    pub(super) fn is_terminal(&self) -> bool {
        self.terminal
    }

    /// Writes a line of the result.
    pub(super) fn line(&mut self, text: impl Display) -> Outcome<()> {
        Ok(writeln!(self.out, "{text}")?)
    }

    /// Writes the result unchanged.
    pub(super) fn print(&mut self, text: &impl Display) -> Outcome<()> {
        write!(self.out, "{text}")?;
        Ok(self.out.flush()?)
    }

    /// Writes a line for the user to standard error. A failed write does not stop the command.
    pub(super) fn say(&mut self, text: impl Display) {
        let _ = writeln!(self.err, "{text}");
    }

    /// Writes the failure to standard error in one line. Line breaks in its text are escaped.
    pub(super) fn error(&mut self, failure: &Failure) {
        let failure = shown(&failure.to_string());
        self.say(format_args!("{} {failure}", styled(BAD, "error:")));
    }
}

fn choice(stream: &impl anstream::stream::RawStream) -> ColorChoice {
    AutoStream::choice(stream)
}
