use crate::encoding::json::{self, JsonValue, push_string};
use crate::error::KeyProblem;

/// What a key may be used for.
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

/// `use` and `key_ops` (RFC 7517 §4.2, §4.3), as they were written.
#[derive(Clone, Default)]
pub(super) struct DeclaredUses {
    public_use: Option<String>,
    key_ops: Option<Vec<String>>,
}

impl DeclaredUses {
    pub(super) fn signatures() -> Self {
        Self {
            public_use: Some("sig".into()),
            key_ops: None,
        }
    }

    /// No operation may stand twice, and where both members are there they
    /// must agree (RFC 7517 §4.3).
    pub(super) fn read(
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
            public_use,
            key_ops,
        })
    }

    /// A key that says nothing of its use may do both.
    pub(super) fn uses(&self) -> Uses {
        let by_use = self.public_use.as_deref().is_none_or(|name| name == "sig");
        let by_ops = |op: &str| {
            self.key_ops
                .as_ref()
                .is_none_or(|ops| ops.iter().any(|has| has == op))
        };
        Uses {
            sign: by_use && by_ops("sign"),
            verify: by_use && by_ops("verify"),
        }
    }

    /// Those of the public part.
    pub(super) fn public(&self) -> Result<Self, KeyProblem> {
        let key_ops = match &self.key_ops {
            None => None,
            Some(ops) if ops.iter().any(|op| of_signatures(op)) => Some(vec!["verify".into()]),
            Some(_) => return Err(KeyProblem::UseNotAllowed),
        };
        Ok(Self {
            public_use: self.public_use.clone(),
            key_ops,
        })
    }

    /// Appends both as members behind others.
    pub(super) fn write(&self, json: &mut String) {
        if let Some(public_use) = &self.public_use {
            json.push_str(",\"use\":");
            push_string(json, public_use);
        }
        if let Some(ops) = &self.key_ops {
            json.push_str(",\"key_ops\":[");
            for (i, op) in ops.iter().enumerate() {
                if i > 0 {
                    json.push(',');
                }
                push_string(json, op);
            }
            json.push(']');
        }
    }

    /// More bytes than [`write`](Self::write) needs.
    pub(super) fn room(&self) -> usize {
        let ops = self.key_ops.iter().flatten();
        ops.chain(&self.public_use).fold(64, |room, text| {
            // A control character takes six bytes.
            room.saturating_add(text.len().saturating_mul(6))
                .saturating_add(4)
        })
    }
}

/// Twice what RFC 7517 §4.3 knows. Each is compared with those before it.
const MOST_OPERATIONS: usize = 16;

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
