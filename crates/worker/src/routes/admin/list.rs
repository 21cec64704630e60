//! `GET /admin/users`: lists the users in KV. The list may be a minute old.

use serde::Serialize;

use crate::call::Call;
use crate::problem::Problem;
use crate::reply::Reply;
use crate::users::{self, Page};
use portcullis::account::{StoredUser, UserId, UserRecord, Username};

#[derive(Serialize)]
struct Answer<'a> {
    users: Vec<Summary>,
    /// The names under which KV holds a value that is not a user.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    corrupt: Vec<String>,
    /// Where the next page begins; left out on the last page.
    #[serde(skip_serializing_if = "Option::is_none")]
    cursor: Option<&'a str>,
}

#[derive(Serialize)]
struct Summary {
    id: UserId,
    username: String,
    phone: String,
    disabled: bool,
}

/// The most users of a page, if the request has no `limit`.
const DEFAULT_LIMIT: u16 = 100;
/// The highest `limit`, because KV lists no more keys at once.
const MOST: u16 = 1000;
/// The longest cursor in bytes.
const LONGEST_CURSOR: usize = 1024;

#[derive(Default)]
struct Query {
    cursor: Option<String>,
    limit: Option<u16>,
    prefix: Option<String>,
}

/// Lists one page. A page has fewer users than its limit if users were removed.
pub(super) async fn answer(call: &Call, url: &str) -> Result<Reply, Problem> {
    let Query {
        cursor,
        limit,
        prefix,
    } = Query::read(url).ok_or_else(|| {
        Problem::request_malformed(
            "the query may have only these parameters, each once: \"limit\" (1 to 1000), \"prefix\" (the start of a username) and \"cursor\" (from the previous response)",
        )
    })?;
    let limit = limit.unwrap_or(DEFAULT_LIMIT);
    let page = users::page(&call.env, &prefix.unwrap_or_default(), limit, cursor).await;
    let Page { users, cursor } = page.map_err(|_| Problem::store_unavailable())?;
    let mut answer = Answer {
        users: Vec::with_capacity(users.len()),
        corrupt: Vec::new(),
        cursor: cursor.as_deref(),
    };
    for (name, stored) in users {
        match parse(&name, &stored) {
            Some(StoredUser::Seed(record)) => answer.users.push(record.into()),
            Some(StoredUser::Replica(replica)) => answer.users.push(replica.record.into()),
            Some(StoredUser::Removed(_)) => {}
            None => answer.corrupt.push(name),
        }
    }
    Ok(Reply::json(200, &answer).because("users_listed"))
}

fn parse(name: &str, stored: &str) -> Option<StoredUser> {
    let username = Username::new(name).ok()?;
    // Lookups use the normalized name, so they never find another form.
    if username.as_str() != name {
        return None;
    }
    StoredUser::parse(stored, &username).ok()
}

impl Query {
    fn read(url: &str) -> Option<Self> {
        let url = url.split('#').next().unwrap_or_default();
        let text = url.split_once('?').map_or("", |(_, query)| query);
        let mut query = Self::default();
        for (name, value) in form_urlencoded::parse(text.as_bytes()) {
            let is_first = match name.as_ref() {
                "cursor" if value.len() <= LONGEST_CURSOR => {
                    query.cursor.replace(value.into_owned()).is_none()
                }
                "limit" => {
                    let limit = value
                        .parse()
                        .ok()
                        .filter(|limit| (1..=MOST).contains(limit))?;
                    query.limit.replace(limit).is_none()
                }
                "prefix" => {
                    // Names are stored normalized, so the prefix is normalized too.
                    let prefix = match value.as_ref() {
                        "" => String::new(),
                        value => Username::new(value).ok()?.as_str().into(),
                    };
                    query.prefix.replace(prefix).is_none()
                }
                _ => false,
            };
            if !is_first {
                return None;
            }
        }
        Some(query)
    }
}

impl From<UserRecord> for Summary {
    fn from(record: UserRecord) -> Self {
        Self {
            id: record.id,
            username: record.username,
            phone: record.phone,
            disabled: record.disabled,
        }
    }
}
