//! Renaming a user, also when messages are lost.

use portcullis::account::StoredUser;
use portcullis::account::object::protocol::{CreateAnswer, Rename, RenameAnswer, TransferAnswer};
use portcullis::account::object::{QuestionNumber, Unanswered};

use super::create::{created, sign_up};
use super::operator::{remove, set_password};
use super::*;

/// The objects of the old name and of the new name, which call each other.
pub(super) struct Pair {
    pub(super) old: Object,
    pub(super) new: Object,
}

pub(super) fn bob() -> Username {
    Username::new("bob").unwrap()
}

impl Pair {
    /// alice has logged in, and nobody is called bob.
    pub(super) fn new() -> Self {
        Self {
            old: Object::adopted(),
            new: Object::empty("bob"),
        }
    }

    pub(super) fn start(&mut self) -> u64 {
        self.new.now = self.old.now;
        self.old.send(Rename {
            to: bob(),
            shown: self.old.shown(),
            shown_at_new: self.new.shown(),
        })
    }

    /// The name of the question that the old name's object asks.
    pub(super) fn asked(&self) -> &'static str {
        match self.old.questions.first() {
            Some((_, envelope)) => envelope.message.name(),
            None => "nothing",
        }
    }

    /// The new name's object gets the question; its answer is on the way.
    pub(super) fn deliver(&mut self) -> (QuestionNumber, Result<String, Unanswered>) {
        let (question, envelope) = self.old.questions.remove(0);
        let call = self.new.send_envelope(*envelope);
        (question, Ok(self.new.take_json(call).unwrap().unwrap()))
    }

    /// The old name's object asks, and gets its answer.
    pub(super) fn exchange(&mut self) {
        let (question, answer) = self.deliver();
        self.old.answered(question, answer);
    }

    /// The new name's object asks how the rename ended, and gets its answer.
    pub(super) fn ask_back(&mut self) -> TransferAnswer {
        let (question, envelope) = self.new.questions.remove(0);
        assert_eq!(envelope.message.name(), "TransferStatus");
        assert_eq!(envelope.username, self.old.username);
        let call = self.old.send_envelope(*envelope);
        let answer = self.old.take_json(call).unwrap().unwrap();
        self.new.answered(question, Ok(answer.clone()));
        serde_json::from_str(&answer).unwrap()
    }

    pub(super) fn wait(&mut self, seconds: i64) {
        self.old.wait(seconds);
        self.new.wait(seconds);
    }

    pub(super) fn answer(&mut self, call: u64) -> RenameAnswer {
        self.old.take_answer::<Rename>(call).unwrap().unwrap()
    }

    pub(super) fn rename(&mut self) -> RenameAnswer {
        let call = self.start();
        while self.asked() != "nothing" {
            self.exchange();
        }
        self.answer(call)
    }

    /// Which of the names has the user.
    pub(super) fn names(&mut self) -> (bool, bool) {
        let has_user = |object: &mut Object| {
            let answer = object.ask(ReadUser { shown: None });
            user(answer).is_ok_and(|state| state.version.is_some())
        };
        (has_user(&mut self.old), has_user(&mut self.new))
    }
}

pub(super) fn renamed(answer: RenameAnswer) -> UserState {
    match answer {
        RenameAnswer::Renamed(state) => state,
        RenameAnswer::NameTaken => panic!("the name is taken"),
        RenameAnswer::NoUser(why) => panic!("{why:?}"),
        RenameAnswer::Aborted => panic!("aborted"),
    }
}

