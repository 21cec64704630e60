// A proxy in front of WebKit. WebKit's driver has no BiDi channel, so the proxy provides three functions of that channel:
// it lists requests, it takes the browser offline, and it adds a script to each document.
import { createServer, request as send } from "node:http";

const SCRIPT = "/.webdriver-init.js"; // of the page's own origin, because a page's policy allows scripts of 'self'
const TAG = `<script src="${SCRIPT}"></script>`;

/** The document with `TAG` before its own scripts, and after its doctype, so that the document stays in standards mode. */
const withScript = (html) => html.replace(/^(\s*<!doctype html>)?(.*?<head>)?/is, (start) => start + TAG);

/** A response compressed or without a body could not get the script. */
function asked({ headers }) {
  const { "accept-encoding": _, "if-none-match": __, "if-modified-since": ___, ...others } = headers;
  return others;
}

async function answer(from, to) {
  if (!from.headers["content-type"]?.startsWith("text/html")) {
    to.writeHead(from.statusCode, from.headers);
    return from.pipe(to);
  }
  const html = withScript(Buffer.concat(await from.toArray()).toString());
  const { "content-length": _, "transfer-encoding": __, ...headers } = from.headers;
  return to.writeHead(from.statusCode, headers).end(html);
}

/**
 * Starts the proxy on a free port. `scripts` holds the texts of the scripts for later documents of all tabs; a Set, so
 * that a script that each tab adds runs once. `on(listener)` adds a function of the URL and the error of each request. It
 * is called when WebKit makes the request, and again with an error when the request fails.
 */
export async function startProxy() {
  const [listeners, scripts] = [new Set(), new Set()];
  let offline = false;
  const tell = (url, error) => listeners.forEach((listener) => listener(url, error));
  const server = createServer((request, response) => {
    const { url, method } = request;
    if (url.endsWith(SCRIPT)) {
      response.writeHead(200, { "content-type": "text/javascript", "cache-control": "no-store" });
      return response.end([...scripts].join("\n"));
    }
    tell(url);
    const fail = (error) => {
      tell(url, error);
      request.socket.destroy();
    };
    if (offline) return fail("offline");
    const forwarded = send(url, { method, headers: asked(request) }, (from) => void answer(from, response).catch(fail));
    forwarded.on("error", (error) => fail(error.code));
    return request.pipe(forwarded);
  });
  // HTTPS and WebSockets: no test uses them, and the browser's own requests must not leave this machine.
  server.on("connect", (_request, socket) => socket.destroy());
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    address: `127.0.0.1:${server.address().port}`,
    scripts,
    on: (listener) => listeners.add(listener),
    setOffline: (to) => {
      offline = to;
    },
    close: () => new Promise((resolve) => server.close(resolve).closeAllConnections()),
  };
}
