//! A request in the async routes, as `entry.js` tracks it. If the instance ends,
//! `entry.js` reports an error for the request that was being polled. `entry.js`
//! repeats the other pending requests, unless serving a request twice could change
//! something twice.

// wasm-bindgen exports `pub` functions, even from a private module.
#![allow(unreachable_pub)]

use core::future::{Future, poll_fn};
use core::pin::pin;

use wasm_bindgen::JsValue;
use wasm_bindgen::prelude::wasm_bindgen;
use worker::{Env, Request, web_sys};

#[wasm_bindgen]
extern "C" {
    /// The class in `entry.js`.
    pub type PendingRequest;

    /// Says whether Rust polls this request now.
    #[wasm_bindgen(method)]
    fn polled(this: &PendingRequest, now: bool);

    /// Says that serving the request twice could change something twice.
    #[wasm_bindgen(method)]
    fn once(this: &PendingRequest);
}

impl PendingRequest {
    /// Tells `entry.js` that the request must not be served a second time.
    pub(super) fn forbid_repeat(&self) {
        self.once();
    }

    /// Runs `work`, and tells `entry.js` before and after each poll, so that `entry.js`
    /// knows which request ended the instance.
    async fn watch<T>(&self, work: impl Future<Output = T>) -> T {
        let mut work = pin!(work);
        poll_fn(|context| {
            self.polled(true);
            let polled = work.as_mut().poll(context);
            self.polled(false);
            polled
        })
        .await
    }
}

/// Serves a request on an async route.
///
/// # Errors
/// If the response cannot be built.
#[wasm_bindgen(wasm_bindgen_futures = ::worker::wasm_bindgen_futures)]
pub async fn serve(
    request: web_sys::Request,
    env: Env,
    pending: PendingRequest,
) -> Result<JsValue, JsValue> {
    let answer = super::serve(Request::from(request), env, &pending);
    let response = pending.watch(answer).await.map_err(JsValue::from)?;
    Ok(web_sys::Response::from(response).into())
}
