//! Checks the parts of the config that tell Cloudflare what to run, and how.

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use toml::Value;

use super::finding::Findings;
use super::project::Project;
use portcullis::time::UnixTime;

/// The compatibility date that this project is tested with.
const TESTED: &str = "2026-04-26";

pub(super) fn check(project: &Project, now: UnixTime, findings: &mut Findings) {
    check_main(project, findings);
    check_date(project, now, findings);
    let observability = project.inherited("observability");
    let is_kept = observability.and_then(|section| section.get("enabled")?.as_bool());
    if is_kept != Some(true) {
        findings.warning(
            "log_not_kept",
            "[observability]",
            "is off: Cloudflare does not keep the log of the Worker, such as refused logins and wrong settings",
            "set enabled = true under [observability]",
        );
    }
    let workers_dev = project.inherited("workers_dev").and_then(Value::as_bool);
    if workers_dev == Some(false) && routes(project) == 0 {
        findings.error(
            "no_route",
            "workers_dev",
            "is false, and there is no route: nobody can reach the Worker",
            "set routes = [{ pattern = \"login.example.com\", custom_domain = true }]",
        );
    }
}

fn check_main(project: &Project, findings: &mut Findings) {
    let Some(main) = project.inherited("main").and_then(Value::as_str) else {
        findings.error(
            "main_missing",
            "main",
            format!(
                "is missing in {}: there is no script to run",
                project.config
            ),
            "set main = \"build/worker.js\"",
        );
        return;
    };
    if project.folder.join(main).is_file() {
        return;
    }
    let build = project.inherited("build");
    if build.and_then(|build| build.get("command")).is_some() {
        findings.note(
            "main_not_built",
            "main",
            format!("is {main}, which is not built yet"),
            "run `npm run build`; `wrangler dev` and `wrangler deploy` also build it",
        );
    } else {
        findings.error(
            "main_missing",
            "main",
            format!("is {main}, which does not exist"),
            "build it, or set a command under [build] that builds it",
        );
    }
}

fn check_date(project: &Project, now: UnixTime, findings: &mut Findings) {
    const NAME: &str = "compatibility_date";
    let fix = format!("set {NAME} = \"{TESTED}\"");
    let date = project.inherited(NAME).map(|date| match date {
        Value::String(text) => text.clone(),
        date => date.to_string(),
    });
    let Some(text) = date else {
        let problem = "is not set, but Cloudflare requires it";
        findings.error("compatibility_date_missing", NAME, problem, fix);
        return;
    };
    let Ok(date) = text.parse::<Date>() else {
        let problem = format!("is {text:?}, which is not a date");
        findings.error("compatibility_date_wrong", NAME, problem, fix);
        return;
    };
    let today = Timestamp::from_second(now.seconds());
    let today = today.map(|now| TimeZone::UTC.to_datetime(now).date());
    if today.is_ok_and(|today| date > today) {
        findings.error(
            "compatibility_date_future",
            NAME,
            format!("is {date}, which is in the future: Cloudflare refuses it"),
            fix,
        );
    } else if TESTED.parse::<Date>().is_ok_and(|tested| date < tested) {
        findings.warning(
            "compatibility_date_old",
            NAME,
            format!(
                "is {date}: this Worker is not tested with the behavior that the runtime had then"
            ),
            fix,
        );
    }
}

fn routes(project: &Project) -> usize {
    let many = project.inherited("routes").and_then(Value::as_array);
    let one = project.inherited("route");
    many.map_or(0, Vec::len)
        .saturating_add(usize::from(one.is_some()))
}

/// The number of origins at which the Worker answers, according to the config.
pub(super) fn origins(project: &Project) -> usize {
    let workers_dev = project.inherited("workers_dev").and_then(Value::as_bool);
    let routes = routes(project);
    let workers_dev = workers_dev.unwrap_or(routes == 0);
    routes.saturating_add(usize::from(workers_dev))
}
