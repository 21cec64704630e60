//! A client of the Worker's routes under `/admin`, for an operator.
//!
//! Each request is signed with the operator's private key; the Worker has the
//! public part in `OPERATOR_KEYS`.

mod http;
mod key_file;
mod refusal;
mod url;
mod user;

use std::fmt;

use clap::Args;
use serde::Serialize;
use serde::de::DeserializeOwned;
use ureq::http::Method;
use zeroize::Zeroizing;

pub(super) use key_file::OperatorKeyOptions;
pub(super) use user::{
    NewUser, Session, UserChange, UserDetails, UserPage, UserState, UserSummary,
};

use http::{Answer, Http, SignedRequest};
use key_file::OperatorKeyFile;
use refusal::{Asked, Subject};
use url::WorkerUrl;

use super::failure::{Failure, Outcome};
use super::system;
use portcullis::account::{OperatorRequest, OperatorSigner, SessionId, Username};
use portcullis::encoding::base64url;
use portcullis::time::UnixTime;

/// The options for the Worker and the operator's key.
#[derive(Args, Debug, Clone)]
#[command(next_help_heading = "Worker options")]
pub(super) struct AdminOptions {
    /// The Worker's URL [default: the Worker of `npm start`]
    ///
    /// The scheme is https:, or http: for a Worker on this machine.
    #[arg(
        long,
        value_name = "URL",
        env = "PORTCULLIS_URL",
        hide_env = true,
        hide_default_value = true,
        default_value = "http://127.0.0.1:8787"
    )]
    url: WorkerUrl,
    #[command(flatten)]
    key: OperatorKeyOptions,
}

impl AdminOptions {
    /// Whether the Worker runs on this machine.
    pub(super) fn is_local(&self) -> bool {
        self.url.is_loopback()
    }

    /// Reads the operator's key. Sends nothing to the Worker yet.
    ///
    /// # Errors
    /// The key does not exist or is not an operator's key.
    pub(super) fn open(&self) -> Outcome<Admin> {
        let key_file = self.key.read()?;
        let signer = OperatorSigner::from_jwk(&key_file.text);
        let signer = signer.map_err(|error| key_file::not_a_key(&key_file.path, error))?;
        Ok(Admin {
            http: Http::new(&self.url),
            url: self.url.clone(),
            signer,
            key_file,
        })
    }
}

/// A connection of an operator to a Worker.
pub(super) struct Admin {
    url: WorkerUrl,
    http: Http,
    signer: OperatorSigner,
    key_file: OperatorKeyFile,
}

/// The most users that the Worker lists at once.
pub(super) const LONGEST_PAGE: usize = 1000;

impl Admin {
    /// Lists users whose names begin with `prefix`, in the order of their names: at most `limit`,
    /// from `cursor` on.
    ///
    /// # Errors
    /// The Worker is not reached, refuses, or gives an unexpected answer. The methods below have
    /// the same errors.
    pub(super) fn list(
        &self,
        prefix: &str,
        limit: usize,
        cursor: Option<&str>,
    ) -> Outcome<UserPage> {
        let mut path = format!("/admin/users?limit={}", limit.min(LONGEST_PAGE));
        for (name, value) in [("prefix", Some(prefix)), ("cursor", cursor)] {
            if let Some(value) = value.filter(|value| !value.is_empty()) {
                path.push_str(&format!("&{name}={}", percent_encoded(value)));
            }
        }
        self.read(&self.send_empty(Method::GET, &path, Subject::default())?)
    }

    /// Adds a user.
    pub(super) fn add(&self, user: &NewUser<'_>) -> Outcome<UserSummary> {
        let subject = Subject {
            new_name: Some(user.username),
            new_id: user.id,
            ..Subject::default()
        };
        self.read(&self.send_json(Method::POST, "/admin/users", user, subject)?)
    }

    /// Returns the current state of a user in the account's object, parsed and as the Worker's
    /// JSON.
    pub(super) fn user(&self, username: &Username) -> Outcome<(UserDetails, String)> {
        let answer = self.send_empty(Method::GET, &path_of(username, ""), of_user(username))?;
        let text = str::from_utf8(&answer.body).map_err(|_| self.not_understood())?;
        Ok((self.read(&answer)?, text.to_owned()))
    }

    /// Checks that KV has a value to remove under the name: a user, or a value that is not a user.
    pub(super) fn find_removable(&self, username: &Username) -> Outcome<()> {
        let (answer, at) = self.exchange(Method::GET, &path_of(username, ""), None)?;
        if answer.is_success() {
            return self.read::<UserDetails>(&answer).map(drop);
        }
        if refusal::is_record_corrupt(&answer) {
            return Ok(());
        }
        Err(self.refusal(&answer, at, of_user(username)))
    }

    /// Changes a user.
    pub(super) fn change(&self, username: &Username, change: &UserChange) -> Outcome<()> {
        let path = path_of(username, "");
        self.send_json(Method::PATCH, &path, change, of_user(username))?;
        Ok(())
    }

