//! Tests of the core's public interface, run on the build machine.

#![cfg(not(target_arch = "wasm32"))]
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects
)]

mod access;
mod access_keys;
mod account;
mod address_failures;
mod attacks;
mod authorize;
mod claims;
mod client;
mod client_description;
mod compact;
mod ed25519;
mod es256;
mod es384;
mod header;
mod identity;
mod inspect;
mod issuer;
mod json;
mod jwk;
mod jwk_set;
mod keys;
mod legacy;
mod legacy_access;
mod log_names;
mod login;
mod operator;
mod password;
mod password_policy;
mod password_werkzeug;
mod peers;
mod pem;
mod phone;
mod properties;
mod records;
mod refresh_token;
mod rsa;
mod rsa_differential;
mod secret_hash;
mod settings;
mod settings_table;
mod sign;
mod stand_ins;
mod stored_users;
mod support;
mod time;
mod username;
mod vectors;
