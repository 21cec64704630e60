//! Shows the progress: a bar on a terminal, and a line every few seconds elsewhere.

use std::io::{self, IsTerminal as _};
use std::time::{Duration, Instant};

use indicatif::{HumanCount, ProgressBar, ProgressStyle};

use super::source::{Row, Total};
use crate::output::Output;

/// The time between two lines if there is no terminal.
const EVERY: Duration = Duration::from_secs(5);

/// The number of rows between two looks at the clock.
const LOOK: u64 = 1024;

/// The progress, shown on standard error.
pub(super) enum Progress {
    Quiet,
    Bar(ProgressBar),
    Lines { begun: Instant, said: Instant },
}

impl Progress {
    pub(super) fn rows(quiet: bool, total: Total) -> Self {
        const BAR: &str = "{wide_bar} {percent}%, {msg}, {eta} left";
        match total {
            Total::Rows(all) | Total::Bytes(all) => Self::new(quiet, Some(all), BAR),
            Total::Unknown => Self::new(quiet, None, "{spinner} {msg}"),
        }
    }

    pub(super) fn files(quiet: bool, files: u64) -> Self {
        Self::new(
            quiet,
            Some(files),
            "{wide_bar} {pos}/{len} files put, {eta} left",
        )
    }

    pub(super) fn users(quiet: bool, users: u64) -> Self {
        Self::new(
            quiet || users == 0,
            Some(users),
            "{wide_bar} {pos}/{len} users compared with the Worker, {eta} left",
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
        bar.set_message(rows(0, Duration::ZERO));
        Self::Bar(bar)
    }

    /// Shows that a row was read.
    pub(super) fn row(&mut self, row: &Row, total: Total, output: &mut Output) {
        if !row.number.is_multiple_of(LOOK) {
            return;
        }
        match self {
            Self::Quiet => {}
            Self::Bar(bar) => {
                bar.set_message(rows(row.number, bar.elapsed()));
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
                let elapsed = begun.elapsed();
                let left = left(row, total, elapsed);
                output.say(format_args!("{}{left}", rows(row.number, elapsed)));
            }
        }
    }

    /// Shows that `done` of `files` were put.
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

    /// Shows that a user was changed through the Worker.
    pub(super) fn user(&mut self, done: u64, users: u64, output: &mut Output) {
        match self {
            Self::Quiet => {}
            Self::Bar(bar) => bar.set_position(done),
            Self::Lines { said, .. } => {
                if said.elapsed() >= EVERY {
                    *said = Instant::now();
                    output.say(format_args!(
                        "{done} of {users} users compared with the Worker"
                    ));
                }
            }
        }
    }

    /// Removes the bar.
    pub(super) fn finish(&self) {
        if let Self::Bar(bar) = self {
            bar.finish_and_clear();
        }
    }
}

/// `4,096 rows, 2,048 a second`.
fn rows(number: u64, elapsed: Duration) -> String {
    let millis = u64::try_from(elapsed.as_millis()).unwrap_or(u64::MAX);
    let rate = number.saturating_mul(1000).checked_div(millis);
    let rate = HumanCount(rate.unwrap_or(number));
    format!("{} rows, {rate} a second", HumanCount(number))
}

/// `, 12 s left`, if the remaining time is known.
fn left(row: &Row, total: Total, elapsed: Duration) -> String {
    let (done, all) = match total {
        Total::Rows(rows) => (row.number, rows),
        Total::Bytes(bytes) => (row.bytes, bytes),
        Total::Unknown => return String::new(),
    };
    #[allow(clippy::cast_precision_loss)] // an estimate
    let share = all.saturating_sub(done) as f64 / done.max(1) as f64;
    format!(", {:.0} s left", elapsed.as_secs_f64() * share)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_rate_is_in_whole_rows_per_second() {
        for (number, millis, told) in [
            (0, 0, "0 rows, 0 a second"),
            (4096, 0, "4,096 rows, 4,096 a second"),
            (4096, 3, "4,096 rows, 1,365,333 a second"),
            (600_000, 1500, "600,000 rows, 400,000 a second"),
            (
                u64::MAX,
                1,
                "18,446,744,073,709,551,615 rows, 18,446,744,073,709,551,615 a second",
            ),
        ] {
            assert_eq!(rows(number, Duration::from_millis(millis)), told);
        }
    }
}
