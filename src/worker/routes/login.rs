use futures_util::future::join3;
use serde::Deserialize;
use worker::Request;
use zeroize::Zeroizing;

use super::session;
use crate::account::{Answer, Command, StoredHashCheck, Username, admit};
use crate::password::{Argon2idHash, ClearPassword};
use crate::worker::call::Call;
use crate::worker::object::{self, AccountUnavailable};
use crate::worker::problem::Problem;
use crate::worker::reply::Reply;
use crate::worker::{body, limiter, patience, random, stand_ins, users};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Credentials {
    username: String,
    password: Zeroizing<String>,
}

/// `POST /login`.
pub(super) async fn answer(call: &Call, request: &mut Request) -> Result<Reply, Problem> {
    let config = call.config()?;
    let (username, password) = credentials(request).await?;
    call.about(&config, &username);
    limiter::shed(call).await?;
    let from = call
        .address()
        .of(&username, config.identity.client_addresses());
    let begin = Command::Begin {
        from: from.clone(),
        limits: config.limits,
    };
    // The same is asked for whatever name, and all of it at once.
    let (begun, stored, stand_ins) = join3(
        object::ask(&call.env, &username, begin),
        users::find(&call.env, &username),
        stand_ins::of(call, &config),
    )
    .await;
    let newer = object::begun(begun)?;
    let stored = match stored {
        Ok(stored) => object::newest(newer.as_ref(), &username, stored)?,
        Err(_) => return Err(object::withdraw(call, &username, from).await),
    };
    let stand_in = stand_ins.for_username(&username);
    patience::turn().await;
    let user = admit(
        &username,
        &password,
        stored.as_deref(),
        &stand_in,
        &StoredHashCheck,
    )
    .map_err(|refusal| Problem::credentials_incorrect().because(refusal.code()))?;
    let rehash = if user.needs_rehash() {
        // Without a new hash the old one stays, and the login goes on.
        Argon2idHash::new(&password, random::bytes()?).ok()
    } else {
        None
    };
    let admit = Command::Admit {
        username: username.clone(),
        from: Some(from),
        stored: stored.unwrap_or_default(),
        rehash: rehash.map(|hash| hash.to_string()),
        lifetime: config.refresh_lifetime,
    };
    match object::ask(&call.env, &username, admit).await {
        Ok(Answer::Open { session, record }) => {
            Ok(session::answer(&config, username, session, &record)?.because("password_right"))
        }
        // It was right a moment ago.
        Ok(Answer::Changed) => Err(Problem::credentials_incorrect().because("password_changed")),
        Ok(_) | Err(AccountUnavailable) => Err(Problem::account_unavailable()),
    }
}

async fn credentials(request: &mut Request) -> Result<(Username, ClearPassword), Problem> {
    let body = body::read_json_object(request).await?;
    let Credentials { username, password } = serde_json::from_str(&body).map_err(|_| {
        Problem::request_malformed(
            "the body must have the members \"username\" and \"password\", both strings, and no other",
        )
    })?;
    let username = Username::new(&username).map_err(|_| Problem::username_not_usable())?;
    let password = ClearPassword::new(password)
        .map_err(|_| Problem::request_malformed("a password has at most 1024 bytes"))?;
    Ok((username, password))
}
