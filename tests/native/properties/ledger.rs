//! An account's object, whatever it is asked, in whatever order, and whatever
//! the clock does meanwhile.

use std::collections::{BTreeMap, BTreeSet};

use portcullis::account::{
    Answer, AttemptLimits, ClientAddress, Command, Ledger, NewerRecord, RefreshClaim, SessionId,
    UserId, UserRecord, Username,
};
use proptest::prelude::*;
use proptest::sample::Index;

use crate::support::*;

const LIMITS: AttemptLimits = AttemptLimits {
    per_address: 3,
    per_account: 8,
    window: 900,
};
const ADDRESSES: u8 = 30;
const LIFETIME: u64 = 5000;
const ACCESS_LIFETIME: u64 = 600;
/// How long after a write the store may show what it had before, in seconds.
const STALE: i64 = 60;
/// Whatever is asked, in bytes.
const MOST_KEPT: usize = 32_768;

#[derive(Debug, Clone)]
enum Step {
    Begin {
        from: u8,
    },
    /// A login that was let through, with the right password or not.
    Admit {
        login: Index,
        rehash: bool,
    },
    Refresh {
        token: Index,
        forged: bool,
    },
    EndSession {
        token: Index,
    },
    ChangePassword {
        token: Index,
        keeps: bool,
    },
    Register,
    Wait {
        seconds: i64,
    },
    Jump {
        seconds: i64,
    },
    Write {
        took: bool,
    },
    Look,
    Restart,
}

/// Without jumps where the clock is to be right.
fn any_step(jumps: bool) -> impl Strategy<Value = Step> {
    let index = any::<Index>;
    let jump = prop_oneof![
        -2_000_i64..0,
        Just(-1_000_000_000),
        Just(i64::MIN),
        1_000_i64..100_000
    ];
    prop_oneof![
        6 => (0..ADDRESSES).prop_map(|from| Step::Begin { from }),
        // One and the same, again and again.
        3 => Just(Step::Begin { from: 0 }),
        5 => (index(), any::<bool>()).prop_map(|(login, rehash)| Step::Admit { login, rehash }),
        6 => (index(), prop::bool::weighted(0.1))
            .prop_map(|(token, forged)| Step::Refresh { token, forged }),
        2 => index().prop_map(|token| Step::EndSession { token }),
        1 => (index(), any::<bool>())
            .prop_map(|(token, keeps)| Step::ChangePassword { token, keeps }),
        1 => Just(Step::Register),
        4 => prop_oneof![0..3_i64, 0..400_i64, 0..3000_i64]
            .prop_map(|seconds| Step::Wait { seconds }),
        1 => jump.prop_map(move |seconds| match jumps {
            true => Step::Jump { seconds },
            false => Step::Look,
        }),
        3 => prop::bool::weighted(0.7).prop_map(|took| Step::Write { took }),
        1 => Just(Step::Look),
        1 => Just(Step::Restart),
    ]
}

fn alice() -> Username {
    Username::new("alice").unwrap()
}

/// A password's hash: which password it is of, and which hash of it.
fn hash(password: u32, number: u32) -> String {
    format!("${password}${number}")
}

fn password_of(record: &UserRecord) -> u32 {
    let password = record.hash_password.split('$').nth(1).unwrap();
    password.parse().unwrap()
}

/// The object, the store, and all whom they serve, who forget nothing.
struct World {
    ledger: Ledger,
    now: i64,
    /// By how much the clock has gone forward in all.
    elapsed: i64,
    stored: String,
    /// What the store may show in place of it, and until when.
    stale: Option<(String, i64)>,
    random: u64,
    password: u32,
    hashes: u32,
    /// Logins that were let through: from where, and the record they check.
    under_way: Vec<(u8, String)>,
    /// When attempts were let through, in `elapsed`.
    let_through: BTreeMap<u8, Vec<i64>>,
    tokens: Vec<RefreshClaim>,
    /// Access tokens: of which session, issued when.
    access: Vec<(SessionId, i64)>,
    ended: BTreeSet<String>,
}

impl World {
    fn new() -> Self {
        let id = UserId::new(7).unwrap();
        let record = UserRecord::new(id, &alice(), hash(0, 0), "+44".into());
        Self {
            ledger: Ledger::default(),
            now: NOW,
            elapsed: 0,
            stored: record.to_json().unwrap(),
            stale: None,
            random: 0,
            password: 0,
            hashes: 0,
            under_way: Vec::new(),
            let_through: BTreeMap::new(),
            tokens: Vec::new(),
            access: Vec::new(),
            ended: BTreeSet::new(),
        }
    }

    fn apply(&mut self, command: Command) -> Answer {
        self.random += 1;
        let mut random = [0; 80];
        for (number, part) in (0..).zip(random.chunks_mut(16)) {
            part[..8].copy_from_slice(&self.random.to_be_bytes());
            part[8] = number;
        }
        self.ledger.apply(command, self.now, &random)
    }

