use serde::Serialize;
use worker::Env;

use super::config::Config;
use super::problem::Problem;
use super::reply::Reply;
use super::users;

#[derive(Serialize)]
struct Answer {
    status: &'static str,
}

/// `GET /healthz`: whether a login could be served.
pub(super) async fn answer(env: &Env, origin: &str) -> Result<Reply, Problem> {
    Config::of(env, origin).map_err(|_| Problem::misconfigured().with_status(503))?;
    users::ping(env)
        .await
        .map_err(|_| Problem::store_unavailable().because("store_unavailable"))?;
    Ok(Reply::json(200, &Answer { status: "ok" }))
}
