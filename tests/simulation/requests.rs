//! The requests to a Worker, and the responses of an object.

use std::rc::Rc;

use portcullis::account::object::protocol as p;
use portcullis::account::{
    ClientDescription, ClientId, RefreshClaim, SessionId, TokenFacts, UserId,
};

use crate::facts::Step;
use crate::worker::{POLICY, hash};
use crate::world::World;

pub enum Request {
    Login {
        password: String,
    },
    OwnPassword {
        by: Bearer,
        old: String,
        new: String,
    },
    Refresh {
        session: Option<usize>,
        claim: RefreshClaim,
    },
    Exchange {
        token: usize,
    },
    End {
        by: Bearer,
        which: p::WhichSessions,
    },
    /// `/me`: by KV.
    Me {
        by: Bearer,
    },
    /// By the object.
    Introspect {
        by: Bearer,
    },
    SignUp {
        password: String,
    },
    Operator(Op),
}

pub enum Op {
    Create {
        password: String,
        id: Option<UserId>,
    },
    SetPassword(String),
    Phone(String),
    Disable(bool),
    SignOut,
    Remove,
    Rename(usize),
    EndSession(SessionId),
    Read,
}

/// A token and its owner.
#[derive(Clone)]
pub struct Bearer {
    pub token: TokenFacts,
    pub session: Option<usize>,
    pub flask: Option<usize>,
}

pub struct Flow {
    pub request: Request,
    pub name: usize,
    pub place: usize,
    pub from: ClientId,
    /// The value that KV returned; an error if KV did not answer.
    pub shown: Option<Result<Option<Rc<str>>, ()>>,
    pub shown_at_new: Option<Result<Option<Rc<str>>, ()>>,
    pub begun: Option<Rc<Answer>>,
    /// The step at which the object answered `Begin`.
    pub begin: Step,
    pub checked: Option<(p::Checked, bool)>,
    pub command: Option<usize>,
    pub done: bool,
    /// The messages that may still be answered.
    pub calls: u32,
}

pub enum Answer {
    Begin(p::BeginAnswer),
    Admit(p::AdmitAnswer),
    Refresh(p::RefreshAnswer),
    Exchange(p::ExchangeAnswer),
    Check(p::CheckAnswer),
    End(p::EndAnswer),
    Change(p::ChangePasswordAnswer),
    Create(p::CreateAnswer),
    User(p::UserAnswer),
    EndUser(p::EndUserSessionAnswer),
    Rename(p::RenameAnswer),
    Done,
}

impl Answer {
    pub fn parse(kind: &str, json: &str) -> Self {
        fn read<T: serde::de::DeserializeOwned>(json: &str) -> T {
            serde_json::from_str(json).expect("an answer of the request's type")
        }
        match kind {
            "Begin" => Self::Begin(read(json)),
            "Admit" => Self::Admit(read(json)),
            "Refresh" => Self::Refresh(read(json)),
            "ExchangeLegacy" => Self::Exchange(read(json)),
            "CheckToken" => Self::Check(read(json)),
            "EndSessions" => Self::End(read(json)),
            "ChangePassword" => Self::Change(read(json)),
            "Create" => Self::Create(read(json)),
            "EndUserSession" => Self::EndUser(read(json)),
            "Rename" => Self::Rename(read(json)),
            "Withdraw" => Self::Done,
            _ => Self::User(read(json)),
        }
    }
}

impl World {
    /// The message of a request that needs what KV shows.
    pub fn message(
        &self,
        flow: &Flow,
        shown: Option<String>,
        shown_at_new: Option<String>,
    ) -> Option<p::Message> {
        let mut update = p::UpdateUser {
            phone: None,
            hash_password: None,
            disabled: None,
            imported_hash: None,
            shown: shown.clone(),
        };
        let create = |by_operator: bool, password: &str, id: Option<UserId>| p::Create {
            by_operator,
            hash_password: hash(password, false),
            phone: "none".into(),
            id,
            imported_hash: None,
            shown: shown.clone(),
        };
        let op = match &flow.request {
            Request::SignUp { password } => return Some(create(false, password, None).into()),
            Request::Exchange { token } => {
                let token = &self.oracle.tokens[*token];
                let exchange = p::ExchangeLegacy {
                    digest: token.digest.clone(),
                    id: token.id,
                    issued_at: token.issued_at,
                    expires_at: token.expires_at,
                    shown,
                    policy: POLICY,
                    client: ClientDescription::default(),
                };
                return Some(exchange.into());
            }
            Request::Operator(op) => op,
            _ => return None,
        };
        Some(match op {
            Op::Create { password, id } => create(true, password, *id).into(),
            Op::SetPassword(password) => {
                update.hash_password = Some(hash(password, false));
                update.into()
            }
            Op::Phone(phone) => {
                update.phone = Some(phone.clone());
                update.into()
            }
            Op::Disable(disabled) => {
                update.disabled = Some(*disabled);
                update.into()
            }
            Op::SignOut => p::SignOut { shown }.into(),
            Op::Remove => p::RemoveUser { shown }.into(),
            Op::Read => p::ReadUser { shown }.into(),
            Op::EndSession(session) => {
                let session = session.clone();
                p::EndUserSession { session, shown }.into()
            }
            Op::Rename(to) => {
                let to = self.names[*to].clone();
                let rename = p::Rename {
                    to,
                    shown,
                    shown_at_new,
                };
                rename.into()
            }
        })
    }
}
