//! placeholder
#![cfg_attr(not(any(feature = "js", feature = "worker")), forbid(unsafe_code))]
pub mod account;
pub mod encoding;
pub mod error;
pub mod key;
pub mod password;
pub mod time;
pub mod token;

#[cfg(feature = "cli")]
pub mod cli;
#[cfg(feature = "js")]
pub mod js;
#[cfg(feature = "worker")]
mod worker;
