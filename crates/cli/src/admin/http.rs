//! An HTTP client for the Worker, with limits on time and size.

use std::io::ErrorKind;
use std::time::Duration;

use ureq::http::{Method, Request, Response};
use ureq::{Agent, Body, Error, Timeout};

use super::url::WorkerUrl;
use crate::failure::Failure;
use portcullis::time::UnixTime;

/// The timeout of the connection.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(10);
/// The timeout of a whole request. A Worker that hashes a password takes a second.
const REQUEST_TIMEOUT: Duration = Duration::from_secs(30);
/// The longest answer in bytes. A page of 1,000 users with the longest names and phone numbers has
/// about 0.7 MB.
const LONGEST_BODY: u64 = 4 * 0x10_0000;

/// A request to the Worker, with a token that the operator signed for it.
pub(super) struct SignedRequest<'a> {
    pub(super) method: Method,
    /// The URL, including the query.
    pub(super) url: &'a str,
    /// The body as JSON; `None` if the request has no body.
    pub(super) body: Option<&'a [u8]>,
    pub(super) token: &'a str,
}

/// The Worker's answer.
pub(super) struct Answer {
    pub(super) status: u16,
    pub(super) body: Vec<u8>,
    /// The time of the answer by the Worker's clock, if the answer has a date.
    pub(super) date: Option<UnixTime>,
}

impl Answer {
    pub(super) fn is_success(&self) -> bool {
        (200..300).contains(&self.status)
    }
}

/// A client for one Worker.
pub(super) struct Http(Agent);

impl Http {
    pub(super) fn new(worker: &WorkerUrl) -> Self {
        let config = Agent::config_builder()
            .http_status_as_error(false)
            .https_only(!worker.is_loopback())
            // A signature is for one URL, so the target of a redirect would reject it.
            .max_redirects(0)
            .max_redirects_will_error(false)
            .timeout_connect(Some(CONNECT_TIMEOUT))
            .timeout_global(Some(REQUEST_TIMEOUT))
            .user_agent(concat!("portcullis/", env!("CARGO_PKG_VERSION")))
            .accept("application/json, application/problem+json");
        // A proxy from the environment would connect to the loopback of the proxy's machine.
        let config = if worker.is_loopback() {
            config.proxy(None)
        } else {
            config
        };
        Self(config.build().new_agent())
    }

    /// Sends the request once. It must not be repeated, because its token can be used only once.
    pub(super) fn send(&self, request: &SignedRequest<'_>) -> Result<Answer, Error> {
        let head = Request::builder()
            .method(&request.method)
            .uri(request.url)
            .header("authorization", format!("Bearer {}", request.token));
        let mut response = match request.body {
            Some(body) => {
                let head = head.header("content-type", "application/json");
                self.0.run(head.body(body)?)?
            }
            // A POST with an empty body needs a Content-Length (RFC 9110 §8.6).
            None if request.method == Method::POST => self.0.run(head.body([].as_slice())?)?,
            None => self.0.run(head.body(())?)?,
        };
        let (status, date) = (response.status().as_u16(), date_of(&response));
        let body = response.body_mut().with_config().limit(LONGEST_BODY);
        Ok(Answer {
            status,
            date,
            body: body.read_to_vec()?,
        })
    }
}

/// Reads the `Date` header (RFC 9110 §6.6.1).
fn date_of(response: &Response<Body>) -> Option<UnixTime> {
    let text = response.headers().get("date")?.to_str().ok()?;
    let date = jiff::fmt::rfc2822::parse(text).ok()?;
    UnixTime::from_seconds(date.timestamp().as_second())
}

/// The failure for a request without an answer.
pub(super) fn failure(error: &Error, worker: &WorkerUrl, method: &Method) -> Failure {
    let kind = match error {
        Error::Io(error) => Some(error.kind()),
        _ => None,
    };
    if kind == Some(ErrorKind::ConnectionRefused) && worker.is_loopback() {
        return Failure::new(format_args!("nothing answers at {worker}"))
            .fix("start the Worker with `npm start`, or name another one with --url");
    }
    let failure = Failure::new(match error {
        Error::Timeout(_) => format!("{worker} did not answer in time"),
        Error::BodyExceedsLimit(_) => format!("the answer of {worker} is longer than 4 MiB"),
        // The error has rustls's text about a certificate.
        Error::Io(error) if error.kind() == ErrorKind::InvalidData => {
            format!("no secure connection to {worker}: {error}")
        }
        Error::Io(error) => format!("{worker} cannot be reached: {error}"),
        _ => format!("{worker} cannot be reached: {error}"),
    });
    if *method != Method::GET && was_perhaps_sent(error) {
        return failure.fix("the change may have been made: check with `portcullis users show`");
    }
    failure.fix("check --url and the network, and try again")
}

/// Whether the request may have reached the Worker.
fn was_perhaps_sent(error: &Error) -> bool {
    match error {
        Error::Timeout(phase) => !matches!(phase, Timeout::Resolve | Timeout::Connect),
        Error::Io(error) => matches!(
            error.kind(),
            ErrorKind::BrokenPipe
                | ErrorKind::ConnectionAborted
                | ErrorKind::ConnectionReset
                | ErrorKind::TimedOut
                | ErrorKind::UnexpectedEof
        ),
        Error::Protocol(_) | Error::BodyExceedsLimit(_) => true,
        _ => false,
    }
}
