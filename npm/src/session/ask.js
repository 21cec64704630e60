// Sends the session's own requests to the service.
import { SessionError } from "./error.js";
import { problemOf } from "./problem.js";

// The timeout in milliseconds. A refresh whose answer was lost can be repeated within 30 s, so two timeouts fit.
const TIMEOUT = 10_000;

/**
 * Returns a function that POSTs a JSON body, or only a token, to a path below `url` and returns the JSON of a
 * successful answer.
 */
export const asker = (fetch, url, clock) =>
  async function ask(path, body, token) {
    const headers = token ? { authorization: `Bearer ${token}` } : { "content-type": "application/json" };
    const stop = new AbortController();
    const timer = setTimeout(() => stop.abort(), TIMEOUT);
    timer.unref?.();
    let response, text;
    try {
      response = await fetch(url + path, {
        method: "POST",
        headers,
        body: body && JSON.stringify(body),
        // Not "error": workerd does not support it.
        redirect: "manual",
        // A logout must finish even if the user leaves the page.
        keepalive: token !== undefined,
        signal: stop.signal,
      });
      text = await response.text();
    } catch (cause) {
      throw new SessionError("the service does not answer", "unreachable", { cause });
    } finally {
      clearTimeout(timer);
    }
    let answer;
    try {
      answer = JSON.parse(text);
    } catch {
      // `answer` stays undefined, and callers that need it report that.
    }
    if (!response.ok) throw problemOf(response, answer, clock.now());
    return answer;
  };
