// Pages of an origin of their own, with the session's modules and storage.
import { readFile } from "node:fs/promises";
import { createServer } from "node:http";
import { fileURLToPath } from "node:url";

const source = fileURLToPath(new URL("../../../npm/src", import.meta.url));

/**
 * Serves pages at any path below `/page`, and the functions of request and response in `routes`, by path.
 * `asked` holds the requests that arrived.
 */
export async function servePages(routes = {}) {
  const asked = [];
  const server = createServer(async (request, response) => {
    const { pathname } = new URL(request.url, "http://x");
    asked.push({ path: pathname, authorization: request.headers.authorization });
    if (routes[pathname]) return routes[pathname](request, response);
    if (pathname.startsWith("/page")) {
      response.writeHead(200, { "content-type": "text/html" });
      return response.end('<!doctype html><meta charset="utf-8"><link rel="icon" href="data:,"><title>Session</title>');
    }
    try {
      const body = await readFile(source + new URL(pathname, "http://x").pathname);
      response.writeHead(200, { "content-type": "text/javascript" }).end(body);
    } catch {
      response.writeHead(404).end();
    }
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    origin: `http://127.0.0.1:${server.address().port}`,
    asked,
    close: () => new Promise((resolve) => server.close(resolve)),
  };
}

/** Shifts a page's clock by `off` ms, and records the refresh tokens that the page sends in `sent`. */
function prepare(off) {
  const Real = Date,
    ask = fetch;
  globalThis.Date = class Date extends Real {
    constructor(...date) {
      super(...(date.length > 0 ? date : [Real.now() + off]));
    }
    static now() {
      return Real.now() + off;
    }
  };
  globalThis.sent = [];
  globalThis.fetch = (input, init) => {
    if (String(input).endsWith("/refresh") && init.method === "POST")
      globalThis.sent.push(JSON.parse(init.body).refresh_token);
    return ask(input, init);
  };
}

/** Opens a session as `session` in a new tab of the profile, and lists its events in `told`. */
export async function openTab(profile, origin, url, { shared = true, off = 0 } = {}) {
  const tab = await profile.newTab(`${origin}/page`, { init: prepare, arg: off });
  await tab.evaluate(
    async ([url, shared]) => {
      const { createSession } = await import("/session/index.js");
      globalThis.session = createSession(shared ? { url, storage: localStorage } : { url });
      globalThis.told = [];
      for (const type of ["expiring", "expired", "refreshed", "ended"]) {
        session.on(type, ({ reason }) => told.push(reason ? `${type}: ${reason}` : type));
      }
      await session.ready;
    },
    [url, shared],
  );
  return {
    evaluate: tab.evaluate,
    /** Waits until this expression is true in the page. */
    until: tab.until,
    setOffline: tab.setOffline,
    sent: () => tab.evaluate(() => sent),
    facts: () =>
      tab.evaluate(() => ({
        token: session.token,
        status: session.status,
        left: session.secondsLeft,
        now: session.now,
        told,
      })),
    /** Fails with the message of the session's error. */
    async login(username, password) {
      const refused = await tab.evaluate(
        ([username, password]) =>
          session.login(username, password).then(
            () => null,
            ({ code, status, retryAfter }) => ({ code, status, retryAfter }),
          ),
        [username, password],
      );
      if (refused) throw Object.assign(new Error(`the login was refused: ${refused.code}`), refused);
    },
  };
}
