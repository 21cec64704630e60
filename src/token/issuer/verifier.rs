//! The two steps around the signature check: reading the token, and accepting its
//! claims.

use core::fmt;
use core::time::Duration;
use std::borrow::Cow;

use super::{ClaimValues, Issuer, IssuerAudience, IssuerKeySet, IssuerName};
use crate::encoding::base64url;
use crate::encoding::json::{self, JsonValue};
use crate::error::{ClaimProblem, Malformation, TokenError};
use crate::key::Algorithm;
use crate::time::UnixTime;
use crate::token::claims::RegisteredClaims;
use crate::token::compact::Compact;
use crate::token::header::UnverifiedHeader;
use crate::token::{Policy, TokenReader, VerifiedToken};

/// Verifies the tokens of one or more issuers. [The module](super) shows the steps.
#[derive(Debug)]
pub struct IssuerVerifier {
    issuers: Vec<CheckedIssuer>,
    longest: usize,
    has_tenants: bool,
}

/// An issuer's requirements, and the part of them that [`Policy`] checks.
#[derive(Debug)]
struct CheckedIssuer {
    issuer: Issuer,
    policy: Policy,
}

/// The reason why the requirements on an issuer cannot be used.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct IssuerProblem {
    /// The position of the issuer in the list, from 0.
    pub index: usize,
    /// A sentence that says what to do.
    pub reason: &'static str,
}

impl fmt::Display for IssuerProblem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "issuer {}: {}", self.index, self.reason)
    }
}

impl core::error::Error for IssuerProblem {}

const MOST_LEEWAY: Duration = Duration::from_secs(60);

/// More keys than this with one `kid` are not tried, so that a token cannot cause
/// much work.
const MOST_CANDIDATES: usize = 4;

impl IssuerVerifier {
    /// Creates a verifier. A token selects its issuer by `iss`.
    ///
    /// # Errors
    /// When an issuer has no name, no algorithm, an HMAC algorithm, an empty audience,
    /// more than 60 seconds of leeway, a template without `{tenantid}`, or a tenant
    /// that is not a GUID in lower case; and when two issuers have the same name.
    pub fn new(issuers: Vec<Issuer>) -> Result<Self, IssuerProblem> {
        if issuers.is_empty() {
            let reason = "name at least one issuer";
            return Err(IssuerProblem { index: 0, reason });
        }
        for (index, issuer) in issuers.iter().enumerate() {
            let earlier = issuers.iter().take(index);
            check(issuer, earlier).map_err(|reason| IssuerProblem { index, reason })?;
        }
        let longest = issuers.iter().map(|issuer| issuer.max_token_length).max();
        let has_tenants = issuers
            .iter()
            .any(|issuer| matches!(issuer.name, IssuerName::Template { .. }));
        Ok(Self {
            issuers: issuers.into_iter().map(CheckedIssuer::new).collect(),
            longest: longest.unwrap_or(0),
            has_tenants,
        })
    }

    /// The length of the longest token in bytes that any issuer accepts.
    #[must_use]
    pub fn longest(&self) -> usize {
        self.longest
    }

