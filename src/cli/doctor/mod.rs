//! `portcullis doctor`: what is wrong with a project, and what would work here
//! and fail on Cloudflare. It changes nothing.

mod bindings;
mod deployment;
mod dev_vars;
mod finding;
mod project;
mod secrets;
mod settings;
mod sources;

use std::path::PathBuf;

use clap::{Args, ValueEnum};

use super::failure::Outcome;
use super::output::Output;
use super::system;
use finding::Findings;
use project::Project;
use settings::Unknown;

/// Name what is wrong, or would work here and fail on Cloudflare
///
/// Reads wrangler.toml, .dev.vars beside it and the Worker's sources, and changes nothing. The
/// exit status is 1 if there is an error.
#[derive(Args)]
pub(super) struct DoctorCommand {
    /// The Worker's config [default: wrangler.toml, here or in a folder above]
    #[arg(long, value_name = "FILE")]
    config: Option<PathBuf>,
    /// The environment in the config
    #[arg(long, value_name = "NAME")]
    env: Option<String>,
    /// The plan on Cloudflare
    #[arg(long, value_enum, default_value = "paid")]
    plan: Plan,
    /// The findings as JSON
    #[arg(long)]
    json: bool,
}

/// What a request may cost.
#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Plan {
    Free,
    Paid,
}

impl DoctorCommand {
    pub(super) fn run(self, output: &mut Output) -> Outcome {
        let now = system::now()?;
        let project = Project::read(self.config.as_deref(), self.env.as_deref())?;
        let mut findings = Findings::default();
        let bound = bindings::check(&project, &mut findings);
        let perhaps: &[&str] = match project.dev_vars {
            Some(_) => &[],
            None => &secrets::SECRETS,
        };
        let unknown = Unknown {
            perhaps,
            certain: &[],
        };
        if project.dev_vars.is_none() {
            findings.note(
                "secrets_unknown",
                ".dev.vars",
                "is not there: nothing is said of the secrets",
                "`npm start` makes it",
            );
        }
        settings::check(&project, &bound, &unknown, now, &mut findings);
        secrets::check(&project, &mut findings);
        deployment::check(&project, now, &mut findings);
        sources::check(&project, &mut findings);
        findings.report(self.json, output)
    }
}
