//! Plain HTTP, over which anyone on the way reads passwords and tokens.

use super::problem::Problem;

/// Refuses a request that came over plain HTTP from another machine, unless the
/// settings allow it. `origin` is that of the request's URL.
pub(super) fn refuse(origin: &str, allows_http: bool) -> Result<(), Problem> {
    if allows_http || is_local_or_https(origin) {
        return Ok(());
    }
    Err(
        Problem::forbidden("plain HTTP is not served, as others can read it: use https")
            .because("plain_http"),
    )
}

/// Whether nobody else can read what is sent to this origin. The URL parser of
/// the runtime has written it: in lower case, and IPv4 in four decimal numbers.
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
