//! A request on its way through the async routes, as `entry.js` watches it:
//! when the instance dies, the request that was being polled is the one that
//! killed it, and the others can be repeated, unless they say no.

// wasm-bindgen exports what is `pub`, wherever it stands.
#![allow(unreachable_pub)]

use core::future::{Future, poll_fn};
use core::pin::pin;

use wasm_bindgen::JsValue;
use wasm_bindgen::prelude::wasm_bindgen;
use worker::{Env, Request, web_sys};

#[wasm_bindgen]
extern "C" {
    /// JavaScript's side of it.
    pub type Flight;

    /// Rust works on this request from now on, or no longer.
    #[wasm_bindgen(method)]
    fn polled(this: &Flight, now: bool);

    /// Being served twice could do something twice.
    #[wasm_bindgen(method)]
    fn once(this: &Flight);
}

impl Flight {
    /// Says that the request must not be served a second time.
    pub(super) fn is_unrepeatable(&self) {
        self.once();
    }

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

/// Serves a request.
///
/// # Errors
/// When no response could be made.
#[wasm_bindgen(wasm_bindgen_futures = ::worker::wasm_bindgen_futures)]
pub async fn serve(
    request: web_sys::Request,
    env: Env,
    flight: Flight,
) -> Result<JsValue, JsValue> {
    let answer = super::serve(Request::from(request), env, &flight);
    let response = flight.watch(answer).await.map_err(JsValue::from)?;
    Ok(web_sys::Response::from(response).into())
}
