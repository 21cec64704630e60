//! The checks at each response, and the facts that its receiver learns.

use std::rc::Rc;

use portcullis::account::object::Unanswered;
use portcullis::account::object::protocol::{self as p, Envelope, Message};
use portcullis::account::{AccessError, StoredDecision, StoredUser};

use crate::facts::Kind;
use crate::oracle::Verdict;
use crate::profile::MAX_SKEW;
use crate::requests::{Answer, Bearer, Flow, Op, Request};
use crate::world::{Asker, Call, Happening, World, note};

impl World {
    /// A request reaches an object.
    pub fn before_request(&mut self, host: usize, envelope: &Envelope) {
        if let Message::Refresh(refresh) = &envelope.message
            && let Some(session) = self.oracle.find(host, &refresh.claim.session)
        {
            let (number, jumps) = (refresh.claim.number, self.clocks_jump);
            self.oracle
                .refresh_delivered(session, number, self.now, jumps);
        }
    }

    /// An object answers a request.
    pub fn emit(&mut self, host: usize, call: Call, answer: Result<String, Unanswered>) {
        self.oracle.copy_finished(call.command, self.step);
        let Asker::Flow(id) = call.asker else {
            return self.answer(call.asker, answer);
        };
        let answer = answer.ok().map(|json| {
            note!(
                self,
                "{} answers {} of request {id}: {json}",
                self.hosts[host].name.as_str(),
                call.kind
            );
            Rc::new(Answer::parse(call.kind, &json))
        });
        if let Some(answer) = &answer
            && let Some(flow) = self.flows.remove(&id)
        {
            let verdict = self.check_answer(host, &flow, &call, answer);
            self.flows.insert(id, flow);
            self.judge(verdict);
        }
        self.call_finished(id);
        if self.random.chance(self.profile.lost) {
            note!(self, "lost: the answer to {} of request {id}", call.kind);
            return self.unanswered(call.asker);
        }
        let reply = Happening::Reply {
            flow: id,
            answer,
            emitted: self.step,
        };
        let delay = self.profile.delay(&mut self.random);
        self.after(delay, reply);
    }

    /// A message of a request will not be answered any more.
    pub fn call_finished(&mut self, id: u64) {
        if let Some(flow) = self.flows.get_mut(&id) {
            flow.calls -= 1;
            if flow.done && flow.calls == 0 {
                self.flows.remove(&id);
            }
        }
    }

