//! Cross-origin requests (the Fetch standard, "CORS protocol"), from a list of
//! exact origins. Never with credentials: there are no cookies.

use worker::Request;

use super::call::Call;
use super::problem::Problem;
use super::reply::Reply;

/// Answers a preflight of an origin that is allowed.
pub(super) fn preflight(call: &Call, request: &Request) -> Result<Reply, Problem> {
    let refused = || Problem::method_not_allowed(call.route.allow());
    let header = |name| request.headers().get(name).ok().flatten();
    if header("access-control-request-method").is_none() {
        return Err(refused());
    }
    let config = call.config()?;
    let origin = header("origin").ok_or_else(refused)?;
    if !config.cors_origins.contains(&origin) {
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
pub(super) fn allow(call: &Call, request: &Request, reply: Reply) -> Reply {
    let Some(config) = call.loaded_config() else {
        return reply;
    };
    if config.cors_origins.is_empty() {
        return reply;
    }
    let reply = reply.with_header("vary", "origin");
    let origin = request.headers().get("origin").ok().flatten();
    match origin.filter(|origin| config.cors_origins.contains(origin)) {
        Some(origin) => reply
            .with_header("access-control-allow-origin", origin)
            .with_header(
                "access-control-expose-headers",
                "www-authenticate, retry-after",
            ),
        None => reply,
    }
}
