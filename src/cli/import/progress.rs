//! How far it is: a bar on a terminal, elsewhere a line now and then.

use std::io::{self, IsTerminal as _};
use std::time::{Duration, Instant};

use indicatif::{HumanCount, ProgressBar, ProgressStyle};

use super::source::{Row, Total};
use crate::cli::output::Output;

/// How often a line is written where there is no terminal.
const EVERY: Duration = Duration::from_secs(5);

/// How many rows go by between looks at the clock.
const LOOK: u64 = 1024;

/// Shown on standard error.
pub(super) enum Progress {
    Quiet,
    Bar(ProgressBar),
    Lines { begun: Instant, said: Instant },
}

impl Progress {
    pub(super) fn rows(quiet: bool, total: Total) -> Self {
        const RATE: &str = "{spinner} {msg} rows";
        match total {
            Total::Rows(rows) => Self::new(
                quiet,
                Some(rows),
                "{wide_bar} {human_pos}/{human_len} rows, {per_sec}, {eta} left",
            ),
            Total::Bytes(bytes) => Self::new(
                quiet,
                Some(bytes),
                "{wide_bar} {percent}%, {msg} rows, {binary_bytes_per_sec}, {eta} left",
            ),
            Total::Unknown => Self::new(quiet, None, RATE),
        }
    }

    pub(super) fn files(quiet: bool, files: u64) -> Self {
        Self::new(
            quiet,
            Some(files),
            "{wide_bar} {pos}/{len} files put, {eta} left",
        )
    }

    fn new(quiet: bool, length: Option<u64>, template: &str) -> Self {
        if quiet {
            return Self::Quiet;
        }
        if !io::stderr().is_terminal() {
            let now = Instant::now();
            return Self::Lines {
                begun: now,
                said: now,
            };
        }
        let bar = length.map_or_else(ProgressBar::new_spinner, ProgressBar::new);
        if let Ok(style) = ProgressStyle::with_template(template) {
            bar.set_style(style);
        }
        Self::Bar(bar)
    }

    /// A row was read.
    pub(super) fn row(&mut self, row: &Row, total: Total, output: &mut Output) {
        if !row.number.is_multiple_of(LOOK) {
            return;
        }
        match self {
            Self::Quiet => {}
            Self::Bar(bar) => {
                bar.set_message(HumanCount(row.number).to_string());
                bar.set_position(match total {
                    Total::Rows(_) | Total::Unknown => row.number,
                    Total::Bytes(_) => row.bytes,
                });
            }
            Self::Lines { begun, said } => {
                if said.elapsed() < EVERY {
                    return;
                }
                *said = Instant::now();
                let rows = HumanCount(row.number);
                let rate = row.number.checked_div(begun.elapsed().as_secs());
                let left = left(row, total, begun.elapsed());
                output.say(format_args!(
                    "{rows} rows, {} a second{left}",
                    HumanCount(rate.unwrap_or(row.number))
                ));
            }
        }
    }

    /// `done` of `files` were put.
    pub(super) fn file(&mut self, done: u64, files: u64, output: &mut Output) {
        match self {
            Self::Quiet => {}
            Self::Bar(bar) => bar.set_position(done),
            Self::Lines { said, .. } => {
                if said.elapsed() >= EVERY || done == files {
                    *said = Instant::now();
                    output.say(format_args!("{done} of {files} files put"));
                }
            }
        }
    }

    /// Takes the bar away.
    pub(super) fn finish(&self) {
        if let Self::Bar(bar) = self {
            bar.finish_and_clear();
        }
    }
}

/// `, 12 s left`, where that can be told.
fn left(row: &Row, total: Total, elapsed: Duration) -> String {
    let (done, all) = match total {
        Total::Rows(rows) => (row.number, rows),
        Total::Bytes(bytes) => (row.bytes, bytes),
        Total::Unknown => return String::new(),
    };
    #[allow(clippy::cast_precision_loss)] // of a guess
    let share = all.saturating_sub(done) as f64 / done.max(1) as f64;
    format!(", {:.0} s left", elapsed.as_secs_f64() * share)
}
