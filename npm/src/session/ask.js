// The session's own requests to the service.
import { SessionError } from "./error.js";
import { problemOf } from "./problem.js";

// In milliseconds. A refresh whose answer was lost can be asked for again within 30 s: two are within.
const PATIENCE = 10_000;

/** The function that POSTs to a path below `url` and gives the JSON of a right answer. */
export const asker = (fetch, url, clock) =>
  async function ask(path, { body, token, keepalive = false }) {
    const headers = {};
    if (body) headers["content-type"] = "application/json";
    if (token) headers.authorization = `Bearer ${token}`;
    const stop = new AbortController();
    const timer = setTimeout(() => stop.abort(), PATIENCE);
    timer.unref?.();
    let response, text;
    try {
      // Not "error": workerd does not know it.
      const init = { method: "POST", headers, redirect: "manual", keepalive, signal: stop.signal };
      if (body) init.body = JSON.stringify(body);
      response = await fetch(url + path, init);
      text = await response.text();
    } catch (cause) {
      throw new SessionError("the service does not answer", { code: "unreachable", cause });
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
