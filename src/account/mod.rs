//! Users, and the decision to let one in. Where they are stored, what time it
//! is and what is random is handed in.

#![forbid(unsafe_code)]

mod access;
mod login;
mod record;
mod stand_ins;
mod username;

pub use access::{AccessRefusal, AccessTokens, IssuedToken, VerifiedAccess};
pub use login::{CheckPassword, LoginRefusal, StoredHashCheck, VerifiedUser, admit};
pub use record::{RecordCorrupt, UserId, UserRecord};
pub use stand_ins::StandIns;
pub use username::{Username, UsernameNotUsable};
