//! Compares a row with the values that KV has under the row's name and id. The id identifies the
//! user: another name for the same id is a rename.

use std::collections::HashMap;

use super::bulk::Pair;
use crate::failure::Outcome;
use crate::kv::Kv;
use portcullis::account::{HashDigest, Phone, StoredUser, UserId, UserRecord, Username};

/// A user of the source, read back from a bulk file.
pub(super) struct SourceUser {
    /// The position in the bulk file, from 0.
    pub(super) place: usize,
    pub(super) name: Username,
    pub(super) record: UserRecord,
    /// The pair of the record and the pair of the id.
    pub(super) pairs: [Pair; 2],
}

impl SourceUser {
    /// Reads a user; `None` if the import did not write these pairs.
    pub(super) fn read(place: usize, user: Pair, index: Pair) -> Option<Self> {
        let name = Username::new(user.key.strip_prefix("user:")?).ok()?;
        let record = UserRecord::parse(&user.value, &name).ok()?;
        (index.key == record.id.index_key()).then_some(Self {
            place,
            name,
            record,
            pairs: [user, index],
        })
    }

    fn record_key(&self) -> &str {
        let [record, _] = &self.pairs;
        &record.key
    }

    pub(super) fn id(&self) -> UserId {
        self.record.id
    }

    /// The phone number, if the row has one that `/admin` accepts. Imported phone numbers may be longer
    /// than `/admin` allows.
    pub(super) fn usable_phone(&self) -> Option<&str> {
        let phone = Some(&*self.record.phone).filter(|phone| !phone.is_empty());
        phone.filter(|phone| Phone::new(phone).is_ok())
    }
}

/// The holder of a name, as KV's value under the name says.
pub(super) enum Holder {
    /// KV has no value under the name.
    Nobody,
    User(Box<ExistingUser>),
    /// The user with this id had the name, and was removed or renamed.
    Removed(UserId),
    /// The value is not a user.
    Corrupt,
}

/// The members of an existing user that an import compares with the source.
pub(super) struct ExistingUser {
    pub(super) id: UserId,
    pub(super) phone: String,
    pub(super) disabled: bool,
    /// The digest of the last imported hash; `None` after the password was changed in
    /// Portcullis.
    pub(super) imported_hash: Option<HashDigest>,
}

impl Holder {
    pub(super) fn read(stored: Option<&str>, name: &Username) -> Self {
        let Some(stored) = stored else {
            return Self::Nobody;
        };
        let (record, imported_hash) = match StoredUser::parse(stored, name) {
            // An imported user who has not logged in yet. The object will compute the same digest when
            // it reads this record.
            Ok(StoredUser::Seed(record)) => {
                let digest = HashDigest::new(&record.hash_password);
                let imported = record.imported_hash.clone();
                (record, Some(imported.unwrap_or(digest)))
            }
            Ok(StoredUser::Replica(replica)) => {
                let imported = replica.record.imported_hash.clone();
                (replica.record, imported)
            }
            Ok(StoredUser::Removed(removed)) => return Self::Removed(removed.id),
            Err(_) => return Self::Corrupt,
        };
        Self::User(Box::new(ExistingUser {
            id: record.id,
            phone: record.phone,
            disabled: record.disabled,
            imported_hash,
        }))
    }

    fn is_user(&self, id: UserId) -> bool {
        matches!(self, Self::User(existing) if existing.id == id)
    }
}

/// The result of comparing a row with KV.
pub(super) enum Comparison {
    /// KV has neither the name nor the id.
    New,
    /// The user exists under this name.
    Same(Box<ExistingUser>),
    /// The user exists under another name.
    Renamed {
        from: Username,
        /// Whether the new name still belongs to another user.
        is_taken: bool,
    },
    /// KV does not have the id. The name belonged to another user, so only the Worker can give it to
    /// a new user.
    NameFreed,
    /// KV does not have the id, and the name belongs to another user.
    NameTaken,
    /// KV's key `id:<number>` has a name, but KV has no user of this name.
    IdKeyStale,
    /// The user was removed in Portcullis.
    Removed,
    /// The value under this name is not a user.
    Corrupt(Username),
}

