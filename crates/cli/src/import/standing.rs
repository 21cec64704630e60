//! Compares a row with KV's values under its name and its id. A row is identified by its id.

use std::collections::HashMap;

use super::bulk::Pair;
use crate::failure::Outcome;
use crate::kv::Kv;
use portcullis::account::{HashDigest, Phone, StoredUser, UserId, UserRecord, Username};

/// A user of the source, read from the bulk file.
pub(super) struct SourceUser {
    /// The place in the bulk file, from 0.
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

    /// The phone number, if the row has one that `/admin` accepts. An old phone number in KV may be
    /// longer.
    pub(super) fn usable_phone(&self) -> Option<&str> {
        let phone = Some(&*self.record.phone).filter(|phone| !phone.is_empty());
        phone.filter(|phone| Phone::new(phone).is_ok())
    }
}

/// KV's value under a name.
pub(super) enum Holder {
    Nobody,
    User(Box<Facts>),
    /// The user of this name and this id was removed or renamed.
    Removed(UserId),
    /// The value is not a user.
    Corrupt,
}

/// The members of a stored user that an import compares.
pub(super) struct Facts {
    pub(super) id: UserId,
    pub(super) phone: String,
    pub(super) disabled: bool,
    /// The digest of the last imported hash; `None` after the password was changed here.
    pub(super) imported_hash: Option<HashDigest>,
}

impl Holder {
    pub(super) fn read(stored: Option<&str>, name: &Username) -> Self {
        let Some(stored) = stored else {
            return Self::Nobody;
        };
        let (record, imported_hash) = match StoredUser::parse(stored, name) {
            // The same digest that the object will have after it has read the seed.
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
        Self::User(Box::new(Facts {
            id: record.id,
            phone: record.phone,
            disabled: record.disabled,
            imported_hash,
        }))
    }

    fn is_user(&self, id: UserId) -> bool {
        matches!(self, Self::User(facts) if facts.id == id)
    }
}

/// The result of comparing a row with KV; see the [module](self).
pub(super) enum Standing {
    /// KV has neither the name nor the id.
    New,
    /// The user exists under this name.
    Same(Box<Facts>),
    /// The user exists under another name.
    Renamed {
        from: Username,
        /// Whether the new name still belongs to another user.
        is_taken: bool,
    },
    /// The id is free. The name belonged to another user, so only the Worker can use it again.
    NameFreed,
    /// The id is free, and the name belongs to another user.
    NameTaken,
    /// KV's key of the id names a user whom KV does not have.
    IdKeyStale,
    /// The user was removed here.
    Removed,
    /// The value under this name is not a user.
    Corrupt(Username),
}

/// Compares the users with KV, in their order. On Cloudflare each hundred keys need a run of
/// wrangler, so the keys of ids are only read for users who do not exist under their names.
pub(super) fn of_all(kv: &Kv, users: Vec<SourceUser>) -> Outcome<Vec<(SourceUser, Standing)>> {
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
    let mut elsewhere = at_ids(kv, &others)?;
    let found = users.into_iter().zip(holders);
    let found = found.map(|(user, at_name)| {
        let at_id = elsewhere.remove(&user.id());
        let standing = find(&user, at_name, at_id);
        (user, standing)
    });
    Ok(found.collect())
}

/// For each id: the other name that KV's key of the id has, and KV's value under that name.
fn at_ids(kv: &Kv, users: &[&SourceUser]) -> Outcome<HashMap<UserId, (Username, Holder)>> {
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

/// Compares a row with KV. `at_name` is KV's value under the row's name. `at_id` is the other name
/// that KV's key of the row's id has, and KV's value under that name.
fn find(row: &SourceUser, at_name: Holder, at_id: Option<(Username, Holder)>) -> Standing {
    if let Holder::User(facts) = at_name {
        if facts.id == row.id() {
            return Standing::Same(facts);
        }
        return match at_id {
            Some((from, Holder::User(facts))) if facts.id == row.id() => Standing::Renamed {
                from,
                is_taken: true,
            },
            Some((_, Holder::Removed(id))) if id == row.id() => Standing::Removed,
            _ => Standing::NameTaken,
        };
    }
    match at_id {
        Some((from, Holder::User(facts))) if facts.id == row.id() => {
            return match at_name {
                Holder::Corrupt => Standing::Corrupt(row.name.clone()),
                _ => Standing::Renamed {
                    from,
                    is_taken: false,
                },
            };
        }
        Some((_, Holder::Removed(id))) if id == row.id() => return Standing::Removed,
        Some((name, Holder::Corrupt)) => return Standing::Corrupt(name),
        Some((_, Holder::Nobody)) => return Standing::IdKeyStale,
        // The key of the id is out of date: the user of that name has another id.
        Some((_, Holder::User(_) | Holder::Removed(_))) | None => {}
    }
    match at_name {
        Holder::Removed(id) if id == row.id() => Standing::Removed,
        Holder::Removed(_) => Standing::NameFreed,
        Holder::Corrupt => Standing::Corrupt(row.name.clone()),
        Holder::Nobody | Holder::User(_) => Standing::New,
    }
}
