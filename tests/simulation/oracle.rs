//! The checks. A request that runs at the same time as a command may go either
//! way; one that the object sees after the command has returned may not.

use std::collections::HashMap;

use portcullis::account::object::protocol::Opened;
use portcullis::account::{RefreshClaim, SessionId, UserId, UserRecord};

use crate::facts::{Command, FlaskToken, Kind, SessionFact, Step};
use crate::profile::MAX_SKEW;

/// A rule is broken.
pub type Verdict = Result<(), String>;

#[derive(Default)]
pub struct Oracle {
    pub commands: Vec<Command>,
    pub sessions: Vec<SessionFact>,
    pub tokens: Vec<FlaskToken>,
    /// The commands that set a password, a phone number: each value is set once.
    pub passwords: HashMap<String, usize>,
    pub phones: HashMap<String, usize>,
    /// For each name, the step at which its object surely had a record.
    pub first_record: Vec<Option<Step>>,
    /// For each name, how many sessions were opened.
    pub opens: Vec<u64>,
    /// For each name, the highest credential version that was seen.
    versions: Vec<u64>,
    /// Which user was seen under which name.
    pub seen: Vec<(UserId, usize)>,
    /// Who claimed which number, and when.
    pub claims: Vec<(UserId, usize, Step)>,
    /// Which user was removed from which name, and when that was acknowledged.
    pub removed: Vec<(UserId, usize, Step)>,
}

fn broken(rule: &str, what: String) -> Verdict {
    Err(format!("({rule}) {what}"))
}

impl Oracle {
    pub fn new(names: usize) -> Self {
        Self {
            first_record: vec![None; names],
            opens: vec![0; names],
            versions: vec![0; names],
            ..Self::default()
        }
    }

    // --- Commands

    pub fn begin(&mut self, kind: Kind, name: usize, step: Step, now: i64) -> usize {
        let at = self.commands.len();
        let command = Command {
            kind,
            name,
            start: step,
            start_at: now,
            ack: None,
            user: None,
            revision: None,
            copies: 0,
            closed: false,
            last: step,
            repeated: false,
        };
        for (session, fact) in self.sessions.iter_mut().enumerate() {
            fact.maybe_dead |= fact.name == name && command.ends(session);
        }
        self.commands.push(command);
        at
    }

    pub fn copy_finished(&mut self, command: Option<usize>, step: Step) {
        if let Some(command) = command {
            let command = &mut self.commands[command];
            command.copies -= 1;
            command.last = step;
        }
    }

    /// The caller of a command learns that it took effect.
    pub fn acknowledged(&mut self, at: usize, user: Option<UserId>, step: Step) {
        let command = &mut self.commands[at];
        command.ack = Some(step);
        command.user = user;
        let command = &self.commands[at];
        for (session, fact) in self.sessions.iter_mut().enumerate() {
            if fact.name == command.name && fact.precedes(command) && command.ends(session) {
                fact.dead = fact.dead.or(Some(step));
            }
        }
        if let (Kind::Remove, Some(user)) = (&command.kind, user) {
            self.removed.push((user, command.name, step));
        }
    }

    /// The object has a record or a tombstone, surely.
    pub fn has_record(&mut self, name: usize, step: Step) {
        self.first_record[name].get_or_insert(step);
    }

    /// When a command's effect was possible for the last time.
    fn end_of(&self, command: &Command) -> Step {
        match command.kind {
            Kind::Seed => self.first_record[command.name].unwrap_or(Step::MAX),
            _ => command.end(),
        }
    }

    // --- Users

    /// The object of `name` says that it has this user.
    pub fn check_user(&mut self, name: usize, user: UserId, step: Step) -> Verdict {
        for (removed, from, ack) in &self.removed {
            // A number of two seeds belongs to who claimed it first.
            let claimed = self
                .claims
                .iter()
                .any(|(id, by, at)| *id == user && *by == name && at < ack && *from != name);
            if *removed == user && *ack < step && !claimed {
                return broken(
                    "c",
                    format!("the number of removed user {user} is used again"),
                );
            }
        }
        let comes_later = |than: &Command| {
            self.commands.iter().any(|other| match other.kind {
                Kind::Create => other.name == name && other.end() > than.start,
                Kind::Rename { to } => to == name && other.end() > than.start,
                _ => false,
            })
        };
        for command in &self.commands {
            if command.name != name || !command.acked_before(step) {
                continue;
            }
            let is_over = match command.kind {
                Kind::Remove => true,
                Kind::Rename { .. } => command.user == Some(user),
                _ => false,
            };
            if is_over && !comes_later(command) {
                return broken("c", format!("user {user} is back after {:?}", command.kind));
            }
        }
        if !self.seen.contains(&(user, name)) {
            let elsewhere = self.seen.iter().any(|(id, _)| *id == user);
            let renamed =
                |command: &Command| matches!(command.kind, Kind::Rename { to } if to == name);
            if elsewhere && !self.commands.iter().any(renamed) {
                return broken("c", format!("number {user} belongs to two accounts"));
            }
            self.seen.push((user, name));
        }
        Ok(())
    }

    /// A user was created with this number.
    pub fn check_new(&self, user: UserId) -> Verdict {
        if self.seen.iter().any(|(id, _)| *id == user) {
            return broken("c", format!("number {user} is given a second time"));
        }
        Ok(())
    }

    /// The record that the object shows holds every acknowledged change.
    pub fn check_record(&self, record: &UserRecord, step: Step) -> Verdict {
        let user = record.id;
        let hash = record.hash_password.split_once(':');
        let password = hash.and_then(|(_, password)| self.passwords.get(password));
        if let Some(by) = password
            && let Some(later) = self.overwritten(*by, user, step, Command::sets_password)
        {
            let what = &self.commands[later].kind;
            return broken(
                "b",
                format!("the password of {user} is from before {what:?}"),
            );
        }
        if let Some(by) = self.phones.get(&record.phone)
            && let Some(later) = self.overwritten(*by, user, step, |command| {
                matches!(command.kind, Kind::Phone)
            })
        {
            let start = self.commands[later].start;
            return broken(
                "b",
                format!("the phone number of {user} of step {start} is lost"),
            );
        }
        self.check_disabled(user, record.disabled, step)
    }

    /// An acknowledged command that came after this one, surely.
    fn overwritten(
        &self,
        by: usize,
        user: UserId,
        step: Step,
        same: impl Fn(&Command) -> bool,
    ) -> Option<usize> {
        let end = self.end_of(&self.commands[by]);
        self.commands.iter().position(|later| {
            same(later) && later.user == Some(user) && later.start > end && later.acked_before(step)
        })
    }

    fn check_disabled(&self, user: UserId, disabled: bool, step: Step) -> Verdict {
        for command in &self.commands {
            if command.user != Some(user)
                || !command.acked_before(step)
                || command.disables() != Some(!disabled)
            {
                continue;
            }
            let undone = self.commands.iter().any(|other| {
                let same_user = other.user.is_none_or(|other| other == user) || other.repeated;
                same_user && other.disables() == Some(disabled) && other.end() > command.start
            });
            if !undone {
                return broken("b", format!("{:?} of user {user} is lost", command.kind));
            }
        }
        Ok(())
    }

    // --- Credentials

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

/// A refresh token has one successor, however often it is asked for.
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
