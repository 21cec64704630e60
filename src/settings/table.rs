//! All settings and bindings of the service, in one table. The Worker, `portcullis
//! doctor`, `docs/reference/settings.md` and the comments in `wrangler.toml` follow the
//! table; `tests/native/settings_table.rs` compares the latter two with it.

use core::ops::RangeInclusive;

/// A setting or a binding.
#[derive(Debug, Clone, Copy)]
pub struct Setting {
    /// The name in the environment.
    pub name: &'static str,
    /// The place where the setting is set.
    pub place: Place,
    /// The allowed values.
    pub form: Form,
    /// An example value, as TOML.
    pub example: &'static str,
    /// The effect, in a few words.
    pub summary: &'static str,
    /// Further text for the reference; empty if there is nothing to add.
    pub detail: &'static str,
}

/// The place where a setting is set.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Place {
    /// `[vars]` in wrangler.toml.
    Variable,
    /// `wrangler secret put`, and `.dev.vars` for local development.
    Secret,
    /// A binding from this section of wrangler.toml.
    Binding(&'static str),
}

/// The allowed values of a setting.
#[derive(Debug, Clone, Copy)]
pub enum Form {
    /// A whole number within bounds.
    Number(Number),
    /// One of two words.
    Words(Words),
    /// Text in a format that [`Setting::detail`] or the summary names. The string says
    /// in words what applies if the setting is absent.
    Text(&'static str),
    /// A required binding. The string is the problem to report if it is missing.
    Required(&'static str),
    /// An optional binding.
    Optional,
}

/// A whole number within bounds.
#[derive(Debug, Clone, Copy)]
pub struct Number {
    pub(super) name: &'static str,
    /// The default value. 0 means that the setting has no default: nothing is limited.
    pub default: u64,
    pub(super) least: u64,
    pub(super) most: u64,
    /// The problem to report for any other value.
    pub problem: &'static str,
}

impl Number {
    /// The allowed values.
    #[must_use]
    pub const fn bounds(self) -> RangeInclusive<u64> {
        self.least..=self.most
    }
}

/// One of two words.
#[derive(Debug, Clone, Copy)]
pub struct Words {
    pub(super) name: &'static str,
    /// The default word. It has the same effect as leaving the setting out.
    pub default: &'static str,
    /// The word that changes the behavior.
    pub other: &'static str,
    pub(super) problem: &'static str,
}

/// Defines a [`Number`]. Its problem text names its bounds.
macro_rules! number {
    ($name:ident, $default:literal, $least:literal to $most:literal $unit:literal) => {
        pub(super) const $name: Number = Number {
            name: stringify!($name),
            default: $default,
            least: $least,
            most: $most,
            problem: concat!(
                "must be a whole number",
                $unit,
                " from ",
                $least,
                " to ",
                $most
            ),
        };
    };
}

/// Defines [`Words`], the default first. The problem text names both.
macro_rules! words {
    ($name:ident, $default:literal or $other:literal) => {
        pub(super) const $name: Words = Words {
            name: stringify!($name),
            default: $default,
            other: $other,
            problem: concat!("must be ", $default, " or ", $other),
        };
    };
}

number!(TOKEN_EXPIRATION, 3600, 1 to 31536000 " of seconds");
number!(REFRESH_EXPIRATION, 2592000, 60 to 31536000 " of seconds");
number!(SESSION_IDLE, 0, 60 to 31536000 " of seconds");
number!(PASSWORD_MIN_LENGTH, 15, 8 to 64 "");
number!(LOGIN_ATTEMPTS, 10, 1 to 100 "");
number!(LOGIN_ATTEMPTS_ACCOUNT, 100, 1 to 1000 "");
number!(LOGIN_ATTEMPTS_ADDRESS, 100, 1 to 100000 "");
number!(LOGIN_WINDOW, 900, 1 to 86400 " of seconds");
words!(TOKEN_TYPE, "JWT" or "at+jwt");
words!(REVOCATION, "eventual" or "strict");
words!(REGISTRATION, "closed" or "open");
words!(LOG_VERIFIED, "off" or "on");
words!(LOG_ADDRESS, "network" or "whole");
words!(ALLOW_HTTP, "off" or "on");
words!(HSTS_INCLUDE_SUBDOMAINS, "off" or "on");

const fn variable(
    name: &'static str,
    form: Form,
    example: &'static str,
    summary: &'static str,
    detail: &'static str,
) -> Setting {
    Setting {
        name,
        place: Place::Variable,
        form,
        example,
        summary,
        detail,
    }
}

const fn number(number: Number, example: &'static str, summary: &'static str) -> Setting {
    variable(number.name, Form::Number(number), example, summary, "")
}

const fn words(words: Words, example: &'static str, summary: &'static str) -> Setting {
    variable(words.name, Form::Words(words), example, summary, "")
}

const fn secret(name: &'static str, summary: &'static str, detail: &'static str) -> Setting {
    Setting {
        name,
        place: Place::Secret,
        form: Form::Text("none"),
        example: "",
        summary,
        detail,
    }
}

const fn binding(
    name: &'static str,
    section: &'static str,
    form: Form,
    summary: &'static str,
) -> Setting {
    Setting {
        name,
        place: Place::Binding(section),
        form,
        example: "",
        summary,
        detail: "",
    }
}

impl Setting {
    const fn with_detail(self, detail: &'static str) -> Self {
        Self { detail, ..self }
    }
}

/// All settings and bindings, in the order of the reference.
pub const TABLE: [Setting; 33] = [
    variable(
        "TOKEN_ALGORITHM",
        Form::Text("HS512"),
        "\"HS512\"",
        "the algorithm of SECRET_KEY: HS256, HS384 or HS512",
        "A key in `SIGNING_KEYS` names its own algorithm.",
    ),
    number(
        TOKEN_EXPIRATION,
        "\"3600\"",
        "seconds that an access token is valid",
    ),
    variable(
        "TOKEN_ISSUER",
        Form::Text("the Worker's own origin"),
        "\"https://login.example.com\"",
        "the claim `iss`",
        "Set it before the first token is signed if the Worker has several origins.",
    ),
    variable(
        "TOKEN_AUDIENCE",
        Form::Text("none"),
        "\"https://api.example.com\"",
        "the claim `aud`",
        "",
    ),
    words(
        TOKEN_TYPE,
        "\"JWT\"",
        "the header's `typ`; at+jwt (RFC 9068) requires TOKEN_AUDIENCE",
    )
    .with_detail("A token of the other type is rejected, so clients refresh after a change."),
    number(
        REFRESH_EXPIRATION,
        "\"2592000\"",
        "seconds that a session lasts, whether refreshed or not",
    ),
    number(
        SESSION_IDLE,
        "\"604800\"",
        "seconds without a refresh that end a session",
    ),
    variable(
        "SESSIONS_VALID_FROM",
        Form::Text("none"),
        "\"2027-01-31T12:00:00Z\"",
        "rejects sessions and tokens that began before this time",
        "`2027-01-31` (00:00 UTC), RFC 3339 in UTC, or seconds since the epoch; not in the future.",
    ),
    words(
        REVOCATION,
        "\"strict\"",
        "strict: /me and /verify ask the account's object each time",
    )
    .with_detail("With `eventual`, `/me` may be a minute behind."),
    words(REGISTRATION, "\"open\"", "open: anyone may sign up"),
    number(
        PASSWORD_MIN_LENGTH,
        "\"15\"",
        "characters that a new password must have",
    ),
    number(
        LOGIN_ATTEMPTS,
        "\"10\"",
        "failed logins for one account from one address in LOGIN_WINDOW",
    ),
    number(
        LOGIN_ATTEMPTS_ACCOUNT,
        "\"100\"",
        "failed logins for one account from anywhere in LOGIN_WINDOW",
    )
    .with_detail(
        "An IPv6 /56 has at most twice, a /48 at most four times `LOGIN_ATTEMPTS` of them.",
    ),
    number(
        LOGIN_ATTEMPTS_ADDRESS,
        "\"100\"",
        "failed logins from one address for all accounts that do not know it",
    )
    .with_detail("Raise it if many users share a proxy."),
    number(
        LOGIN_WINDOW,
        "\"900\"",
        "seconds in which failed logins are counted",
    ),
    words(
        LOG_VERIFIED,
        "\"on\"",
        "on: a log line for each token that /me and /verify accept",
    ),
    words(
        LOG_ADDRESS,
        "\"whole\"",
        "whole: the log has the client's whole address, not its network",
    )
    .with_detail("The network is the /24 of an IPv4 and the /48 of an IPv6 address."),
    variable(
        "OPERATOR_KEYS",
        Form::Text("none"),
        "'{\"keys\":[]}'",
        "public keys of the operators, who may use /admin, as a JWK Set",
        "EdDSA or ES256, each with its own `kid`; JSON text or a table.",
    ),
    words(
        ALLOW_HTTP,
        "\"on\"",
        "on: serves plain HTTP, for a proxy that you trust",
    )
    .with_detail("With `off`, a request over `http:` from another machine gets 403."),
    words(
        HSTS_INCLUDE_SUBDOMAINS,
        "\"on\"",
        "on: browsers use HTTPS for the subdomains as well",
    ),
    variable(
        "CORS_ORIGINS",
        Form::Text("none"),
        "[\"https://app.example.com\"]",
        "exact origins whose pages may call the service",
        "An array, or text with commas between the origins.",
    ),
    variable(
        "LEGACY_UNTIL",
        Form::Text("none"),
        "\"2027-01-31\"",
        "the time from which Flask tokens are rejected",
        "Required with `LEGACY_SECRET_KEY`. The forms of `SESSIONS_VALID_FROM`; once it is past, the secret may be removed.",
    ),
    variable(
        "LEGACY_ALGORITHM",
        Form::Text("HS512"),
        "\"HS512\"",
        "the algorithm of LEGACY_SECRET_KEY: HS256, HS384 or HS512",
        "",
    ),
    variable(
        "LEGACY_SALT",
        Form::Text("none"),
        "\"itsdangerous\"",
        "the salt that the Flask application gave its serializer",
        "",
    ),
    secret(
        "SECRET_KEY",
        "signs and verifies tokens; at least 32, 48 or 64 bytes for HS256, HS384 or HS512",
        "A secret that a tutorial publishes is rejected.",
    ),
    secret(
        "SIGNING_KEYS",
        "a JWK Set of private keys (EdDSA, ES256, HS*), each with its own `kid`",
        "The first key signs, all keys verify. `SECRET_KEY` then only verifies tokens that name none of these keys.",
    ),
    secret(
        "IDENTITY_SECRET",
        "keys the names in the log, the known addresses and the stand-ins; at least 32 bytes",
        "If it is missing, these keys come from `SECRET_KEY`, or from `SIGNING_KEYS`; then each rotation changes them.",
    ),
    secret(
        "INTROSPECTION_SECRET",
        "opens /introspect; at least 32 bytes",
        "Without it, `/introspect` is closed.",
    ),
    secret(
        "LEGACY_SECRET_KEY",
        "verifies the Flask application's tokens",
        "It may be short, because it never signs.",
    ),
    binding(
        "USERS",
        "[[kv_namespaces]]",
        Form::Required("the KV binding is missing"),
        "the KV namespace with the users",
    ),
    binding(
        "ACCOUNTS",
        "[[durable_objects.bindings]]",
        Form::Required("the Durable Object binding is missing"),
        "the Durable Objects with the accounts",
    ),
    binding(
        "LOGIN_LIMITER",
        "[[ratelimits]]",
        Form::Required("the rate-limit binding is missing"),
        "limits the requests of one address",
    ),
    binding(
        "ASSETS",
        "[assets]",
        Form::Optional,
        "the page; without it there is no page",
    ),
];

/// The names in [`TABLE`]. A separate array, so that the Worker's binary contains the
/// names but not the texts.
pub(super) const NAMES: [&str; TABLE.len()] = {
    let mut names = [""; TABLE.len()];
    let mut at = 0;
    #[allow(clippy::arithmetic_side_effects, clippy::indexing_slicing)] // at compile time
    while at < TABLE.len() {
        names[at] = TABLE[at].name;
        at += 1;
    }
    names
};

/// The required bindings, each with the problem to report if it is missing.
pub(super) const REQUIRED: [(&str, &str); 3] = {
    let mut required = [("", ""); 3];
    let (mut at, mut length) = (0, 0);
    #[allow(clippy::arithmetic_side_effects, clippy::indexing_slicing)] // at compile time
    while at < TABLE.len() {
        if let Form::Required(problem) = TABLE[at].form {
            required[length] = (TABLE[at].name, problem);
            length += 1;
        }
        at += 1;
    }
    required
};

/// An unknown setting that starts with one of these is reported as a typo.
pub(super) const PREFIXES: [&str; 18] = [
    "TOKEN_",
    "SIGNING_",
    "LEGACY_",
    "REFRESH_",
    "SESSION_",
    "SESSIONS_",
    "REVOCATION",
    "REGISTRATION",
    "PASSWORD_",
    "LOGIN_",
    "LOG_VERIF",
    "LOG_ADDR",
    "CORS_",
    "INTROSPECTION_",
    "IDENTITY_",
    "OPERATOR_",
    "ALLOW_HTTP",
    "HSTS_",
];

/// The setting with this name.
#[must_use]
pub fn setting(name: &str) -> Option<&'static Setting> {
    static ALL: [Setting; TABLE.len()] = TABLE;
    ALL.iter().find(|setting| setting.name == name)
}

/// Whether this is the name of a secret.
#[must_use]
pub fn is_secret(name: &str) -> bool {
    setting(name).is_some_and(|setting| setting.place == Place::Secret)
}
