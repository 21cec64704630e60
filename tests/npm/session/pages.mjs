// Pages of an origin of their own, which have the session's modules and storage.
import { readFile } from "node:fs/promises";
import { createServer } from "node:http";
import { fileURLToPath } from "node:url";

const source = fileURLToPath(new URL("../../../npm/src", import.meta.url));

/**
 * Serves pages at any path below `/page`, and what `routes` has by path: functions of request and
 * response. `asked` holds what came in.
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

/** Opens a session in a page, as `session`, and lists its events in `told`. */
export async function openTab(context, origin, url, { shared = true } = {}) {
  const page = await context.newPage();
  await page.goto(`${origin}/page`);
  await page.evaluate(
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
  const facts = () => page.evaluate(() => ({ token: session.token, status: session.status, left: session.secondsLeft, now: session.now, told }));
  return {
    page,
    facts,
    login: (username, password) => page.evaluate(([username, password]) => session.login(username, password), [username, password]),
    /** Until the page finds this expression true. */
    until: (expression) => page.waitForFunction(expression, undefined, { timeout: 20_000 }),
  };
}
