//! Users, intruders, operators and imports send requests, at random and by
//! the scripts of the review.

use portcullis::account::object::protocol::WhichSessions;
use portcullis::account::{RefreshClaim, RefreshSecret, SessionId, UserId};

use crate::facts::Kind;
use crate::profile::Script;
use crate::requests::{Bearer, Op, Request};
use crate::world::{ACTIVE, Happening, NAMES, World};

/// The weight of each request of [`World::act`].
pub const WEIGHTS: [u32; 21] = [
    24, 4, 3, 5, 3, 3, 4, 4, 3, 4, 2, 2, 10, 14, 6, 6, 6, 5, 10, 6, 3,
];

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

    pub fn next(&mut self) -> u64 {
        self.counter += 1;
        self.counter
    }

    fn explicit_id(&mut self, name: usize) -> UserId {
        let fresh = 1000 + self.next();
        let known = self.seed_ids[name];
        UserId::new([fresh, known][self.random.below(2)]).unwrap()
    }

    pub fn new_password(&mut self, name: usize) -> String {
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

    pub fn login(&mut self, name: usize, newest: u32) {
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
        // Newer tokens are more frequent.
        let at = self
            .random
            .below(from.len())
            .max(self.random.below(from.len()));
        from.get(at).copied()
    }

    pub fn refresh(&mut self, name: usize, old: bool) {
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

    pub fn bearer(&mut self, session: usize) -> Option<Bearer> {
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

    pub fn end(&mut self, session: usize, which: WhichSessions) {
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

    pub fn change_password(&mut self, name: usize) {
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

    pub fn exchange(&mut self) {
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
}
