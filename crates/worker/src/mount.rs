//! The place of this Worker inside another Worker. `entry.js` tells each new
//! instance where it is mounted; without a mount, the whole environment and all
//! paths are ours.

// wasm-bindgen exports `pub` functions, even from a private module.
#![allow(unreachable_pub)]

use std::cell::RefCell;

use wasm_bindgen::prelude::wasm_bindgen;

use portcullis::settings::Settings;

struct Mount {
    /// The path under which the routes are, without a slash at the end; empty for
    /// the whole origin.
    path: String,
    /// The prefix of our names in the other Worker's environment. `entry.js` hands
    /// over our part of the environment, without the prefix.
    prefix: String,
}

thread_local! {
    static MOUNT: RefCell<Option<Mount>> = const { RefCell::new(None) };
}

/// Tells this instance where it is mounted.
#[wasm_bindgen]
pub fn exchange_mount(path: String, prefix: String) {
    MOUNT.set(Some(Mount { path, prefix }));
}

/// Whether this Worker is mounted in another Worker.
pub(super) fn is_mounted() -> bool {
    MOUNT.with_borrow(Option::is_some)
}

/// The part of a URL's path below the mount; empty if the path is not below it.
pub(super) fn path_below(path: &str) -> &str {
    MOUNT.with_borrow(|mount| match mount {
        None => path,
        Some(mount) => path
            .strip_prefix(mount.path.as_str())
            .filter(|below| below.starts_with('/'))
            .unwrap_or_default(),
    })
}

/// No settings yet, for the names that [`name_outside`] returns.
pub(super) fn settings() -> Settings {
    MOUNT.with_borrow(|mount| match mount {
        None => Settings::default(),
        Some(mount) => Settings::with_prefix(&mount.prefix),
    })
}

/// The name that the other Worker's environment has for our name.
pub(super) fn name_outside(name: &str) -> String {
    MOUNT.with_borrow(|mount| match mount {
        None => name.into(),
        Some(mount) => format!("{}{name}", mount.prefix),
    })
}
