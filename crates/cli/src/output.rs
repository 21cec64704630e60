//! Where a command writes: results to standard output, all else to standard
//! error; in colours where that is a terminal and `NO_COLOR` is not set.

use std::fmt::Display;
use std::io::{self, IsTerminal as _, Write as _};

use anstream::{AutoStream, ColorChoice};
use anstyle::{AnsiColor, Style};

use super::failure::{Failure, Outcome};
use super::json_text::shown;

/// For what is right, current, or in place.
pub(super) const GOOD: Style = AnsiColor::Green.on_default().bold();
/// For what is wrong.
pub(super) const BAD: Style = AnsiColor::Red.on_default().bold();
/// For what is over, or worth a second look.
pub(super) const WARN: Style = AnsiColor::Yellow.on_default().bold();
/// For a title.
pub(super) const STRONG: Style = Style::new().bold();
/// For what matters less.
pub(super) const FAINT: Style = Style::new().dimmed();

/// `text` in `style`; what [`Output`] writes where there are no colours has none.
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

    /// Whether someone looks at the results, and no program.
    pub(super) fn is_terminal(&self) -> bool {
        self.terminal
    }

    /// A line of the result.
    pub(super) fn line(&mut self, text: impl Display) -> Outcome<()> {
        Ok(writeln!(self.out, "{text}")?)
    }

    /// The result, as it stands.
    pub(super) fn print(&mut self, text: &impl Display) -> Outcome<()> {
        write!(self.out, "{text}")?;
        Ok(self.out.flush()?)
    }

    /// A line for whoever watches, beside the result. That it cannot be
    /// written is no reason to stop.
    pub(super) fn say(&mut self, text: impl Display) {
        let _ = writeln!(self.err, "{text}");
    }

    /// Why the command was not done, in one line whatever it repeats.
    pub(super) fn error(&mut self, failure: &Failure) {
        let failure = shown(&failure.to_string());
        self.say(format_args!("{} {failure}", styled(BAD, "error:")));
    }
}

fn choice(stream: &impl anstream::stream::RawStream) -> ColorChoice {
    AutoStream::choice(stream)
}
