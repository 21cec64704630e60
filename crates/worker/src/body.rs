//! Reads request bodies and limits their length.

use futures_util::StreamExt as _;
use worker::Request;
use zeroize::Zeroizing;

use super::problem::Problem;
use portcullis::encoding::json;

/// The longest body in bytes.
const MAX_LENGTH: usize = 8192;

/// Reads a body that must be one strict JSON object in UTF-8.
pub(super) async fn read_json_object(request: &mut Request) -> Result<Zeroizing<String>, Problem> {
    require(request, "application/json", Problem::media_type_unsupported)?;
    let text = read_text(request).await?;
    require_json_object(&text)?;
    Ok(text)
}

/// Reads the exact bytes of a body; empty if the request has no body.
pub(super) async fn read_bytes(request: &mut Request) -> Result<Zeroizing<Vec<u8>>, Problem> {
    if announced_length(request).is_some_and(|length| length > MAX_LENGTH) {
        return Err(Problem::body_too_large());
    }
    if request.inner().body().is_none() {
        return Ok(Zeroizing::default());
    }
    read(request).await.map(Zeroizing::new)
}

/// The same as [`read_json_object`], for a body that is already read.
pub(super) fn json_object<'a>(request: &Request, body: &'a [u8]) -> Result<&'a str, Problem> {
    require(request, "application/json", Problem::media_type_unsupported)?;
    let text = core::str::from_utf8(body).map_err(|_| not_utf8())?;
    require_json_object(text)?;
    Ok(text)
}

fn require_json_object(text: &str) -> Result<(), Problem> {
    json::read_object(text, |_, _| ()).map_err(|_| {
        Problem::request_malformed(
            "the body is not a JSON object with unique member names; send one",
        )
    })?;
    Ok(())
}

fn not_utf8() -> Problem {
    Problem::request_malformed("the body is not UTF-8; encode it as UTF-8")
}

/// Reads a body that must be a form (`application/x-www-form-urlencoded`, the
/// URL standard) in UTF-8. Returns its parameters in order.
pub(super) async fn read_form(request: &mut Request) -> Result<Vec<(String, String)>, Problem> {
    require(
        request,
        "application/x-www-form-urlencoded",
        Problem::not_a_form,
    )?;
    let text = read_text(request).await?;
    Ok(form_urlencoded::parse(text.as_bytes())
        .into_owned()
        .collect())
}

async fn read_text(request: &mut Request) -> Result<Zeroizing<String>, Problem> {
    if announced_length(request).is_some_and(|length| length > MAX_LENGTH) {
        return Err(Problem::body_too_large());
    }
    let bytes = read(request).await?;
    String::from_utf8(bytes)
        .map(Zeroizing::new)
        .map_err(|_| not_utf8())
}

/// Reads chunk by chunk, because `Content-Length` may be missing or wrong.
async fn read(request: &mut Request) -> Result<Vec<u8>, Problem> {
    let unreadable =
        |_| Problem::request_malformed("the body could not be read; send the request again");
    if request.inner().body().is_none() {
        return Err(Problem::request_malformed("the body is missing; send one"));
    }
    let mut stream = request.stream().map_err(unreadable)?;
    let mut bytes = Vec::new();
    while let Some(chunk) = stream.next().await {
        bytes.extend_from_slice(&chunk.map_err(unreadable)?);
        if bytes.len() > MAX_LENGTH {
            return Err(Problem::body_too_large());
        }
    }
    Ok(bytes)
}

/// The longest unread body, in bytes, that [`drop_unread`] reads.
const MAX_DROPPED: usize = 65_536;

/// Reads and drops a short body that the route did not read. If a body is left
/// unread, the runtime closes the connection, and the client's next request on
/// it fails.
pub(super) async fn drop_unread(request: &mut Request) {
    let unread = request.inner().body().is_some() && !request.inner().body_used();
    if unread && announced_length(request).is_some_and(|length| length <= MAX_DROPPED) {
        let _ = request.bytes().await;
    }
}

/// The length in `Content-Length`, in bytes; `usize::MAX` if the header is not a
/// number.
fn announced_length(request: &Request) -> Option<usize> {
    let length = request.headers().get("content-length").ok().flatten()?;
    Some(length.parse().unwrap_or(usize::MAX))
}

/// Requires this media type and no `Content-Encoding`. A parameter `charset` must
/// be UTF-8; other parameters are ignored.
fn require(
    request: &Request,
    media_type: &str,
    unsupported: fn() -> Problem,
) -> Result<(), Problem> {
    let header = |name| request.headers().get(name).ok().flatten();
    let content_type = header("content-type").ok_or_else(unsupported)?;
    let mut parts = content_type.split(';').map(str::trim);
    let is_type = parts
        .next()
        .is_some_and(|media| media.eq_ignore_ascii_case(media_type));
    let is_utf8 = parts.filter(|part| !part.is_empty()).all(|parameter| {
        parameter.split_once('=').is_none_or(|(name, value)| {
            !name.trim().eq_ignore_ascii_case("charset")
                || value.trim().trim_matches('"').eq_ignore_ascii_case("utf-8")
        })
    });
    if is_type && is_utf8 && header("content-encoding").is_none() {
        Ok(())
    } else {
        Err(unsupported())
    }
}
