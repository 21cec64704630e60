//! Checks the settings with the Worker's own parser, and warns about valid but doubtful values.

use std::collections::BTreeSet;

use toml::Value as Toml;

use super::finding::Findings;
use super::project::Project;
use portcullis::settings::{
    self, Config, Place as Setting, Settings, TABLE, Value, Wrong, is_secret,
};
use portcullis::time::UnixTime;

/// The place where the Worker runs, which decides where a setting's value comes from.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Place {
    /// `wrangler dev`: .dev.vars overrides `[vars]`.
    Here,
    /// Cloudflare: `[vars]`, and the secrets of .dev.vars as if Cloudflare had them too.
    Cloudflare,
}

/// The secrets that are not in .dev.vars and whose values are unknown.
pub(super) struct Unknown<'a> {
    /// Whether any secret may exist, because there is no .dev.vars and Cloudflare was not asked.
    all: bool,
    /// The names of Cloudflare's secrets, whose values are unknown.
    names: &'a [String],
}

impl<'a> Unknown<'a> {
    /// `there`: the names of Cloudflare's secrets, if Cloudflare was asked.
    pub(super) fn find(
        project: &Project,
        there: Option<&'a [String]>,
        findings: &mut Findings,
    ) -> Self {
        let all = project.dev_vars.is_none() && there.is_none();
        if all {
            findings.note(
                "secrets_unknown",
                ".dev.vars",
                "does not exist: the secrets were not checked",
                "run `npm start`, which makes it; or use --remote, which asks Cloudflare for the names of its secrets",
            );
        }
        let names = there.unwrap_or_default();
        Self { all, names }
    }

    /// Whether a secret of this name may exist outside .dev.vars.
    pub(super) fn has(&self, project: &Project, name: &str) -> bool {
        let here = || project.local().any(|(here, _)| here == name);
        let there = || self.names.iter().any(|there| there == name);
        (self.all && is_secret(name)) || (there() && !here())
    }
}

pub(super) fn check(
    project: &Project,
    bound: &[&str],
    unknown: &Unknown,
    now: UnixTime,
    findings: &mut Findings,
) {
    for place in [Place::Here, Place::Cloudflare] {
        let settings = read(project, place, bound, unknown, findings);
        let wrong = Config::read(&settings, "", now).err().unwrap_or_default();
        for wrong in wrong {
            let is_either = wrong.setting == "SECRET_KEY" && wrong.problem == "is missing";
            let has_set = is_either && unknown.has(project, "SIGNING_KEYS");
            if !has_set && !unknown.has(project, &wrong.setting) {
                report_wrong(project, wrong, findings);
            }
        }
        if place == Place::Cloudflare {
            check_values(project, &settings, now, findings);
        }
    }
    let here = project.local().map(|(name, _)| name);
    let names: BTreeSet<_> = here.chain(project.vars().map(|(name, _)| name)).collect();
    for name in names {
        if let Some(known) = misspelt(name) {
            findings.warning(
                "setting_similar",
                name,
                format!(
                    "is not a setting of the Worker, which ignores it; perhaps {known} is meant"
                ),
                format!("write {known}, or remove {name}"),
            );
        }
    }
    // The key of a local operator is only for this machine.
    let is_local = |name: &str| is_secret(name) || name == "OPERATOR_KEYS";
    let is_setting = |name: &str| settings::setting(name).is_some() && !is_local(name);
    for (name, _) in project.local() {
        if is_setting(name) && project.vars().all(|(var, _)| var != name) {
            findings.warning(
                "setting_only_local",
                name,
                "is set only in .dev.vars, which Cloudflare does not get",
                format!(
                    "set it in {} of {}",
                    project.section("vars"),
                    project.config
                ),
            );
        }
    }
}

fn read(
    project: &Project,
    place: Place,
    bound: &[&str],
    unknown: &Unknown,
    findings: &mut Findings,
) -> Settings {
    let mut settings = Settings::default();
    let mut put = |name: &str, value: Value| {
        if let Err(wrong) = settings.put(name, || Some(value)) {
            report_wrong(project, wrong, findings);
        }
    };
    // The first value of a name counts.
    for (name, value) in project.local() {
        if place == Place::Here || is_secret(name) {
            put(name, Value::Text(value.to_owned().into()));
        }
    }
    for (name, value) in project.vars() {
        put(name, of_toml(value));
    }
    for name in bound {
        put(name, Value::Binding);
    }
    for name in unknown.names {
        // A placeholder, so that the settings that depend on the secret are checked. Problems of
        // the placeholder itself are not reported.
        put(name, Value::Text("-".to_owned().into()));
    }
    settings
}

/// The value as the Worker receives it.
fn of_toml(value: &Toml) -> Value {
    match value {
        Toml::String(text) => Value::Text(text.clone().into()),
        Toml::Integer(number) => Value::Text(number.to_string().into()),
        Toml::Float(number) if number.fract() == 0.0 => Value::Text(number.to_string().into()),
        Toml::Datetime(date) => Value::Text(date.to_string().into()),
        Toml::Array(list) => {
            let texts = list.iter().map(|text| text.as_str().map(Into::into));
            texts
                .collect::<Option<_>>()
                .map_or(Value::Other, Value::List)
        }
        Toml::Table(_) => serde_json::to_string(value).map_or(Value::Other, Value::Json),
        Toml::Float(_) | Toml::Boolean(_) => Value::Other,
    }
}

