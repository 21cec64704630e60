//! An account's object under any requests in any order, while the clock does anything.
//! The version only rises, and the state stays small.

use portcullis::account::object::protocol::{
    ChangePasswordAnswer, Create, CreateAnswer, ExchangeLegacy, ReadUser, RemoveUser, SignOut,
    UpdateUser, UserAnswer, UserState, WhichSessions, Withdraw,
};
use portcullis::account::{ClientDescription, StoredUser, TokenDigest};
use proptest::prelude::*;
use proptest::sample::Index;

use crate::account::object::{Kv, Object};
use crate::account::{Login, POLICY, Session, client, id, seed};

/// The longest state in bytes, whatever requests arrive.
const MOST_STORED: usize = 40_000;

#[derive(Debug, Clone)]
enum Step {
    LogIn { from: u32, right: bool },
    Refresh(Index),
    LogOut(Index),
    EndOthers(Index),
    ChangePassword(Index),
    Exchange(u8),
    SetPassword,
    Disable(bool),
    SignOut,
    Remove,
    Create,
    Wait(i64),
    Jump(i64),
    KvIs(Kv),
    LetStepThrough,
    Restart,
}

fn any_step() -> impl Strategy<Value = Step> {
    let index = any::<Index>;
    let jump = prop_oneof![
        -100_000_i64..100_000,
        Just(i64::MIN),
        Just(-1_000_000_000),
        Just(1_000_000_000),
    ];
    prop_oneof![
        8 => (0..30_u32, any::<bool>()).prop_map(|(from, right)| Step::LogIn { from, right }),
        6 => index().prop_map(Step::Refresh),
        2 => index().prop_map(Step::LogOut),
        1 => index().prop_map(Step::EndOthers),
        1 => index().prop_map(Step::ChangePassword),
        3 => any::<u8>().prop_map(Step::Exchange),
        1 => Just(Step::SetPassword),
        1 => any::<bool>().prop_map(Step::Disable),
        1 => Just(Step::SignOut),
        1 => Just(Step::Remove),
        2 => Just(Step::Create),
        4 => prop_oneof![0..3_i64, 0..400_i64, 0..3000_i64].prop_map(Step::Wait),
        1 => jump.prop_map(Step::Jump),
        1 => prop::sample::select(vec![Kv::Works, Kv::Fails, Kv::Silent]).prop_map(Step::KvIs),
        2 => Just(Step::LetStepThrough),
        1 => Just(Step::Restart),
    ]
}

struct World {
    object: Object,
    sessions: Vec<Session>,
    password: String,
    passwords: u32,
    version: u64,
}

impl World {
    fn session(&self, index: Index) -> Option<Session> {
        (!self.sessions.is_empty()).then(|| index.get(&self.sessions).clone())
    }

    fn new_password(&mut self) -> String {
        self.passwords += 1;
        format!("number {}", self.passwords)
    }

    /// The user's state, if there is a user whom the object has adopted.
    fn read(&mut self) -> Option<(UserState, u64)> {
        let shown = None;
        match self.object.ask(ReadUser { shown }) {
            UserAnswer::User(state) => state.version.map(|version| (state, version)),
            UserAnswer::NoUser(_) | UserAnswer::Removed => None,
        }
    }

