//! Checks that the bindings exist, have the right kind and are accepted by Cloudflare.

use toml::{Table, Value};

use super::finding::Findings;
use super::project::Project;
use portcullis::settings::{Form, Place, TABLE};

/// The sections that have bindings, each with the member that names a binding.
const SECTIONS: [(&[&str], &str); 15] = [
    (&["kv_namespaces"], "binding"),
    (&["durable_objects", "bindings"], "name"),
    (&["ratelimits"], "name"),
    (&["r2_buckets"], "binding"),
    (&["d1_databases"], "binding"),
    (&["services"], "binding"),
    (&["queues", "producers"], "binding"),
    (&["vectorize"], "binding"),
    (&["hyperdrive"], "binding"),
    (&["analytics_engine_datasets"], "binding"),
    (&["workflows"], "binding"),
    (&["send_email"], "name"),
    (&["dispatch_namespaces"], "binding"),
    (&["mtls_certificates"], "binding"),
    (&["secrets_store_secrets"], "binding"),
];

/// The name of the class that the Worker exports.
const CLASS: &str = "Account";

/// Checks the bindings, and returns the names of the Worker's bindings that are bound,
/// even to the wrong kind.
pub(super) fn check(project: &Project, findings: &mut Findings) -> Vec<&'static str> {
    let mut bound = Vec::new();
    for setting in TABLE {
        let (Place::Binding(section), Form::Required(_)) = (setting.place, setting.form) else {
            continue;
        };
        let name = setting.name;
        let Some((path, table)) = find(project, name) else {
            continue;
        };
        bound.push(name);
        let is = format!("[[{}]]", path.join("."));
        if is != section {
            findings.error(
                "binding_kind",
                name,
                format!("is bound with {is}, which is the wrong kind of binding"),
                format!("bind {name} with {section}"),
            );
            continue;
        }
        match name {
            "USERS" => check_users(project, table, findings),
            "ACCOUNTS" => check_accounts(project, table, findings),
            _ => check_limiter(project, table, findings),
        }
    }
    check_registration(project, &bound, findings);
    check_assets(project, findings);
    bound
}

fn find<'a>(project: &'a Project, wanted: &str) -> Option<(&'static [&'static str], &'a Table)> {
    SECTIONS.into_iter().find_map(|(path, member)| {
        let named = |table: &&Table| text(table, member) == Some(wanted);
        project
            .bindings(path)
            .find(named)
            .map(|table| (path, table))
    })
}

fn text<'a>(table: &'a Table, member: &str) -> Option<&'a str> {
    table.get(member).and_then(Value::as_str)
}

fn check_users(project: &Project, table: &Table, findings: &mut Findings) {
    let id = table.get("id").map(|id| id.as_str().unwrap_or_default());
    let is_hex = |id: &str| id.len() == 32 && id.bytes().all(|byte| byte.is_ascii_hexdigit());
    if id.is_some_and(|id| !is_hex(id)) {
        findings.error(
            "kv_id_wrong",
            "USERS",
            format!("has an id in {} that is not 32 hexadecimal digits: it works on this machine, but Cloudflare refuses it", project.config),
            "remove the id, and `npx wrangler deploy` makes the namespace; or copy the id from `npx wrangler kv namespace list`",
        );
    }
}

fn check_accounts(project: &Project, table: &Table, findings: &mut Findings) {
    // A class of another Worker is migrated by that Worker.
    if table.contains_key("script_name") {
        return;
    }
    let class = text(table, "class_name").unwrap_or_default();
    if class != CLASS {
        findings.error(
            "durable_object_class",
            "ACCOUNTS",
            format!("has the class {class:?}, but the Worker exports {CLASS}"),
            format!("set class_name = \"{CLASS}\""),
        );
        return;
    }
    let migrations = project.inherited("migrations").and_then(Value::as_array);
    let migrations = || migrations.into_iter().flatten();
    let made = |member: &str| {
        migrations().any(|migration| {
            let classes = migration.get(member).and_then(Value::as_array);
            let mut classes = classes.into_iter().flatten();
            classes.any(|made| {
                let renamed = made.get("to").unwrap_or(made);
                renamed.as_str() == Some(class)
            })
        })
    };
    if made("new_classes") {
        findings.error(
            "durable_object_not_sqlite",
            "ACCOUNTS",
            "has a class that new_classes makes, without SQLite: the free plan refuses it, and it lacks the transactions that the Worker needs",
            "use new_sqlite_classes instead; a class that is already deployed cannot change its storage",
        );
    } else if !["new_sqlite_classes", "renamed_classes"]
        .into_iter()
        .any(made)
    {
        findings.error(
            "durable_object_migration_missing",
            "ACCOUNTS",
            "has a class that no migration makes: it works on this machine, but Cloudflare refuses it",
            format!("add [[migrations]] with a tag and new_sqlite_classes = [\"{CLASS}\"]"),
        );
    }
}

