//! The Cloudflare Worker: `POST /login`, `GET /me`, `GET /healthz`. Files of
//! the page are answered by the runtime before this is asked.
//!
//! Thin: each route reads its request, asks the core, and writes an answer.

mod body;
mod config;
mod healthz;
mod log;
mod login;
mod me;
mod problem;
mod reply;
mod users;

use std::rc::Rc;

use worker::{Context, Env, Request, Response, event};

use config::Config;
use problem::Problem;

use crate::time::UnixTime;

#[event(fetch)]
async fn fetch(mut request: Request, env: Env, _context: Context) -> worker::Result<Response> {
    let url = request.inner().url();
    let (origin, path) = split_url(&url);
    let answer = match Route::of(path) {
        Some(route) => {
            let answer = route.answer(&mut request, &env, origin).await;
            answer.inspect_err(|problem| problem.log(route.name()))
        }
        None => Err(Problem::not_found()),
    };
    body::drop_unread(&mut request).await;
    answer.unwrap_or_else(Problem::into_reply).into_response()
}

#[derive(Clone, Copy)]
enum Route {
    Login,
    Me,
    Healthz,
    #[cfg(feature = "panic-route")]
    Panic,
}

impl Route {
    fn of(path: &str) -> Option<Self> {
        match path {
            "/login" => Some(Self::Login),
            "/me" => Some(Self::Me),
            "/healthz" => Some(Self::Healthz),
            #[cfg(feature = "panic-route")]
            "/panic" => Some(Self::Panic),
            _ => None,
        }
    }

    fn name(self) -> &'static str {
        match self {
            Self::Login => "login",
            Self::Me => "me",
            Self::Healthz => "healthz",
            #[cfg(feature = "panic-route")]
            Self::Panic => "panic",
        }
    }

    fn allow(self) -> &'static str {
        match self {
            Self::Login => "POST",
            _ => "GET, HEAD",
        }
    }

    async fn answer(
        self,
        request: &mut Request,
        env: &Env,
        origin: &str,
    ) -> Result<reply::Reply, Problem> {
        // As text: `Request::method` takes what it does not know for GET.
        let method = request.inner().method();
        match (self, method.as_str()) {
            (Self::Login, "POST") => {
                login::answer(request, env, &*usable_config(env, origin)?).await
            }
            (Self::Me, "GET" | "HEAD") => {
                me::answer(request, env, &*usable_config(env, origin)?).await
            }
            (Self::Healthz, "GET" | "HEAD") => healthz::answer(env, origin).await,
            #[cfg(feature = "panic-route")]
            (Self::Panic, "GET" | "HEAD") => panic_on_purpose(),
            (route, _) => Err(Problem::method_not_allowed(route.allow())),
        }
    }
}

/// The time now; `None` from a clock beyond all dates.
fn now() -> Option<UnixTime> {
    UnixTime::from_seconds_f64(js_sys::Date::now() / 1000.0)
}

fn usable_config(env: &Env, origin: &str) -> Result<Rc<Config>, Problem> {
    Config::of(env, origin).map_err(|_| Problem::misconfigured())
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

#[cfg(feature = "panic-route")]
#[allow(clippy::panic)]
fn panic_on_purpose() -> Result<reply::Reply, Problem> {
    panic!("a test asked for it")
}
