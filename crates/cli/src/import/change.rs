//! The changes that an import makes to an existing user.

use zeroize::Zeroizing;

use super::standing::{Facts, SourceUser};
use crate::admin::{UserChange, UserDetails};
use portcullis::account::HashDigest;

/// The differences between the source and the existing user.
pub(super) struct Differences {
    /// `None` if there is nothing to change.
    pub(super) change: Option<UserChange>,
    /// Whether the user changed the password here, so that the source's password is not used.
    pub(super) keeps_password: bool,
}

impl Differences {
    /// Compares the source with the existing user. The source's password is used only if it changed
    /// since the last import and the user has not changed it here; with `force`, also if the user
    /// has. No user is enabled, and no phone number is deleted.
    pub(super) fn between(row: &SourceUser, here: &Facts, force: bool) -> Self {
        let source = &row.record;
        let (new_password, keeps_password) = match &here.imported_hash {
            Some(imported) => (*imported != HashDigest::new(&source.hash_password), false),
            None => (force, !force),
        };
        let new_phone = row.usable_phone().filter(|phone| *phone != here.phone);
        let disables = source.disabled && !here.disabled;
        let change = UserChange {
            phone: new_phone.map(Into::into),
            hash_password: new_password.then(|| Zeroizing::new(source.hash_password.clone())),
            disabled: disables.then_some(true),
            imported: new_password.then_some(true),
        };
        Self {
            change: (new_phone.is_some() || new_password || disables).then_some(change),
            keeps_password,
        }
    }
}

impl From<UserDetails> for Facts {
    fn from(user: UserDetails) -> Self {
        Self {
            id: user.id,
            phone: user.phone,
            disabled: user.disabled,
            imported_hash: user.imported_hash,
        }
    }
}
