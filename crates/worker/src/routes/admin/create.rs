//! `POST /admin/users`: creates a user.

use zeroize::Zeroizing;

use super::members::{Members, MembersWrong};
use super::new_hash::{self, digest_of_import};
use super::user::unavailable;
use super::{shown, view};
use crate::call::Call;
use crate::object;
use crate::problem::Problem;
use crate::reply::Reply;
use portcullis::account::object::protocol::{Create, CreateAnswer};
use portcullis::account::{Phone, UserId, Username};
use portcullis::settings::Config;

struct Body {
    username: String,
    password: Option<Zeroizing<String>>,
    hash_password: Option<String>,
    imported: Option<bool>,
    phone: Option<String>,
    id: Option<UserId>,
}

impl Body {
    fn read(text: &str) -> Result<Self, MembersWrong> {
        let mut members = Members::read(text)?;
        let body = Self {
            username: members.text("username")?.ok_or(MembersWrong)?,
            password: members.text("password")?.map(Zeroizing::new),
            hash_password: members.text("hash_password")?,
            imported: members.flag("imported")?,
            phone: members.text("phone")?,
            id: members.id("id")?,
        };
        if body.imported.is_some() && body.hash_password.is_none() {
            return Err(MembersWrong);
        }
        members.end()?;
        Ok(body)
    }
}

/// Creates a user. An operator may also use a name that is refused at a sign-up,
/// because users of a Flask application may have such a name.
pub(super) async fn answer(call: &Call, config: &Config, body: &str) -> Result<Reply, Problem> {
    let Body {
        username,
        password,
        hash_password,
        imported,
        phone,
        id,
    } = Body::read(body).map_err(|_| {
        Problem::request_malformed(
            "the body must have the member \"username\" and may have \"password\" or \"hash_password\", and \"phone\", all strings, and \"id\", a whole number from 0 to 9007199254740991, and \"imported\", true or false, beside \"hash_password\", and no other",
        )
    })?;
    let username = Username::new(&username).map_err(|_| Problem::username_not_usable())?;
    call.about(config, &username);
    let phone = Phone::new(&phone.unwrap_or_default()).map_err(|_| Problem::phone_not_usable())?;
    let hash = new_hash::from_body(config, &username, password, hash_password).await?;
    let create = Create {
        by_operator: true,
        imported_hash: digest_of_import(imported, hash.as_deref()),
        // No password matches an empty hash.
        hash_password: hash.unwrap_or_default(),
        phone: phone.as_str().into(),
        id,
        shown: shown(call, &username).await?,
    };
    let answer = object::ask(&call.env, &username, create).await;
    match answer.map_err(unavailable)? {
        CreateAnswer::Created(user) => Ok(view::reply(201, &user).because("user_created")),
        CreateAnswer::NameTaken => Err(Problem::username_taken()),
        CreateAnswer::IdTaken => Err(Problem::id_taken()),
    }
}
