//! The rules that a token's header must satisfy (RFC 7515 §4) before anything else is checked.

use super::json::Tree;

/// The relevant members of a well-formed header.
#[derive(Clone, Copy)]
pub(crate) struct Header<'t> {
    pub(crate) algorithm: &'t str,
    pub(crate) key_id: Option<&'t str>,
    pub(crate) token_type: Option<&'t str>,
    pub(crate) tree: &'t Tree,
}

impl<'t> Header<'t> {
    pub(crate) fn read(tree: &'t Tree) -> Option<Self> {
        tree.members()?;
        let demands = ["crit", "b64", "enc", "zip", "p2c"];
        if demands.iter().any(|name| tree.member(name).is_some()) {
            return None;
        }
        let string = |name| match tree.member(name) {
            None => Some(None),
            Some(value) => value.as_str().map(Some),
        };
        let key_id = string("kid")?;
        if key_id.is_some_and(|id| id.len() > 256) {
            return None;
        }
        Some(Self {
            algorithm: string("alg")??,
            key_id,
            token_type: string("typ")?,
            tree,
        })
    }
}
