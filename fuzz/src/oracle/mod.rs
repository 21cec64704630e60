//! A second opinion: what a token is and whether it is to be accepted, worked
//! out with other parts than the core's and without regard to speed.

pub(crate) mod base64url;
pub(crate) mod dates;
pub(crate) mod header;
pub(crate) mod json;
pub(crate) mod policy;