    fn step(&mut self, step: Step) {
        let shown = self.object.shown();
        match step {
            Step::LogIn { from, right } => {
                let password = if right { &*self.password } else { "guess" };
                match self.object.try_log_in(from, password) {
                    Login::In(session) => {
                        assert!(right);
                        self.sessions.push(*session);
                    }
                    Login::TooMany(seconds) => assert!((1..=900).contains(&seconds)),
                    Login::WrongPassword | Login::Changed | Login::NoUser(_) => {}
                }
            }
            Step::Refresh(index) => {
                let session = self.session(index);
                if let Some(Ok(next)) = session.map(|session| self.object.refresh(&session)) {
                    self.sessions.push(next);
                }
            }
            Step::LogOut(index) => {
                if let Some(session) = self.session(index) {
                    self.object.end(&session, WhichSessions::Current);
                    assert!(self.object.refresh(&session).is_err());
                }
            }
            Step::EndOthers(index) => {
                if let Some(session) = self.session(index) {
                    self.object.end(&session, WhichSessions::Others);
                }
            }
            Step::ChangePassword(index) => {
                let Some(session) = self.session(index) else {
                    return;
                };
                let password = self.password.clone();
                let Ok(attempt) = self.object.check_password(1, &password, shown) else {
                    return;
                };
                let new = self.new_password();
                let hash = format!("${new}");
                let answer = self.object.change_password(&session, &attempt, &hash);
                if answer == ChangePasswordAnswer::Replaced {
                    self.password = new;
                }
            }
            Step::Exchange(token) => {
                let issued_at = self.object.now.saturating_sub(token.into());
                self.object.ask(ExchangeLegacy {
                    digest: TokenDigest::new(&token.to_string()),
                    id: id(7),
                    issued_at,
                    expires_at: issued_at.saturating_add(10_000),
                    shown,
                    policy: POLICY,
                    client: ClientDescription::default(),
                });
            }
            Step::SetPassword | Step::Disable(_) => {
                let new = matches!(step, Step::SetPassword).then(|| self.new_password());
                let answer = self.object.ask(UpdateUser {
                    phone: None,
                    hash_password: new.as_ref().map(|new| format!("${new}")),
                    disabled: match step {
                        Step::Disable(disabled) => Some(disabled),
                        _ => None,
                    },
                    imported_hash: None,
                    shown,
                });
                if let (UserAnswer::User(_), Some(new)) = (answer, new) {
                    self.password = new;
                }
            }
            Step::SignOut => {
                if let UserAnswer::User(state) = self.object.ask(SignOut { shown }) {
                    assert!(state.sessions.is_empty());
                    let sessions = std::mem::take(&mut self.sessions);
                    for session in sessions {
                        assert!(self.object.refresh(&session).is_err());
                    }
                }
            }
            Step::Remove => {
                self.object.ask(RemoveUser { shown });
                assert!(self.read().is_none());
            }
            Step::Create => {
                let new = self.new_password();
                let answer = self.object.ask(Create {
                    by_operator: true,
                    hash_password: format!("${new}"),
                    phone: String::new(),
                    id: None,
                    imported_hash: None,
                    shown,
                });
                if matches!(answer, CreateAnswer::Created(_)) {
                    self.password = new;
                }
            }
            Step::Wait(seconds) => self.object.wait(seconds),
            Step::Jump(seconds) => {
                self.object.now = self.object.now.saturating_add(seconds);
                self.object.ring();
            }
            Step::KvIs(kv) => {
                self.object.kv_is = kv;
                self.object.steps.clear();
            }
            Step::LetStepThrough => {
                // The last question counts: the responses to the others count as lost.
                self.object
                    .steps
                    .drain(..self.object.steps.len().saturating_sub(1));
                if !self.object.steps.is_empty() {
                    self.object.let_step_through();
                }
            }
            Step::Restart => self.object.restart(),
        }
    }

    /// Checks what must hold after each step.
    fn assert_sound(&mut self) {
        if let Some(stored) = &self.object.stored {
            assert!(stored.len() < MOST_STORED, "{}", stored.len());
        }
        if let Some((state, version)) = self.read() {
            assert!(version >= self.version, "{version} after {}", self.version);
            assert!(state.sessions.len() <= 32, "{}", state.sessions.len());
            self.version = version;
        }
    }

    /// Once KV works, it has what the object has.
    fn assert_comes_to_rest(&mut self) {
        self.object.kv_is = Kv::Works;
        self.object.steps.clear();
        self.object.ask(Withdraw { from: client(1) });
        self.object.wait(3 * 3600);
        self.object.kv_log.clear();
        if let Some((state, version)) = self.read() {
            let StoredUser::Replica(replica) = self.object.in_kv() else {
                panic!("no replica");
            };
            assert_eq!(replica.version, version);
            let record = replica.record.to_json().unwrap();
            assert_eq!(record, state.record.to_json().unwrap());
        }
        self.object.wait(100_000);
        assert_eq!(self.object.take_kv_log(), [""; 0]);
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    #[test]
    fn whatever_an_account_is_asked_its_version_only_rises_and_its_size_is_bounded(
        steps in prop::collection::vec(any_step(), 0..150),
    ) {
        let mut object = Object::empty("alice");
        object.put(seed(|_| ()));
        let mut world = World {
            object,
            sessions: Vec::new(),
            password: "old".into(),
            passwords: 0,
            version: 0,
        };
        for step in steps {
            world.step(step);
            world.assert_sound();
        }
        world.assert_comes_to_rest();
    }
}
