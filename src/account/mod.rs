//! Users, their sessions, and every decision about them. The caller passes the stored
//! values, the time and random bytes.
//!
//! An account is stored in two places. The account's object (a Durable Object) alone
//! decides about the account: [`object::AccountObject`]. KV has a value for each user,
//! which can be a minute old: [`StoredUser`]. These words name the values:
//!
//! - A *seed* is a value in KV that an import wrote. No object has adopted it yet.
//! - A *replica* is the object's copy of its record in KV.
//! - An object *adopts* a seed, or its own replica if it has lost its storage: it makes
//!   the value its own record.
//! - A *tombstone* says that a user was removed or renamed.
//! - The *credential version* of a user rises when all sessions end at once, for
//!   example with a new password.

mod access;
mod access_keys;
mod access_options;
mod access_token_error;
mod address_failures;
mod attempts;
mod authorize;
mod client;
mod client_description;
mod ended_sessions;
mod exchanged_tokens;
mod hash_digest;
mod identity;
mod legacy_access;
mod log_address;
mod log_names;
mod login;
pub mod object;
mod octets;
mod operator;
mod phone;
mod record;
mod refresh_token;
mod secret_hash;
mod session_id;
mod sessions;
mod stand_ins;
mod stored;
mod username;

pub use access::{AccessTokens, IssuedToken, VerifiedAccess};
pub use access_keys::AccessKeys;
pub use access_options::{AccessGrant, AccessOptions, AccessTokenType};
pub use access_token_error::AccessTokenError;
pub use address_failures::{AddressFailures, CountFailure};
pub use attempts::{AttemptLimits, TooManyAttempts};
pub use authorize::{AccessError, StoredDecision, TokenFacts, TokenSession};
pub use client::{AddressId, ClientAddress, ClientId};
pub use client_description::ClientDescription;
pub use ended_sessions::EndedSessions;
pub use exchanged_tokens::TokenDigest;
pub use hash_digest::HashDigest;
pub use identity::IdentityKeys;
pub use legacy_access::{LegacyAccess, VerifiedLegacyAccess};
pub use log_address::LogAddress;
pub use log_names::LogNames;
pub use login::{
    CheckPassword, LoginError, StoredHashCheck, VerifiedUser, admit, find_stored_user,
};
pub use operator::{
    OperatorError, OperatorKeys, OperatorRequest, OperatorSigner, VerifiedOperator,
};
pub use phone::{Phone, PhoneNotUsable};
pub use record::{RecordCorrupt, UserId, UserRecord};
pub use refresh_token::{NotRefreshToken, RefreshClaim, RefreshSecret, UnverifiedRefreshToken};
pub use secret_hash::{SecretHash, WrongSecret};
pub use session_id::SessionId;
pub use sessions::{OpenSession, RefreshError, SessionInfo, SessionPolicy, SessionRandom};
pub use stand_ins::StandIns;
pub use stored::{RemovedUser, Replica, StoredUser};
pub use username::{NewUsername, Username, UsernameNotUsable};
