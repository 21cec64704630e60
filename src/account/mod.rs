//! Users, and the decision to let one in. Where they are stored, what time it
//! is and what is random is handed in.

#![forbid(unsafe_code)]

mod access;
mod access_keys;
mod access_options;
mod access_token_refusal;
mod attempts;
mod client;
mod identity;
mod ledger;
mod legacy_access;
mod log_address;
mod log_names;
mod login;
mod octets;
mod operator;
mod overlay;
mod phone;
mod record;
mod refresh_token;
mod secret_hash;
mod session_id;
mod sessions;
mod stand_ins;
mod username;

pub use access::{AccessRefusal, AccessTokens, IssuedToken, VerifiedAccess};
pub use access_keys::AccessKeys;
pub use access_options::{AccessGrant, AccessOptions, AccessTokenType};
pub use access_token_refusal::AccessTokenRefusal;
pub use attempts::{AttemptLimits, TooManyAttempts};
pub use client::{ClientAddress, ClientId};
pub use identity::IdentityKeys;
pub use ledger::{Answer, Command, Ledger, LedgerCorrupt};
pub use legacy_access::{LegacyAccess, VerifiedLegacyAccess};
pub use log_address::LogAddress;
pub use log_names::LogNames;
pub use login::{CheckPassword, LoginRefusal, StoredHashCheck, VerifiedUser, admit};
pub use operator::{
    OperatorKeys, OperatorRefusal, OperatorRequest, OperatorSigner, VerifiedOperator,
};
pub use overlay::{NewerRecord, StoreWrite};
pub use phone::{Phone, PhoneNotUsable};
pub use record::{Ended, EndedSession, KeptSession, RecordCorrupt, UserId, UserRecord};
pub use refresh_token::{NotRefreshToken, RefreshClaim, RefreshSecret, UnverifiedRefreshToken};
pub use secret_hash::{SecretHash, WrongSecret};
pub use session_id::SessionId;
pub use sessions::{OpenSession, RefreshRefusal, SessionRandom};
pub use stand_ins::StandIns;
pub use username::{NewUsername, Username, UsernameNotUsable};
