// `fetch` with the session's token.
import { SessionError } from "./error.js";
import { isRedirect, refusesToken } from "./problem.js";

/** As the promise settles, or with the signal's reason if that is first. */
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

/** Whether a body can be sent only once, as a stream is read once. */
const isStream = (body) => typeof (body?.getReader ?? body?.[Symbol.asyncIterator]) === "function";

/**
 * The token goes to `origins` alone. To another one a runtime may follow a redirect with the header
 * still on (browsers before 2023, and some servers), so none is followed; who needs to sets
 * `redirect: "manual"`.
 *
 * `token(not)` gives another token of the same user than `not`, or undefined if there is none.
 */
export function guarded(fetch, origins, token) {
  return async function guard(input, init) {
    // One may also stand for the options; it has them where a copy does not look.
    if (isRequest(init)) return guard(new Request(input, init));
    const request = isRequest(input) ? input : undefined;
    // The runtime's own reading, once: what is looked at here is what is sent.
    const url = request ? Reflect.get(Request.prototype, "url", request) : new Request(input).url;
    const headers = new Headers(init?.headers ?? request?.headers);
    // Not by its origin, which that of a `blob:` is as well.
    if (!origins.some((origin) => url.startsWith(`${origin}/`)) || headers.has("authorization"))
      return fetch(input, init);

    const signal = init?.signal ?? request?.signal;
    const redirect = init?.redirect ?? request?.redirect ?? "follow";
    const once = isStream(init?.body);
    const options = { ...init };
    const first = await unlessAborted(token(), signal);
    if (first === undefined) return fetch(input, init);
    // A request's body is read when it is sent; a body in `init` can be read again.
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
