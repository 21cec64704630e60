//! The attacks of the review that need a long preparation.

use portcullis::account::object::protocol::WhichSessions;

use crate::facts::Kind;
use crate::profile::Script;
use crate::requests::{Op, Request};
use crate::world::World;

/// The step that the run's script has reached.
pub struct ScriptState {
    pub script: Script,
    pub turn: usize,
}

impl ScriptState {
    pub fn new(script: Script) -> Self {
        Self { script, turn: 0 }
    }
}

impl World {
    pub fn follow_script(&mut self) {
        let turn = self.script.turn;
        let newest = self.oracle.sessions.iter().rposition(|fact| {
            fact.name == 0
                && !fact.maybe_dead
                && fact.tokens.iter().any(|t| t.expires_at > self.now)
        });
        match (self.script.script, newest) {
            (Script::ManyLogouts, Some(newest)) => {
                // The user who logged in first stays logged in, and the checks watch the session.
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
