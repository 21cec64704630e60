//! Verifies tokens of other issuers. JavaScript fetches the keys and checks the
//! signature with WebCrypto; the core decides everything else.

use core::time::Duration;
use std::cell::Cell;
use std::rc::Rc;

use super::error::CallError;
use super::memory::{self, Memory};
use super::{text, time};
use portcullis::encoding::json::{JsonValue, push_string};
use portcullis::error::{KeyProblem, TokenError};
use portcullis::key::Algorithm;
use portcullis::token::issuer::{
    ClaimValues, Issuer, IssuerAudience, IssuerKeySet, IssuerName, IssuerVerifier,
    SignatureVerdict, Tenants, TokenKind,
};

/// The values that JavaScript holds by a number. A free place is used again.
struct Held<T>(Cell<Vec<Option<Rc<T>>>>);

impl<T> Held<T> {
    const fn new() -> Self {
        Self(Cell::new(Vec::new()))
    }

    fn with<R>(&self, work: impl FnOnce(&mut Vec<Option<Rc<T>>>) -> R) -> R {
        let mut held = self.0.take();
        let outcome = work(&mut held);
        self.0.set(held);
        outcome
    }

    fn keep(&self, value: T) -> usize {
        let value = Some(Rc::new(value));
        self.with(
            |held| match held.iter_mut().position(|place| place.is_none()) {
                Some(free) => {
                    if let Some(place) = held.get_mut(free) {
                        *place = value;
                    }
                    free
                }
                None => {
                    held.push(value);
                    held.len().saturating_sub(1)
                }
            },
        )
    }

    fn get(&self, number: usize) -> Result<Rc<T>, CallError> {
        self.with(|held| held.get(number).cloned().flatten())
            .ok_or(CallError::Argument("there is no such value"))
    }

    fn free(&self, number: usize) {
        let freed = self.with(|held| held.get_mut(number).and_then(Option::take));
        drop(freed);
    }
}

thread_local! {
    static VERIFIERS: Held<IssuerVerifier> = const { Held::new() };
    static KEYS: Held<IssuerKeySet> = const { Held::new() };
}

/// Reads a JSON array of issuers from the first `length` bytes of the input. Returns
/// the number by which JavaScript holds the verifier; -1 on failure, and the facts then
/// hold the reason.
#[must_use]
pub fn read_issuers(length: usize) -> i32 {
    number(memory::run(|memory| {
        let text = memory::input_text(&memory.input, length)?;
        let mut issuers = Vec::new();
        text::read_array(text, |value| {
            let JsonValue::Array(text) = value else {
                return Err(text::MISTYPED);
            };
            issuers.push(issuer(text)?);
            Ok(())
        })?;
        let verifier = IssuerVerifier::new(issuers).map_err(CallError::Issuer)?;
        Ok(VERIFIERS.with(|held| held.keep(verifier)))
    }))
}

/// Frees the verifier with this number.
pub fn free_issuers(verifier: usize) {
    VERIFIERS.with(|held| held.free(verifier));
}

/// The length of the longest token in bytes that the verifier accepts.
#[must_use]
pub fn longest(verifier: usize) -> usize {
    let verifier = VERIFIERS.with(|held| held.get(verifier));
    verifier.map_or(0, |verifier| verifier.longest())
}

/// Reads a JWK Set from the first `length` bytes of the input. Returns the number by
/// which JavaScript holds the set; -1 on failure. The text then is JSON: the `keys`,
/// each with `id`, `algorithms` and a `jwk` for WebCrypto, and the keys that were
/// `leftOut`, each with its `index` and the reason `why`.
#[must_use]
pub fn read_keys(length: usize) -> i32 {
    number(memory::run(|memory| {
        let keys = IssuerKeySet::from_json(memory::input_text(&memory.input, length)?)?;
        memory.text.clear();
        write_keys(&keys, &mut memory.text);
        memory.publish_text();
        Ok(KEYS.with(|held| held.keep(keys)))
    }))
}

