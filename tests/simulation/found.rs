//! The bugs in the object that the simulation found, each in its shortest form.

use portcullis::account::object::protocol::{
    self as p, AccountRequest, Envelope, RenameAnswer, UserAnswer,
};
use portcullis::account::object::{AccountObject, Effect, Event, Question};
use portcullis::account::{StoredDecision, TokenFacts, TokenSession, UserId, Username};
use serde::Serialize;

use crate::worker::POLICY;

const NOW: i64 = 1_800_000_000;

/// An object whose events a test chooses.
struct Bench {
    name: Username,
    object: AccountObject,
    now: i64,
    calls: u64,
}

fn name(name: &str) -> Username {
    Username::new(name).unwrap()
}

impl Bench {
    fn new(of: &str) -> Self {
        Self {
            name: name(of),
            object: AccountObject::load(None).unwrap(),
            now: NOW,
            calls: 0,
        }
    }

    /// With a user whom an operator created.
    fn with_user(of: &str) -> Self {
        let mut bench = Self::new(of);
        let create = p::Create {
            by_operator: true,
            hash_password: "new:right".into(),
            phone: "1".into(),
            id: UserId::new(7),
            imported_hash: None,
            shown: None,
        };
        let asked = bench.ask(create);
        let mut effects = bench.tell(&asked, &"Claimed");
        let replica = Self::replica(&effects);
        // KV accepts the record and the index, and shows both.
        for _ in 0..2 {
            effects = bench.kv(&effects);
        }
        bench.now += 120;
        let user = bench.handle(Event::Alarm);
        let index = bench.show(&user, &replica);
        bench.show(&index, of);
        bench
    }

    fn handle(&mut self, event: Event) -> Vec<Effect> {
        self.calls += 1;
        let mut random = [0; 80];
        random[0] = self.calls as u8;
        self.object.handle(event, self.now, &random)
    }

    fn ask(&mut self, request: impl AccountRequest) -> Vec<Effect> {
        let call = self.calls;
        let envelope = Box::new(Envelope::new(self.name.clone(), request));
        self.handle(Event::Request { call, envelope })
    }

    /// Answers the question among these effects.
    fn tell(&mut self, effects: &[Effect], answer: &impl Serialize) -> Vec<Effect> {
        let (question, _) = question(effects).expect("a question");
        let answer = Ok(serde_json::to_string(answer).unwrap());
        self.handle(Event::Answered { question, answer })
    }

    /// KV takes the write among these effects.
    fn kv(&mut self, effects: &[Effect]) -> Vec<Effect> {
        let step = effects.iter().find_map(|effect| match effect {
            Effect::Write { step, .. } => Some(*step),
            _ => None,
        });
        let step = step.expect("a write");
        self.handle(Event::Written { step, took: true })
    }

    fn show(&mut self, effects: &[Effect], value: &str) -> Vec<Effect> {
        let step = read(effects).expect("a read");
        let value = Ok(Some(value.to_string()));
        self.handle(Event::Read { step, value })
    }

    /// The value under the user's key, as the object writes it.
    fn replica(effects: &[Effect]) -> String {
        let value = effects.iter().find_map(|effect| match effect {
            Effect::Write { key, value, .. } if key.starts_with("user:") => Some(value.clone()),
            _ => None,
        });
        value.expect("a write of the user")
    }

    fn log_in(&mut self) -> TokenFacts {
        let admit = p::Admit {
            from: portcullis::account::ClientAddress::parse("192.0.2.1").id_for(&self.name, b"s"),
            checked: p::Checked::Object { version: 1 },
            shown: None,
            rehash: None,
            policy: POLICY,
            client: Default::default(),
        };
        let answer = answer::<p::AdmitAnswer>(&self.ask(admit));
        let Some(p::AdmitAnswer::Opened(opened)) = answer else {
            panic!("no session")
        };
        let id = opened.session.claim.session.clone();
        let version = opened.version;
        TokenFacts {
            id: opened.id,
            session: Some(TokenSession { id, version }),
            issued_at: Some(self.now as f64),
            expires_at: self.now + 3600,
        }
    }
}

fn question(effects: &[Effect]) -> Option<(u64, &Question)> {
    effects.iter().find_map(|effect| match effect {
        Effect::Ask { question, to } => Some((*question, to)),
        _ => None,
    })
}

fn asks(effects: &[Effect]) -> String {
    question(effects).map_or_else(String::new, |(_, to)| format!("{to:?}"))
}

fn read(effects: &[Effect]) -> Option<u64> {
    effects.iter().find_map(|effect| match effect {
        Effect::Read { step, .. } => Some(*step),
        _ => None,
    })
}

fn answer<T: serde::de::DeserializeOwned>(effects: &[Effect]) -> Option<T> {
    effects.iter().find_map(|effect| match effect {
        Effect::Answer { answer, .. } => serde_json::from_str(answer.as_ref().ok()?).ok(),
        _ => None,
    })
}

/// The message that a question carries to another account.
fn carried(effects: &[Effect]) -> p::Message {
    match question(effects) {
        Some((_, Question::Account(envelope))) => envelope.message.clone(),
        _ => panic!("no message"),
    }
}

const SEED: &str = r#"{"id":7,"username":"ann","hash_password":"old:right","phone":"1"}"#;

fn phone(phone: &str) -> p::UpdateUser {
    p::UpdateUser {
        phone: Some(phone.into()),
        hash_password: None,
        disabled: None,
        imported_hash: None,
        shown: None,
    }
}

fn rename(to: &str, shown: Option<&str>) -> p::Rename {
    p::Rename {
        to: name(to),
        shown: shown.map(Into::into),
        shown_at_new: None,
    }
}

