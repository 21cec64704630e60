//! `PATCH /admin/users/~{name}`.

use zeroize::Zeroizing;

use super::members::{Members, MembersWrong};
use super::new_hash;
use super::user::unavailable;
use super::{shown, view};
use crate::call::Call;
use crate::object;
use crate::problem::Problem;
use crate::reply::Reply;
use portcullis::account::object::protocol::UpdateUser;
use portcullis::account::{HashDigest, Phone, Username};
use portcullis::settings::Config;

struct Body {
    phone: Option<String>,
    password: Option<Zeroizing<String>>,
    hash_password: Option<String>,
    disabled: Option<bool>,
    imported: Option<bool>,
}

impl Body {
    fn read(text: &str) -> Result<Self, MembersWrong> {
        let mut members = Members::read(text)?;
        let body = Self {
            phone: members.text("phone")?,
            password: members.text("password")?.map(Zeroizing::new),
            hash_password: members.text("hash_password")?,
            disabled: members.flag("disabled")?,
            imported: members.flag("imported")?,
        };
        members.end()?;
        Ok(body)
    }
}

pub(super) async fn answer(
    call: &Call,
    config: &Config,
    username: &Username,
    body: &str,
) -> Result<Reply, Problem> {
    let Body {
        phone,
        password,
        hash_password,
        disabled,
        imported,
    } = Body::read(body).map_err(|_| {
        Problem::request_malformed(
            "the body may have \"phone\", and \"password\" or \"hash_password\", all strings, and \"disabled\" and \"imported\", true or false, and no other member",
        )
    })?;
    let phone = phone.map(|phone| Phone::new(&phone)).transpose();
    let phone = phone.map_err(|_| Problem::phone_not_usable())?;
    let is_imported = imported == Some(true) && hash_password.is_some();
    let hash = new_hash::from_body(config, username, password, hash_password).await?;
    if phone.is_none() && hash.is_none() && disabled.is_none() {
        return Err(Problem::request_malformed(
            "the body must have a member to change: \"phone\", \"password\", \"hash_password\" or \"disabled\"",
        ));
    }
    let update = UpdateUser {
        phone: phone.map(|phone| phone.as_str().into()),
        hash_password: hash.clone(),
        disabled,
        // A later import compares its source with this.
        imported_hash: hash.as_deref().filter(|_| is_imported).map(HashDigest::new),
        shown: shown(call, username).await?,
    };
    let answer = object::ask(&call.env, username, update).await;
    let user = view::existing(answer.map_err(unavailable)?)?;
    Ok(view::reply(200, &user).because("user_changed"))
}
