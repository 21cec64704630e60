//! The changes that an import makes to a user who is there.

use zeroize::Zeroizing;

use super::standing::{Facts, SourceUser};
use crate::admin::{UserChange, UserDetails};
use portcullis::account::HashDigest;

/// The differences between the source and the user who is there.
pub(super) struct Differences {
    /// `None` if there is nothing to change.
    pub(super) change: Option<UserChange>,
    /// The user changed the password here, so that the source's stays out.
    pub(super) keeps_password: bool,
}

impl Differences {
    /// The password comes in only if it changed at the source since the last
    /// import, and the user has not changed it here; with `force` also then.
    /// Nobody is enabled, and no phone number is deleted.
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
