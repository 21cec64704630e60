//! Writes rows of text: in columns on a terminal, and with tabs for programs.

use crate::failure::Outcome;
use crate::output::Output;

/// Writes `rows`. The first column is aligned to the left and the numbers to the right.
pub(super) fn write<const N: usize>(rows: &[[String; N]], output: &mut Output) -> Outcome<()> {
    if !output.is_terminal() {
        for row in rows {
            output.line(row.join("\t"))?;
        }
        return Ok(());
    }
    let mut widths = [0; N];
    for row in rows {
        for (width, cell) in widths.iter_mut().zip(row) {
            *width = cell.chars().count().max(*width);
        }
    }
    for row in rows {
        let cells = row.iter().zip(widths).enumerate();
        let cells = cells.map(|(place, (cell, width))| {
            if place == 0 {
                format!("{cell:<width$}")
            } else {
                format!("{cell:>width$}")
            }
        });
        output.line(cells.collect::<Vec<_>>().join("  ").trim_end())?;
    }
    Ok(())
}
