//! The routes. Each route has a file of its own; [`answer`] picks the route's
//! function by route and method.

pub(super) mod admin;
mod attempt;
pub(super) mod bearer;
mod healthz;
mod introspect;
mod jwks;
mod login;
mod logout;
mod password;
pub(super) mod protected;
mod refresh;
mod session;
pub(super) mod sessions;
mod users;

use worker::Request;

use protected::ProtectedRoute;

use super::call::Call;
use super::cors;
use super::problem::Problem;
use super::reply::Reply;
use super::route::Route;

/// Answers a request on a known route.
pub(super) async fn answer(call: &Call, request: &mut Request) -> Result<Reply, Problem> {
    // The method is read as text: `Request::method` returns GET for an unknown
    // method.
    let method = request.inner().method();
    match (call.route, method.as_str()) {
        (Route::Login, "POST") => login::answer(call, request).await,
        (Route::Me, "GET" | "HEAD") => protected::answer(ProtectedRoute::Me, call, request).await,
        (Route::Verify, "GET" | "HEAD") => {
            protected::answer(ProtectedRoute::Verify, call, request).await
        }
        (Route::Refresh, "POST") => refresh::answer(call, request).await,
        (Route::Logout, "POST") => logout::answer(call, request).await,
        (Route::Password, "POST") => password::answer(call, request).await,
        (Route::Users, "POST") => users::answer(call, request).await,
        (Route::Sessions, "GET" | "HEAD") => sessions::list(call, request).await,
        (Route::Sessions, "DELETE") => sessions::end_others(call, request).await,
        (Route::Session, "DELETE") => sessions::end_one(call, request).await,
        (Route::Admin(_), _) => admin::answer(call, request).await,
        (Route::Introspect, "POST") => introspect::answer(call, request).await,
        (Route::Jwks, "GET" | "HEAD") => jwks::answer(call),
        (Route::Healthz, "GET" | "HEAD") => healthz::answer(call).await,
        #[cfg(feature = "panic-route")]
        (Route::Panic(panic), "GET" | "HEAD") => panic.answer().await,
        (_, "OPTIONS") => cors::preflight(call, request),
        (route, _) => Err(Problem::method_not_allowed(route.allow())),
    }
}
