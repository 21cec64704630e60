//! What an account's object keeps and decides, by way of its commands.

mod attempts;
mod operator;
mod overlay;
mod passwords;
mod registration;
mod rest;
mod revocation;
mod rotation;
mod sessions;

use portcullis::account::{
    Answer, AttemptLimits, ClientAddress, ClientId, Command, Ledger, NewerRecord, OpenSession,
    RefreshClaim, RefreshRefusal, SessionId, StoreWrite, UnverifiedRefreshToken, UserId,
    UserRecord, Username,
};

use crate::support::*;

const HOUR: u64 = 3600;
const MONTH: u64 = 30 * 24 * HOUR;
const LIMITS: AttemptLimits = AttemptLimits {
    per_address: 3,
    per_account: 5,
    window: 900,
};

fn alice() -> Username {
    Username::new("alice").unwrap()
}

fn record(change: impl FnOnce(&mut UserRecord)) -> String {
    let id = UserId::new(7).unwrap();
    let mut record = UserRecord::new(id, &alice(), "$old".into(), "+44".into());
    change(&mut record);
    record.to_json().unwrap()
}

fn read(json: &str) -> UserRecord {
    UserRecord::parse(json, &alice()).unwrap()
}

fn client(number: u32) -> ClientId {
    let address = format!("192.0.2.{number}");
    ClientAddress::parse(&address).of(&alice(), b"secret")
}

/// A ledger with its clock, and the store's record.
struct Object {
    ledger: Ledger,
    now: i64,
    stored: Option<String>,
    random: u64,
}

impl Object {
    /// Of a user whom the store has.
    fn new() -> Self {
        Self {
            ledger: Ledger::default(),
            now: NOW,
            stored: Some(record(|_| ())),
            random: 0,
        }
    }

    fn apply(&mut self, command: Command) -> Answer {
        self.random += 1;
        let mut random = [0; 80];
        // Name, seed and secret are new each time.
        for (number, part) in (0..).zip(random.chunks_mut(16)) {
            part[..8].copy_from_slice(&self.random.to_be_bytes());
            part[8] = number;
        }
        self.ledger.apply(command, self.now, &random)
    }

    fn begin(&mut self, from: u32) -> Answer {
        let from = client(from);
        let limits = LIMITS;
        self.apply(Command::Begin { from, limits })
    }

    /// In how many seconds a login from there is let through; 0 if it was.
    fn wait(&mut self, from: u32) -> u32 {
        match self.begin(from) {
            Answer::Begun { .. } => 0,
            Answer::TooMany(too_many) => too_many.retry_after,
            other => panic!("{other:?}"),
        }
    }

    fn admit_with(&mut self, from: Option<u32>, stored: &str, rehash: Option<&str>) -> Answer {
        self.apply(Command::Admit {
            username: alice(),
            from: from.map(client),
            stored: stored.into(),
            rehash: rehash.map(Into::into),
            lifetime: MONTH,
        })
    }

    /// A session begun by a login from the first address.
    fn log_in(&mut self) -> OpenSession {
        let stored = self.record();
        opened(self.admit_with(Some(1), &stored, None)).unwrap()
    }

    fn refresh(&mut self, claim: &RefreshClaim) -> Result<OpenSession, RefreshRefusal> {
        let command = Command::Refresh {
            username: alice(),
            claim: claim.clone(),
            stored: self.stored.clone(),
            access_lifetime: HOUR,
        };
        opened(self.apply(command))
    }

    fn end(&mut self, session: &SessionId) -> Answer {
        let command = Command::EndSession {
            username: alice(),
            session: session.clone(),
            stored: self.stored.clone(),
            access_lifetime: HOUR,
        };
        self.apply(command)
    }

    fn change_password(&mut self, stored: &str, hash: &str, kept: Option<&SessionId>) -> Answer {
        self.apply(Command::ChangePassword {
            username: alice(),
            from: client(1),
            stored: stored.into(),
            hash_password: hash.into(),
            kept: kept.cloned(),
            access_lifetime: HOUR,
        })
    }

    fn register(&mut self, id: u64) -> Answer {
        let command = Command::Register {
            username: alice(),
            hash_password: "$new".into(),
            phone: "+1".into(),
            id: UserId::new(id).unwrap(),
            stored: self.stored.clone(),
        };
        self.apply(command)
    }

    /// The ledger's own record, where it has one.
    fn newer(&mut self) -> Option<String> {
        match self.apply(Command::Look) {
            Answer::Begun { newer } => NewerRecord::newest(newer.as_ref(), &alice(), None).unwrap(),
            other => panic!("{other:?}"),
        }
    }

    /// The record that counts.
    fn record(&mut self) -> String {
        self.newer().or_else(|| self.stored.clone()).unwrap()
    }

    /// The store takes what is to be written.
    fn write(&mut self) -> StoreWrite {
        let write = self.ledger.to_write().unwrap();
        self.stored = Some(write.value.clone());
        self.ledger.wrote(write.version, true, self.now);
        write
    }

    /// Whether an access token of the session would still be let in.
    fn stands(&mut self, session: &OpenSession, issued_at: i64) -> bool {
        #[allow(clippy::cast_precision_loss)]
        let issued_at = Some(issued_at as f64);
        let record = read(&self.record());
        record
            .ended(Some(&session.claim.session), issued_at)
            .is_none()
    }
}

fn opened(answer: Answer) -> Result<OpenSession, RefreshRefusal> {
    match answer {
        Answer::Open { session, .. } => Ok(session),
        Answer::Refused { why } => Err(why),
        other => panic!("{other:?}"),
    }
}

/// The refresh token in text, and so all of it.
fn text(claim: &RefreshClaim) -> String {
    let (username, claim) = (alice(), claim.clone());
    UnverifiedRefreshToken { username, claim }.to_string()
}

/// As it is presented, with a secret that never was one.
fn forged(claim: &RefreshClaim, number: u32) -> RefreshClaim {
    let token = text(claim);
    let secret = token.rsplit('.').next().unwrap();
    let session = &claim.session;
    let other = if secret.starts_with('A') { "B" } else { "A" };
    let forged = format!("YWxpY2U.{session}.{number}.{other}{}", &secret[1..]);
    UnverifiedRefreshToken::parse(&forged).unwrap().claim
}
