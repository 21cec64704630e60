//! `PATCH /admin/users/~{name}`: changes a user.

use zeroize::Zeroizing;

use super::members::{Members, MembersWrong};
use super::new_hash::{self, digest_of_import};
use super::user::unavailable;
use super::{shown, view};
use crate::call::Call;
use crate::object;
use crate::problem::Problem;
use crate::reply::Reply;
use portcullis::account::object::protocol::UpdateUser;
use portcullis::account::{Phone, Username};
use portcullis::settings::Config;

struct Body {
    phone: Option<String>,
    password: Option<Zeroizing<String>>,
    hash_password: Option<String>,
    imported: Option<bool>,
    disabled: Option<bool>,
}

impl Body {
    fn read(text: &str) -> Result<Self, MembersWrong> {
        let mut members = Members::read(text)?;
        let body = Self {
            phone: members.text("phone")?,
            password: members.text("password")?.map(Zeroizing::new),
            hash_password: members.text("hash_password")?,
            imported: members.flag("imported")?,
            disabled: members.flag("disabled")?,
        };
        if body.imported.is_some() && body.hash_password.is_none() {
            return Err(MembersWrong);
        }
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
        imported,
        disabled,
    } = Body::read(body).map_err(|_| {
        Problem::request_malformed(
            "the body may have only these members: \"phone\", \"password\" or \"hash_password\" (strings), \"disabled\" (true or false), and \"imported\" together with \"hash_password\"",
        )
    })?;
    let phone = phone.map(|phone| Phone::new(&phone)).transpose();
    let phone = phone.map_err(|_| Problem::phone_not_usable())?;
    let hash = new_hash::from_body(config, username, password, hash_password).await?;
    if phone.is_none() && hash.is_none() && disabled.is_none() {
        return Err(Problem::request_malformed(
            "the body changes nothing; send \"phone\", \"password\", \"hash_password\" or \"disabled\"",
        ));
    }
    let update = UpdateUser {
        phone: phone.map(|phone| phone.as_str().into()),
        imported_hash: digest_of_import(imported, hash.as_deref()),
        hash_password: hash,
        disabled,
        shown: shown(call, username).await?,
    };
    let answer = object::ask(&call.env, username, update).await;
    let user = view::existing(answer.map_err(unavailable)?)?;
    Ok(view::reply(200, &user).because("user_changed"))
}