fn simple(table: &Table, member: &str) -> Option<i64> {
    table.get("simple")?.get(member)?.as_integer()
}

fn check_limiter(project: &Project, table: &Table, findings: &mut Findings) {
    let period = simple(table, "period");
    if !matches!(period, Some(10 | 60)) {
        findings.error(
            "limiter_period",
            "LOGIN_LIMITER",
            "has a period other than 10 or 60 seconds, the only periods that Cloudflare allows",
            "set simple = { limit = 100, period = 60 }",
        );
    }
    if simple(table, "limit").is_none_or(|limit| limit < 1) {
        findings.error(
            "limiter_limit",
            "LOGIN_LIMITER",
            "has no limit, or a limit below 1",
            "set simple = { limit = 100, period = 60 }",
        );
    }
    let id = text(table, "namespace_id");
    let is_number = |id: &str| id.parse::<u32>().is_ok_and(|id| id > 0);
    if !id.is_some_and(is_number) {
        findings.error(
            "limiter_namespace",
            "LOGIN_LIMITER",
            "has no namespace_id, or one that is not a whole number above 0 in quotation marks",
            "set namespace_id = \"1001\", or another number that no other limiter of your account has",
        );
        return;
    }
    let same = project.bindings(&["ratelimits"]);
    if same
        .filter(|other| text(other, "namespace_id") == id)
        .count()
        > 1
    {
        findings.warning(
            "limiter_shared",
            "LOGIN_LIMITER",
            "has the same namespace_id as another limiter: each limiter counts the requests of both",
            "give each limiter its own namespace_id",
        );
    }
}

/// Checks the protection of open registration: each sign-up costs a hash and a user number that
/// is never reused.
fn check_registration(project: &Project, bound: &[&str], findings: &mut Findings) {
    let vars = project.vars().map(|(name, value)| (name, value.as_str()));
    let local = project.local().map(|(name, value)| (name, Some(value)));
    let mut set = vars.chain(local);
    if !set.any(|setting| setting == ("REGISTRATION", Some("open"))) {
        return;
    }
    let limiter = find(project, "LOGIN_LIMITER").map(|(_, table)| table);
    if !bound.contains(&"LOGIN_LIMITER") {
        findings.error(
            "registration_unlimited",
            "REGISTRATION",
            "is open, and no rate limiter is bound: one client can sign up any number of users",
            "add [[ratelimits]] with the name LOGIN_LIMITER, or set REGISTRATION = \"closed\"",
        );
        return;
    }
    let a_minute = limiter.and_then(|table| {
        let period = simple(table, "period").filter(|period| *period > 0)?;
        simple(table, "limit")?.checked_mul(60)?.checked_div(period)
    });
    if let Some(a_minute) = a_minute.filter(|a_minute| *a_minute > 600) {
        findings.warning(
            "registration_loose",
            "REGISTRATION",
            format!(
                "is open, and one address may sign up {a_minute} times a minute; each sign-up takes 30 ms of CPU time"
            ),
            "set a lower limit in LOGIN_LIMITER, such as 100 in 60 seconds",
        );
    }
}

fn check_assets(project: &Project, findings: &mut Findings) {
    let assets = project.inherited("assets");
    let member = |name| assets.and_then(|assets| assets.get(name)?.as_str());
    let Some(directory) = member("directory") else {
        findings.warning(
            "assets_missing",
            "ASSETS",
            "is not bound: the Worker has no page, and / answers 404",
            "add [assets] with directory = \"www/dist\" and binding = \"ASSETS\"",
        );
        return;
    };
    if !project.folder.join(directory).is_dir() {
        findings.error(
            "assets_not_built",
            "ASSETS",
            format!("has the folder {directory}, which does not exist"),
            "run `npm run build -- page`, which makes the page",
        );
    }
}