#[test]
fn a_renamed_user_keeps_number_and_password_and_loses_the_sessions() {
    let mut pair = Pair::new();
    let session = pair.old.log_in();
    let call = pair.start();
    assert_eq!(pair.asked(), "Reserve");
    pair.exchange();
    assert_eq!(pair.asked(), "Activate");
    pair.exchange();
    let answer = pair.answer(call);
    let state = renamed(answer);
    assert_eq!(state.record.id, id(7));
    assert_eq!(state.record.username, "bob");
    assert_eq!(state.record.hash_password, "$old");
    assert_eq!(state.version, Some(2));
    assert_eq!(state.record.tokens_valid_from, Some(pair.old.now + 1));
    assert_eq!(pair.names(), (false, true));
    assert_eq!(pair.old.refusal(&session), Some(RefreshError::Unknown));
    assert!(!pair.old.stands(&session.token));
    assert!(matches!(pair.old.in_kv(), StoredUser::Removed(_)));
    assert!(matches!(pair.new.in_kv(), StoredUser::Replica(_)));
    assert_eq!(pair.new.name_of(7), Some("bob"));
    pair.new.log_in();
    let login = pair.old.try_log_in(1, "old");
    assert!(matches!(login, Login::WrongPassword), "{login:?}");
}

#[test]
fn a_rename_adopts_a_seed() {
    let mut pair = Pair::new();
    pair.old = Object::imported();
    assert_eq!(renamed(pair.rename()).version, Some(2));
    assert_eq!(pair.old.claims["id:7"].username, alice());
}

#[test]
fn a_repeated_rename_gets_the_same_response() {
    let mut pair = Pair::new();
    let first = renamed(pair.rename());
    let again = renamed(pair.rename());
    assert_eq!(first.version, again.version);
    assert_eq!(again.record.username, "bob");
    remove(&mut pair.new).unwrap();
    let answer = pair.rename();
    assert!(matches!(answer, RenameAnswer::NoUser(NoUser::Unknown)));
}

#[test]
fn the_name_of_a_user_is_taken_and_the_name_of_a_removed_user_is_free() {
    let mut pair = Pair::new();
    created(pair.new.ask(sign_up(None)));
    assert!(matches!(pair.rename(), RenameAnswer::NameTaken));
    assert_eq!(pair.names(), (true, true));
    for _ in 0..5 {
        set_password(&mut pair.new, "x");
    }
    remove(&mut pair.new).unwrap();
    // The next version is above the user's version and the tombstone's version.
    assert_eq!(renamed(pair.rename()).version, Some(8));

    // Only KV says who has the name.
    let mut pair = Pair::new();
    pair.new.put(seed(|user| user.username = "bob".into()));
    assert!(matches!(pair.rename(), RenameAnswer::NameTaken));
    pair.new.put("{");
    assert!(matches!(pair.rename(), RenameAnswer::NameTaken));
}

#[test]
fn an_unknown_user_cannot_be_renamed_nor_a_user_to_their_own_name() {
    let mut pair = Pair::new();
    pair.old = Object::empty("alice");
    let answer = pair.rename();
    assert!(matches!(answer, RenameAnswer::NoUser(NoUser::Unknown)));
    let mut object = Object::adopted();
    let shown = object.shown();
    let answer = object.ask(Rename {
        to: alice(),
        shown: shown.clone(),
        shown_at_new: shown,
    });
    assert!(matches!(answer, RenameAnswer::NameTaken));
}

#[test]
fn a_reserved_name_belongs_to_no_user_until_the_rename_is_committed() {
    let mut pair = Pair::new();
    pair.start();
    let _ = pair.deliver();
    assert_eq!(pair.names(), (true, false));
    let login = pair.new.try_log_in(1, "old");
    assert!(matches!(login, Login::WrongPassword), "{login:?}");
    let answer = pair.new.ask(sign_up(None));
    assert!(matches!(answer, CreateAnswer::NameTaken));
    assert_eq!(pair.new.shown(), None);
    // A second rename to the name is refused until then.
    let mut carol = Object::empty("carol");
    created(carol.ask(sign_up(None)));
    let mut other = Pair {
        old: carol,
        new: pair.new,
    };
    assert!(matches!(other.rename(), RenameAnswer::NameTaken));
}
