//! What is answered in one call from JavaScript, or in two with a record read
//! between them: no promise, no future, and nothing kept from one call to the
//! next, so that the instance may be another one by then.

use worker::Env;

use super::config;
use super::log::{Decision, LogClient, Verdict};
use super::problem::Problem;
use super::reply::Reply;
use super::route::Route;
use super::routes::bearer::{self, Presented};
use super::routes::protected::{self, Next, ProtectedRoute, Record};
use super::{cors, plain_http, split_url};
use portcullis::time::UnixTime;

/// A request as it is written into the exchange.
pub(super) struct Asked<'a> {
    pub(super) method: &'a str,
    pub(super) url: &'a str,
    /// The headers, each empty if there is none.
    pub(super) authorization: &'a str,
    pub(super) origin: &'a str,
    /// `None` until [`Step::Identify`] asks for it: most requests have no line
    /// in the log.
    pub(super) client: Option<LogClient<'a>>,
    /// When it came, by JavaScript's clock in milliseconds.
    pub(super) started: f64,
}

/// What happened before this call. The numbers stand in `entry.js` too.
#[derive(Clone, Copy)]
pub(super) enum Event<'a> {
    /// Nothing yet: the request has come.
    Asked,
    /// The record that was asked for was read.
    Found(&'a str),
    /// There is none.
    Absent,
    /// The store did not answer.
    Unavailable,
    /// The request made the instance panic.
    Panicked,
    /// Another one did, and this one cannot be repeated.
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

/// What is to be done next.
pub(super) enum Step {
    Reply(Reply),
    /// Read the settings, and ask again.
    Configure,
    /// Send the headers of the log's line too, and ask again.
    Identify,
    /// Read this key of the users' store, and ask again.
    Read(String),
    /// Serve the request as all others.
    Elsewhere,
}

/// Reads the settings for a request.
pub(super) fn configure(asked: &Asked<'_>, env: &Env) {
    // What is wrong with them is kept as well.
    let _ = config::load(env, split_url(asked.url).0);
}

/// `now` is by JavaScript's clock, in milliseconds.
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
