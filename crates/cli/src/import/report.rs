//! Reports the results of an import or a dry run, as text and as JSON.

use std::path::PathBuf;

use serde::Serialize;
use serde_json::json;

use super::applied::Applied;
use super::bulk::BulkFile;
use super::counts::Counts;
use super::{rejected, table};
use crate::cost;
use crate::failure::{Failure, Outcome};
use crate::json_text::shown;
use crate::output::{FAINT, Output, STRONG, WARN, styled};
use crate::words::{count, thousands};

/// The most kinds of hashes that have a line each.
const MOST_KINDS: usize = 20;

/// The report of an import.
pub(super) struct Report {
    pub(super) source: String,
    pub(super) format: &'static str,
    pub(super) table: Option<String>,
    pub(super) columns: String,
    pub(super) ignored: Vec<String>,
    pub(super) counts: Counts,
    pub(super) files: Vec<BulkFile>,
    /// `None` for a dry run.
    pub(super) folder: Option<PathBuf>,
    pub(super) applied: Option<Applied>,
}

#[derive(Serialize)]
struct Source<'a> {
    name: &'a str,
    format: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    table: Option<&'a str>,
    columns: &'a str,
    not_imported: &'a [String],
}

impl Report {
    pub(super) fn write(&self, as_json: bool, output: &mut Output) -> Outcome<()> {
        if as_json {
            return output.line(self.json()?);
        }
        self.head(output)?;
        self.hashes(output)?;
        self.rejections(output)?;
        self.remarks(output)?;
        self.tail(output)
    }

    fn json(&self) -> Outcome<String> {
        let counts = &self.counts;
        let source = Source {
            name: &self.source,
            format: self.format,
            table: self.table.as_deref(),
            columns: &self.columns,
            not_imported: &self.ignored,
        };
        let report = json!({
            "source": source,
            "dry_run": self.folder.is_none(),
            "rows": counts.rows,
            "importable": counts.importable,
            "rejected": counts.rejected,
            "hashes": counts.hashes,
            "reasons": counts.reasons,
            "disabled": counts.disabled,
            "phones_unusual": counts.odd_phones,
            "names_unusual": counts.odd_names,
            "folder": self.folder,
            "files": self.files,
            "applied": self.applied,
        });
        serde_json::to_string_pretty(&report).map_err(Failure::new)
    }

    fn head(&self, output: &mut Output) -> Outcome<()> {
        let table = self.table.as_ref().map(|table| format!(", table {table}"));
        let (source, format) = (&self.source, self.format);
        let title = format!("{source} ({format}{})", table.unwrap_or_default());
        output.line(styled(STRONG, shown(&title)))?;
        output.line(format_args!("columns: {}", shown(&self.columns)))?;
        if !self.ignored.is_empty() {
            output.line(format_args!(
                "not imported: {}",
                shown(&self.ignored.join(", "))
            ))?;
        }
        output.line("")?;
        let counts = &self.counts;
        let rows = [
            ["rows".to_owned(), thousands(counts.rows)],
            ["importable".to_owned(), thousands(counts.importable)],
            ["rejected".to_owned(), thousands(counts.rejected)],
        ];
        table::write(&rows, output)
    }

    fn hashes(&self, output: &mut Output) -> Outcome<()> {
        if self.counts.hashes.is_empty() {
            return Ok(());
        }
        output.line("")?;
        let mut kinds: Vec<_> = self.counts.hashes.iter().collect();
        kinds.sort_by_key(|(_, hashes)| std::cmp::Reverse(hashes.users));
        let plan = |fits| if fits { "free" } else { "paid" }.to_owned();
        let mut rows =
            vec![["hash", "users", "first login", "later logins", "plan"].map(String::from)];
        let (shown, rest) = kinds.split_at(kinds.len().min(MOST_KINDS));
        for (method, hashes) in shown {
            rows.push([
                (*method).clone(),
                thousands(hashes.users),
                milliseconds(hashes.first_login_ms),
                milliseconds(hashes.later_login_ms),
                plan(hashes.free_plan),
            ]);
        }
        if !rest.is_empty() {
            let users = rest
                .iter()
                .fold(0_u64, |sum, (_, hashes)| sum.saturating_add(hashes.users));
            let highest = |cost: fn(&super::counts::Hashes) -> f64| {
                milliseconds(
                    rest.iter()
                        .map(|(_, hashes)| cost(hashes))
                        .fold(0.0, f64::max),
                )
            };
            rows.push([
                format!("{} others, at most", rest.len()),
                thousands(users),
                highest(|hashes| hashes.first_login_ms),
                highest(|hashes| hashes.later_login_ms),
                plan(rest.iter().all(|(_, hashes)| hashes.free_plan)),
            ]);
        }
        table::write(&rows, output)?;
        let free = cost::FREE_PLAN_MILLISECONDS;
        output.line(styled(
            FAINT,
            format_args!(
                "The times are estimates of the CPU time on Cloudflare. A first login also makes \
                 an argon2id hash. The free plan allows {free} ms."
            ),
        ))
    }

    fn rejections(&self, output: &mut Output) -> Outcome<()> {
        if self.counts.reasons.is_empty() {
            return Ok(());
        }
        output.line("")?;
        for (code, rejections) in &self.counts.reasons {
            let rows = thousands(rejections.rows);
            let title = format!("{rows} {code}");
            output.line(format_args!(
                "{}: {}",
                styled(WARN, title),
                rejections.summary
            ))?;
            for example in &rejections.examples {
                let name = example.username.as_ref();
                let name = name.map_or_else(String::new, |name| format!(" ({name})"));
                output.line(format_args!(
                    "  row {}{name}: {}",
                    example.row,
                    shown(&example.reason)
                ))?;
            }
            if rejections.rows > rejections.examples.len() as u64 {
                output.line("  …")?;
            }
        }
        Ok(())
    }

    fn remarks(&self, output: &mut Output) -> Outcome<()> {
        let counts = &self.counts;
        let remarks = [
            (counts.disabled, "who are disabled and may not log in"),
            (
                counts.odd_phones,
                "with a phone number of more than 40 characters or with a line break, kept unchanged",
            ),
            (
                counts.odd_names,
                "with a name that has invisible characters or outer spaces, kept unchanged",
            ),
        ];
        for (count, remark) in remarks.into_iter().filter(|(count, _)| *count > 0) {
            output.line(format_args!("{} {remark}", thousands(count)))?;
        }
        Ok(())
    }

    fn tail(&self, output: &mut Output) -> Outcome<()> {
        output.line("")?;
        let Some(folder) = &self.folder else {
            return output.line("A dry run: nothing was written.");
        };
        let shown = folder.display();
        let files = count(self.files.len() as u64, "file");
        output.line(format_args!("{files} for KV in {shown}"))?;
        if self.counts.rejected > 0 {
            let rejected = count(self.counts.rejected, "row");
            let path = folder.join(rejected::NAME);
            output.line(format_args!(
                "{rejected} to fix in {}, which has their hashes; then import that file",
                path.display()
            ))?;
        }
        match &self.applied {
            None => output.line(
                "Nothing was put into KV. Use --apply, or `wrangler kv bulk put` for each file.",
            ),
            Some(applied) => applied.write(folder, output),
        }
    }
}

fn milliseconds(time: f64) -> String {
    if time < 1.0 {
        "< 1 ms".to_owned()
    } else {
        format!("{time:.0} ms")
    }
}
