//! All errors of a token with a valid signature. The core may report any of them,
//! but an expiry only if there is no other error.

use portcullis::error::TokenError;
use portcullis::time::UnixTime;
use portcullis::token::Policy;

use super::dates::{Dates, micros};
use super::header::Header;
use super::json::Tree;
use crate::exact;

#[derive(Debug, PartialEq)]
enum Problem {
    Claim(String),
    NotYetValid(i128),
    Expired(i128),
}

/// Asserts that the result of a verification is one that the claims and the
/// policy call for.
pub(crate) fn assert_judged<T: std::fmt::Debug>(
    outcome: Result<T, TokenError>,
    header: Header<'_>,
    claims: &Tree,
    policy: &Policy,
    now: UnixTime,
) {
    let problems = problems(header, claims, policy, micros(now));
    let justified = match &outcome {
        Ok(_) => problems.is_empty(),
        Err(TokenError::Expired { expired_at }) => {
            problems == [Problem::Expired(micros(*expired_at))]
        }
        Err(TokenError::NotYetValid { not_before }) => {
            problems.contains(&Problem::NotYetValid(micros(*not_before)))
        }
        Err(TokenError::ClaimInvalid { claim, .. }) => {
            problems.contains(&Problem::Claim(claim.clone()))
        }
        Err(_) => false,
    };
    assert!(justified, "{outcome:?} of {problems:?}");
}

fn problems(header: Header<'_>, claims: &Tree, policy: &Policy, now: i128) -> Vec<Problem> {
    let mut wrong = Vec::new();
    let mut unless = |right: bool, claim: &str| {
        if !right {
            wrong.push(Problem::Claim(claim.into()));
        }
    };
    let text = |name| claims.member(name).and_then(Tree::as_str);
    for name in ["iss", "sub", "jti"] {
        unless(claims.member(name).is_none() || text(name).is_some(), name);
    }
    let audience = claims.member("aud").map(audience);
    unless(audience != Some(None), "aud");
    for name in &policy.required_claims {
        unless(claims.member(name).is_some(), name);
    }
    let expiry_asked = !policy.required_claims.is_empty() || header.tree.member("exp").is_some();
    unless(!expiry_asked || claims.member("exp").is_some(), "exp");
    if !policy.issuers.is_empty() {
        let right = text("iss").is_some_and(|has| policy.issuers.iter().any(|i| i == has));
        unless(right, "iss");
    }
    if !policy.audiences.is_empty() {
        let has = audience.flatten().unwrap_or_default();
        let right = has
            .iter()
            .any(|has| policy.audiences.iter().any(|a| a == has));
        unless(right, "aud");
    }
    if let Some(subject) = &policy.subject {
        unless(text("sub") == Some(subject), "sub");
    }
    if let Some(wanted) = &policy.token_type {
        let right = header
            .token_type
            .is_some_and(|has| media_type(has) == media_type(wanted));
        unless(right, "typ");
    }
    let dates = match Dates::read(claims) {
        Ok(dates) => dates,
        Err(names) => {
            wrong.extend(names.iter().map(|name| Problem::Claim((*name).into())));
            return wrong;
        }
    };
    // With an expiry in the header it is not a JWT.
    if header.tree.member("exp").is_some() {
        wrong.push(Problem::Claim("exp".into()));
    }
    let leeway = policy.leeway.as_micros() as i128;
    if let Some(start) = dates.not_before.filter(|start| *start > now + leeway) {
        wrong.push(Problem::NotYetValid(start));
    }
    let checks_issue = policy.rejects_future_issue || policy.max_age.is_some();
    if checks_issue && dates.issued_at.is_some_and(|at| at > now + leeway) {
        wrong.push(Problem::Claim("iat".into()));
    }
    let mut end = dates.expires_at;
    if let Some(age) = policy.max_age {
        match dates.issued_at {
            None => wrong.push(Problem::Claim("iat".into())),
            Some(at) => {
                let by_age = (at + age.as_micros() as i128).min(exact::MAX);
                end = Some(end.map_or(by_age, |end| end.min(by_age)));
            }
        }
    }
    if let Some(end) = end.filter(|end| (end + leeway).min(exact::MAX) <= now) {
        wrong.push(Problem::Expired(end));
    }
    wrong
}

/// The audience, or `None` if it is malformed (RFC 7519 §4.1.3).
fn audience(value: &Tree) -> Option<Vec<&str>> {
    let named = |value: &'_ Tree| value.as_str().is_some_and(|s| !s.is_empty());
    match value {
        Tree::Array(all) if !all.is_empty() && all.iter().all(named) => {
            Some(all.iter().filter_map(Tree::as_str).collect())
        }
        value if named(value) => value.as_str().map(|one| vec![one]),
        _ => None,
    }
}

fn media_type(name: &str) -> String {
    let name = name.to_ascii_lowercase();
    match name.strip_prefix("application/") {
        Some(rest) => rest.into(),
        None => name,
    }
}