#[test]
fn the_number_of_a_user_who_was_removed_before_a_login_is_claimed() {
    let mut ann = Bench::new("ann");
    let shown = Some(SEED.into());
    let asked = ann.ask(p::RemoveUser { shown });
    assert!(asks(&asked).starts_with("ClaimId"));
    let removed = ann.tell(&asked, &"Taken");
    assert!(matches!(answer(&removed), Some(UserAnswer::User(_))));
}

#[test]
fn a_phone_number_that_changes_during_a_rename_is_not_lost() {
    let mut ann = Bench::with_user("ann");
    let asked = ann.ask(rename("bob", None));
    assert_eq!(asks(&asked), "Reserve");
    ann.ask(phone("2"));
    let told = ann.tell(&asked, &p::ReserveAnswer::Reserved);
    assert!(matches!(answer(&told), Some(RenameAnswer::Aborted)));
}

#[test]
fn a_user_who_never_logged_in_is_renamed_at_once() {
    let mut ann = Bench::new("ann");
    let asked = ann.ask(rename("bob", Some(SEED)));
    let asked = ann.tell(&asked, &"Claimed");
    assert_eq!(asks(&asked), "Reserve");
    let asked = ann.tell(&asked, &p::ReserveAnswer::Reserved);
    assert_eq!(asks(&asked), "Activate");
}

#[test]
fn the_alarm_is_set_before_the_state_is_stored() {
    let mut ann = Bench::new("ann");
    let shown = Some(SEED.into());
    let asked = ann.ask(p::SignOut { shown });
    let effects = ann.tell(&asked, &"Claimed");
    let at = |wanted: fn(&Effect) -> bool| effects.iter().position(wanted);
    let alarm = at(|effect| matches!(effect, Effect::SetAlarm(_))).unwrap();
    let store = at(|effect| matches!(effect, Effect::Store(_))).unwrap();
    assert!(alarm < store);
}

#[test]
fn a_change_during_a_check_of_kv_is_written() {
    let mut ann = Bench::with_user("ann");
    let written = ann.ask(phone("2"));
    let replica = Bench::replica(&written);
    ann.kv(&written);
    ann.now += 120;
    let user = ann.handle(Event::Alarm);
    let index = ann.show(&user, &replica);
    ann.ask(phone("3"));
    let effects = ann.show(&index, "ann");
    assert!(Bench::replica(&effects).contains(r#""phone":"3""#));
}

#[test]
fn the_object_does_not_check_at_once_for_a_removal_before_the_index_is_written() {
    let mut ann = Bench::new("ann");
    let create = p::Create {
        by_operator: true,
        hash_password: String::new(),
        phone: String::new(),
        id: UserId::new(7),
        imported_hash: None,
        shown: None,
    };
    let asked = ann.ask(create);
    let created = ann.tell(&asked, &"Claimed");
    ann.ask(p::RemoveUser { shown: None });
    let effects = ann.kv(&created);
    let effects = ann.kv(&effects);
    assert_eq!(read(&effects), None);
}

#[test]
fn disabling_a_user_whom_an_import_disabled_ends_the_tokens() {
    let mut ann = Bench::new("ann");
    let seed = SEED.replace(r#""phone""#, r#""disabled":true,"phone""#);
    let mut update = phone("1");
    update.disabled = Some(true);
    update.shown = Some(seed);
    let asked = ann.ask(update);
    let effects = ann.tell(&asked, &"Claimed");
    let Some(UserAnswer::User(state)) = answer(&effects) else {
        panic!("no user")
    };
    assert!(state.record.tokens_valid_from > Some(NOW));
}

#[test]
fn a_log_out_is_listed_even_if_the_clock_is_ahead() {
    let mut ann = Bench::with_user("ann");
    let token = ann.log_in();
    ann.now += 5000;
    let effects = ann.ask(p::EndSessions {
        token: token.clone(),
        which: p::WhichSessions::Current,
    });
    let shown = Bench::replica(&effects);
    let decision = token.authorize(&name("ann"), Some(&shown));
    assert!(!matches!(decision, Ok(StoredDecision::Granted(_))));
}

#[test]
fn a_reservation_that_arrives_twice_does_not_restore_a_removed_user() {
    let (mut ann, mut bob) = (Bench::with_user("ann"), Bench::new("bob"));
    let asked = ann.ask(rename("bob", None));
    let p::Message::Reserve(reserve) = carried(&asked) else {
        panic!("no reservation")
    };
    bob.ask(reserve.clone());
    let asked = ann.tell(&asked, &p::ReserveAnswer::Reserved);
    let p::Message::Activate(activate) = carried(&asked) else {
        panic!("no activation")
    };
    bob.ask(activate);
    bob.ask(p::RemoveUser { shown: None });
    let again = answer(&bob.ask(reserve));
    assert!(matches!(again, Some(p::ReserveAnswer::Removed { .. })));
}

#[test]
fn a_second_rename_waits_until_the_first_rename_is_complete() {
    let mut ann = Bench::with_user("ann");
    let asked = ann.ask(rename("bob", None));
    ann.tell(&asked, &p::ReserveAnswer::Reserved);
    let create = p::Create {
        by_operator: true,
        hash_password: String::new(),
        phone: String::new(),
        id: UserId::new(8),
        imported_hash: None,
        shown: None,
    };
    let asked = ann.ask(create);
    ann.tell(&asked, &"Claimed");
    let asked = ann.ask(rename("cid", None));
    assert_eq!(asks(&asked), "Activate");
    let asked = ann.tell(&asked, &"Unknown");
    assert_eq!(asks(&asked), "Reserve");
}
