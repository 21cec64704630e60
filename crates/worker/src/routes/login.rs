//! `POST /login`.

use futures_util::future::{join, join3};
use serde::Deserialize;
use worker::Request;
use zeroize::Zeroizing;

use super::{attempt, session};
use crate::call::Call;
use crate::object::{self, AccountUnavailable};
use crate::problem::Problem;
use crate::reply::Reply;
use crate::users::StoreUnavailable;
use crate::{body, limiter, random, stand_ins, timeout, users};
use portcullis::account::object::protocol::{Admit, AdmitAnswer, Begin};
use portcullis::account::{StoredHashCheck, Username, admit};
use portcullis::password::{Argon2idHash, ClearPassword};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Credentials {
    username: String,
    password: Zeroizing<String>,
}

/// `POST /login`: checks the password and opens a session.
pub(super) async fn answer(call: &Call, request: &mut Request) -> Result<Reply, Problem> {
    let config = call.config()?;
    let (username, password) = credentials(request).await?;
    call.about(&config, &username);
    limiter::shed(call).await?;
    let from = call
        .address()
        .id_for(&username, config.identity.client_addresses());
    let begin = Begin {
        from: from.clone(),
        limits: config.limits,
        token: None,
    };
    // Every username causes the same requests, all at the same time, so that the
    // duration does not show whether the user exists.
    let (begun, shown, stand_ins) = join3(
        object::ask(&call.env, &username, begin),
        users::find(&call.env, &username),
        stand_ins::load(call, &config),
    )
    .await;
    let begun = attempt::begun(begun)?;
    let found = match attempt::find(begun.source, &username, shown) {
        Ok(found) => found,
        Err(StoreUnavailable) => {
            attempt::withdraw(call, &username, from).await;
            return Err(Problem::store_unavailable());
        }
    };
    let counted = if begun.known_address {
        None
    } else {
        match attempt::count_across_accounts(call, &config).await {
            Ok(address) => Some(address),
            Err(problem) => {
                attempt::withdraw(call, &username, from).await;
                return Err(problem);
            }
        }
    };
    let stand_in = stand_ins.for_username(&username);
    timeout::yield_to_event_loop().await;
    let user = admit(found.user, &password, &stand_in, &StoredHashCheck)
        .map_err(|refusal| Problem::credentials_incorrect().because(refusal.code()))?;
    let rehash = if user.needs_rehash() {
        // If the new hash fails, the old hash stays, and the login goes on.
        Argon2idHash::new(&password, random::bytes()?).ok()
    } else {
        None
    };
    let admit = Admit {
        from,
        checked: found.checked,
        shown: found.shown,
        rehash: rehash.map(|hash| hash.to_string()),
        policy: config.session_policy(),
        client: call.client(request),
    };
    let withdrawn = async {
        if let Some(address) = counted {
            object::withdraw_failure(&call.env, address).await;
        }
    };
    let (admitted, ()) = join(object::ask(&call.env, &username, admit), withdrawn).await;
    match admitted {
        Ok(AdmitAnswer::Opened(opened)) => {
            Ok(session::answer(&config, username, opened)?.because("password_right"))
        }
        // The password was changed after it was checked.
        Ok(AdmitAnswer::Changed) => {
            Err(Problem::credentials_incorrect().because("password_changed"))
        }
        Ok(AdmitAnswer::NoUser(why)) => {
            Err(Problem::credentials_incorrect().because(attempt::code(why)))
        }
        Err(AccountUnavailable) => Err(Problem::account_unavailable()),
    }
}

async fn credentials(request: &mut Request) -> Result<(Username, ClearPassword), Problem> {
    let body = body::read_json_object(request).await?;
    let Credentials { username, password } = serde_json::from_str(&body).map_err(|_| {
        Problem::request_malformed(
            "the body must have the strings \"username\" and \"password\" and no other member",
        )
    })?;
    let username = Username::new(&username).map_err(|_| Problem::username_not_usable())?;
    let password = ClearPassword::new(password).map_err(|_| {
        Problem::request_malformed("the password is too long; send at most 1024 bytes")
    })?;
    Ok((username, password))
}
