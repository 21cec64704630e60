//! The steps of a password attempt that `/login` and `/password` share.

use crate::call::Call;
use crate::object::{self, AccountUnavailable};
use crate::problem::Problem;
use crate::users::StoreUnavailable;
use portcullis::account::object::protocol::{
    BeginAnswer, Checked, NoUser, PasswordSource, Withdraw,
};
use portcullis::account::{
    AddressId, ClientId, CountFailure, LoginError, UserRecord, Username, find_stored_user,
};
use portcullis::settings::Config;

/// The user whose password is to be checked.
pub(super) struct Found {
    pub(super) user: Result<UserRecord, LoginError>,
    /// Tells the object which record the password was checked against.
    pub(super) checked: Checked,
    /// The value that KV has. The object adopts it if it has no record of its own.
    pub(super) shown: Option<String>,
}

/// An attempt that the account's object has counted.
pub(super) struct Begun {
    /// The record to check the password against.
    pub(super) source: PasswordSource,
    /// Whether the user has recently logged in from this address.
    pub(super) known_address: bool,
}

/// The attempt, or the reason why the object refuses it.
pub(super) fn begun(answer: Result<BeginAnswer, AccountUnavailable>) -> Result<Begun, Problem> {
    match answer {
        Ok(BeginAnswer::Check {
            source,
            known_address,
        }) => Ok(Begun {
            source,
            known_address,
        }),
        Ok(BeginAnswer::TooMany(too_many)) => {
            Err(Problem::too_many_attempts(too_many.retry_after).because("account_throttled"))
        }
        Ok(BeginAnswer::Refused(why)) => Err(Problem::access_refused(why)),
        Err(AccountUnavailable) => Err(Problem::account_unavailable()),
    }
}

/// Counts the attempt against its address across accounts.
pub(super) async fn count_across_accounts(
    call: &Call,
    config: &Config,
) -> Result<AddressId, Problem> {
    let address = call
        .address()
        .across_accounts(config.identity.client_addresses());
    let attempt = CountFailure {
        address: address.clone(),
        limit: config.failures_per_address,
        window: config.limits.window,
    };
    match object::count_failure(&call.env, attempt).await {
        Ok(()) => Ok(address),
        Err(too_many) => {
            Err(Problem::too_many_attempts(too_many.retry_after).because("address_throttled"))
        }
    }
}

/// Finds the user in the object's answer to the attempt, or in `shown`, the answer of
/// KV. If the object has the record, a failure of KV does not matter.
pub(super) fn find(
    source: PasswordSource,
    username: &Username,
    shown: Result<Option<String>, StoreUnavailable>,
) -> Result<Found, StoreUnavailable> {
    Ok(match source {
        PasswordSource::Object { record, version } => Found {
            user: Ok(*record),
            checked: Checked::Object { version },
            shown: shown.unwrap_or_default(),
        },
        PasswordSource::Shown => {
            let shown = shown?;
            Found {
                user: find_stored_user(username, shown.as_deref()),
                checked: Checked::Shown,
                shown,
            }
        }
        PasswordSource::Nobody => Found {
            user: Err(LoginError::UserUnknown),
            checked: Checked::Shown,
            shown: None,
        },
    })
}

/// Withdraws an attempt whose password was not checked.
pub(super) async fn withdraw(call: &Call, username: &Username, from: ClientId) {
    // An attempt that cannot be withdrawn expires with its window.
    let _ = object::ask(&call.env, username, Withdraw { from }).await;
}

/// The reason for the log, if the account's object has no usable user.
pub(super) fn code(why: NoUser) -> &'static str {
    match why {
        NoUser::Unknown => "user_unknown",
        NoUser::Corrupt => "record_corrupt",
        NoUser::IdTaken => "id_taken",
    }
}
