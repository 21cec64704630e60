//! Users, intruders, operators and imports: who asks for what, at random and by
//! the scripts of the review.

use std::rc::Rc;

use portcullis::account::object::protocol::WhichSessions;
use portcullis::account::{
    RefreshClaim, RefreshSecret, SessionId, StoredUser, TokenDigest, UserId,
};

use crate::facts::{FlaskToken, Kind};
use crate::profile::Script;
use crate::worker::{Bearer, Op, Request, hash};
use crate::world::{ACTIVE, Happening, NAMES, World, note};

/// How often each of the requests of [`World::act`] is made.
pub const WEIGHTS: [u32; 21] = [
    24, 4, 3, 5, 3, 3, 4, 4, 3, 4, 2, 2, 10, 14, 6, 6, 6, 5, 10, 6, 3,
];

/// How far the run's script is.
pub struct ScriptState {
    pub script: Script,
    turn: usize,
}

impl ScriptState {
    pub fn new(script: Script) -> Self {
        Self { script, turn: 0 }
    }
}

impl World {
    /// Before the first request: an import, and Flask's tokens.
    pub fn begin_world(&mut self) {
        for name in 0..NAMES.len() {
            self.seed_ids.push(10 + name as u64);
            if name == 4 || (name < ACTIVE && self.random.chance(700)) {
                self.import(name, true);
            }
        }
        if self.script.script != Script::None {
            self.requests += match self.script.script {
                Script::Renames => 60,
                _ => 240,
            };
        }
    }

    pub fn act(&mut self) {
        if self.requests == 0 {
            return;
        }
        let pause = match self.random.below(100) {
            0 => 3 * 3600,
            1 | 2 => 600,
            _ => self.profile.pause,
        };
        let delay = self.random.seconds(0, pause);
        self.after(delay, Happening::Act);
        if self.script.script != Script::None && self.script.turn < 230 {
            if self.flows.is_empty() || self.script.script == Script::Renames {
                self.requests -= 1;
                self.script.turn += 1;
                self.follow_script();
            }
            if self.random.chance(950) {
                return;
            }
        }
        self.requests = self.requests.saturating_sub(1);
        let name = self.random.below(self.profile.names);
        let weights = self.profile.weights.clone();
        match self.random.weighted(&weights) {
            0 => self.login(name, 600),
            1 => self.import(name, false),
            2 => {
                let password = self.new_password(name);
                let request = Request::SignUp { password };
                self.start(name, request, 1, Some(Kind::SignUp));
            }
            3 => {
                let password = self.new_password(name);
                self.operate(name, Op::SetPassword(password), Some(Kind::SetPassword));
            }
            4 => self.operate(name, Op::Disable(true), Some(Kind::Disable)),
            5 => self.operate(name, Op::Disable(false), Some(Kind::Enable)),
            6 => {
                let phone = format!("n{}", self.next());
                self.operate(name, Op::Phone(phone), Some(Kind::Phone));
            }
            7 => self.operate(name, Op::SignOut, Some(Kind::SignOut)),
            8 => self.operate(name, Op::Remove, Some(Kind::Remove)),
            9 => {
                let to = self.random.below(self.profile.names + 1);
                self.operate(name, Op::Rename(to), Some(Kind::Rename { to }));
            }
            10 => {
                if let Some(session) = self.some_session(name) {
                    let id = self.oracle.sessions[session].id.clone();
                    let name = self.oracle.sessions[session].name;
                    self.operate(name, Op::EndSession(id), Some(Kind::EndSession(session)));
                }
            }
            11 => self.operate(name, Op::Read, None),
            12 => self.login(name, 0),
            13 => self.refresh(name, false),
            14 => self.refresh(name, true),
            15 => self.log_out(name),
            16 => self.change_password(name),
            17 => self.exchange(),
            18 => self.look(name),
            19 => self.stranger(),
            _ => match self.random.below(3) {
                0 => self.lose_storage(name),
                1 => self.kill(name),
                _ => {
                    let password = self.new_password(name);
                    let id = self.random.chance(300).then(|| self.explicit_id(name));
                    let op = Op::Create { password, id };
                    self.operate(name, op, Some(Kind::Create));
                }
            },
        }
    }

    fn next(&mut self) -> u64 {
        self.counter += 1;
        self.counter
    }

    fn explicit_id(&mut self, name: usize) -> UserId {
        let fresh = 1000 + self.next();
        let known = self.seed_ids[name];
        UserId::new([fresh, known][self.random.below(2)]).unwrap()
    }

