//! Checks the secrets: in which files they are, who can read them, and whether they are guessable.

use std::path::Path;
use std::process::{Command, Stdio};

use super::finding::Findings;
use super::project::Project;
use super::settings::Unknown;
use portcullis::settings::{Place, TABLE, is_published, is_secret};

const NEW_SECRET: &str = "make a new secret with `openssl rand -base64 64 | tr -d '\\n'`";

pub(super) fn check(project: &Project, unknown: &Unknown, findings: &mut Findings) {
    let env = project.env_argument();
    for (name, _) in project.vars() {
        if is_secret(name) {
            findings.error(
                "secret_in_config",
                name,
                format!("is in {} of {}, which everyone with the source code can read", project.section("vars"), project.config),
                format!("remove it, make a new one, and set that with `npx wrangler secret put {name}{env}` and, for this machine, in .dev.vars"),
            );
        }
    }
    let identity = "IDENTITY_SECRET";
    if value(project, identity).is_none() && !unknown.has(project, identity) {
        findings.warning(
            "identity_secret_missing",
            identity,
            "is not set: whenever the signing keys change, the names in the log change and known addresses are forgotten",
            format!(
                "{NEW_SECRET}, and set it with `npx wrangler secret put {identity}{env}` and, for this machine, in .dev.vars"
            ),
        );
    }
    for name in ["SECRET_KEY", "INTROSPECTION_SECRET", identity] {
        if value(project, name)
            .is_some_and(|secret| secret.len() >= 32 && is_guessable(secret, 100.0))
            // The Worker rejects a published SECRET_KEY, so the check of the settings reports it.
            && !(name == "SECRET_KEY" && value(project, name).is_some_and(is_published))
        {
            findings.error(
                "secret_weak",
                name,
                "is long enough, but can be guessed: it is an example, or repeats itself",
                NEW_SECRET,
            );
        }
    }
    let legacy = value(project, "LEGACY_SECRET_KEY");
    if legacy.is_some_and(is_published) {
        findings.warning(
            "legacy_secret_published",
            "LEGACY_SECRET_KEY",
            "is an example from a tutorial: anyone can make tokens for any user until LEGACY_UNTIL",
            "stop accepting old tokens: remove LEGACY_SECRET_KEY and all LEGACY_ settings, and have users log in again",
        );
    } else if legacy.is_some_and(|secret| is_guessable(secret, 60.0)) {
        findings.warning(
            "legacy_secret_weak",
            "LEGACY_SECRET_KEY",
            "can be guessed: anyone who guesses it can make tokens for any user until LEGACY_UNTIL",
            "if the Flask application has this key, set LEGACY_UNTIL to an early date",
        );
    }
    let secrets = TABLE
        .iter()
        .filter(|setting| setting.place == Place::Secret);
    let names = secrets.map(|setting| setting.name);
    for (index, name) in names.clone().enumerate() {
        let Some(secret) = value(project, name) else {
            continue;
        };
        let same = names.clone().skip(index.saturating_add(1));
        for other in same.filter(|other| value(project, other) == Some(secret)) {
            findings.error(
                "secret_shared",
                other,
                format!("is the same as {name}: anyone who has one of the two secrets has both"),
                format!("replace {name}: {NEW_SECRET}"),
            );
        }
    }
    check_file(project, findings);
}

fn value<'a>(project: &'a Project, name: &str) -> Option<&'a str> {
    let mut local = project.local();
    local
        .find(|(other, _)| *other == name)
        .map(|(_, value)| value)
}

/// Words from examples and templates.
const EXAMPLES: [&str; 10] = [
    "secret",
    "changeme",
    "change-me",
    "change_me",
    "password",
    "example",
    "placeholder",
    "your-",
    "replace",
    "0123456789abcdef",
];

/// Whether a secret is visibly guessable. A secret that passes may still be guessable: text that
/// looks random need not be random.
fn is_guessable(secret: &str, least_bits: f64) -> bool {
    let lower = secret.to_ascii_lowercase();
    // In a random text of this length none of these words occurs.
    let is_example = EXAMPLES.iter().any(|example| lower.contains(example));
    is_example || bits(secret.as_bytes()) < least_bits || repeats(secret.as_bytes())
}

/// An upper bound of the secret's entropy in bits, from the frequency of each byte.
#[allow(clippy::cast_precision_loss)] // a few hundred bytes
fn bits(secret: &[u8]) -> f64 {
    let mut counts = [0_usize; 256];
    for byte in secret {
        if let Some(count) = counts.get_mut(usize::from(*byte)) {
            *count = count.saturating_add(1);
        }
    }
    let length = secret.len() as f64;
    let of_one = |count: usize| {
        let count = count as f64;
        count * (length / count).log2()
    };
    counts
        .into_iter()
        .filter(|count| *count > 0)
        .map(of_one)
        .sum()
}

/// Whether a secret is one text that is repeated.
fn repeats(secret: &[u8]) -> bool {
    let most = secret.len() / 2;
    (1..=most).any(|period| {
        let later = secret.iter().skip(period);
        secret.iter().zip(later).all(|(one, other)| one == other)
    })
}

fn check_file(project: &Project, findings: &mut Findings) {
    let Some(file) = &project.dev_vars else {
        return;
    };
    let name = &file.name;
    if others_can_read(&project.folder.join(name)) {
        findings.warning(
            "secrets_readable",
            name,
            "can be read by other users of this machine",
            format!("run `chmod 600 {name}`"),
        );
    }
    match git(project, &["ls-files", "--error-unmatch", "--", name]) {
        Some(0) => findings.error(
            "secrets_in_git",
            name,
            "is tracked by git: its secrets are in every clone",
            format!("run `git rm --cached {name}`, add {name} to .gitignore, and make new secrets"),
        ),
        Some(1) if git(project, &["check-ignore", "-q", "--", name]) == Some(1) => findings
            .warning(
                "secrets_not_ignored",
                name,
                "is not ignored by git: `git add` would add it",
                format!("run `echo {name} >> .gitignore`"),
            ),
        _ => {}
    }
}

/// The exit code of git; `None` if git is not installed, and 128 if this is not a repository.
fn git(project: &Project, arguments: &[&str]) -> Option<i32> {
    let status = Command::new("git")
        .current_dir(&project.folder)
        // Otherwise the repository's own config could name a program that git runs.
        .args(["-c", "core.fsmonitor=false"])
        .args(arguments)
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status();
    status.ok()?.code()
}

#[cfg(unix)]
fn others_can_read(path: &Path) -> bool {
    use std::os::unix::fs::PermissionsExt as _;
    path.metadata()
        .is_ok_and(|metadata| metadata.permissions().mode() & 0o077 != 0)
}

/// Other systems have no such file mode.
#[cfg(not(unix))]
fn others_can_read(_: &Path) -> bool {
    false
}