fn report_wrong(project: &Project, wrong: Wrong, findings: &mut Findings) {
    let name = wrong.setting.as_str();
    let vars = project.section("vars");
    let (code, fix) = if let Some(Setting::Binding(section)) =
        settings::setting(name).map(|setting| setting.place)
    {
        let fix = format!("bind it with {section} in {}", project.config);
        ("binding_missing", fix)
    } else if settings::setting(name).is_none() {
        let fix = format!(
            "perhaps {} is meant; docs/reference/settings.md lists all settings",
            nearest(name)
        );
        ("setting_unknown", fix)
    } else if is_secret(name) {
        let env = project.env_argument();
        let fix = format!(
            "set it with `npx wrangler secret put {name}{env}` and, for this machine, in .dev.vars"
        );
        ("setting_wrong", fix)
    } else {
        let fix = format!("correct it in {vars} of {}", project.config);
        ("setting_wrong", fix)
    };
    findings.error(code, name, wrong.problem, fix);
}

/// The setting whose name differs from this name by at most two letters. Names with the prefix
/// of a setting are left out: the Worker itself rejects them.
fn misspelt(name: &str) -> Option<&'static str> {
    const MOST: usize = 2;
    let is_refused = Settings::default().put(name, || None).is_err();
    if is_refused || settings::setting(name).is_some() {
        return None;
    }
    // In a shorter name, two different letters usually make another word.
    let known = names().filter(|known| known.len() >= 8);
    known
        .min_by_key(|known| distance(known, name))
        .filter(|known| distance(known, name) <= MOST)
}

/// The number of letters to insert, delete or replace to turn one text into the other
/// (Levenshtein distance).
fn distance(one: &str, other: &str) -> usize {
    let mut row: Vec<usize> = (0..=other.len()).collect();
    for (at, left) in one.bytes().enumerate() {
        let mut next = vec![at.saturating_add(1)];
        for (above, right) in row.windows(2).zip(other.bytes()) {
            let [diagonal, up] = above else { continue };
            let replaced = diagonal.saturating_add(usize::from(left != right));
            let before = next.last().copied().unwrap_or_default();
            next.push(
                replaced
                    .min(up.saturating_add(1))
                    .min(before.saturating_add(1)),
            );
        }
        row = next;
    }
    row.last().copied().unwrap_or_default()
}

/// The known name with the longest common beginning.
fn nearest(name: &str) -> &'static str {
    let alike = |known: &&str| {
        let same = known.bytes().zip(name.bytes());
        same.take_while(|(one, other)| one == other).count()
    };
    names().rev().max_by_key(alike).unwrap_or_default()
}

fn names() -> impl DoubleEndedIterator<Item = &'static str> {
    TABLE.into_iter().map(|setting| setting.name)
}

const DAY: u64 = 86_400;

/// Warns about values that are valid but doubtful.
fn check_values(project: &Project, settings: &Settings, now: UnixTime, findings: &mut Findings) {
    let lifetime = settings::token_lifetime(settings).unwrap_or(0);
    let session = settings::refresh_lifetime(settings).unwrap_or(u64::MAX);
    if lifetime > DAY {
        findings.warning(
            "token_lifetime_long",
            "TOKEN_EXPIRATION",
            "is more than a day: for that long /verify and other services accept a stolen access token, even after a log-out",
            "set an hour or less; /refresh gives a new token without the password",
        );
    }
    if session < lifetime {
        findings.warning(
            "session_shorter",
            "REFRESH_EXPIRATION",
            "is less than TOKEN_EXPIRATION: a session ends before its access token",
            "set it to at least TOKEN_EXPIRATION",
        );
    }
    check_legacy(settings, now, findings);
    if settings.allows_http() {
        findings.warning(
            "http_allowed",
            "ALLOW_HTTP",
            "is on: anyone on the network path can read passwords and tokens",
            "remove it, unless a proxy that you trust terminates TLS in front of the Worker",
        );
    }
    for origin in settings::cors_origins(settings).unwrap_or_default() {
        let Some(host) = origin.strip_prefix("http://") else {
            continue;
        };
        let is_local = ["localhost", "127.0.0.1", "[::1]"].iter().any(|local| {
            host.strip_prefix(local)
                .is_some_and(|rest| rest.is_empty() || rest.starts_with(':'))
        });
        if is_local {
            findings.note(
                "cors_local",
                "CORS_ORIGINS",
                format!("has {origin}, a page on the visitor's own machine"),
                "remove it from the deployed config; .dev.vars can set CORS_ORIGINS for this machine",
            );
        } else {
            findings.warning(
                "cors_insecure",
                "CORS_ORIGINS",
                format!("has {origin}: anyone on the network path can change that page and take the tokens"),
                "serve the page over https, and name its https origin",
            );
        }
    }
    if settings.is_set("TOKEN_ISSUER") {
        return;
    }
    let origins = super::deployment::origins(project);
    if origins > 1 {
        findings.warning(
            "issuer_by_origin",
            "TOKEN_ISSUER",
            format!("is not set, and the Worker has {origins} routes: a token from one route is refused at the others"),
            format!("set it in {} to the one origin that all tokens name", project.section("vars")),
        );
    }
}

/// In seconds. A leap year has 366 days, and the extra day leaves room for the time of day, so a
/// date that is a year ahead is not reported.
const LEGACY_LONG: f64 = 367.0 * 86_400.0;

fn check_legacy(settings: &Settings, now: UnixTime, findings: &mut Findings) {
    let Some(until) = settings.legacy_until() else {
        return;
    };
    let left = until.seconds_since(now);
    if left <= 0.0 {
        findings.warning(
            "legacy_over",
            "LEGACY_UNTIL",
            "is in the past: the Worker no longer accepts tokens of the Flask application",
            "set a later date, or remove LEGACY_SECRET_KEY and all LEGACY_ settings",
        );
    } else if left > LEGACY_LONG {
        findings.warning(
            "legacy_long",
            "LEGACY_UNTIL",
            "is more than a year ahead: until then, anyone who has the old key can make tokens",
            "set the day on which the last old token expires, or a day in a few weeks",
        );
    }
}
