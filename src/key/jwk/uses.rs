//! The members `use` and `key_ops` of a JWK.

use crate::encoding::json::{self, JsonValue, push_string};
use crate::error::KeyProblem;

/// Whether a key may sign and may verify.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Uses {
    pub(crate) sign: bool,
    pub(crate) verify: bool,
}

impl Uses {
    pub(crate) const BOTH: Self = Self {
        sign: true,
        verify: true,
    };
}

/// `use` and `key_ops` (RFC 7517 §4.2, §4.3) as the JWK has them.
#[derive(Clone, Default)]
pub(crate) struct DeclaredUses {
    public_use: Option<Box<Kept<String>>>,
    key_ops: Option<Box<Kept<Vec<String>>>>,
}

/// A value that is always boxed. A key without these members then has no uninitialized
/// space for them, which could hold stale bytes of the stack and move with the key.
#[derive(Clone)]
struct Kept<T>(T);

fn keep<T>(value: T) -> Box<Kept<T>> {
    Box::new(Kept(value))
}

impl DeclaredUses {
    /// `use` is `sig`: the key is for signatures.
    pub(super) fn signatures() -> Self {
        Self {
            public_use: Some(keep("sig".into())),
            key_ops: None,
        }
    }

    /// Reads both members. Rejects a repeated operation. If both members are present,
    /// they must agree (RFC 7517 §4.3).
    pub(crate) fn read(
        public_use: Option<JsonValue<'_>>,
        key_ops: Option<JsonValue<'_>>,
    ) -> Result<Self, KeyProblem> {
        let public_use = match public_use {
            None => None,
            Some(JsonValue::String(text)) => Some(text.decode().into_owned()),
            Some(_) => return Err(KeyProblem::Malformed),
        };
        let key_ops = match key_ops {
            None => None,
            Some(JsonValue::Array(text)) => Some(read_operations(text)?),
            Some(_) => return Err(KeyProblem::Malformed),
        };
        let agree = match (public_use.as_deref(), &key_ops) {
            (Some("sig"), Some(ops)) => ops.iter().all(|op| of_signatures(op)),
            (Some("enc"), Some(ops)) => !ops.iter().any(|op| of_signatures(op)),
            _ => true,
        };
        if !agree {
            return Err(KeyProblem::Malformed);
        }
        Ok(Self {
            public_use: public_use.map(keep),
            key_ops: key_ops.map(keep),
        })
    }

    /// The uses that both members allow. Without the members, a key may sign and
    /// verify.
    pub(crate) fn uses(&self) -> Uses {
        let by_use = self.public_use.as_ref().is_none_or(|name| name.0 == "sig");
        let by_ops = |op: &str| {
            self.key_ops
                .as_ref()
                .is_none_or(|ops| ops.0.iter().any(|has| has == op))
        };
        Uses {
            sign: by_use && by_ops("sign"),
            verify: by_use && by_ops("verify"),
        }
    }

    /// The members of the public part; see
    /// [`SecretJwk::public`](super::SecretJwk::public).
    pub(super) fn public(&self) -> Result<Self, KeyProblem> {
        let key_ops = match &self.key_ops {
            None => None,
            Some(ops) if ops.0.iter().any(|op| of_signatures(op)) => {
                Some(keep(vec!["verify".into()]))
            }
            Some(_) => return Err(KeyProblem::UseNotAllowed),
        };
        Ok(Self {
            public_use: self.public_use.clone(),
            key_ops,
        })
    }

    /// Appends both members, each after a comma.
    pub(super) fn write(&self, json: &mut String) {
        if let Some(public_use) = &self.public_use {
            json.push_str(",\"use\":");
            push_string(json, &public_use.0);
        }
        if let Some(ops) = &self.key_ops {
            json.push_str(",\"key_ops\":[");
            for (i, op) in ops.0.iter().enumerate() {
                if i > 0 {
                    json.push(',');
                }
                push_string(json, op);
            }
            json.push(']');
        }
    }

    /// An upper bound of the bytes that [`write`](Self::write) appends.
    pub(super) fn encoded_capacity(&self) -> usize {
        let ops = self.key_ops.iter().flat_map(|ops| &ops.0);
        let public_use = self.public_use.iter().map(|name| &name.0);
        ops.chain(public_use).fold(64, |capacity, text| {
            // An escaped control character takes six bytes.
            capacity
                .saturating_add(text.len().saturating_mul(6))
                .saturating_add(4)
        })
    }
}

/// The maximum number of operations, twice as many as RFC 7517 §4.3 defines. The limit
/// bounds the search for repeated operations, whose work is quadratic.
const MOST_OPERATIONS: usize = 16;

/// Whether the operation is one for signatures, and not for encryption.
fn of_signatures(op: &str) -> bool {
    op == "sign" || op == "verify"
}

fn read_operations(text: &str) -> Result<Vec<String>, KeyProblem> {
    let mut ops = Vec::<String>::new();
    let mut sound = true;
    json::read_array(text, |value| match value {
        JsonValue::String(op) if sound && ops.len() < MOST_OPERATIONS => {
            let op = op.decode().into_owned();
            sound = !ops.contains(&op);
            ops.push(op);
        }
        _ => sound = false,
    })
    .map_err(|_| KeyProblem::Malformed)?;
    if sound {
        Ok(ops)
    } else {
        Err(KeyProblem::Malformed)
    }
}
