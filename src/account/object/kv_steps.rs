//! Runs the steps of the replication to KV: turns each step into an effect, and
//! passes its result to [`Replication`](super::replication::Replication), which
//! decides what is next.

use super::replication::{self, ReplicationStep};
use super::{AccountObject, Effect, Step, StepNumber, Unanswered};

impl AccountObject {
    /// Starts the next step of the replication, if it is due and no step is
    /// pending.
    pub(super) fn replicate(&mut self, now: i64, effects: &mut Vec<Effect>) {
        if self.step.is_some() {
            return;
        }
        let id = self.state.user().map(|user| user.record.id);
        if let Some(step) = self.state.replication.due(id, now) {
            self.start(step, now, effects);
        }
    }

    /// Makes `kind` the pending step and adds its effect.
    fn start(&mut self, kind: ReplicationStep, now: i64, effects: &mut Vec<Effect>) {
        let Some(username) = self.state.username.clone() else {
            return;
        };
        let number = self.next_number();
        let step = number;
        let effect = match &kind {
            ReplicationStep::WriteUser => {
                let key = username.record_key();
                let value = self.state.replica(&username);
                value.map(|value| Effect::Write { step, key, value })
            }
            ReplicationStep::WriteIndex(id) => Some(Effect::Write {
                step,
                key: id.index_key(),
                value: username.as_str().into(),
            }),
            ReplicationStep::ReadUser => Some(Effect::Read {
                step,
                key: username.record_key(),
            }),
            ReplicationStep::ReadIndex(id) => Some(Effect::Read {
                step,
                key: id.index_key(),
            }),
        };
        if let Some(effect) = effect {
            self.step = Some(Step {
                number,
                kind,
                revision: self.state.replication.revision(),
                lost_at: now.saturating_add(replication::STEP_TIMEOUT),
            });
            effects.push(effect);
        }
    }

    /// The pending step with this number, unless it timed out.
    fn take_step(&mut self, number: StepNumber) -> Option<Step> {
        self.step.take_if(|step| step.number == number)
    }

    /// Handles [`Event::Written`](super::Event::Written).
    pub(super) fn written(&mut self, number: StepNumber, took: bool, now: i64) {
        let Some(step) = self.take_step(number) else {
            return;
        };
        let replication = &mut self.state.replication;
        match step.kind {
            ReplicationStep::WriteUser => replication.wrote_user(step.revision, took, now),
            ReplicationStep::WriteIndex(id) => replication.wrote_index(id, took, now),
            ReplicationStep::ReadUser | ReplicationStep::ReadIndex(_) => {}
        }
    }

    /// Handles [`Event::Read`](super::Event::Read).
    pub(super) fn read(
        &mut self,
        number: StepNumber,
        value: Result<Option<String>, Unanswered>,
        now: i64,
        effects: &mut Vec<Effect>,
    ) {
        let Some(step) = self.take_step(number) else {
            return;
        };
        let Some(username) = self.state.username.clone() else {
            return;
        };
        let id = self.state.user().map(|user| user.record.id);
        let shown = value.as_ref().map(|value| value.as_deref()).map_err(|_| ());
        let replication = &mut self.state.replication;
        match step.kind {
            ReplicationStep::ReadUser => {
                let next = replication.read_user(shown, &username, id, now);
                if let Some(next) = next {
                    self.start(next, now, effects);
                }
            }
            ReplicationStep::ReadIndex(of) if Some(of) == id => {
                replication.read_index(shown, &username, of, now);
            }
            // The number is no longer the user's: since the step began, the name has
            // got another user or has lost its user.
            ReplicationStep::ReadIndex(_) => {}
            ReplicationStep::WriteUser | ReplicationStep::WriteIndex(_) => {}
        }
    }
}
