//! The checks of passwords, sessions and tokens.

use portcullis::account::object::protocol::Opened;
use portcullis::account::{RefreshClaim, SessionId, UserId};

use crate::facts::{Command, Kind, SessionFact, Step};
use crate::oracle::{Oracle, Verdict, broken};
use crate::profile::MAX_SKEW;

impl Oracle {
    /// The object opens a session for this password, which it began to look at
    /// at `begin`.
    pub fn check_password(
        &self,
        name: usize,
        user: UserId,
        password: &str,
        begin: Step,
        step: Step,
    ) -> Verdict {
        let Some(by) = self.passwords.get(password) else {
            return broken(
                "a",
                format!("the made-up password {password} opens a session"),
            );
        };
        let command = &self.commands[*by];
        if matches!(command.kind, Kind::Seed)
            && self.first_record[command.name].is_some_and(|first| first < command.start)
        {
            return broken(
                "c",
                format!("a seed for {name} counts after the object had a record"),
            );
        }
        if let Some(later) = self.overwritten(*by, user, step, Command::sets_password) {
            let ack = self.commands[later].ack;
            return broken("a", format!("password {password} counts after {ack:?}"));
        }
        for command in &self.commands {
            if command.revokes_at(name)
                && command.user == Some(user)
                && command.acked_before(step)
                && begin < command.start
            {
                let kind = &command.kind;
                return broken(
                    "a",
                    format!("a login from before {kind:?} opens a session after"),
                );
            }
        }
        self.check_disabled(user, false, step)
    }

    /// The object accepts a token of the session.
    pub fn check_use(&mut self, session: usize, step: Step) -> Verdict {
        let fact = &self.sessions[session];
        if fact.dead.is_some_and(|dead| dead < step) {
            let id = &fact.id;
            return broken(
                "a",
                format!("session {id} is used after it ended at {:?}", fact.dead),
            );
        }
        let (name, user) = (fact.name, fact.user);
        self.check_disabled(user, false, step)?;
        self.check_user(name, user, step)
    }

    /// The object accepts a token of the Flask original.
    pub fn check_flask(&self, token: usize, name: usize, step: Step) -> Verdict {
        let token = &self.tokens[token];
        for command in &self.commands {
            if command.revokes_at(name)
                && command.user == Some(token.id)
                && command.acked_before(step)
                && token.issued_at + MAX_SKEW < command.start_at
            {
                let kind = &command.kind;
                return broken(
                    "a",
                    format!("a Flask token of {name} counts after {kind:?}"),
                );
            }
        }
        self.check_disabled(token.id, false, step)
    }

    /// The object does not accept a token of the session.
    pub fn check_refused(&self, session: usize, now: i64, what: &str) -> Verdict {
        let fact = &self.sessions[session];
        let evicted = self.opens[fact.name] - fact.opens_at_use >= 31;
        if fact.maybe_dead || evicted || now + MAX_SKEW >= fact.expires {
            return Ok(());
        }
        let id = &fact.id;
        broken(
            "e",
            format!("{what} refuses session {id}, which nothing ended"),
        )
    }

    /// A refresh token reaches the object.
    pub fn refresh_delivered(&mut self, session: usize, number: u32, now: i64, jumps: bool) {
        let fact = &mut self.sessions[session];
        let (newest, at) = fact.delivered;
        if number > newest {
            fact.delivered = (number, now);
        } else if number < newest || now - at >= 30 || jumps {
            fact.maybe_dead = true;
        }
    }

    /// The object says that it opened a session, or that it goes on.
    pub fn opened(&mut self, name: usize, opened: &Opened, begin: Step, step: Step) -> Verdict {
        let version = &mut self.versions[name];
        if opened.version < *version {
            broken("a", format!("version {} after {version}", opened.version))?;
        }
        *version = opened.version;
        let claim = &opened.session.claim;
        let known = self.find(name, &claim.session);
        let at = known.unwrap_or(self.sessions.len());
        if known.is_none() {
            self.opens[name] += 1;
            let mut fact = SessionFact {
                name,
                user: opened.id,
                id: claim.session.clone(),
                begin,
                opened: step,
                dead: None,
                maybe_dead: false,
                claims: Vec::new(),
                tokens: Vec::new(),
                expires: opened.session.expires_at,
                delivered: (0, 0),
                secrets: Vec::new(),
                opens_at_use: self.opens[name],
            };
            for command in &self.commands {
                if command.name != name || !command.ends(at) {
                    continue;
                }
                fact.maybe_dead |= command.end() >= begin;
                if fact.precedes(command) {
                    fact.dead = fact.dead.or(command.ack);
                }
            }
            self.sessions.push(fact);
        }
        let opens = self.opens[name];
        let fact = &mut self.sessions[at];
        fact.opens_at_use = opens;
        note_secret(fact, claim)
    }

    pub fn find(&self, name: usize, id: &SessionId) -> Option<usize> {
        self.sessions
            .iter()
            .position(|fact| fact.name == name && fact.id == *id)
    }
}

/// A refresh token has one successor, however often it is used.
fn note_secret(fact: &mut SessionFact, claim: &RefreshClaim) -> Verdict {
    let secret = serde_json::to_string(&claim.secret).unwrap();
    match fact
        .secrets
        .iter()
        .find(|(number, _)| *number == claim.number)
    {
        Some((_, known)) if *known != secret => broken(
            "d",
            format!("two refresh tokens {} of {}", claim.number, claim.session),
        ),
        Some(_) => Ok(()),
        None => {
            fact.secrets.push((claim.number, secret));
            Ok(())
        }
    }
}
