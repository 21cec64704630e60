//! `POST /users`.

use serde::{Deserialize, Serialize};
use worker::Request;
use zeroize::Zeroizing;

use crate::call::Call;
use crate::object::{self, AccountUnavailable};
use crate::problem::Problem;
use crate::reply::Reply;
use crate::{body, limiter, random, timeout, users};
use portcullis::account::object::protocol::{Create, CreateAnswer};
use portcullis::account::{NewUsername, Phone, UserId};
use portcullis::password::{Argon2idHash, NewPassword};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Body {
    username: String,
    password: Zeroizing<String>,
    #[serde(default)]
    phone: String,
}

#[derive(Serialize)]
struct Answer<'a> {
    id: UserId,
    username: &'a str,
    phone: &'a str,
}

/// `POST /users`: signs up a new user, if the settings let anyone sign up.
pub(super) async fn answer(call: &Call, request: &mut Request) -> Result<Reply, Problem> {
    let config = call.config()?;
    if !config.registration_open {
        return Err(
            Problem::forbidden("registration is closed; ask the operator for an account")
                .because("registration_closed"),
        );
    }
    let body = body::read_json_object(request).await?;
    let Body {
        username,
        password,
        phone,
    } = serde_json::from_str(&body).map_err(|_| {
        Problem::request_malformed(
            "the body must have the strings \"username\" and \"password\", may have the string \"phone\", and must have no other member",
        )
    })?;
    let username = NewUsername::new(&username)
        .map_err(|_| Problem::username_not_free_to_choose())?
        .into_username();
    call.about(&config, &username);
    let phone = Phone::new(&phone).map_err(|_| Problem::phone_not_usable())?;
    let password = NewPassword::new(password, &config.password_policy, username.as_str())
        .map_err(Problem::password_unacceptable)?;
    limiter::shed(call).await?;
    timeout::yield_to_event_loop().await;
    let hash = Argon2idHash::new(password.clear(), random::bytes()?)
        .map_err(|_| Problem::misconfigured().because("no_memory"))?;
    let shown = users::find(&call.env, &username).await;
    let create = Create {
        by_operator: false,
        hash_password: hash.to_string(),
        phone: phone.as_str().into(),
        id: None,
        imported_hash: None,
        shown: shown.map_err(|_| Problem::store_unavailable())?,
    };
    match object::ask(&call.env, &username, create).await {
        Ok(CreateAnswer::Created(user)) => {
            let answer = Answer {
                id: user.record.id,
                username: username.as_str(),
                phone: phone.as_str(),
            };
            Ok(Reply::json(201, &answer).because("signed_up"))
        }
        Ok(CreateAnswer::NameTaken | CreateAnswer::IdTaken) => Err(Problem::username_taken()),
        Err(AccountUnavailable) => Err(Problem::account_unavailable()),
    }
}
