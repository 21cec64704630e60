//! `POST /refresh`.

use serde::Deserialize;
use worker::Request;
use zeroize::Zeroizing;

use super::bearer::{self, Presented};
use super::session;
use crate::call::Call;
use crate::object::{self, AccountUnavailable};
use crate::problem::Problem;
use crate::reply::Reply;
use crate::{body, limiter, now};
use portcullis::account::object::protocol::{
    ExchangeAnswer, ExchangeLegacy, Refresh, RefreshAnswer,
};
use portcullis::account::{
    RefreshError, TokenDigest, UnverifiedRefreshToken, VerifiedLegacyAccess,
};
use portcullis::settings::Config;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Body {
    refresh_token: Zeroizing<String>,
}

/// `POST /refresh`: accepts a refresh token, or a token of the Flask original.
pub(super) async fn answer(call: &Call, request: &mut Request) -> Result<Reply, Problem> {
    let config = call.config()?;
    let body = body::read_json_object(request).await?;
    let Body { refresh_token } = serde_json::from_str(&body).map_err(|_| {
        Problem::request_malformed(
            "the body must have the string \"refresh_token\" and no other member",
        )
    })?;
    limiter::shed(call).await?;
    match UnverifiedRefreshToken::parse(&refresh_token) {
        Ok(token) => rotate(call, &config, token).await,
        Err(_) if config.legacy.is_some() => {
            match bearer::verify(&config, &refresh_token, now())? {
                Presented::Legacy(access) => {
                    exchange(call, &config, request, &refresh_token, &access).await
                }
                // An access token cannot be exchanged for a new one.
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
    let refresh = Refresh {
        claim,
        policy: config.session_policy(),
    };
    match object::ask(&call.env, &username, refresh).await {
        Ok(RefreshAnswer::Opened(opened)) => {
            Ok(session::answer(config, username, opened)?.because("refresh_right"))
        }
        Ok(RefreshAnswer::Refused(why)) => Err(match why {
            RefreshError::Expired => Problem::token_overdue(),
            _ => Problem::token_incorrect(),
        }
        .because(why.code())),
        Err(AccountUnavailable) => Err(Problem::account_unavailable()),
    }
}

/// Opens a session in exchange for a token of the Flask original.
async fn exchange(
    call: &Call,
    config: &Config,
    request: &Request,
    token: &str,
    access: &VerifiedLegacyAccess,
) -> Result<Reply, Problem> {
    let Some(issued_at) = access.issued_at() else {
        return Err(Problem::token_incorrect().because("issued_at_missing"));
    };
    let (username, shown) = bearer::legacy_stored(call, config, access).await?;
    let exchange = ExchangeLegacy {
        digest: TokenDigest::new(token),
        id: access.id(),
        // Rounded down, so that the token never counts as newer than it is.
        #[allow(clippy::cast_possible_truncation)] // an `i64` holds every valid date
        issued_at: issued_at.floor() as i64,
        expires_at: access.expires_at().seconds(),
        shown: Some(shown),
        policy: config.session_policy(),
        client: call.client(request),
    };
    match object::ask(&call.env, &username, exchange).await {
        Ok(ExchangeAnswer::Opened(opened)) => {
            Ok(session::answer(config, username, opened)?.because("legacy_token_right"))
        }
        Ok(ExchangeAnswer::Refused(why)) => Err(Problem::access_refused(why)),
        Ok(ExchangeAnswer::AlreadyExchanged) => {
            Err(Problem::token_incorrect().because("already_exchanged"))
        }
        Ok(ExchangeAnswer::Expired) => Err(Problem::token_overdue().because("session_over")),
        Ok(ExchangeAnswer::IdTaken) => Err(Problem::token_incorrect().because("id_taken")),
        Err(AccountUnavailable) => Err(Problem::account_unavailable()),
    }
}
