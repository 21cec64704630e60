//! The changes that an import makes to an existing user.

use zeroize::Zeroizing;

use super::comparison::{ExistingUser, SourceUser};
use crate::admin::{UserChange, UserDetails};
use portcullis::account::HashDigest;

/// The differences between the source and the existing user.
pub(super) struct Differences {
    /// `None` if there is nothing to change.
    pub(super) change: Option<UserChange>,
    /// Whether the user changed the password in Portcullis and keeps it: the source's password is not
    /// used.
    pub(super) keeps_password: bool,
}

impl Differences {
    /// Compares the source with the existing user. No user is enabled, and no phone number is
    /// deleted.
    ///
    /// The source's password is used if it changed since the last import and the user has not changed
    /// the password in Portcullis. With `force`, it also replaces a password that was changed in
    /// Portcullis.
    pub(super) fn between(row: &SourceUser, existing: &ExistingUser, force: bool) -> Self {
        let source = &row.record;
        let (new_password, keeps_password) = match &existing.imported_hash {
            Some(imported) => (*imported != HashDigest::new(&source.hash_password), false),
            None => (force, !force),
        };
        let new_phone = row.usable_phone().filter(|phone| *phone != existing.phone);
        let disables = source.disabled && !existing.disabled;
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

impl From<UserDetails> for ExistingUser {
    fn from(user: UserDetails) -> Self {
        Self {
            id: user.id,
            phone: user.phone,
            disabled: user.disabled,
            imported_hash: user.imported_hash,
        }
    }
}