    /// Reads a token at the time `now`, without its signature. The checks that need no
    /// key come first, so that a token without a chance causes no request for keys:
    /// length, form, issuer, algorithm, expiry.
    ///
    /// # Errors
    /// `token_malformed`; `token_claim_invalid` when `iss` is missing or is none of
    /// the issuers; `token_algorithm_not_allowed`; `token_expired`, which does not
    /// mean that the signature is valid.
    pub fn read<'t>(
        &'t self,
        token: &'t [u8],
        now: UnixTime,
    ) -> Result<PendingToken<'t>, TokenError> {
        let mut reader = TokenReader::new();
        let compact = Compact::split(token, self.longest)?;
        let read = self.open(&compact, now, &mut reader)?;
        Ok(PendingToken {
            verifier: self,
            token,
            now,
            compact,
            choice: read.choice.into_owned(),
        })
    }

    /// Accepts or rejects a token in one call; see [`read`](Self::read) and
    /// [`PendingToken::resolve`]. `keys` is the set that the key of the verdict belongs
    /// to.
    ///
    /// # Errors
    /// Those of [`read`](Self::read) and [`PendingToken::resolve`].
    pub fn accept(
        &self,
        token: &[u8],
        now: UnixTime,
        keys: &IssuerKeySet,
        verdict: SignatureVerdict,
    ) -> Result<VerifiedToken, TokenError> {
        let mut reader = TokenReader::new();
        let token = Compact::split(token, self.longest)?;
        self.open(&token, now, &mut reader)?
            .check(keys, verdict, now)?;
        Ok(VerifiedToken::new(reader.into_json()))
    }

    /// Reads a token and makes the checks that need no key.
    fn open<'v, 'r>(
        &'v self,
        token: &Compact<'_>,
        now: UnixTime,
        reader: &'r mut TokenReader,
    ) -> Result<ReadToken<'v, 'r>, TokenError> {
        base64url::check(token.signature).map_err(|_| Malformation::Base64)?;
        let (header, claims) = reader.open(token)?;
        let claims = claims.decode(token)?.with_dyn_visitor();
        let text = claims.text();
        let claims = RegisteredClaims::read(claims)?;
        let name = claims
            .issuer
            .ok_or_else(|| TokenError::claim("iss", ClaimProblem::Missing))?
            .decode();
        let tenant = if self.has_tenants {
            string_claim(text, "tid")
        } else {
            None
        };
        let (index, checked) = self
            .issuers
            .iter()
            .enumerate()
            .find(|(_, checked)| checked.issuer.name.is(&name, tenant.as_deref()))
            .ok_or_else(|| TokenError::claim("iss", ClaimProblem::Mismatch))?;
        let policy = &checked.policy;
        if token.length() > policy.max_token_length {
            return Err(Malformation::TooLong.into());
        }
        let algorithm = header
            .algorithm
            .filter(|algorithm| policy.allows(*algorithm))
            .ok_or(TokenError::AlgorithmNotAllowed)?;
        if let Some(expired_at) = claims.dates.expires_at
            && expired_at.saturating_add(policy.leeway) <= now
        {
            return Err(TokenError::Expired { expired_at });
        }
        Ok(ReadToken {
            checked,
            choice: Choice {
                issuer: &checked.issuer,
                index,
                name,
                tenant: tenant.unwrap_or_default(),
                algorithm,
                key_id: header.key_id.as_deref().map(Cow::Borrowed),
            },
            header,
            claims,
            text,
        })
    }
}

/// A token that [`IssuerVerifier::open`] has read.
struct ReadToken<'v, 'r> {
    checked: &'v CheckedIssuer,
    choice: Choice<'v, 'r>,
    header: &'r UnverifiedHeader,
    claims: RegisteredClaims<'r>,
    /// The JSON of the claims.
    text: &'r str,
}

impl ReadToken<'_, '_> {
    fn check(
        &self,
        keys: &IssuerKeySet,
        verdict: SignatureVerdict,
        now: UnixTime,
    ) -> Result<(), TokenError> {
        if !self
            .choice
            .candidates(keys)
            .any(|index| index == verdict.key)
        {
            return Err(TokenError::KeyUnknown);
        }
        if !verdict.is_valid {
            return Err(TokenError::SignatureInvalid);
        }
        let CheckedIssuer { issuer, policy } = self.checked;
        if !issuer.kind.allows_type(self.header.token_type.as_deref()) {
            return Err(TokenError::claim("typ", ClaimProblem::Mismatch));
        }
        let expired_at = policy.check(self.header, &self.claims, now)?;
        if let IssuerAudience::Claim(values) = &issuer.audience {
            check_values(self.text, values)?;
        }
        for values in &issuer.claim_values {
            check_values(self.text, values)?;
        }
        match expired_at {
            Some(expired_at) => Err(TokenError::Expired { expired_at }),
            None => Ok(()),
        }
    }
}

