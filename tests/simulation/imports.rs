//! Changes of the stores from outside: imports, and a loss of storage.

use std::rc::Rc;

use portcullis::account::{StoredUser, TokenDigest, UserId};

use crate::facts::{FlaskToken, Kind};
use crate::worker::hash;
use crate::world::{ACTIVE, Happening, NAMES, World, note};

impl World {
    /// An import puts a seed into KV.
    pub fn import(&mut self, name: usize, at_once: bool) {
        if self.hosts[name].lost {
            return;
        }
        let is_conflict = !at_once && self.random.chance(30);
        if !at_once && self.random.chance(200) {
            self.seed_ids[name] = 100 + self.next();
        }
        let id = match is_conflict {
            true => self.seed_ids[self.random.below(ACTIVE)],
            false => self.seed_ids[name],
        };
        let id = UserId::new(id).unwrap();
        let password = self.new_password(name);
        let disabled = self.random.chance(100);
        let kind = Kind::Seed;
        let command = self.oracle.begin(kind, name, self.step, self.now);
        self.oracle.commands[command].closed = true;
        self.oracle.passwords.insert(password.clone(), command);
        let mut seed = serde_json::json!({
            "id": id,
            "username": NAMES[name],
            "hash_password": hash(&password, true),
            "phone": "none",
        });
        if disabled {
            seed["disabled"] = true.into();
        }
        // Only strangers know of the last two accounts.
        let tokens = if name < ACTIVE { 2 } else { 0 };
        for _ in 0..tokens {
            let token = format!("token {}", self.next());
            let issued_at = self.now - self.random.seconds(0, 30_000);
            self.oracle.tokens.push(FlaskToken {
                digest: TokenDigest::new(&token),
                id,
                issued_at,
                expires_at: issued_at + 3 * 24 * 3600,
                exchanged: false,
            });
        }
        note!(self, "import of {seed}");
        let mut puts = vec![(self.names[name].record_key(), seed.to_string())];
        if !is_conflict {
            puts.push((id.index_key(), NAMES[name].into()));
        }
        for (key, value) in puts {
            let (key, value) = (Rc::from(key), Rc::from(value));
            let delay = match at_once {
                true => 0,
                false => self.random.seconds(0, 60),
            };
            let lands = Happening::Lands {
                key,
                value,
                by_import: true,
            };
            match at_once {
                true => self.happen(lands),
                false => self.after(delay, lands),
            }
        }
        self.hosts[name].imported = self.now;
    }

    /// An object loses its storage, once KV has all that it had everywhere:
    /// anything else is a second fault at the same time.
    pub fn lose_storage(&mut self, name: usize) {
        let key = self.names[name].record_key();
        let it = &self.hosts[name];
        let (revision, wrote, imported) = (it.revision(), it.wrote, it.imported);
        let is_quiet = [wrote, imported]
            .iter()
            .all(|at| self.now.saturating_sub(*at) > 130);
        let reserved = |host: &crate::host::Host| {
            host.stored
                .as_ref()
                .is_some_and(|stored| stored.contains("\"Reserved\""))
        };
        let shown = self.kv.newest(&key).value;
        let shown = shown.and_then(|shown| StoredUser::parse(&shown, &self.names[name]).ok());
        let is_shown = shown.and_then(|shown| shown.revision()) == Some(revision);
        if self.unbounded
            || !is_quiet
            || !is_shown
            || !self.kv.is_settled(&key, self.now)
            || !self.flows.is_empty()
            || !self.calls.is_empty()
            || self.hosts.iter().any(reserved)
        {
            return;
        }
        note!(self, "{} loses its storage", NAMES[name]);
        self.kill(name);
        let it = &mut self.hosts[name];
        it.stored = None;
        it.lost = true;
        it.stop_alarm();
        for fact in &mut self.oracle.sessions {
            fact.maybe_dead |= fact.name == name;
        }
    }
}
