//! Asks Cloudflare about the deployed Worker, through wrangler.

use super::finding::Findings;
use super::project::Project;
use crate::failure::{Failure, Outcome};
use crate::kv::Kv;
use portcullis::settings::is_secret;

/// Returns the names of the Worker's secrets; `None` if they are unknown.
pub(super) fn check(project: &Project, kv: &Kv, findings: &mut Findings) -> Option<Vec<String>> {
    let names = ask(kv.secret_names(), findings)?;
    let Some(names) = names else {
        findings.note(
            "not_deployed",
            "the Worker",
            "is not on Cloudflare yet: the secrets and users there were not checked",
            "run `npx wrangler deploy`, and then this command again",
        );
        return None;
    };
    check_secrets(project, &names, findings);
    // Any key will do: the answer shows whether the namespace exists.
    ask(kv.get("id:1"), findings);
    Some(names)
}

/// Turns a failed question into a finding, so that the other checks go on.
fn ask<T>(answer: Outcome<T>, findings: &mut Findings) -> Option<T> {
    let (problem, fix) = match answer {
        Ok(answer) => return Some(answer),
        Err(Failure::Failed { problem, fix }) => (problem, fix),
        Err(other) => (other.to_string(), None),
    };
    findings.error(
        "cloudflare_not_asked",
        "Cloudflare",
        format!("could not be asked: {problem}"),
        fix.unwrap_or_else(|| "fix that problem, or leave out --remote".into()),
    );
    None
}

fn check_secrets(project: &Project, names: &[String], findings: &mut Findings) {
    let env = project.env_argument();
    let is_there = |name: &str| names.iter().any(|there| there == name);
    let fix = |name: &str| format!("run `npx wrangler secret put {name}{env}`");
    if !is_there("SECRET_KEY") && !is_there("SIGNING_KEYS") {
        findings.error(
            "secret_not_on_cloudflare",
            "SECRET_KEY",
            "is not set on Cloudflare, and SIGNING_KEYS is not set either: the Worker there cannot serve a login",
            fix("SECRET_KEY"),
        );
    }
    for (name, _) in project.local() {
        if is_secret(name) && name != "SECRET_KEY" && !is_there(name) {
            findings.warning(
                "secret_not_on_cloudflare",
                name,
                "is set on this machine, but not on Cloudflare",
                fix(name),
            );
        }
    }
}
