//! Turns an error of wrangler into a failure of one line with a fix.

use anstream::adapter::strip_str;

use super::super::failure::Failure;
use super::wrangler::Ended;

/// The known errors of wrangler: a text in its output, the problem and the fix. The first entry
/// whose text occurs in the output is used.
const KNOWN: [(&str, &str, &str); 12] = [
    (
        "CLOUDFLARE_API_TOKEN",
        "wrangler is not logged in to Cloudflare",
        LOG_IN,
    ),
    (
        "not logged in",
        "wrangler is not logged in to Cloudflare",
        LOG_IN,
    ),
    (
        "Authentication error",
        "Cloudflare does not accept wrangler's login",
        LOG_IN,
    ),
    (
        "Failed to fetch auth token",
        "wrangler's login has expired",
        LOG_IN,
    ),
    (
        "More than one account",
        "wrangler's login has several accounts",
        "set CLOUDFLARE_ACCOUNT_ID to one of them",
    ),
    (
        "No KV Namespaces configured",
        "no KV namespace is configured here",
        "run this command in the project's folder, or name its wrangler.toml with --config",
    ),
    (
        "No namespace ID found",
        "this Worker has no KV namespace on Cloudflare yet",
        DEPLOY,
    ),
    (
        "does not exist on your account",
        "this Worker is not on Cloudflare yet",
        DEPLOY,
    ),
    (
        "Unable to resolve Cloudflare's API hostname",
        "Cloudflare cannot be reached",
        "check the network and try again",
    ),
    (
        "fetch failed",
        "Cloudflare cannot be reached",
        "check the network and try again",
    ),
    (
        "No environment found",
        "the config has no such environment",
        "name another environment with --env",
    ),
    (
        "free usage limit",
        "the KV writes of this day are used up",
        "wait for the next day, or take the paid plan",
    ),
];

const LOG_IN: &str = "run `npx wrangler login`, or set CLOUDFLARE_API_TOKEN";
const DEPLOY: &str = "run `npx wrangler deploy`, which makes it";

/// Whether the call failed because another process writes to the local KV. The text `KV GET
/// failed: 500 Internal Server Error` comes from workerd and the others from SQLite. Cloudflare
/// uses none of these texts.
pub(super) fn is_of_another_process(ended: &Ended) -> bool {
    let said = &ended.stderr;
    let is_busy = (said.contains("KV ") && said.contains(" failed: 500"))
        || said.contains("SQLITE_BUSY")
        || said.contains("database is locked");
    !ended.success && is_busy
}

/// The failure for [`is_of_another_process`].
pub(super) fn another_process() -> Failure {
    Failure::new("another process is writing to the local KV")
        .fix("stop it (`wrangler dev`, `npm start`, or another import), and try again")
}

/// The failure for an error of wrangler. `binding` is the binding that was asked for.
pub(super) fn failure(ended: &Ended, binding: &str) -> Failure {
    let said = strip_str(&ended.stderr).to_string();
    if said.contains("A namespace with binding name") {
        return Failure::new(format_args!("the config has no KV binding {binding}"))
            .fix("name the binding with --binding, and its environment with --env");
    }
    let known = KNOWN.iter().find(|(text, ..)| said.contains(text));
    if let Some((_, problem, fix)) = known {
        return Failure::new(problem).fix(fix);
    }
    Failure::new(format_args!("wrangler: {}", matter(&said)))
}

/// The line with the error. The lines around it are traces and the path of the log.
fn matter(said: &str) -> &str {
    let lines = || said.lines().map(str::trim).filter(|line| !line.is_empty());
    let error = lines().find_map(|line| line.split_once("[ERROR]"));
    let matter = error.map(|(_, matter)| matter.trim());
    matter
        .or_else(|| lines().next())
        .unwrap_or("it failed without a message")
}
