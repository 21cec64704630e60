//! What is answered in one call from JavaScript, or in two with a record read
//! between them: no promise, no future, and nothing kept from one call to the
//! next, so that the instance may be another one by then.

use worker::Env;

use super::config::Config;
use super::problem::Problem;
use super::reply::Reply;
use super::{Route, bearer, me, split_url, verify};
use crate::time::UnixTime;

/// A request as it is written into the exchange.
pub(super) struct Asked<'a> {
    pub(super) method: &'a str,
    pub(super) url: &'a str,
    /// Empty if there is none.
    pub(super) authorization: &'a str,
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
    /// Read this key of the users' store, and ask again.
    Read(String),
    /// Serve the request as all others.
    Elsewhere,
}

/// Reads the settings for a request.
pub(super) fn configure(asked: &Asked<'_>, env: &Env) {
    // What is wrong with them is kept as well.
    let _ = Config::of(env, split_url(asked.url).0);
}

/// `now` is `None` from a clock beyond all dates.
pub(super) fn answer(asked: &Asked<'_>, event: Event<'_>, now: Option<UnixTime>) -> Step {
    let (origin, path) = split_url(asked.url);
    let route = Route::of(path);
    let step = match (event, route, asked.method) {
        (Event::Panicked, ..) => Err(Problem::internal_error()),
        (Event::Interrupted, ..) => Err(Problem::interrupted()),
        (_, Some(route), "GET" | "HEAD") => get(route, origin, asked.authorization, event, now),
        _ => Ok(Step::Elsewhere),
    };
    step.unwrap_or_else(|problem| {
        problem.log(route.map_or("none", Route::name));
        Step::Reply(problem.into_reply())
    })
}

fn get(
    route: Route,
    origin: &str,
    authorization: &str,
    event: Event<'_>,
    now: Option<UnixTime>,
) -> Result<Step, Problem> {
    #[cfg(feature = "panic-route")]
    if let Route::Panic(panic) = route {
        panic.at_once();
    }
    if !matches!(route, Route::Me | Route::Verify) {
        return Ok(Step::Elsewhere);
    }
    let Some(config) = Config::kept(origin) else {
        return Ok(Step::Configure);
    };
    let config = config.map_err(|_| Problem::misconfigured())?;
    let access = bearer::verified(authorization, &config, now)?;
    Ok(match (route, event) {
        (Route::Verify, _) => Step::Reply(verify::reply(&access)),
        (_, Event::Asked) => Step::Read(access.username().record_key()),
        (_, Event::Found(record)) => Step::Reply(me::reply(&access, Some(record))?),
        (_, Event::Unavailable) => return Err(Problem::store_unavailable()),
        _ => Step::Elsewhere,
    })
}
