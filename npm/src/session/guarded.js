// `fetch` with the session's token.
import { SessionError } from "./error.js";
import { isRedirect, refusesToken } from "./problem.js";

/** Settles like the promise, or rejects with the signal's reason if the signal aborts first. */
function unlessAborted(promise, signal) {
  if (!signal) return promise;
  return new Promise((resolve, reject) => {
    const abort = () => reject(signal.reason);
    promise.then(resolve, reject).finally(() => signal.removeEventListener("abort", abort));
    if (signal.aborted) abort();
    else signal.addEventListener("abort", abort, { once: true });
  });
}

const isRequest = (value) => value instanceof Request;

/** Whether a body is a stream, which can be read and sent only once. */
const isStream = (body) => typeof (body?.getReader ?? body?.[Symbol.asyncIterator]) === "function";

/**
 * Returns a `fetch` that sends the token only to `origins`. A runtime may keep the header when it follows a redirect
 * to another origin (browsers before 2023, and some servers), so no redirect is followed. A caller that expects
 * redirects sets `redirect: "manual"`.
 *
 * `token()` gives the session's token. `token(refused)` gives another token of the user of `refused`. Both give
 * undefined if there is no such token.
 */
export function guarded(fetch, origins, token) {
  return async function guard(input, init) {
    // A Request can also be passed as the options. Its members are getters, which `{ ...init }` would not copy.
    if (isRequest(init)) return guard(new Request(input, init));
    const request = isRequest(input) ? input : undefined;
    // The runtime parses the URL once, so the checked URL is the one that is sent.
    const url = request ? Reflect.get(Request.prototype, "url", request) : new Request(input).url;
    const headers = new Headers(init?.headers ?? request?.headers);
    // Does not compare `URL.origin`, because a `blob:` URL has the origin of its page.
    if (!origins.some((origin) => url.startsWith(`${origin}/`)) || headers.has("authorization"))
      return fetch(input, init);

    const signal = init?.signal ?? request?.signal;
    const redirect = init?.redirect ?? request?.redirect ?? "follow";
    const once = isStream(init?.body);
    const options = { ...init };
    const first = await unlessAborted(token(), signal);
    if (first === undefined) return fetch(input, init);
    // Sending a request uses up its body, so the second attempt needs a clone. A body in `init` can be read again.
    const target = request ?? url,
      spare = request ? Request.prototype.clone.call(request) : url;

    async function send(what, bearer) {
      headers.set("authorization", `Bearer ${bearer}`);
      const response = await fetch(what, {
        ...options,
        headers: new Headers(headers),
        redirect: redirect === "follow" ? "manual" : redirect,
      });
      if (redirect !== "follow" || !isRedirect(response)) return response;
      throw new SessionError(
        "a redirect was not followed: the token must not go to another origin",
        "answer_unexpected",
        { status: response.status },
      );
    }

    const response = await send(target, first);
    if (!refusesToken(response)) return response;
    let second;
    try {
      second = await unlessAborted(token(first), signal);
    } catch (error) {
      if (signal?.aborted) throw error;
      return response;
    }
    if (once || second === undefined) return response;
    response.body?.cancel().catch(() => {});
    return send(spare, second);
  };
}