    fn new_password(&mut self, name: usize) -> String {
        let password = format!("p{}", self.next());
        self.passwords.push((name, password.clone()));
        password
    }

    /// A password that was once someone's; the newest one for the name, so
    /// many times in a thousand.
    fn some_password(&mut self, name: usize, newest: u32) -> String {
        if self.random.chance(newest) {
            let newest = self.passwords.iter().rev().find(|(of, _)| *of == name);
            if let Some((_, password)) = newest {
                return password.clone();
            }
        }
        match self.random.below(self.passwords.len().max(1)) {
            _ if self.passwords.is_empty() => "wrong".into(),
            at => self.passwords[at].1.clone(),
        }
    }

    pub fn operate(&mut self, name: usize, op: Op, kind: Option<Kind>) {
        self.start(name, Request::Operator(op), 1, kind);
    }

    fn login(&mut self, name: usize, newest: u32) {
        let password = self.some_password(name, newest);
        let from = 1 + self.random.below(3);
        self.start(name, Request::Login { password }, from, None);
    }

    /// A session with a token that a client received.
    fn some_session(&mut self, name: usize) -> Option<usize> {
        let known: Vec<usize> = (0..self.oracle.sessions.len())
            .filter(|at| !self.oracle.sessions[*at].claims.is_empty())
            .collect();
        let of_name: Vec<usize> = known
            .iter()
            .copied()
            .filter(|at| self.oracle.sessions[*at].name == name)
            .collect();
        let from = if of_name.is_empty() { known } else { of_name };
        // The newer ones more often.
        let at = self
            .random
            .below(from.len())
            .max(self.random.below(from.len()));
        from.get(at).copied()
    }

    fn refresh(&mut self, name: usize, old: bool) {
        let Some(session) = self.some_session(name) else {
            return;
        };
        let fact = &self.oracle.sessions[session];
        let (name, last) = (fact.name, fact.claims.len() - 1);
        let at = if old {
            self.random.below(last + 1)
        } else {
            last
        };
        let claim = self.oracle.sessions[session].claims[at].clone();
        let session = Some(session);
        self.start(name, Request::Refresh { session, claim }, 1, None);
    }

    fn bearer(&mut self, session: usize) -> Option<Bearer> {
        let now = self.now;
        let tokens = &self.oracle.sessions[session].tokens;
        let valid = tokens.iter().filter(|token| token.expires_at > now);
        let valid: Vec<_> = valid.cloned().collect();
        let at = self.random.below(valid.len());
        Some(Bearer {
            token: valid.get(at)?.clone(),
            session: Some(session),
            flask: None,
        })
    }

    fn log_out(&mut self, name: usize) {
        if let Some(session) = self.some_session(name) {
            match self.random.below(4) {
                0 => self.end(session, WhichSessions::Others),
                1 => {
                    if let Some(other) = self.some_session(name) {
                        let id = self.oracle.sessions[other].id.clone();
                        self.end(session, WhichSessions::One(id));
                    }
                }
                _ => self.end(session, WhichSessions::Current),
            }
        }
    }

    fn end(&mut self, session: usize, which: WhichSessions) {
        let Some(by) = self.bearer(session) else {
            return;
        };
        let name = self.oracle.sessions[session].name;
        let kind = match &which {
            WhichSessions::Current => Kind::EndSession(session),
            WhichSessions::One(id) => match self.oracle.find(name, id) {
                Some(other) => Kind::EndSession(other),
                None => return,
            },
            WhichSessions::Others => Kind::EndOthers { kept: session },
        };
        self.start(name, Request::End { by, which }, 1, Some(kind));
    }

    fn change_password(&mut self, name: usize) {
        let by = if self.random.chance(200) && !self.oracle.tokens.is_empty() {
            self.flask_bearer()
        } else {
            self.some_session(name)
                .and_then(|session| self.bearer(session))
        };
        let Some(by) = by else {
            return;
        };
        let name = by.session.map_or(name, |at| self.oracle.sessions[at].name);
        let old = self.some_password(name, 800);
        let new = self.new_password(name);
        let kept = by.session;
        let request = Request::OwnPassword { by, old, new };
        self.start(name, request, 1, Some(Kind::OwnPassword { kept }));
    }

    fn flask_bearer(&mut self) -> Option<Bearer> {
        let at = self.random.below(self.oracle.tokens.len());
        let token = self.oracle.tokens.get(at)?;
        (token.expires_at > self.now).then(|| Bearer {
            token: token.facts(),
            session: None,
            flask: Some(at),
        })
    }