/// Compares the users with KV, and keeps their order. On Cloudflare each hundred keys need a run of
/// wrangler, so the keys of ids are read only for users whom KV does not have under their names.
pub(super) fn compare_all(
    kv: &Kv,
    users: Vec<SourceUser>,
) -> Outcome<Vec<(SourceUser, Comparison)>> {
    let keys: Vec<&str> = users.iter().map(|user| user.record_key()).collect();
    let stored = kv.get_all(&keys)?;
    let holders: Vec<Holder> = users
        .iter()
        .zip(stored)
        .map(|(user, stored)| Holder::read(stored.as_deref(), &user.name))
        .collect();
    let others = users.iter().zip(&holders);
    let others = others.filter(|(user, holder)| !holder.is_user(user.id()));
    let others: Vec<&SourceUser> = others.map(|(user, _)| user).collect();
    let mut by_id = read_by_id(kv, &others)?;
    let found = users.into_iter().zip(holders);
    let found = found.map(|(user, at_name)| {
        let at_id = by_id.remove(&user.id());
        let comparison = compare(&user, at_name, at_id);
        (user, comparison)
    });
    Ok(found.collect())
}

/// For each user whose key `id:<number>` has another name than the row: that name and its holder.
fn read_by_id(kv: &Kv, users: &[&SourceUser]) -> Outcome<HashMap<UserId, (Username, Holder)>> {
    let keys: Vec<String> = users.iter().map(|user| user.id().index_key()).collect();
    let names = kv.get_all(&keys)?;
    let named = users.iter().zip(names).filter_map(|(user, name)| {
        let name = Username::new(&name?).ok()?;
        (name != user.name).then_some((user.id(), name))
    });
    let named: Vec<(UserId, Username)> = named.collect();
    let keys: Vec<String> = named.iter().map(|(_, name)| name.record_key()).collect();
    let stored = kv.get_all(&keys)?;
    let found = named.into_iter().zip(stored).map(|((id, name), stored)| {
        let holder = Holder::read(stored.as_deref(), &name);
        (id, (name, holder))
    });
    Ok(found.collect())
}

/// Compares a row with KV. `at_name` is the holder of the row's name. `at_id` is the other name that
/// KV has for the row's id, and the holder of that name.
fn compare(row: &SourceUser, at_name: Holder, at_id: Option<(Username, Holder)>) -> Comparison {
    if let Holder::User(existing) = at_name {
        if existing.id == row.id() {
            return Comparison::Same(existing);
        }
        return match at_id {
            Some((from, Holder::User(existing))) if existing.id == row.id() => {
                Comparison::Renamed {
                    from,
                    is_taken: true,
                }
            }
            Some((_, Holder::Removed(id))) if id == row.id() => Comparison::Removed,
            _ => Comparison::NameTaken,
        };
    }
    match at_id {
        Some((from, Holder::User(existing))) if existing.id == row.id() => {
            return match at_name {
                Holder::Corrupt => Comparison::Corrupt(row.name.clone()),
                _ => Comparison::Renamed {
                    from,
                    is_taken: false,
                },
            };
        }
        Some((_, Holder::Removed(id))) if id == row.id() => return Comparison::Removed,
        Some((name, Holder::Corrupt)) => return Comparison::Corrupt(name),
        Some((_, Holder::Nobody)) => return Comparison::IdKeyStale,
        // The key `id:<number>` is out of date: the user of that name has another id.
        Some((_, Holder::User(_) | Holder::Removed(_))) | None => {}
    }
    match at_name {
        Holder::Removed(id) if id == row.id() => Comparison::Removed,
        Holder::Removed(_) => Comparison::NameFreed,
        Holder::Corrupt => Comparison::Corrupt(row.name.clone()),
        Holder::Nobody | Holder::User(_) => Comparison::New,
    }
}
