//! `GET /healthz`.

use serde::Serialize;

use crate::call::Call;
use crate::problem::Problem;
use crate::reply::Reply;
use crate::users;

#[derive(Serialize)]
struct Answer {
    status: &'static str,
}

/// `GET /healthz`: checks that the settings are right and KV answers.
pub(super) async fn answer(call: &Call) -> Result<Reply, Problem> {
    call.config().map_err(|problem| problem.with_status(503))?;
    users::ping(&call.env)
        .await
        .map_err(|_| Problem::store_unavailable())?;
    Ok(Reply::json(200, &Answer { status: "ok" }))
}
