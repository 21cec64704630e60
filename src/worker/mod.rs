//! The Cloudflare Worker: `POST /login`, `GET /me`, `GET /verify`,
//! `GET /healthz`. Files of the page are answered by the runtime before this
//! is asked.
//!
//! Thin: each route reads its request, asks the core, and writes an answer.
//! `entry.js` is what the runtime calls: it asks [`exchange`] first and goes to
//! [`flight`] with all that is not answered there.

mod bearer;
mod body;
mod config;
mod exchange;
mod fast;
mod flight;
mod healthz;
mod log;
mod login;
mod me;
#[cfg(feature = "panic-route")]
mod panic;
mod problem;
mod reply;
mod users;
mod verify;

use std::rc::Rc;

use worker::{Context, Env, Request, Response};

use config::Config;
use flight::Flight;
use problem::Problem;

use crate::time::UnixTime;

async fn serve(
    mut request: Request,
    env: Env,
    _context: Context,
    flight: &Flight,
) -> worker::Result<Response> {
    let url = request.inner().url();
    let (origin, path) = split_url(&url);
    let answer = match Route::of(path) {
        Some(route) => {
            let answer = route.answer(&mut request, &env, origin, flight).await;
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
    Verify,
    Healthz,
    #[cfg(feature = "panic-route")]
    Panic(panic::Panic),
}

impl Route {
    fn of(path: &str) -> Option<Self> {
        match path {
            "/login" => Some(Self::Login),
            "/me" => Some(Self::Me),
            "/verify" => Some(Self::Verify),
            "/healthz" => Some(Self::Healthz),
            #[cfg(feature = "panic-route")]
            path => panic::Panic::of(path).map(Self::Panic),
            #[cfg(not(feature = "panic-route"))]
            _ => None,
        }
    }

    fn name(self) -> &'static str {
        match self {
            Self::Login => "login",
            Self::Me => "me",
            Self::Verify => "verify",
            Self::Healthz => "healthz",
            #[cfg(feature = "panic-route")]
            Self::Panic(_) => "panic",
        }
    }

    fn allow(self) -> &'static str {
        match self {
            Self::Login => "POST",
            _ => "GET, HEAD",
        }
    }

    /// Whether serving a request twice does no more than serving it once.
    fn is_repeatable(self) -> bool {
        match self {
            Self::Login | Self::Me | Self::Verify | Self::Healthz => true,
            #[cfg(feature = "panic-route")]
            Self::Panic(panic) => panic != panic::Panic::Once,
        }
    }

    async fn answer(
        self,
        request: &mut Request,
        env: &Env,
        origin: &str,
        flight: &Flight,
    ) -> Result<reply::Reply, Problem> {
        if !self.is_repeatable() {
            flight.is_unrepeatable();
        }
        // As text: `Request::method` takes what it does not know for GET.
        let method = request.inner().method();
        match (self, method.as_str()) {
            (Self::Login, "POST") => {
                login::answer(request, env, &*usable_config(env, origin)?).await
            }
            (Self::Me, "GET" | "HEAD") => {
                let config = usable_config(env, origin)?;
                me::answer(&authorization(request), env, &config).await
            }
            (Self::Verify, "GET" | "HEAD") => {
                let config = usable_config(env, origin)?;
                bearer::verified(&authorization(request), &config, now())
                    .map(|access| verify::reply(&access))
            }
            (Self::Healthz, "GET" | "HEAD") => healthz::answer(env, origin).await,
            #[cfg(feature = "panic-route")]
            (Self::Panic(panic), "GET" | "HEAD") => panic.answer().await,
            (route, _) => Err(Problem::method_not_allowed(route.allow())),
        }
    }
}

/// The header, or nothing.
fn authorization(request: &Request) -> String {
    let header = request.headers().get("authorization");
    header.ok().flatten().unwrap_or_default()
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