    /// What the store shows: an older record for a while after a write.
    fn shown(&self) -> String {
        match &self.stale {
            Some((before, until)) if self.elapsed < *until => before.clone(),
            _ => self.stored.clone(),
        }
    }

    fn take(&mut self, from: u8) -> bool {
        let client = ClientAddress::parse(&format!("192.0.2.{from}")).of(&alice(), b"secret");
        let (from_, limits) = (client, LIMITS);
        let answer = self.apply(Command::Begin {
            from: from_,
            limits,
        });
        match answer {
            Answer::Begun { newer } => {
                let stored = Some(self.shown());
                let checked = NewerRecord::newest(newer.as_ref(), &alice(), stored).unwrap();
                let checked = checked.unwrap();
                self.under_way.push((from, checked));
                let times = self.let_through.entry(from).or_default();
                times.push(self.elapsed);
                times.retain(|at| self.elapsed - at < 900);
                assert!(times.len() <= 3, "at most so many in a window");
                true
            }
            Answer::TooMany(too_many) => {
                assert!((1..=900).contains(&too_many.retry_after));
                false
            }
            other => panic!("{other:?}"),
        }
    }

    fn opened(&mut self, answer: &Answer) {
        let Answer::Open { session, record } = answer else {
            return;
        };
        let id = session.claim.session.clone();
        assert!(!self.ended.contains(&id.to_string()), "it was ended");
        let record = UserRecord::parse(record, &alice()).unwrap();
        #[allow(clippy::cast_precision_loss)]
        let issued = Some(self.now as f64);
        assert_eq!(record.ended(Some(&id), issued), None, "ended at once");
        self.access.push((id, self.now));
        self.tokens.push(session.claim.clone());
    }

    fn step(&mut self, step: Step, right_clock: bool) {
        let token = |token: Index, tokens: &[RefreshClaim]| {
            (!tokens.is_empty()).then(|| token.get(tokens).clone())
        };
        match step {
            Step::Begin { from } => drop(self.take(from)),
            Step::Admit { login, rehash } => {
                if self.under_way.is_empty() {
                    return;
                }
                let place = login.index(self.under_way.len());
                let (from, checked) = self.under_way.swap_remove(place);
                let record = UserRecord::parse(&checked, &alice()).unwrap();
                let known = password_of(&record);
                // Each password's first hash is one of too low a cost.
                let rehash = rehash && record.hash_password == hash(known, 0);
                self.hashes += 1;
                let answer = self.apply(Command::Admit {
                    username: alice(),
                    from: Some(
                        ClientAddress::parse(&format!("192.0.2.{from}")).of(&alice(), b"secret"),
                    ),
                    stored: checked,
                    rehash: rehash.then(|| hash(known, self.hashes)),
                    lifetime: LIFETIME,
                });
                if matches!(answer, Answer::Open { .. }) {
                    self.let_through.remove(&from);
                }
                if right_clock {
                    let right = known == self.password;
                    let open = matches!(answer, Answer::Open { .. });
                    assert_eq!(open, right, "{answer:?}");
                    self.opened(&answer);
                }
            }
            Step::Refresh {
                token: index,
                forged,
            } => {
                let Some(mut claim) = token(index, &self.tokens) else {
                    return;
                };
                if forged {
                    claim.number ^= 1;
                }
                let answer = self.apply(Command::Refresh {
                    username: alice(),
                    claim: claim.clone(),
                    stored: Some(self.shown()),
                    access_lifetime: ACCESS_LIFETIME,
                });
                if format!("{answer:?}") == "Reused" {
                    self.ended.insert(claim.session.to_string());
                }
                if forged {
                    assert!(matches!(answer, Answer::Refused { .. }), "{answer:?}");
                    assert_ne!(format!("{answer:?}"), "Reused");
                }
                if right_clock {
                    self.opened(&answer);
                } else if let Answer::Open { session, .. } = &answer {
                    assert!(!self.ended.contains(&session.claim.session.to_string()));
                }
            }
            Step::EndSession { token: index } => {
                let Some(claim) = token(index, &self.tokens) else {
                    return;
                };
                let answer = self.apply(Command::EndSession {
                    username: alice(),
                    session: claim.session.clone(),
                    stored: Some(self.shown()),
                    access_lifetime: ACCESS_LIFETIME,
                });
                assert!(matches!(answer, Answer::Done));
                self.ended.insert(claim.session.to_string());
            }
            Step::ChangePassword {
                token: index,
                keeps,
            } => {
                let kept = token(index, &self.tokens).filter(|_| keeps);
                let kept = kept.map(|claim| claim.session);
                let kept = kept.filter(|kept| !self.ended.contains(&kept.to_string()));
                let newer = self.look();
                let answer = self.apply(Command::ChangePassword {
                    username: alice(),
                    from: ClientAddress::parse("192.0.2.0").of(&alice(), b"secret"),
                    stored: newer.unwrap_or_else(|| self.shown()),
                    hash_password: hash(self.password + 1, 0),
                    kept: kept.clone(),
                    access_lifetime: ACCESS_LIFETIME,
                });
                assert!(matches!(answer, Answer::Done));
                self.password += 1;
                self.let_through.remove(&0);
                let others = self.tokens.iter().map(|claim| claim.session.to_string());
                let kept = kept.map(|kept| kept.to_string());
                self.ended
                    .extend(others.filter(|other| Some(other) != kept.as_ref()));
            }
            Step::Register => {
                let answer = self.apply(Command::Register {
                    username: alice(),
                    hash_password: "$mine".into(),
                    phone: String::new(),
                    id: UserId::new(8).unwrap(),
                    stored: Some(self.shown()),
                });
                assert!(matches!(answer, Answer::Taken));
            }
            Step::Wait { seconds } => {
                // A login does not take longer than the store shows what it had.
                if seconds >= STALE {
                    self.under_way.clear();
                }
                self.now = self.now.saturating_add(seconds);
                self.elapsed += seconds;
            }
            Step::Jump { seconds } => {
                self.under_way.clear();
                self.stale = None;
                self.now = self.now.saturating_add(seconds);
                self.elapsed += seconds.max(0);
            }
            Step::Write { took } => {
                if let Some(write) = self.ledger.to_write() {
                    self.ledger.wrote(write.version, took, self.now);
                    if took {
                        let before = std::mem::replace(&mut self.stored, write.value);
                        self.stale = Some((before, self.elapsed + STALE));
                    }
                }
            }
            Step::Look => drop(self.look()),
            Step::Restart => {
                let kept = self.ledger.to_json().unwrap();
                self.ledger = Ledger::from_json(&kept).unwrap();
                assert_eq!(self.ledger.to_json().unwrap(), kept);
            }
        }
    }

