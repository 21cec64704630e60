// The session's own requests to the service.
import { SessionError } from "./error.js";
import { problemOf } from "./problem.js";

// In milliseconds. A refresh whose answer was lost can be asked for again within 30 s: two are within.
const PATIENCE = 10_000;

/** The function that POSTs a JSON body, or nothing but a token, to a path below `url` and gives the JSON of a right answer. */
export const asker = (fetch, url, clock) =>
  async function ask(path, body, token) {
    const headers = token ? { authorization: `Bearer ${token}` } : { "content-type": "application/json" };
    const stop = new AbortController();
    const timer = setTimeout(() => stop.abort(), PATIENCE);
    timer.unref?.();
    let response, text;
    try {
      response = await fetch(url + path, {
        method: "POST",
        headers,
        body: body && JSON.stringify(body),
        // Not "error": workerd does not know it.
        redirect: "manual",
        // Whoever logs out often leaves the page.
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
      // Who needs it finds it missing.
    }
    if (!response.ok) throw problemOf(response, answer, clock.now());
    return answer;
  };
