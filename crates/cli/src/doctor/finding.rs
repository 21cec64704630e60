//! The findings of the doctor, and their report.

use serde::Serialize;

use crate::failure::{Failure, Outcome, Status};
use crate::json_text::shown;
use crate::output::{BAD, FAINT, GOOD, Output, STRONG, WARN, styled};

/// The severity of a finding.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum Severity {
    /// Something does not work, here or on Cloudflare, or a secret is exposed.
    Error,
    /// Something works, but probably not as intended.
    Warning,
    /// A fact that is useful to know.
    Note,
}

/// A finding. It contains no secret.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(super) struct Finding {
    /// A stable code, for programs.
    pub(super) code: &'static str,
    pub(super) severity: Severity,
    /// The setting, the binding, the file, or the place in the file.
    pub(super) subject: String,
    /// The problem, as the rest of a sentence that starts with the subject.
    pub(super) problem: String,
    /// What to do. Programs that read the JSON know the member as `mend`.
    #[serde(rename = "mend")]
    pub(super) fix: String,
}

/// All findings.
#[derive(Default)]
pub(super) struct Findings(Vec<Finding>);

impl Findings {
    pub(super) fn error(
        &mut self,
        code: &'static str,
        subject: impl Into<String>,
        problem: impl Into<String>,
        fix: impl Into<String>,
    ) {
        self.push(Severity::Error, code, subject, problem, fix);
    }

    pub(super) fn warning(
        &mut self,
        code: &'static str,
        subject: impl Into<String>,
        problem: impl Into<String>,
        fix: impl Into<String>,
    ) {
        self.push(Severity::Warning, code, subject, problem, fix);
    }

    pub(super) fn note(
        &mut self,
        code: &'static str,
        subject: impl Into<String>,
        problem: impl Into<String>,
        fix: impl Into<String>,
    ) {
        self.push(Severity::Note, code, subject, problem, fix);
    }

    /// Adds a finding. A finding that applies both here and on Cloudflare is added once.
    pub(super) fn push(
        &mut self,
        severity: Severity,
        code: &'static str,
        subject: impl Into<String>,
        problem: impl Into<String>,
        fix: impl Into<String>,
    ) {
        let finding = Finding {
            code,
            severity,
            subject: subject.into(),
            problem: problem.into(),
            fix: fix.into(),
        };
        if !self.0.contains(&finding) {
            self.0.push(finding);
        }
    }

    /// Prints the findings, the most severe first. The exit status is 1 if one of them is an error.
    pub(super) fn report(mut self, json: bool, output: &mut Output) -> Outcome {
        self.0.sort_by_key(|finding| finding.severity);
        if json {
            output.line(self.to_json()?)?;
        } else {
            for finding in &self.0 {
                print_finding(finding, output)?;
            }
            output.line(self.summary())?;
        }
        Ok(match self.count(Severity::Error) {
            0 => Status::Done,
            _ => Status::Wrong,
        })
    }

    fn count(&self, severity: Severity) -> usize {
        let of_it = |finding: &&Finding| finding.severity == severity;
        self.0.iter().filter(of_it).count()
    }

    fn to_json(&self) -> Outcome<String> {
        let report = serde_json::json!({
            "findings": self.0,
            "errors": self.count(Severity::Error),
            "warnings": self.count(Severity::Warning),
            "notes": self.count(Severity::Note),
        });
        serde_json::to_string(&report).map_err(Failure::new)
    }

    fn summary(&self) -> String {
        let count = |severity, word: &str| match self.count(severity) {
            0 => None,
            1 => Some(format!("1 {word}")),
            more => Some(format!("{more} {word}s")),
        };
        let counts = [
            count(Severity::Error, "error"),
            count(Severity::Warning, "warning"),
            count(Severity::Note, "note"),
        ];
        let counts: Vec<String> = counts.into_iter().flatten().collect();
        if counts.is_empty() {
            styled(GOOD, "No problems found.")
        } else {
            counts.join(", ")
        }
    }
}

fn print_finding(finding: &Finding, output: &mut Output) -> Outcome<()> {
    let severity = match finding.severity {
        Severity::Error => styled(BAD, "error:"),
        Severity::Warning => styled(WARN, "warning:"),
        Severity::Note => styled(STRONG, "note:"),
    };
    let code = styled(FAINT, format_args!("[{}]", finding.code));
    // A name in a config can contain any text.
    let [subject, problem, fix] =
        [&finding.subject, &finding.problem, &finding.fix].map(|text| shown(text));
    output.line(format_args!("{severity} {subject} {problem} {code}"))?;
    output.line(format_args!("  fix: {fix}"))
}
