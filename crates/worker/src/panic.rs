//! Routes that panic or trap, for the tests of the restart after a panic. Only a
//! build with the feature `panic-route` has them.

use core::time::Duration;

use worker::Delay;

use super::problem::Problem;
use super::reply::Reply;

/// How the route ends the instance.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Panic {
    /// By a panic in the first poll of an async route.
    AtFirst,
    /// By a panic in a later poll.
    Later,
    /// By a trap, which does not call the panic hook.
    Trap,
    /// By a stack overflow, which worker-build's shim does not notice either.
    Overflow,
    /// By a panic in the synchronous call.
    AtOnce,
    /// The route does not end the instance. It waits, and must not be repeated.
    Once,
}

impl Panic {
    pub(super) fn from_path(path: &str) -> Option<Self> {
        match path {
            "/panic" => Some(Self::AtFirst),
            "/panic/later" => Some(Self::Later),
            "/panic/trap" => Some(Self::Trap),
            "/panic/overflow" => Some(Self::Overflow),
            "/panic/at-once" => Some(Self::AtOnce),
            "/panic/once" => Some(Self::Once),
            _ => None,
        }
    }

    #[allow(clippy::panic)]
    pub(super) fn at_once(self) {
        if self == Self::AtOnce {
            panic!("a test asked for it");
        }
    }

    #[allow(clippy::panic)]
    pub(super) async fn answer(self) -> Result<Reply, Problem> {
        match self {
            Self::AtFirst | Self::AtOnce => {}
            Self::Later => Delay::from(Duration::from_millis(50)).await,
            Self::Trap => core::arch::wasm32::unreachable(),
            Self::Overflow => return Ok(Reply::json(200, &deep(0))),
            Self::Once => {
                Delay::from(Duration::from_millis(500)).await;
                return Ok(Reply::json(200, &"done"));
            }
        }
        panic!("a test asked for it")
    }
}

fn deep(level: u64) -> u64 {
    if level == u64::MAX {
        return 0;
    }
    core::hint::black_box(deep(core::hint::black_box(level).wrapping_add(1))).wrapping_add(1)
}