    fn look(&mut self) -> Option<String> {
        match self.apply(Command::Look) {
            Answer::Begun { newer } => NewerRecord::newest(newer.as_ref(), &alice(), None).unwrap(),
            other => panic!("{other:?}"),
        }
    }

    /// What holds after each step.
    fn assert_bounded(&self) {
        let kept = self.ledger.to_json().unwrap();
        assert!(kept.len() < MOST_KEPT, "{}: {kept}", kept.len());
        assert_eq!(self.ledger.is_empty(), self.ledger.next_look().is_none());
        if let Some(write) = self.ledger.to_write() {
            UserRecord::parse(&write.value, &alice()).unwrap();
        }
    }

    /// No access token of a session that was ended is let in by the record
    /// that counts, before it is over by itself.
    fn assert_ended(&mut self) {
        let newer = self.look();
        let record = newer.unwrap_or_else(|| self.stored.clone());
        let record = UserRecord::parse(&record, &alice()).unwrap();
        for (session, issued) in &self.access {
            if self.ended.contains(&session.to_string()) && self.now < issued + 600 {
                #[allow(clippy::cast_precision_loss)]
                let ended = record.ended(Some(session), Some(*issued as f64));
                assert!(ended.is_some(), "{session} of {issued} at {}", self.now);
            }
        }
    }

    /// What is tidied whenever that is due is empty in the end.
    fn assert_comes_to_an_end(&mut self) {
        while let Some(write) = self.ledger.to_write() {
            self.ledger.wrote(write.version, true, self.now);
        }
        self.ledger.tidy(self.now);
        for _ in 0..200 {
            let Some(look) = self.ledger.next_look() else {
                assert!(self.ledger.is_empty());
                return;
            };
            assert!(look > self.now);
            self.now = look;
            self.ledger.tidy(look);
        }
        panic!("it never ends: {}", self.ledger.to_json().unwrap());
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    #[test]
    fn whatever_is_asked_of_an_account_what_was_ended_stays_ended(
        steps in prop::collection::vec(any_step(false), 0..150),
    ) {
        let mut world = World::new();
        for step in steps {
            world.step(step, true);
            world.assert_bounded();
            world.assert_ended();
        }
        world.assert_comes_to_an_end();
    }

    #[test]
    fn a_clock_that_goes_back_and_forth_lets_nobody_in_and_locks_nobody_out(
        steps in prop::collection::vec(any_step(true), 0..150),
    ) {
        let mut world = World::new();
        for step in steps {
            world.step(step, false);
            world.assert_bounded();
        }
        // A window after it has seen the time, everyone is let through again.
        world.look();
        world.step(Step::Wait { seconds: 900 }, false);
        prop_assert!(world.take(1));
        world.assert_comes_to_an_end();
    }
}
