use serde::Deserialize;
use worker::Request;
use zeroize::Zeroizing;

use super::bearer::{self, Presented};
use super::session;
use crate::account::{
    Answer, Command, RefreshRefusal, UnverifiedRefreshToken, VerifiedLegacyAccess,
};
use crate::worker::call::Call;
use crate::worker::config::Config;
use crate::worker::object::{self, AccountUnavailable};
use crate::worker::problem::Problem;
use crate::worker::reply::Reply;
use crate::worker::{body, limiter, now, users};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Body {
    refresh_token: Zeroizing<String>,
}

/// `POST /refresh`: with a refresh token, or with one of the original's tokens.
pub(super) async fn answer(call: &Call, request: &mut Request) -> Result<Reply, Problem> {
    let config = call.config()?;
    let body = body::read_json_object(request).await?;
    let Body { refresh_token } = serde_json::from_str(&body).map_err(|_| {
        Problem::request_malformed(
            "the body must have the member \"refresh_token\", a string, and no other",
        )
    })?;
    limiter::shed(call).await?;
    match UnverifiedRefreshToken::parse(&refresh_token) {
        Ok(token) => rotate(call, &config, token).await,
        Err(_) if config.legacy.is_some() => {
            match bearer::verify(&config, &refresh_token, now())? {
                Presented::Legacy(access) => exchange(call, &config, &access).await,
                // An access token renews nothing.
                Presented::Access(_) => Err(Problem::token_incorrect().because("access_token")),
            }
        }
        Err(_) => Err(Problem::token_incorrect().because("refresh_malformed")),
    }
}

async fn rotate(
    call: &Call,
    config: &Config,
    token: UnverifiedRefreshToken,
) -> Result<Reply, Problem> {
    let UnverifiedRefreshToken { username, claim } = token;
    call.about(config, &username);
    let stored = users::find(&call.env, &username).await;
    let command = Command::Refresh {
        username: username.clone(),
        claim,
        stored: stored.map_err(|_| Problem::store_unavailable())?,
        access_lifetime: config.tokens.lifetime().as_secs(),
    };
    match object::ask(&call.env, &username, command).await {
        Ok(Answer::Open { session, record }) => {
            Ok(session::answer(config, username, session, &record)?.because("refresh_right"))
        }
        Ok(Answer::Refused { why }) => Err(match why {
            RefreshRefusal::Expired => Problem::token_overdue(),
            RefreshRefusal::RecordCorrupt => Problem::store_unavailable(),
            _ => Problem::token_incorrect(),
        }
        .because(why.code())),
        Ok(_) | Err(AccountUnavailable) => Err(Problem::account_unavailable()),
    }
}

/// A session in exchange for a token of the original's.
async fn exchange(
    call: &Call,
    config: &Config,
    access: &VerifiedLegacyAccess,
) -> Result<Reply, Problem> {
    let (username, _, stored) = bearer::legacy_user(call, config, access).await?;
    let admit = Command::Admit {
        username: username.clone(),
        from: None,
        stored,
        rehash: None,
        lifetime: config.refresh_lifetime,
    };
    match object::ask(&call.env, &username, admit).await {
        Ok(Answer::Open { session, record }) => {
            Ok(session::answer(config, username, session, &record)?.because("legacy_token_right"))
        }
        Ok(Answer::Changed) => Err(Problem::token_incorrect().because("record_changed")),
        Ok(_) | Err(AccountUnavailable) => Err(Problem::account_unavailable()),
    }
}
