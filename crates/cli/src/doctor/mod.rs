//! `portcullis doctor`: lists the errors of a project, including those that only show up on
//! Cloudflare. It changes nothing.

mod bindings;
mod deployment;
mod dev_vars;
mod finding;
mod hashes;
mod project;
mod remote;
mod secrets;
mod settings;

use std::path::PathBuf;

use clap::{Args, ValueEnum};

use super::failure::Outcome;
use super::kv::KvOptions;
use super::output::Output;
use super::system;
use finding::Findings;
use hashes::Sample;
use project::Project;
use settings::Unknown;

/// List configuration errors, with a fix for each
///
/// Reads wrangler.toml and .dev.vars beside it, and changes nothing. Also lists errors that do not
/// show up on this machine, but only on Cloudflare. The exit status is 1 if there is an error.
#[derive(Args)]
#[command(after_long_help = "\
Examples:
  portcullis doctor
  portcullis doctor --remote --plan free
  portcullis doctor --users portcullis-import --json")]
pub(super) struct DoctorCommand {
    /// The Cloudflare plan, which limits CPU time
    #[arg(long, value_enum, default_value = "paid")]
    plan: Plan,
    /// Also check users' hashes, in KV or in the bulk files of a folder
    #[arg(long, value_name = "FOLDER", num_args = 0..=1)]
    users: Option<Option<PathBuf>>,
    /// Print the findings as JSON
    #[arg(long)]
    json: bool,
    /// With `--remote`, the doctor also asks for the names of the secrets.
    #[command(flatten)]
    kv: KvOptions,
}

/// The Cloudflare plan. It limits the CPU time of a request.
#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Plan {
    Free,
    Paid,
}

impl DoctorCommand {
    pub(super) fn run(self, output: &mut Output) -> Outcome {
        let now = system::now()?;
        let project = Project::read(self.kv.config(), self.kv.environment())?;
        let mut findings = Findings::default();
        let bound = bindings::check(&project, &mut findings);
        let there = if self.kv.is_remote() {
            remote::check(&project, &self.kv.open()?, &mut findings)
        } else {
            None
        };
        let unknown = Unknown::find(&project, there.as_deref(), &mut findings);
        settings::check(&project, &bound, &unknown, now, &mut findings);
        secrets::check(&project, &unknown, &mut findings);
        deployment::check(&project, now, &mut findings);
        let sample = match &self.users {
            None => None,
            Some(None) => Some(Sample::of_kv(&self.kv.open()?)?),
            Some(Some(folder)) => Some(Sample::of_files(folder)?),
        };
        hashes::check(&project, self.plan, sample.as_ref(), &mut findings);
        findings.report(self.json, output)
    }
}
