//! `POST /password`.

use futures_util::future::join;
use serde::Deserialize;
use worker::Request;
use zeroize::Zeroizing;

use super::{attempt, bearer};
use crate::call::Call;
use crate::object::{self, AccountUnavailable};
use crate::problem::Problem;
use crate::reply::Reply;
use crate::users::StoreUnavailable;
use crate::{body, limiter, random, timeout, users};
use portcullis::account::object::protocol::{Begin, ChangePassword, ChangePasswordAnswer};
use portcullis::account::{StoredHashCheck, admit};
use portcullis::password::{Argon2idHash, ClearPassword, NewPassword, StoredHash};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Body {
    old_password: Zeroizing<String>,
    new_password: Zeroizing<String>,
}

/// `POST /password`: replaces the user's password.
pub(super) async fn answer(call: &Call, request: &mut Request) -> Result<Reply, Problem> {
    let config = call.config()?;
    let access = bearer::access(call, &config, request)?;
    let username = access.username();
    let body = body::read_json_object(request).await?;
    let Body {
        old_password,
        new_password,
    } = serde_json::from_str(&body).map_err(|_| {
        Problem::request_malformed(
            "the body must have the strings \"old_password\" and \"new_password\" and no other member",
        )
    })?;
    let old_password = ClearPassword::new(old_password).map_err(|_| {
        Problem::request_malformed("the password is too long; send at most 1024 bytes")
    })?;
    // Check the new password before the old password: the check reveals nothing
    // that could be guessed, and a refused choice must not count as a failed attempt.
    let new_password = NewPassword::new(new_password, &config.password_policy, username.as_str())
        .map_err(Problem::password_unacceptable)?;
    limiter::shed(call).await?;
    let from = call
        .address()
        .id_for(username, config.identity.client_addresses());
    let begin = Begin {
        from: from.clone(),
        limits: config.limits,
        token: Some(access.facts()),
    };
    // The same limits as at the login, so that guessing is not easier here.
    let (begun, shown) = join(
        object::ask(&call.env, username, begin),
        users::find(&call.env, username),
    )
    .await;
    let begun = attempt::begun(begun)?;
    let found = match attempt::find(begun.source, username, shown) {
        Ok(found) => found,
        Err(StoreUnavailable) => {
            attempt::withdraw(call, username, from).await;
            return Err(Problem::store_unavailable());
        }
    };
    timeout::yield_to_event_loop().await;
    let stand_in = StoredHash::stand_in_of_today();
    admit(found.user, &old_password, &stand_in, &StoredHashCheck)
        .map_err(|refusal| Problem::credentials_incorrect().because(refusal.code()))?;
    let hash = Argon2idHash::new(new_password.clear(), random::bytes()?)
        .map_err(|_| Problem::misconfigured().because("no_memory"))?;
    let change = ChangePassword {
        from,
        token: access.facts(),
        checked: found.checked,
        shown: found.shown,
        hash_password: hash.to_string(),
    };
    match object::ask(&call.env, username, change).await {
        Ok(ChangePasswordAnswer::Replaced) => Ok(Reply::empty().because("password_changed")),
        Ok(ChangePasswordAnswer::Changed) => {
            Err(Problem::credentials_incorrect().because("password_changed"))
        }
        Ok(ChangePasswordAnswer::Refused(why)) => Err(Problem::access_refused(why)),
        Ok(ChangePasswordAnswer::NoUser(why)) => {
            Err(Problem::credentials_incorrect().because(attempt::code(why)))
        }
        Err(AccountUnavailable) => Err(Problem::account_unavailable()),
    }
}
