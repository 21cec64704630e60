//! A JSON body, bounded before it is read.

use futures_util::StreamExt as _;
use worker::Request;
use zeroize::Zeroizing;

use super::problem::Problem;
use crate::encoding::json;

/// The longest body in bytes.
const MAX_LENGTH: usize = 8192;

/// Reads a body that must be one strict JSON object in UTF-8.
pub(super) async fn read_json_object(request: &mut Request) -> Result<Zeroizing<String>, Problem> {
    let header = |name| request.headers().get(name).ok().flatten();
    if !header("content-type").is_some_and(|value| is_json(&value)) {
        return Err(Problem::media_type_unsupported());
    }
    if header("content-encoding").is_some() {
        return Err(Problem::media_type_unsupported());
    }
    if let Some(length) = header("content-length")
        && length
            .parse()
            .map_or(true, |length: usize| length > MAX_LENGTH)
    {
        return Err(Problem::body_too_large());
    }
    let bytes = read(request).await?;
    let text = String::from_utf8(bytes)
        .map(Zeroizing::new)
        .map_err(|_| Problem::request_malformed("the body is not UTF-8"))?;
    json::read_object(&text, |_, _| ()).map_err(|_| {
        Problem::request_malformed("the body is not a JSON object with unique member names")
    })?;
    Ok(text)
}

/// Reads chunk by chunk: a length need not be announced, nor be true.
async fn read(request: &mut Request) -> Result<Vec<u8>, Problem> {
    let unreadable = |_| Problem::request_malformed("the body cannot be read");
    if request.inner().body().is_none() {
        return Err(Problem::request_malformed("the body is missing"));
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

/// `application/json`, with no parameter but `charset=utf-8`.
fn is_json(content_type: &str) -> bool {
    let mut parts = content_type.split(';').map(str::trim);
    let is_type = parts
        .next()
        .is_some_and(|media| media.eq_ignore_ascii_case("application/json"));
    is_type
        && parts.filter(|part| !part.is_empty()).all(|parameter| {
            parameter.split_once('=').is_none_or(|(name, value)| {
                !name.trim().eq_ignore_ascii_case("charset")
                    || value.trim().trim_matches('"').eq_ignore_ascii_case("utf-8")
            })
        })
}
