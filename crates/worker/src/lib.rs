//! The Cloudflare Worker: serves logins, tokens, sessions and the operators'
//! routes over HTTP. The runtime serves the files of the login page itself and
//! calls the Worker only for other paths.
//!
//! # How to start
//!
//! `npm start` builds the Worker, serves it on `http://127.0.0.1:8787` and prints
//! the password of a first user:
//!
//! ```sh
//! curl -s http://127.0.0.1:8787/login -H 'content-type: application/json' \
//!   -d '{"username":"admin","password":"the printed password"}'
//! ```
//!
//! `docs/reference/http.md` lists the routes, and `docs/guides/deploy.md` says how to
//! deploy.
//!
//! # How a request is served
//!
//! The Worker decides little: each route reads its request, asks the core
//! (`portcullis`), and writes an answer. The runtime calls `entry.js`, which
//! first tries the synchronous calls in [`exchange`] and passes every other
//! request to [`pending_request`]. The runtime calls the Durable Objects in
//! [`object`] directly.

mod admin_path;
mod body;
mod call;
mod config;
mod cors;
mod exchange;
mod fast;
mod limiter;
mod log;
mod mount;
mod object;
#[cfg(feature = "panic-route")]
mod panic;
mod pending_request;
mod plain_http;
mod problem;
mod random;
mod reply;
mod route;
mod routes;
mod stand_ins;
mod timeout;
mod users;

use worker::{Env, Request, Response};

use call::Call;
use pending_request::PendingRequest;
use problem::Problem;
use route::Route;

use portcullis::time::UnixTime;

/// Serves a request on its route, and writes its log line.
async fn serve(
    mut request: Request,
    env: Env,
    pending: &PendingRequest,
) -> worker::Result<Response> {
    let url = request.inner().url();
    let (origin, path) = split_url(&url);
    // Every answer's headers depend on the settings, even those of a 404.
    let config = config::load(&env, origin);
    let allows_http = config.is_ok_and(|config| config.allow_http);
    let secure = plain_http::refuse(origin, allows_http);
    let reply = match Route::from_path(path) {
        Some(route) => {
            if !route.is_repeatable() {
                pending.forbid_repeat();
            }
            let call = Call::new(route, &request, env, origin);
            let answer = match secure {
                Ok(()) => routes::answer(&call, &mut request).await,
                Err(problem) => Err(problem),
            };
            call.log(&answer);
            let reply = answer.unwrap_or_else(Problem::into_reply);
            match call.loaded_config() {
                Some(config) if route.is_for_pages() => {
                    cors::allow(&config, &header(&request, "origin"), reply)
                }
                _ => reply,
            }
        }
        None => secure.err().unwrap_or_else(Problem::not_found).into_reply(),
    };
    body::drop_unread(&mut request).await;
    reply.into_response()
}

/// The value of a header; empty if the request has no such header.
fn header(request: &Request, name: &str) -> String {
    request
        .headers()
        .get(name)
        .ok()
        .flatten()
        .unwrap_or_default()
}

/// The current time; `None` if the clock's value is not a valid date.
fn now() -> Option<UnixTime> {
    UnixTime::from_seconds_f64(js_sys::Date::now() / 1000.0)
}

/// Splits an absolute URL into its origin and its path, without query and
/// fragment. The path of a mounted Worker begins below the mount.
fn split_url(url: &str) -> (&str, &str) {
    let authority = url.find("://").map_or(0, |at| at.saturating_add(3));
    let rest = url.get(authority..).unwrap_or_default();
    let path_at = rest
        .find(['/', '?', '#'])
        .map_or(url.len(), |at| authority.saturating_add(at));
    let (origin, path) = url.split_at_checked(path_at).unwrap_or((url, ""));
    let path = path.split(['?', '#']).next().unwrap_or_default();
    (origin, mount::path_below(path))
}
