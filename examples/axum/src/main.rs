//! A service with one public and one protected route. It verifies tokens with the keys that their
//! issuer publishes, so it holds no secret.

mod config;
mod problem;
mod user;

use std::process::ExitCode;
use std::sync::Arc;

use axum::routing::get;
use axum::{Json, Router};
use portcullis::token::Verifier;
use serde::Serialize;
use tokio::net::TcpListener;

use crate::config::Config;
use crate::user::VerifiedUser;

#[derive(Serialize)]
struct Greeting {
    hello: String,
    /// Seconds since the epoch.
    token_expires_at: u64,
}

/// The handler runs only if the token is right: `VerifiedUser` is an extractor.
async fn greet(user: VerifiedUser) -> Json<Greeting> {
    Json(Greeting {
        hello: user.username,
        token_expires_at: user.exp,
    })
}

fn router(verifier: Verifier) -> Router {
    Router::new()
        .route("/healthz", get(|| async { "ok" }))
        .route("/greeting", get(greet))
        .with_state(Arc::new(verifier))
}

async fn serve() -> Result<(), String> {
    let Config { verifier, address } = Config::from_env()?;
    let listener = TcpListener::bind(&address).await.map_err(|error| {
        format!(
            "ADDRESS: cannot listen on {address}: {error}. Fix: set ADDRESS to a free host:port"
        )
    })?;
    let bound = listener.local_addr().map_err(|error| error.to_string())?;
    println!("Listening on http://{bound}");
    axum::serve(listener, router(verifier))
        .await
        .map_err(|error| error.to_string())
}

#[tokio::main]
async fn main() -> ExitCode {
    match serve().await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}