/// The issuer of a token, and what decides about its keys. Unverified.
struct Choice<'v, 't> {
    issuer: &'v Issuer,
    index: usize,
    /// `iss`.
    name: Cow<'t, str>,
    /// `tid`; empty if there is none or no issuer has tenants.
    tenant: String,
    algorithm: Algorithm,
    key_id: Option<Cow<'t, str>>,
}

impl<'v> Choice<'v, '_> {
    /// Frees the choice from the token's text. The issuer belongs to the verifier.
    fn into_owned(self) -> Choice<'v, 'v> {
        Choice {
            issuer: self.issuer,
            index: self.index,
            name: Cow::Owned(self.name.into_owned()),
            tenant: self.tenant,
            algorithm: self.algorithm,
            key_id: self.key_id.map(|id| Cow::Owned(id.into_owned())),
        }
    }

    fn candidates(&self, keys: &IssuerKeySet) -> impl Iterator<Item = usize> + use<> {
        let of_issuer = |key: &super::IssuerKey| match &self.issuer.name {
            IssuerName::Template { .. } => {
                key.is_of(&self.issuer.key_issuers, &self.name, &self.tenant)
            }
            _ => true,
        };
        let mut found = [None; MOST_CANDIDATES];
        let mut free = found.iter_mut();
        let mut count = 0_usize;
        for (index, key) in keys.keys().iter().enumerate() {
            let named = self
                .key_id
                .as_deref()
                .is_none_or(|id| key.id().is_some_and(|has| has.as_str() == id));
            if named && key.algorithms().contains(&self.algorithm) && of_issuer(key) {
                count = count.saturating_add(1);
                if let Some(slot) = free.next() {
                    *slot = Some(index);
                }
            }
        }
        let ambiguous = self.key_id.is_none() && count != 1;
        let found = if ambiguous { Default::default() } else { found };
        found.into_iter().flatten()
    }
}

impl CheckedIssuer {
    fn new(issuer: Issuer) -> Self {
        let kind = issuer.kind.required_claims().iter().copied();
        let more = issuer.required_claims.iter().map(String::as_str);
        let policy = Policy {
            algorithms: Some(issuer.algorithms.clone()),
            audiences: match &issuer.audience {
                IssuerAudience::AnyOf(audiences) => audiences.clone(),
                IssuerAudience::Claim(_) | IssuerAudience::Unchecked => Vec::new(),
            },
            leeway: issuer.leeway,
            max_age: issuer.max_age,
            required_claims: kind.chain(more).map(Into::into).collect(),
            max_token_length: issuer.max_token_length,
            ..Policy::default()
        };
        Self { issuer, policy }
    }
}

/// A token of a known issuer whose signature is not verified yet. Its claims cannot be
/// read before [`resolve`](Self::resolve).
pub struct PendingToken<'t> {
    verifier: &'t IssuerVerifier,
    token: &'t [u8],
    now: UnixTime,
    compact: Compact<'t>,
    choice: Choice<'t, 't>,
}

impl fmt::Debug for PendingToken<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PendingToken")
            .field("issuer_index", &self.choice.index)
            .field("algorithm", &self.choice.algorithm)
            .finish_non_exhaustive()
    }
}

/// The result of the caller's signature check. Only a check of
/// [`PendingToken::signature`] over [`PendingToken::signing_input`] with this key may
/// make it valid.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SignatureVerdict {
    key: usize,
    is_valid: bool,
}

impl SignatureVerdict {
    /// `key` is the position in [`IssuerKeySet::keys`] of the key that the signature
    /// was checked with.
    #[must_use]
    pub fn from_check(key: usize, is_valid: bool) -> Self {
        Self { key, is_valid }
    }
}

impl<'t> PendingToken<'t> {
    /// The issuer's position in the verifier's list.
    #[must_use]
    pub fn issuer_index(&self) -> usize {
        self.choice.index
    }

    /// The token's `iss`. It is one of the issuer's names.
    #[must_use]
    pub fn issuer_name(&self) -> &str {
        &self.choice.name
    }

    /// The token's algorithm. The issuer allows it.
    #[must_use]
    pub fn algorithm(&self) -> Algorithm {
        self.choice.algorithm
    }