    fn exchange(&mut self) {
        let token = self.random.below(self.oracle.tokens.len());
        let known = self.oracle.tokens.get(token);
        if known.is_some_and(|known| known.expires_at > self.now) {
            self.start(0, Request::Exchange { token }, 1, None);
        }
    }

    fn look(&mut self, name: usize) {
        let by = match self.random.below(4) {
            0 => self.flask_bearer(),
            _ => self
                .some_session(name)
                .and_then(|session| self.bearer(session)),
        };
        if let Some(by) = by {
            let name = by.session.map_or(name, |at| self.oracle.sessions[at].name);
            let by_kv = self.random.chance(700);
            let request = match by_kv || by.session.is_none() {
                true => Request::Me { by },
                false => Request::Introspect { by },
            };
            self.start(name, request, 1, None);
        }
    }

    /// Someone without any right.
    pub fn stranger(&mut self) {
        let name = self.random.below(NAMES.len());
        if self.random.chance(800) {
            let password = "wrong".to_string();
            let from = 100 + self.random.below(40);
            return self.start(name, Request::Login { password }, from, None);
        }
        let bytes = self.random.bytes();
        let known = self.oracle.sessions.iter().find(|fact| fact.name == name);
        let session = match known {
            Some(fact) if bytes[0] < 128 => fact.id.clone(),
            _ => SessionId::new(bytes[..16].try_into().unwrap()),
        };
        let secret: RefreshSecret = serde_json::from_value(serde_json::json!(
            "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"
        ))
        .unwrap();
        let claim = RefreshClaim {
            session,
            number: 1 + u32::from(bytes[1] % 3),
            secret,
        };
        let request = Request::Refresh {
            session: None,
            claim,
        };
        self.start(name, request, 1, None);
    }

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
        // Strangers alone know of the last two accounts.
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
    fn lose_storage(&mut self, name: usize) {
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

    fn follow_script(&mut self) {
        let turn = self.script.turn;
        let newest = self.oracle.sessions.iter().rposition(|fact| {
            fact.name == 0
                && !fact.maybe_dead
                && fact.tokens.iter().any(|t| t.expires_at > self.now)
        });
        match (self.script.script, newest) {
            (Script::ManyLogouts, Some(newest)) => {
                // The one logged in first stays, and is looked at.
                let stays = self
                    .oracle
                    .sessions
                    .iter()
                    .position(|fact| fact.name == 0 && !fact.maybe_dead);
                if stays == Some(newest) || turn.is_multiple_of(9) {
                    let stays = stays.unwrap_or(newest);
                    match (turn.is_multiple_of(3), self.bearer(stays)) {
                        (true, Some(by)) => self.start(0, Request::Introspect { by }, 1, None),
                        _ => self.login(0, 1000),
                    }
                } else {
                    self.end(newest, WhichSessions::Current);
                }
            }
            (Script::ManyPasswords, Some(_)) if !turn.is_multiple_of(12) => self.change_password(0),
            (Script::ManyPasswords, _) if turn.is_multiple_of(12) => {
                let password = self.new_password(0);
                self.operate(0, Op::SetPassword(password), Some(Kind::SetPassword));
            }
            (Script::ManyExchanges, newest) => match (turn % 8, newest) {
                (0, _) if turn.is_multiple_of(40) => {
                    self.operate(0, Op::SignOut, Some(Kind::SignOut));
                }
                (1, Some(newest)) => self.end(newest, WhichSessions::Current),
                _ if self.oracle.tokens.is_empty() => self.import(0, false),
                _ => self.start(0, Request::Exchange { token: 0 }, 1, None),
            },
            (Script::Renames, _) => {
                let (name, to) = [(0, 1), (1, 0), (0, 2), (1, 2), (2, 0)][self.random.below(5)];
                match self.random.below(8) {
                    0 => self.operate(name, Op::Remove, Some(Kind::Remove)),
                    1 | 2 => {
                        let password = self.new_password(name);
                        let op = Op::Create { password, id: None };
                        self.operate(name, op, Some(Kind::Create));
                    }
                    3 => self.login(name, 800),
                    4 => self.operate(name, Op::Disable(false), Some(Kind::Enable)),
                    _ => self.operate(name, Op::Rename(to), Some(Kind::Rename { to })),
                }
            }
            (Script::Removal, Some(newest)) if turn.is_multiple_of(4) => {
                self.end(newest, WhichSessions::Current);
            }
            (Script::Removal, _) if turn.is_multiple_of(30) => {
                self.operate(0, Op::Remove, Some(Kind::Remove));
            }
            (Script::Removal, _) if turn % 50 == 49 => self.import(0, false),
            _ => self.login(0, 800),
        }
    }
}
