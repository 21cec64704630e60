//! Issuers' names, which a token's `iss` must equal.

/// The value of `iss` of an issuer's tokens. It is compared exactly
/// (RFC 7519 §4.1.1).
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum IssuerName {
    /// One name.
    Exact(String),
    /// Several names of the same issuer. Google writes its name with and without
    /// `https://`.
    AnyOf(Vec<String>),
    /// A name with a tenant in it, as Entra ID has. The token's claim `tid` takes
    /// the place of `{tenantid}`, and the result must equal `iss`.
    Template {
        /// For example `https://login.microsoftonline.com/{tenantid}/v2.0`.
        template: String,
        /// The accepted tenants.
        tenants: Tenants,
    },
}

/// The accepted tenants of an issuer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Tenants {
    /// Every tenant. Anyone can open a tenant, so the caller must check who the user
    /// is by `tid` together with `oid` or `sub`.
    Any,
    /// These tenants: GUIDs in lower case.
    OneOf(Vec<String>),
}

/// The place of the tenant in a template, as Entra ID's discovery document writes it.
const TENANT: &[u8] = b"{tenantid}";

/// The texts before and after the tenant's place.
fn split(template: &str) -> Option<(&str, &str)> {
    let mut places = template.as_bytes().windows(TENANT.len());
    let start = places.position(|place| place == TENANT)?;
    let end = start.checked_add(TENANT.len())?;
    Some((template.get(..start)?, template.get(end..)?))
}

/// Whether `text` is the template with the tenant in its place. A text without a place
/// is a template of itself.
pub(super) fn is_filled(template: &str, tenant: &str, text: &str) -> bool {
    match split(template) {
        None => template == text,
        Some((start, end)) => text
            .strip_prefix(start)
            .and_then(|rest| rest.strip_suffix(end))
            .is_some_and(|found| found == tenant),
    }
}

const NAME: &str = "name the issuer, exactly as its tokens do in iss";

impl IssuerName {
    /// Checks the name. Returns what to do.
    pub(super) fn check(&self) -> Result<(), &'static str> {
        match self {
            Self::Exact(name) if name.is_empty() => Err(NAME),
            Self::AnyOf(names) if names.is_empty() || names.iter().any(String::is_empty) => {
                Err(NAME)
            }
            Self::Template { template, .. } if split(template).is_none() => {
                Err("write {tenantid} into the template, where the tenant belongs")
            }
            Self::Template {
                tenants: Tenants::OneOf(tenants),
                ..
            } if tenants.is_empty() || !tenants.iter().all(|tenant| is_guid(tenant)) => {
                Err("name the tenants by their GUIDs in lower case")
            }
            _ => Ok(()),
        }
    }

    /// Whether a token could belong to both issuers by its `iss`.
    pub(super) fn overlaps(&self, other: &Self) -> bool {
        let (Some(own), Some(others)) = (self.names(), other.names()) else {
            return self == other;
        };
        own.iter().any(|name| others.contains(name))
    }

    /// The names, if there is no template.
    fn names(&self) -> Option<&[String]> {
        match self {
            Self::Exact(name) => Some(core::slice::from_ref(name)),
            Self::AnyOf(names) => Some(names),
            Self::Template { .. } => None,
        }
    }

    /// Whether this issuer's tokens have this `iss`. `tenant` is the token's `tid`.
    pub(super) fn is(&self, iss: &str, tenant: Option<&str>) -> bool {
        match self {
            Self::Exact(name) => name == iss,
            Self::AnyOf(names) => names.iter().any(|name| name == iss),
            Self::Template { template, tenants } => tenant
                .is_some_and(|tenant| tenants.allow(tenant) && is_filled(template, tenant, iss)),
        }
    }
}

impl Tenants {
    fn allow(&self, tenant: &str) -> bool {
        match self {
            Self::Any => is_guid(tenant),
            Self::OneOf(tenants) => is_guid(tenant) && tenants.iter().any(|one| one == tenant),
        }
    }
}

/// Whether the text is a GUID in lower case, such as
/// `9188040d-6c67-4c5b-b112-36a304b66dad`. Other texts could put a path into the
/// template.
pub(super) fn is_guid(text: &str) -> bool {
    text.len() == 36
        && text.bytes().enumerate().all(|(i, byte)| match i {
            8 | 13 | 18 | 23 => byte == b'-',
            _ => matches!(byte, b'0'..=b'9' | b'a'..=b'f'),
        })
}
