//! Explains why the core does not accept a stored hash.

use std::fmt;

use portcullis::password::{Cost, HashFunction, StoredHash};

/// The fault of a hash. It contains nothing of the hash except its length.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum HashFault {
    Missing,
    /// The value is not text.
    Malformed,
    /// The hash is shorter than its method writes.
    Cut {
        length: usize,
        whole: Option<usize>,
        scrypt: bool,
    },
    Plain,
    UnknownMethod,
    CostsTooMuch,
}

impl HashFault {
    pub(super) fn code(self) -> &'static str {
        match self {
            Self::Missing => "hash_missing",
            Self::Malformed => "hash_malformed",
            Self::Cut { .. } => "hash_cut",
            Self::Plain => "hash_plain",
            Self::UnknownMethod => "hash_unknown",
            Self::CostsTooMuch => "hash_cost",
        }
    }

    pub(super) fn summary(self) -> &'static str {
        match self {
            Self::Missing => "no hash",
            Self::Malformed => "the hash does not have the format of its method",
            Self::Cut { .. } => "the hash was cut off, for example by a column that is too short",
            Self::Plain => "the password itself, not a hash",
            Self::UnknownMethod => "a hash of an unknown method",
            Self::CostsTooMuch => "the hash needs more work than Portcullis allows",
        }
    }

    /// Finds the fault of a string that [`StoredHash::parse`] rejects.
    pub(super) fn find(stored: &str) -> Self {
        if stored.is_empty() {
            Self::Missing
        } else if stored.starts_with('$') {
            of_phc(stored)
        } else {
            of_werkzeug(stored)
        }
    }
}

impl fmt::Display for HashFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match *self {
            Self::Cut {
                length,
                whole: Some(whole),
                scrypt,
            } => {
                let kind = if scrypt { "a scrypt hash" } else { "this hash" };
                write!(
                    f,
                    "{kind} has {whole} characters, but only {length} are there: "
                )?;
                f.write_str("it was cut off, so no password works; the user needs a new password")
            }
            Self::Cut { length, .. } => {
                write!(f, "the hash ends after {length} characters: it was cut off")
            }
            Self::Plain => f.write_str(
                "this is the password itself; replace it with its hash, or set a new password",
            ),
            _ => f.write_str(self.summary()),
        }
    }
}

/// The numbers of bytes that a method of werkzeug can derive.
const SIZES: [usize; 6] = [16, 20, 28, 32, 48, 64];

/// Finds the fault of `method$salt$hex`. The core decides whether a method is valid: it parses a
/// hash of that method whose other parts are valid.
fn of_werkzeug(stored: &str) -> HashFault {
    let (method, rest) = match stored.split_once('$') {
        Some((method, rest)) => (method, Some(rest)),
        None => (stored, None),
    };
    let name = method.split(':').next().unwrap_or_default();
    let is_known = matches!(name, "pbkdf2" | "scrypt") || HashFunction::from_name(name).is_some();
    let scrypt = name == "scrypt";
    let length = stored.chars().count();
    let cut = |whole| HashFault::Cut {
        length,
        whole,
        scrypt,
    };
    let Some(rest) = rest else {
        // `sha256` without more could also be a password in clear text.
        return match method.contains(':') && is_known {
            true => cut(None),
            false => HashFault::UnknownMethod,
        };
    };
    if name == "plain" {
        return HashFault::Plain;
    }
    if !is_known {
        return HashFault::UnknownMethod;
    }
    let Some((salt, hex)) = rest.split_once('$') else {
        return cut(None);
    };
    if salt.is_empty() && method.contains(':') {
        return HashFault::Malformed;
    }
    let some_salt = if salt.is_empty() { "" } else { "x" };
    let size = SIZES.into_iter().find(|size| {
        let hex = "0".repeat(size.saturating_mul(2));
        StoredHash::parse(&format!("{method}${some_salt}${hex}")).is_ok()
    });
    let is_hex = hex.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f'));
    match size {
        Some(size) if is_hex && hex.len() < size.saturating_mul(2) => {
            let missing = size.saturating_mul(2).saturating_sub(hex.len());
            cut(length.checked_add(missing))
        }
        Some(_) => HashFault::Malformed,
        None => of_method(method),
    }
}

/// The fault of a method whose name is known but which is not accepted.
fn of_method(method: &str) -> HashFault {
    let mut parts = method.split(':');
    let is_pbkdf2 = parts.next() == Some("pbkdf2");
    if is_pbkdf2 && parts.next().and_then(HashFunction::from_name).is_none() {
        return HashFault::UnknownMethod;
    }
    let numbers: Option<Vec<u64>> = parts.map(number).collect();
    match numbers.as_deref() {
        Some([_]) if is_pbkdf2 => HashFault::CostsTooMuch,
        Some([n, _, _]) if !is_pbkdf2 && n.is_power_of_two() => HashFault::CostsTooMuch,
        _ => HashFault::Malformed,
    }
}

/// Reads a number as Python writes it. A number above the range of `u64` becomes a very high one.
fn number(text: &str) -> Option<u64> {
    let is_one = !text.starts_with('0') && text.bytes().all(|b| b.is_ascii_digit());
    (is_one && !text.is_empty()).then(|| text.parse().unwrap_or(1 << 63))
}

/// Finds the fault of a PHC string, `$name$…`.
fn of_phc(stored: &str) -> HashFault {
    let parts: Vec<&str> = stored.splitn(7, '$').collect();
    let ["", "argon2id", rest @ ..] = parts.as_slice() else {
        return HashFault::UnknownMethod;
    };
    let length = stored.chars().count();
    let cut = HashFault::Cut {
        length,
        whole: None,
        scrypt: false,
    };
    match rest {
        ["v=19", cost, salt, hash] => {
            // The cost is the fault if the hash would be valid with another cost.
            let today = Cost::TODAY;
            let today = format!("m={},t={},p={}", today.memory, today.passes, today.lanes);
            let other = format!("$argon2id$v=19${today}${salt}${hash}");
            if StoredHash::parse(&other).is_ok() && cost.starts_with("m=") {
                HashFault::CostsTooMuch
            } else if hash.len() < 22 {
                cut
            } else {
                HashFault::Malformed
            }
        }
        ["v=19", ..] if rest.len() < 4 => cut,
        _ => HashFault::Malformed,
    }
}
