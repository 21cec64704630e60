// The session of this page: in the page's memory, or in the browser's storage, which all tabs share.

import { createSession } from "portcullis/session";
import { serviceUrl } from "../lib/service.js";

/** The storage for sessions, or undefined if the browser blocks it. */
function browserStorage() {
  try {
    return localStorage;
  } catch {
    return undefined;
  }
}

/**
 * `listeners` has a function for each of the session's events. The page uses the session that the tabs share,
 * until someone logs in without choosing to stay logged in.
 */
export function sessionClient(listeners) {
  const storage = browserStorage();
  let session, kept;

  function use(keep) {
    session?.close();
    kept = keep && storage !== undefined;
    session = createSession({ url: serviceUrl, ...(kept && { storage }) });
    for (const [event, listener] of Object.entries(listeners)) session.on(event, listener);
  }

  /** Joins the session that the tabs share, if this page has no session of its own. */
  function share() {
    if (kept || session.status !== "none") return;
    use(true);
    const shared = session;
    // No event reports a session that other tabs already have, so call the listener.
    shared.ready.then(() => {
      if (session === shared && shared.status !== "none") listeners.refreshed();
    });
  }

  use(true);

  return {
    share,
    canKeep: storage !== undefined,
    get kept() {
      return kept;
    },
    /** The current session; a login may replace it. */
    get session() {
      return session;
    },
    async login(username, password, keep) {
      if (keep !== kept) use(keep);
      try {
        await session.login(username, password);
      } catch (error) {
        share();
        throw error;
      }
    },
  };
}