    /// Removes a user permanently.
    pub(super) fn remove(&self, username: &Username) -> Outcome<()> {
        self.send_empty(Method::DELETE, &path_of(username, ""), of_user(username))?;
        Ok(())
    }

    /// Ends all sessions and tokens of a user.
    pub(super) fn sign_out(&self, username: &Username) -> Outcome<()> {
        let path = path_of(username, "/sign-out");
        self.send_empty(Method::POST, &path, of_user(username))?;
        Ok(())
    }

    /// Gives a user another name.
    pub(super) fn rename(&self, username: &Username, new_name: &Username) -> Outcome<UserSummary> {
        #[derive(Serialize)]
        struct NewName<'a> {
            username: &'a Username,
        }
        let body = NewName { username: new_name };
        let subject = Subject {
            new_name: Some(new_name),
            ..of_user(username)
        };
        self.read(&self.send_json(Method::POST, &path_of(username, "/rename"), &body, subject)?)
    }

    /// Ends one session of a user.
    pub(super) fn end_session(&self, username: &Username, session: &SessionId) -> Outcome<()> {
        let path = path_of(username, &format!("/sessions/{session}"));
        let subject = Subject {
            session: Some(session),
            ..of_user(username)
        };
        self.send_empty(Method::DELETE, &path, subject)?;
        Ok(())
    }

    /// Sends a request without a body.
    fn send_empty(&self, method: Method, path: &str, subject: Subject<'_>) -> Outcome<Answer> {
        self.send(method, path, None, subject)
    }

    /// Sends a request with a body.
    fn send_json(
        &self,
        method: Method,
        path: &str,
        body: &impl Serialize,
        subject: Subject<'_>,
    ) -> Outcome<Answer> {
        let body = serde_json::to_vec(body).map(Zeroizing::new);
        let body = body.map_err(Failure::new)?;
        self.send(method, path, Some(&body), subject)
    }

    fn send(
        &self,
        method: Method,
        path: &str,
        body: Option<&[u8]>,
        subject: Subject<'_>,
    ) -> Outcome<Answer> {
        let (answer, at) = self.exchange(method, path, body)?;
        if answer.is_success() {
            return Ok(answer);
        }
        Err(self.refusal(&answer, at, subject))
    }

    /// Sends a request. Returns the answer, whatever its status, and the time of the signature.
    fn exchange(
        &self,
        method: Method,
        path: &str,
        body: Option<&[u8]>,
    ) -> Outcome<(Answer, UnixTime)> {
        let url = format!("{}{path}", self.url.as_str());
        let now = system::now()?;
        let request = OperatorRequest {
            method: method.as_str(),
            url: &url,
            body: body.unwrap_or_default(),
        };
        let token = self.signer.sign(&request, now, *system::random()?);
        let token = token.map_err(|error| key_file::not_a_key(&self.key_file.path, error))?;
        let request = SignedRequest {
            method: method.clone(),
            url: &url,
            body,
            token: &token,
        };
        let answer = self.http.send(&request);
        let answer = answer.map_err(|error| http::failure(&error, &self.url, &method))?;
        Ok((answer, now))
    }

    fn refusal(&self, answer: &Answer, at: UnixTime, subject: Subject<'_>) -> Failure {
        let asked = Asked {
            worker: &self.url,
            key_id: self.signer.key_id().as_str(),
            key_file: &self.key_file.path,
            at,
        };
        refusal::failure(answer, &asked, subject)
    }

    fn read<T: DeserializeOwned>(&self, answer: &Answer) -> Outcome<T> {
        serde_json::from_slice(&answer.body).map_err(|_| self.not_understood())
    }

    fn not_understood(&self) -> Failure {
        Failure::new(format_args!("the answer of {} is not understood", self.url))
            .fix("check --url, and use a command line of the same version as the Worker")
    }
}

/// The place of the Worker, for messages such as "Added alice, …".
impl fmt::Display for Admin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "at {}", self.url)
    }
}

fn of_user(username: &Username) -> Subject<'_> {
    Subject {
        user: Some(username),
        ..Subject::default()
    }
}

/// The path of a user's route. The name is encoded because URL parsers drop names such as `..`.
fn path_of(username: &Username, rest: &str) -> String {
    let mut path = String::from("/admin/users/~");
    base64url::encode_onto(username.as_str().as_bytes(), &mut path);
    path.push_str(rest);
    path
}

/// Percent-encodes all characters except the unreserved ones (RFC 3986 §2.1).
fn percent_encoded(text: &str) -> String {
    let mut encoded = String::with_capacity(text.len());
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            encoded.push(byte.into());
        } else {
            encoded.push_str(&format!("%{byte:02X}"));
        }
    }
    encoded
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn a_name_in_a_path_is_base64url_and_in_a_query_percent_encoded() {
        let path = |name| path_of(&Username::new(name).unwrap(), "/sign-out");
        assert_eq!(path(".."), "/admin/users/~Li4/sign-out");
        assert_eq!(path("a/b?c"), "/admin/users/~YS9iP2M/sign-out");
        assert_eq!(percent_encoded("a&b=ü c/~"), "a%26b%3D%C3%BC%20c%2F~");
    }
}
