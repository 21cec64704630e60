// A proxy in front of the Worker that signs operators' requests, because a signature is valid for one request, and
// schemathesis supports only constant headers.

import { createServer, request as ask } from "node:http";
import { operatorToken } from "../support/admin.mjs";

/** The proxy signs each request that has this Bearer token. */
export const SIGN_THIS = "sign-this-request";

/** Starts the proxy; `stop()` stops it. */
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