    /// The header's `kid`. Unverified.
    #[must_use]
    pub fn key_id(&self) -> Option<&str> {
        self.choice.key_id.as_deref()
    }

    /// The bytes that are signed (RFC 7515 §5.2).
    #[must_use]
    pub fn signing_input(&self) -> &'t [u8] {
        self.compact.signing_input
    }

    /// The signature, in the form of RFC 7518 §3.
    #[must_use]
    pub fn signature(&self) -> Vec<u8> {
        // The encoding was checked when the token was read.
        base64url::decode(self.compact.signature).unwrap_or_default()
    }

    /// The positions in [`IssuerKeySet::keys`] of the keys that may have signed the
    /// token, at most four: those with the token's `kid` and algorithm. A token
    /// without a `kid` has a candidate only if exactly one key has its algorithm.
    pub fn candidates(&self, keys: &IssuerKeySet) -> impl Iterator<Item = usize> + use<> {
        self.choice.candidates(keys)
    }

    /// Accepts or rejects the token. `keys` is the set that the key of the verdict
    /// belongs to.
    ///
    /// # Errors
    /// `token_key_unknown` when the key is not a candidate; `token_signature_invalid`;
    /// and those of [`Verifier::verify`](crate::token::Verifier::verify) about claims.
    pub fn resolve(
        self,
        keys: &IssuerKeySet,
        verdict: SignatureVerdict,
    ) -> Result<VerifiedToken, TokenError> {
        self.verifier.accept(self.token, self.now, keys, verdict)
    }
}

fn check_values(text: &str, values: &ClaimValues) -> Result<(), TokenError> {
    let mut found = None;
    let read = json::read_object(text, |name, value| {
        if name.is(&values.name) {
            found = Some(match value {
                JsonValue::String(has) => values.one_of.iter().any(|wanted| has.is(wanted)),
                _ => false,
            });
        }
    });
    match found {
        Some(true) if read.is_ok() => Ok(()),
        Some(_) => Err(TokenError::claim(&values.name, ClaimProblem::Mismatch)),
        None => Err(TokenError::claim(&values.name, ClaimProblem::Missing)),
    }
}

/// The value of a claim, if it is a string.
fn string_claim(text: &str, wanted: &str) -> Option<String> {
    let mut found = None;
    let read = json::read_object(text, |name, value| {
        if let JsonValue::String(has) = value
            && name.is(wanted)
        {
            found = Some(has.decode().into_owned());
        }
    });
    found.filter(|_| read.is_ok())
}

/// Checks an issuer's requirements. Returns what to do.
fn check<'i>(
    issuer: &Issuer,
    mut earlier: impl Iterator<Item = &'i Issuer>,
) -> Result<(), &'static str> {
    let ensure = |holds: bool, reason| if holds { Ok(()) } else { Err(reason) };
    let filled = |texts: &[String]| !texts.is_empty() && texts.iter().all(|one| !one.is_empty());
    issuer.name.check()?;
    ensure(
        earlier.all(|other| !other.name.overlaps(&issuer.name)),
        "give every issuer a name of its own",
    )?;
    let no_secret = |algorithm: &Algorithm| algorithm.least_secret_length().is_none();
    ensure(
        !issuer.algorithms.is_empty() && issuer.algorithms.iter().all(no_secret),
        "name the algorithms of the issuer's keys, such as RS256 or ES256; an HMAC is not one of them",
    )?;
    match &issuer.audience {
        IssuerAudience::AnyOf(audiences) => ensure(
            filled(audiences),
            "name the audience of the tokens, which is not empty",
        )?,
        IssuerAudience::Claim(values) => ensure(
            filled(&values.one_of),
            "name the values of the claim that stands for the audience",
        )?,
        IssuerAudience::Unchecked => {}
    }
    ensure(
        issuer
            .claim_values
            .iter()
            .all(|values| filled(&values.one_of)),
        "name the values of each claim, which are not empty",
    )?;
    ensure(
        issuer.leeway <= MOST_LEEWAY,
        "set a leeway of at most 60 seconds",
    )
}
