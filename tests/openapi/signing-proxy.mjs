// A proxy before the Worker that signs operators' requests: a signature is good for one request, and
// schemathesis knows only headers that stay the same.

import { createServer, request as ask } from "node:http";
import { operatorToken } from "../support/admin.mjs";

/** A request with this as its Bearer token is signed on its way. */
export const SIGN_THIS = "sign-this-request";

/** Starts the proxy; `stop()` ends it. */
export async function startSigningProxy(worker) {
  const server = createServer(async (request, response) => {
    const body = Buffer.concat(await request.toArray());
    const headers = { ...request.headers, host: new URL(worker.url).host };
    if (headers.authorization === `Bearer ${SIGN_THIS}`) {
      headers.authorization = `Bearer ${await operatorToken(worker, request.method, request.url, body)}`;
    }
    const forwarded = ask(worker.url + request.url, { method: request.method, headers }, (answer) => {
      response.writeHead(answer.statusCode, answer.statusMessage, answer.rawHeaders);
      answer.pipe(response);
    });
    forwarded.on("error", () => response.destroy());
    forwarded.end(body);
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${server.address().port}`,
    stop: () => new Promise((resolve) => server.close(resolve).closeAllConnections()),
  };
}
