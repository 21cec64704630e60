//! Pending messages: late, lost, repeated.

use portcullis::account::object::protocol::Envelope;
use portcullis::account::object::{ClaimId, Unanswered};

use crate::world::{Asker, Call, Happening, World, note};

impl World {
    pub fn claim(&mut self, asker: Asker, claim: ClaimId) {
        let name = claim.object_name();
        let answer = claim.decide(self.ids.claims.get(&name));
        if !self.ids.claims.contains_key(&name) {
            let by = self.names.iter().position(|name| *name == claim.username);
            let by = by.unwrap_or(usize::MAX);
            self.oracle.claims.push((claim.id, by, self.step));
            self.ids.claims.insert(name, claim);
        }
        self.answer(asker, Ok(serde_json::to_string(&answer).unwrap()));
    }

    /// Sends an answer to an object's question.
    pub fn answer(&mut self, asker: Asker, answer: Result<String, Unanswered>) {
        let Asker::Object {
            host,
            epoch,
            question,
        } = asker
        else {
            return;
        };
        let is_lost = self.random.chance(self.profile.lost);
        let copies = 1 + u32::from(self.random.chance(self.profile.duplicated));
        for _ in 0..copies {
            let (delay, answer) = if is_lost {
                (self.random.seconds(5, 40), Err(Unanswered))
            } else {
                (self.profile.delay(&mut self.random), answer.clone())
            };
            let happening = Happening::Answered {
                host,
                epoch,
                question,
                answer,
            };
            self.after(delay, happening);
        }
    }

    /// Sends a request to an object, once or twice, or loses it.
    pub fn send(&mut self, asker: Asker, envelope: Envelope, command: Option<usize>) {
        let host = self
            .names
            .iter()
            .position(|name| *name == envelope.username);
        let host = host.expect("the account is one of the world");
        if self.random.chance(self.profile.lost / 2) {
            note!(
                self,
                "lost: {} to {}",
                envelope.message.name(),
                envelope.username.as_str()
            );
            return self.unanswered(asker);
        }
        let copies = 1 + u32::from(self.random.chance(self.profile.duplicated));
        for _ in 0..copies {
            self.counter += 1;
            let call = self.counter;
            if let Some(command) = command {
                let command = &mut self.oracle.commands[command];
                command.repeated |= command.copies > 0;
                command.copies += 1;
            }
            let kind = envelope.message.name();
            let new = Call {
                asker,
                kind,
                command,
                delivered: 0,
            };
            self.calls.insert(call, new);
            let delay = self.profile.delay(&mut self.random);
            // Messages are sent as JSON.
            let envelope = if self.random.chance(50) {
                serde_json::from_str(&serde_json::to_string(&envelope).unwrap()).unwrap()
            } else {
                envelope.clone()
            };
            let envelope = Box::new(envelope);
            self.after(
                delay,
                Happening::Deliver {
                    host,
                    call,
                    envelope,
                },
            );
        }
    }

    /// Tells who asked that there is no answer, after a while.
    pub fn unanswered(&mut self, asker: Asker) {
        let delay = self.random.seconds(5, 40);
        let emitted = self.step;
        let happening = match asker {
            Asker::Flow(flow) => Happening::Reply {
                flow,
                answer: None,
                emitted,
            },
            Asker::Object {
                host,
                epoch,
                question,
            } => Happening::Answered {
                host,
                epoch,
                question,
                answer: Err(Unanswered),
            },
        };
        self.after(delay, happening);
    }
}
