//! Refuses plain HTTP, because anyone on the network path could read passwords
//! and tokens.

use super::problem::Problem;

/// Refuses a request that came over plain HTTP from another machine, unless the
/// settings allow it. `origin` is the origin of the request's URL.
pub(super) fn refuse(origin: &str, allows_http: bool) -> Result<(), Problem> {
    if allows_http || is_local_or_https(origin) {
        return Ok(());
    }
    Err(
        Problem::forbidden("plain HTTP is not served, because others can read it; use https")
            .because("plain_http"),
    )
}

/// Whether requests to this origin use HTTPS or stay on this machine. The
/// runtime's URL parser has normalized the origin: it is in lower case, and an
/// IPv4 address has four decimal numbers.
pub(super) fn is_local_or_https(origin: &str) -> bool {
    let Some(authority) = origin.strip_prefix("http://") else {
        return true;
    };
    let is_host = |host| {
        let port = authority.strip_prefix(host);
        port.is_some_and(|port: &str| {
            port.bytes()
                .all(|byte| byte == b':' || byte.is_ascii_digit())
        })
    };
    let is_ipv4 = || {
        authority
            .bytes()
            .all(|byte| matches!(byte, b'0'..=b':' | b'.'))
    };
    is_host("localhost") || is_host("[::1]") || (authority.starts_with("127.") && is_ipv4())
}
