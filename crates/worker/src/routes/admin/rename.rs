//! `POST /admin/users/~{name}/rename`: renames a user.

use futures_util::future::try_join;

use super::members::{Members, MembersWrong};
use super::user::unavailable;
use super::{shown, view};
use crate::call::Call;
use crate::object;
use crate::problem::Problem;
use crate::reply::Reply;
use portcullis::account::object::protocol::{Rename, RenameAnswer};
use portcullis::account::{NewUsername, Username};

/// Renames the user `from` to the name in the body.
pub(super) async fn answer(call: &Call, from: &Username, body: &str) -> Result<Reply, Problem> {
    let username = new_name(body).map_err(|_| {
        Problem::request_malformed("the body must have the string \"username\" and no other member")
    })?;
    let to = NewUsername::new(&username)
        .map_err(|_| Problem::username_not_free_to_choose())?
        .into_username();
    let (shown, shown_at_new) = try_join(shown(call, from), shown(call, &to)).await?;
    let rename = Rename {
        to,
        shown,
        shown_at_new,
    };
    match object::ask(&call.env, from, rename)
        .await
        .map_err(unavailable)?
    {
        RenameAnswer::Renamed(user) => Ok(view::reply(200, &user).because("user_renamed")),
        RenameAnswer::NameTaken => Err(Problem::username_taken()),
        RenameAnswer::NoUser(why) => Err(view::no_user(why)),
        RenameAnswer::Aborted => Err(Problem::store_unavailable().because("rename_aborted")),
    }
}

fn new_name(body: &str) -> Result<String, MembersWrong> {
    let mut members = Members::read(body)?;
    let username = members.text("username")?.ok_or(MembersWrong)?;
    members.end()?;
    Ok(username)
}
