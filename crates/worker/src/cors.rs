//! Allows cross-origin requests (the Fetch standard, "CORS protocol") from a list
//! of exact origins. Credentials are never allowed, because the service uses no
//! cookies.

use worker::Request;

use super::call::Call;
use super::header;
use super::problem::Problem;
use super::reply::Reply;
use portcullis::settings::Config;

/// Answers a preflight request from an allowed origin.
pub(super) fn preflight(call: &Call, request: &Request) -> Result<Reply, Problem> {
    let refused = || Problem::method_not_allowed(call.route.allow());
    if header(request, "access-control-request-method").is_empty() {
        return Err(refused());
    }
    let config = call.config()?;
    if !config.cors_origins.contains(&header(request, "origin")) {
        return Err(refused());
    }
    Ok(Reply::empty()
        .with_header("access-control-allow-methods", call.route.allow())
        .with_header(
            "access-control-allow-headers",
            "authorization, content-type",
        )
        .with_header("access-control-max-age", "600")
        .because("preflight"))
}

/// Lets a page of an allowed origin read the answer.
pub(super) fn allow(config: &Config, origin: &str, reply: Reply) -> Reply {
    if config.cors_origins.is_empty() {
        return reply;
    }
    let reply = reply.with_header("vary", "origin");
    if !config.cors_origins.iter().any(|allowed| allowed == origin) {
        return reply;
    }
    reply
        .with_header("access-control-allow-origin", origin)
        .with_header(
            "access-control-expose-headers",
            "www-authenticate, retry-after",
        )
}
