use serde::Serialize;
use worker::Request;

use super::bearer::{self, Presented};
use crate::account::{UserId, UserRecord};
use crate::worker::call::Call;
use crate::worker::problem::Problem;
use crate::worker::reply::Reply;

#[derive(Serialize)]
pub(super) struct Answer<'a> {
    id: UserId,
    username: &'a str,
    phone: &'a str,
}

impl<'a> From<&'a UserRecord> for Answer<'a> {
    fn from(user: &'a UserRecord) -> Self {
        Self {
            id: user.id,
            username: &user.username,
            phone: &user.phone,
        }
    }
}

/// `GET /me`: the original's protected index.
pub(super) async fn answer(call: &Call, request: &Request) -> Result<Reply, Problem> {
    let config = call.config()?;
    let (user, reason) = match bearer::verify(&config, &bearer::credentials(request)?)? {
        Presented::Access(access) => {
            call.about(&config, access.username());
            (bearer::user(call, &access).await?.0, "token_right")
        }
        Presented::Legacy(access) => {
            let (_, user, _) = bearer::legacy_user(call, &config, &access).await?;
            (user, "legacy_token_right")
        }
    };
    Ok(Reply::json(200, &Answer::from(&user)).because(reason))
}
