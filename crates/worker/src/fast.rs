//! Answers `GET /me` and `GET /verify` synchronously: in one call from JavaScript,
//! or in two calls if JavaScript must read a record from KV between them. The
//! calls share no state, so a new instance can answer the second call.

use worker::Env;

use super::config;
use super::log::{Decision, LogClient, Verdict};
use super::problem::Problem;
use super::reply::Reply;
use super::route::Route;
use super::routes::bearer::{self, Presented};
use super::routes::protected::{self, Next, ProtectedRoute, Record};
use super::{cors, mount, plain_http, split_url};
use portcullis::time::UnixTime;

/// A request as JavaScript writes it into the exchange.
pub(super) struct Asked<'a> {
    pub(super) method: &'a str,
    pub(super) url: &'a str,
    /// The header `Authorization`; empty if the request has none.
    pub(super) authorization: &'a str,
    /// The header `Origin`; empty if the request has none, or if `CORS_ORIGINS` is
    /// not set.
    pub(super) origin: &'a str,
    /// `None` until [`Step::Identify`] asks for it. Most requests write no log
    /// line, and reading these headers costs time.
    pub(super) client: Option<LogClient<'a>>,
    /// When the request arrived, by JavaScript's clock, in milliseconds.
    pub(super) started: f64,
}

/// The event that caused this call. `entry.js` has the same numbers.
#[derive(Clone, Copy)]
pub(super) enum Event<'a> {
    /// The request arrived.
    Asked,
    /// KV has the record.
    Found(&'a str),
    /// KV has no such record.
    Absent,
    /// KV did not answer in time, or failed.
    Unavailable,
    /// This request made the instance panic.
    Panicked,
    /// Another request made the instance panic, and this request cannot be
    /// repeated.
    Interrupted,
}

impl<'a> Event<'a> {
    pub(super) fn of(number: u8, record: &'a str) -> Option<Self> {
        Some(match number {
            0 => Self::Asked,
            1 => Self::Found(record),
            2 => Self::Absent,
            3 => Self::Unavailable,
            4 => Self::Panicked,
            5 => Self::Interrupted,
            _ => return None,
        })
    }
}

/// The next step for JavaScript.
pub(super) enum Step {
    Reply(Reply),
    /// Read the settings, and call again.
    Configure,
    /// Add the headers that the log line needs, and call again.
    Identify,
    /// Read the value of this key from KV, and call again.
    Read(String),
    /// Serve the page's file with this path, or the answer of [`Self::Elsewhere`] if
    /// there is no such file.
    Page,
    /// Pass the request to [`serve`](super::pending_request::serve).
    Elsewhere,
}

/// Reads the settings for a request.
pub(super) fn configure(asked: &Asked<'_>, env: &Env) {
    // The module `config` keeps an error as well, and `get` reports it later.
    let _ = config::load(env, split_url(asked.url).0);
}

/// Answers a request, or says what JavaScript must do first. `now` is by
/// JavaScript's clock, in milliseconds.
pub(super) fn answer(asked: &Asked<'_>, event: Event<'_>, now: f64) -> Step {
    let (origin, path) = split_url(asked.url);
    let route = Route::from_path(path);
    let config = config::loaded(origin).and_then(Result::ok);
    let mut account = None;
    let answer = match (event, route, asked.method) {
        (Event::Panicked, ..) => Err(Problem::internal_error()),
        (Event::Interrupted, ..) => Err(Problem::interrupted()),
        (_, Some(route), "GET" | "HEAD") => {
            let time = UnixTime::from_seconds_f64(now / 1000.0);
            match get(route, origin, asked, event, time, &mut account) {
                Ok(Step::Reply(reply)) => Ok(reply),
                Ok(step) => return step,
                Err(problem) => Err(problem),
            }
        }
        // The runtime serves the page itself, but only at the paths of its files.
        (Event::Asked, None, "GET" | "HEAD") if mount::is_mounted() => return Step::Page,
        _ => return Step::Elsewhere,
    };
    let verdict = Verdict::new(route, config.as_deref(), answer.as_ref());
    if let Some(verdict) = verdict {
        let Some(client) = asked.client else {
            return Step::Identify;
        };
        Decision {
            route: route.map_or("none", Route::name),
            verdict,
            account: account.as_deref(),
            client,
            whole_address: config
                .as_ref()
                .is_some_and(|config| config.log_whole_address),
            operator: None,
            started: asked.started,
        }
        .write(now);
    }
    let reply = answer.unwrap_or_else(Problem::into_reply);
    Step::Reply(match config {
        Some(config) => cors::allow(&config, asked.origin, reply),
        None => reply,
    })
}

fn get(
    route: Route,
    origin: &str,
    asked: &Asked<'_>,
    event: Event<'_>,
    now: Option<UnixTime>,
    account: &mut Option<String>,
) -> Result<Step, Problem> {
    #[cfg(feature = "panic-route")]
    if let Route::Panic(panic) = route {
        panic.at_once();
    }
    let route = match route {
        Route::Me => ProtectedRoute::Me,
        Route::Verify => ProtectedRoute::Verify,
        _ => return Ok(Step::Elsewhere),
    };
    let Some(config) = config::loaded(origin) else {
        return Ok(Step::Configure);
    };
    let config = config.map_err(|_| Problem::misconfigured())?;
    if !config.allow_http && !plain_http::is_local_or_https(origin) {
        return Ok(Step::Elsewhere);
    }
    let token = bearer::credentials(asked.authorization)?;
    let Presented::Access(access) = bearer::verify(&config, token, now)? else {
        return Ok(Step::Elsewhere);
    };
    let username = access.username();
    let record = match event {
        Event::Found(record) => Ok(Record::Read(Some(record))),
        Event::Absent => Ok(Record::Read(None)),
        Event::Unavailable => Err(Problem::store_unavailable()),
        _ => Ok(Record::NotRead),
    };
    let next = record.and_then(|record| protected::next(route, &config, &access, record));
    let answer = match next {
        Ok(Next::AskObject) => return Ok(Step::Elsewhere),
        Ok(Next::ReadRecord) => return Ok(Step::Read(username.record_key())),
        Ok(Next::Reply(reply)) => Ok(Step::Reply(reply)),
        Err(problem) => Err(problem),
    };
    *account = Some(config.log_names.encode(username));
    answer
}