    fn check_answer(&mut self, host: usize, flow: &Flow, call: &Call, answer: &Answer) -> Verdict {
        let step = self.step;
        let revision = self.hosts[host].revision();
        let took_effect = |world: &mut Self| {
            if let Some(command) = call.command {
                let command = &mut world.oracle.commands[command];
                command.revision.get_or_insert(revision);
            }
        };
        match (answer, &flow.request) {
            (Answer::Admit(p::AdmitAnswer::Opened(opened)), Request::Login { password }) => {
                self.oracle.has_record(host, step);
                self.oracle.check_user(host, opened.id, step)?;
                let begin = flow.begin;
                self.oracle
                    .check_password(host, opened.id, password, begin, step)?;
                self.oracle.opened(host, opened, begin, step)?;
            }
            (
                Answer::Refresh(p::RefreshAnswer::Opened(opened)),
                Request::Refresh { session, claim },
            ) => {
                let Some(session) = session else {
                    return Err("(a) a made-up refresh token is accepted".into());
                };
                self.oracle.check_use(*session, step)?;
                if opened.session.claim.number != claim.number + 1 {
                    return Err("(d) the successor is not the next one".into());
                }
                self.oracle.opened(host, opened, step, step)?;
            }
            (
                Answer::Refresh(p::RefreshAnswer::Refused(_)),
                Request::Refresh {
                    session: Some(session),
                    ..
                },
            ) => {
                self.oracle.check_refused(*session, self.now, "refresh")?;
            }
            (Answer::Exchange(p::ExchangeAnswer::Opened(opened)), Request::Exchange { token }) => {
                self.oracle.has_record(host, step);
                self.oracle.check_user(host, opened.id, step)?;
                self.oracle.check_flask(*token, host, step)?;
                self.oracle.opened(host, opened, call.delivered, step)?;
                let token = &mut self.oracle.tokens[*token];
                if token.exchanged || token.id != opened.id {
                    return Err("(6) a Flask token is exchanged twice, or for another user".into());
                }
                token.exchanged = true;
            }
            (
                Answer::Check(p::CheckAnswer::Granted(record)),
                Request::Me { by } | Request::Introspect { by },
            ) => {
                self.check_bearer(host, by)?;
                self.oracle.check_record(record, step)?;
            }
            (
                Answer::Check(p::CheckAnswer::Refused(_)),
                Request::Me { by } | Request::Introspect { by },
            ) => {
                if let Some(session) = by.session {
                    self.oracle.check_refused(session, self.now, "CheckToken")?;
                }
            }
            (Answer::End(p::EndAnswer::Ended), Request::End { by, .. }) => {
                self.check_bearer(host, by)?;
                took_effect(self);
            }
            (Answer::End(p::EndAnswer::Refused(_)), Request::End { by, .. }) => {
                if let Some(session) = by.session {
                    self.oracle
                        .check_refused(session, self.now, "EndSessions")?;
                }
            }
            (
                Answer::Change(p::ChangePasswordAnswer::Replaced),
                Request::OwnPassword { by, old, .. },
            ) => {
                self.oracle.has_record(host, step);
                self.check_bearer(host, by)?;
                let (user, begin) = (by.token.id, flow.begin);
                self.oracle.check_password(host, user, old, begin, step)?;
                took_effect(self);
                self.hosts[host].own_passwords += 1;
            }
            (Answer::Create(p::CreateAnswer::Created(state)), _) => {
                self.oracle.has_record(host, step);
                let user = state.record.id;
                self.oracle.check_new(user)?;
                self.oracle.check_user(host, user, step)?;
                self.oracle.check_record(&state.record, step)?;
                took_effect(self);
            }
            (Answer::User(p::UserAnswer::User(state)), Request::Operator(op)) => {
                let is_adopted = state.version.is_some();
                let removes = matches!(op, Op::Remove);
                if is_adopted || removes {
                    self.oracle.has_record(host, step);
                }
                if is_adopted {
                    self.oracle.check_user(host, state.record.id, step)?;
                    self.oracle.check_record(&state.record, step)?;
                }
                took_effect(self);
            }
            (Answer::EndUser(p::EndUserSessionAnswer::Ended), _) => took_effect(self),
            // The record in the response is from the time at which the request arrived.
            (Answer::Rename(p::RenameAnswer::Renamed(_)), Request::Operator(Op::Rename(to))) => {
                self.oracle.has_record(host, step);
                self.oracle.has_record(*to, step);
                took_effect(self);
            }
            _ => {}
        }
        Ok(())
    }

    fn check_bearer(&mut self, name: usize, by: &Bearer) -> Verdict {
        match (by.session, by.flask) {
            (Some(session), _) => self.oracle.check_use(session, self.step),
            (None, Some(token)) => self.oracle.check_flask(token, name, self.step),
            (None, None) => Err("(a) a made-up token is accepted".into()),
        }
    }

    /// `/me` decides by what KV shows.
    pub fn check_stored_decision(
        &mut self,
        name: usize,
        by: &Bearer,
        shown: Option<&str>,
        decision: &Result<StoredDecision, AccessError>,
    ) -> Verdict {
        let stored = shown.and_then(|shown| StoredUser::parse(shown, &self.names[name]).ok());
        match decision {
            Ok(StoredDecision::AskObject) | Err(AccessError::UserDisabled) => Ok(()),
            Err(_) => match by.session {
                Some(session) => self.oracle.check_refused(session, self.now, "/me"),
                None => Ok(()),
            },
            Ok(StoredDecision::Granted(_)) => {
                let Some(revision) = stored.and_then(|stored| stored.revision()) else {
                    return Ok(());
                };
                for command in &self.oracle.commands {
                    let is_shown = command.revision.is_some_and(|by| by <= revision);
                    if command.name != name || !is_shown {
                        continue;
                    }
                    let is_over = match (by.session, by.flask) {
                        (Some(session), _) => {
                            let fact = &self.oracle.sessions[session];
                            command.ends(session) && fact.precedes(command)
                        }
                        (None, _) => {
                            let issued = by.token.issued_at.unwrap_or_default() as i64;
                            let is_older = issued + MAX_SKEW < command.start_at;
                            command.revokes() && command.user == Some(by.token.id) && is_older
                        }
                    };
                    if is_over {
                        return Err(format!(
                            "(e) /me grants a token after {:?}, which KV shows",
                            command.kind
                        ));
                    }
                }
                Ok(())
            }
        }
    }

