//! The operators' routes under `/admin`. An operator signs each request; see
//! [`OperatorKeys`](portcullis::account::OperatorKeys).

mod change;
mod create;
mod list;
mod members;
mod new_hash;
mod operator;
mod rename;
mod user;
mod view;

use worker::Request;

use crate::admin_path::{AdminPath, AdminRoute};
use crate::call::Call;
use crate::problem::Problem;
use crate::reply::Reply;
use crate::{body, header, split_url, users};
use portcullis::account::{OperatorRequest, Username};

/// Answers requests of any method. Without `OPERATOR_KEYS`, the answer is a 404.
pub(super) async fn answer(call: &Call, request: &mut Request) -> Result<Reply, Problem> {
    let config = call.config()?;
    let keys = config.operator_keys.as_ref();
    let keys = keys.ok_or_else(|| Problem::not_found().because("admin_closed"))?;
    let inner = request.inner();
    let (method, url) = (inner.method(), inner.url());
    let path = AdminPath::read(split_url(&url).1).ok_or_else(Problem::not_found)?;
    let allow = path.route.allow();
    if !allow.split(", ").any(|allowed| allowed == method) {
        return Err(Problem::method_not_allowed(allow));
    }
    let authorization = header(request, "authorization");
    let body = body::read_bytes(request).await?;
    let signed = OperatorRequest {
        method: &method,
        url: &url,
        body: &body,
    };
    operator::authenticate(call, keys, &authorization, &signed).await?;

    if path.route == AdminRoute::Users {
        return match method.as_str() {
            "POST" => create::answer(call, &config, body::json_object(request, &body)?).await,
            _ => list::answer(call, &url).await,
        };
    }
    let username = path.username()?;
    call.about(&config, &username);
    match (path.route, method.as_str()) {
        (AdminRoute::User, "PATCH") => {
            let body = body::json_object(request, &body)?;
            change::answer(call, &config, &username, body).await
        }
        (AdminRoute::User, "DELETE") => user::remove(call, &username).await,
        (AdminRoute::SignOut, _) => user::sign_out(call, &username).await,
        (AdminRoute::Rename, _) => {
            let body = body::json_object(request, &body)?;
            rename::answer(call, &username, body).await
        }
        (AdminRoute::Session, _) => user::end_session(call, &username, path.session()?).await,
        (AdminRoute::User | AdminRoute::Users, _) => user::read(call, &username).await,
    }
}

/// The value that KV has under the user's key. The account's object uses this value
/// until the object has a record of its own.
async fn shown(call: &Call, username: &Username) -> Result<Option<String>, Problem> {
    let stored = users::find(&call.env, username).await;
    stored.map_err(|_| Problem::store_unavailable())
}
