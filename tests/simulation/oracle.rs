//! The checks. A request that runs at the same time as a command may succeed or
//! fail; a request that the object processes after the command has returned may not succeed.

use std::collections::HashMap;

use portcullis::account::{UserId, UserRecord};

use crate::facts::{Command, FlaskToken, Kind, SessionFact, Step};

/// A broken rule.
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
    pub versions: Vec<u64>,
    /// Which user was seen under which name.
    pub seen: Vec<(UserId, usize)>,
    /// The account that claimed each number, and when.
    pub claims: Vec<(UserId, usize, Step)>,
    pub removed: Vec<Removed>,
}

/// An acknowledged removal.
pub struct Removed {
    user: UserId,
    from: usize,
    ack: Step,
    /// Whether the user was seen under the name before. A seed was not.
    was_seen: bool,
}

pub fn broken(rule: &str, what: String) -> Verdict {
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
            let from = command.name;
            self.removed.push(Removed {
                user,
                from,
                ack: step,
                was_seen: self.was_seen(user, from),
            });
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
        for removed in &self.removed {
            let Removed { from, ack, .. } = removed;
            // A seed that was removed before a login may have had the number
            // of another account.
            let of_another =
                |(id, by, at): &(UserId, usize, Step)| *id == user && by != from && at < ack;
            let claimed = !removed.was_seen && self.claims.iter().any(of_another);
            if removed.user == user && *ack < step && !claimed {
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

    fn was_seen(&self, user: UserId, name: usize) -> bool {
        self.seen.contains(&(user, name))
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
    pub fn overwritten(
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

    pub fn check_disabled(&self, user: UserId, disabled: bool, step: Step) -> Verdict {
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
}