/// Frees the set of keys with this number.
pub fn free_keys(keys: usize) {
    KEYS.with(|held| held.free(keys));
}

/// Reads the token in the first `length` bytes of the input. Returns the position of
/// its issuer; -1 on failure. The text then is JSON: `iss`, `alg`, `kid` if there is
/// one, and the positions of the `candidates` in the set `keys`. They count only if the
/// set belongs to the token's issuer. A number of no set stands for an empty set.
#[must_use]
pub fn begin(verifier: usize, keys: usize, length: usize, now: f64) -> i32 {
    number(memory::run(|memory| {
        let verifier = VERIFIERS.with(|held| held.get(verifier))?;
        let Memory { input, text, .. } = memory;
        let pending = verifier.read(memory::input_bytes(input, length)?, time(now)?)?;
        text.clear();
        text.push_str("{\"iss\":");
        push_string(text, pending.issuer_name());
        text.push_str(",\"alg\":");
        push_string(text, pending.algorithm().name());
        if let Some(id) = pending.key_id() {
            text.push_str(",\"kid\":");
            push_string(text, id);
        }
        text.push_str(",\"candidates\":[");
        if let Ok(keys) = KEYS.with(|held| held.get(keys)) {
            for (i, index) in pending.candidates(&keys).enumerate() {
                text.push_str(if i == 0 { "" } else { "," });
                push_small_number(text, index);
            }
        }
        text.push_str("]}");
        let issuer = pending.issuer_index();
        memory.publish_text();
        Ok(issuer)
    }))
}

/// Accepts or rejects the token in the first `length` bytes of the input. `key` is the
/// position of the key that the signature was checked with, and `is_valid` the outcome
/// of that check. The text then is a JSON array of header and claims. False on failure;
/// the facts then hold the reason.
#[must_use]
pub fn finish(
    verifier: usize,
    keys: usize,
    key: usize,
    is_valid: bool,
    length: usize,
    now: f64,
) -> bool {
    memory::run(|memory| {
        let verifier = VERIFIERS.with(|held| held.get(verifier))?;
        let keys = KEYS.with(|held| held.get(keys))?;
        let token = memory::input_bytes(&memory.input, length)?;
        let verdict = SignatureVerdict::from_check(key, is_valid);
        let verified = verifier.accept(token, time(now)?, &keys, verdict)?;
        let (header, claims) = (verified.json().header(), verified.json().claims());
        memory.text.clear();
        memory.text.push('[');
        memory.text.push_str(header);
        memory.text.push(',');
        memory.text.push_str(claims);
        memory.text.push(']');
        memory.publish_text();
        Ok(())
    })
    .is_some()
}

/// A position or a handle as a result; -1 for a failure.
fn number(value: Option<usize>) -> i32 {
    value
        .and_then(|value| i32::try_from(value).ok())
        .unwrap_or(-1)
}