    /// The caller receives the answer.
    pub fn learn(&mut self, id: u64, answer: &Answer) {
        let step = self.step;
        let flow = &self.flows[&id];
        let (name, command) = (flow.name, flow.command);
        let opened = match answer {
            Answer::Admit(p::AdmitAnswer::Opened(opened))
            | Answer::Refresh(p::RefreshAnswer::Opened(opened))
            | Answer::Exchange(p::ExchangeAnswer::Opened(opened)) => Some(opened),
            _ => None,
        };
        if let Some(opened) = opened {
            let token = self.token(opened);
            if let Some(at) = self.oracle.find(name, &opened.session.claim.session) {
                let fact = &mut self.oracle.sessions[at];
                fact.claims.push(opened.session.claim.clone());
                fact.tokens.push(token);
            }
            return;
        }
        let user = match (answer, &flow.request) {
            (_, Request::Operator(Op::Read)) => return,
            (Answer::User(p::UserAnswer::User(state)), _)
            | (Answer::Create(p::CreateAnswer::Created(state)), _)
            | (Answer::Rename(p::RenameAnswer::Renamed(state)), _) => Some(state.record.id),
            (
                Answer::Change(p::ChangePasswordAnswer::Replaced),
                Request::OwnPassword { by, .. },
            ) => Some(by.token.id),
            (Answer::End(p::EndAnswer::Ended), _)
            | (Answer::EndUser(p::EndUserSessionAnswer::Ended), _) => None,
            _ => return,
        };
        if let Some(command) = command {
            note!(self, "request {id} took effect");
            self.oracle.acknowledged(command, user, step);
            if let Kind::Rename { to } = self.oracle.commands[command].kind
                && let Some(user) = user
                && !self.oracle.seen.contains(&(user, to))
            {
                self.oracle.seen.push((user, to));
            }
        }
    }

    pub fn describe(&self, flow: &Flow) -> String {
        let name = self.names[flow.name].as_str();
        let bearer = |by: &Bearer| match (by.session, by.flask) {
            (Some(session), _) => {
                format!("session {session} ({})", self.oracle.sessions[session].id)
            }
            (_, flask) => format!("Flask token {flask:?}"),
        };
        match &flow.request {
            Request::Login { password } => format!("{name} logs in with {password}"),
            Request::OwnPassword { by, old, new } => {
                format!("{name} changes {old} to {new} with {}", bearer(by))
            }
            Request::Refresh { session, claim } => {
                format!(
                    "{name} refreshes session {session:?} with token {}",
                    claim.number
                )
            }
            Request::Exchange { token } => format!("exchange of Flask token {token}"),
            Request::End { by, which } => format!("{name} ends {which:?} with {}", bearer(by)),
            Request::Me { by } => format!("{name} asks /me with {}", bearer(by)),
            Request::Introspect { by } => format!("{name} is introspected with {}", bearer(by)),
            Request::SignUp { password } => format!("{name} signs up with {password}"),
            Request::Operator(op) => match op {
                Op::Create { password, id } => {
                    format!("operator creates {name}, {password}, {id:?}")
                }
                Op::SetPassword(password) => format!("operator gives {name} password {password}"),
                Op::Phone(phone) => format!("operator gives {name} phone {phone}"),
                Op::Disable(true) => format!("operator disables {name}"),
                Op::Disable(false) => format!("operator enables {name}"),
                Op::SignOut => format!("operator signs {name} out"),
                Op::Remove => format!("operator removes {name}"),
                Op::Rename(to) => {
                    format!("operator renames {name} to {}", self.names[*to].as_str())
                }
                Op::EndSession(id) => format!("operator ends {id} of {name}"),
                Op::Read => format!("operator reads {name}"),
            },
        }
    }
}
