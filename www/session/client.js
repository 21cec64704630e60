// The session of this page: in its memory, or kept in the browser where its tabs share it.

import { createSession } from "portcullis/session";

/** Where sessions are kept, if the browser lets us. */
function browserStorage() {
  try {
    return localStorage;
  } catch {
    return undefined;
  }
}

/**
 * `listeners` has a function for each of the session's events. Until someone logs in without
 * asking for it to be kept, the session is the one that the tabs share.
 */
export function sessionClient(listeners) {
  const storage = browserStorage();
  let session, kept;

  function use(keep) {
    session?.close();
    kept = keep && storage !== undefined;
    session = createSession({ url: location.origin, ...(kept && { storage }) });
    for (const [event, listener] of Object.entries(listeners)) session.on(event, listener);
  }

  /** Where this page has no session of its own, what other tabs begin is seen here. */
  function share() {
    if (kept || session.status !== "none") return;
    use(true);
    const shared = session;
    // One that other tabs have already is no news to the session, but to the page.
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
    /** The session as it is now; another one after a login. */
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
