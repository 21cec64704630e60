//! The Cloudflare Worker. Files of the page are answered by the runtime before
//! this is asked.
//!
//! Thin: each route reads its request, asks the core, and writes an answer.

mod body;
mod call;
mod config;
mod cors;
mod limiter;
mod log;
mod object;
mod patience;
mod problem;
mod random;
mod reply;
mod route;
mod routes;
mod stand_ins;
mod users;

use worker::{Context, Env, Request, Response, event};

use call::Call;
use problem::Problem;
use route::Route;

use crate::time::UnixTime;

#[event(fetch)]
async fn fetch(mut request: Request, env: Env, _context: Context) -> worker::Result<Response> {
    let url = request.inner().url();
    let (origin, path) = split_url(&url);
    let reply = match Route::of(path) {
        Some(route) => {
            let call = Call::new(route, &request, env, origin);
            let answer = routes::answer(&call, &mut request).await;
            call.log(&answer);
            let reply = answer.unwrap_or_else(Problem::into_reply);
            cors::allow(&call, &request, reply)
        }
        None => Problem::not_found().into_reply(),
    };
    body::drop_unread(&mut request).await;
    reply.into_response()
}

/// The time now; `None` from a clock beyond all dates.
fn now() -> Option<UnixTime> {
    UnixTime::from_seconds_f64(js_sys::Date::now() / 1000.0)
}

/// Origin and path of an absolute URL, without query and fragment.
fn split_url(url: &str) -> (&str, &str) {
    let authority = url.find("://").map_or(0, |at| at.saturating_add(3));
    let rest = url.get(authority..).unwrap_or_default();
    let path_at = rest
        .find(['/', '?', '#'])
        .map_or(url.len(), |at| authority.saturating_add(at));
    let (origin, path) = url.split_at_checked(path_at).unwrap_or((url, ""));
    let path = path.split(['?', '#']).next().unwrap_or_default();
    (origin, path)
}
