//! A second implementation: it decides what a token is and whether to accept it, with
//! other parts than the core's and without regard to speed.

pub(crate) mod base64url;
pub(crate) mod dates;
pub(crate) mod header;
pub(crate) mod json;
pub(crate) mod policy;