/// Reads one issuer from an array. JavaScript writes the elements in this order, with
/// `null` for what the caller left out and durations in microseconds. An array takes
/// less code to read than an object, whose names have to be compared.
fn issuer(text: &str) -> Result<Issuer, CallError> {
    let mut issuer = Issuer::new(
        IssuerName::AnyOf(Vec::new()),
        Vec::new(),
        IssuerAudience::AnyOf(Vec::new()),
        TokenKind::Access,
    );
    let mut template = None;
    let mut position = 0_usize;
    text::read_array(text, |value| {
        let at = position;
        position = position.saturating_add(1);
        match (at, value) {
            (0, _) => issuer.algorithms = algorithms(&text::strings(value)?)?,
            (1, _) => issuer.kind = kind(&text::string(value)?)?,
            (_, JsonValue::Null) => {}
            (2, _) => issuer.name = IssuerName::AnyOf(text::strings(value)?),
            (3, _) => template = Some((text::string(value)?, Tenants::Any)),
            (4, _) => {
                if let Some((_, tenants)) = &mut template {
                    *tenants = Tenants::OneOf(text::strings(value)?);
                }
            }
            (5, JsonValue::Bool(true)) => issuer.audience = IssuerAudience::Unchecked,
            (5, _) => issuer.audience = IssuerAudience::AnyOf(text::strings(value)?),
            (6, _) => issuer.audience = IssuerAudience::Claim(claim_values(value)?),
            (7, _) => issuer.leeway = Duration::from_micros(text::whole_number(value)?),
            (8, _) => issuer.max_age = Some(Duration::from_micros(text::whole_number(value)?)),
            (9, _) => {
                let length = text::whole_number(value)?;
                issuer.max_token_length = usize::try_from(length).unwrap_or(usize::MAX);
            }
            (10, JsonValue::Array(all)) => text::read_array(all, |value| {
                issuer.claim_values.push(claim_values(value)?);
                Ok(())
            })?,
            (11, _) => issuer.required_claims = text::strings(value)?,
            (12, _) => issuer.key_issuers = text::strings(value)?,
            // An unknown option must fail: it may ask for a check that is not made here.
            _ => return Err(text::MISTYPED),
        }
        Ok(())
    })?;
    if let Some((template, tenants)) = template {
        issuer.name = IssuerName::Template { template, tenants };
    }
    Ok(issuer)
}

fn algorithms(names: &[String]) -> Result<Vec<Algorithm>, CallError> {
    let known: Option<Vec<_>> = names
        .iter()
        .map(|name| Algorithm::from_name(name))
        .collect();
    Ok(known.ok_or(TokenError::from(KeyProblem::Unsupported))?)
}

fn kind(name: &str) -> Result<TokenKind, CallError> {
    match name {
        "rfc9068" => Ok(TokenKind::Rfc9068),
        "access" => Ok(TokenKind::Access),
        "id" => Ok(TokenKind::Id),
        _ => Err(CallError::Argument(
            "token must be \"rfc9068\", \"access\" or \"id\"",
        )),
    }
}

/// Reads an array of a claim's name and its values.
fn claim_values(value: &JsonValue<'_>) -> Result<ClaimValues, CallError> {
    let mut texts = text::strings(value)?.into_iter();
    Ok(ClaimValues {
        name: texts.next().ok_or(text::MISTYPED)?,
        one_of: texts.collect(),
    })
}

fn write_keys(keys: &IssuerKeySet, json: &mut String) {
    json.push_str("{\"keys\":[");
    for (i, key) in keys.keys().iter().enumerate() {
        json.push_str(if i == 0 { "{" } else { ",{" });
        if let Some(id) = key.id() {
            json.push_str("\"id\":");
            push_string(json, id.as_str());
            json.push(',');
        }
        json.push_str("\"algorithms\":[");
        for (i, algorithm) in key.algorithms().iter().enumerate() {
            if i > 0 {
                json.push(',');
            }
            push_string(json, algorithm.name());
        }
        json.push_str("],\"jwk\":");
        json.push_str(&key.to_json());
        json.push('}');
    }
    json.push_str("],\"leftOut\":[");
    for (i, left_out) in keys.left_out().iter().enumerate() {
        json.push_str(if i == 0 { "" } else { "," });
        json.push_str("{\"index\":");
        // A set has at most 100 keys.
        push_small_number(json, left_out.index);
        json.push_str(",\"why\":");
        push_string(json, left_out.problem.message());
        json.push('}');
    }
    json.push_str("]}");
}

/// Appends a number below 100 without the formatting code, which is large.
fn push_small_number(json: &mut String, number: usize) {
    let digit = |digit: usize| char::from_digit(u32::try_from(digit).unwrap_or(0), 10);
    if number >= 10 {
        json.extend(digit(number / 10 % 10));
    }
    json.extend(digit(number % 10));
}
