// One application for each framework, with the same routes. `start(options)` returns `ask(path, headers)`.
import { once } from "node:events";
import { createServer, request } from "node:http";
import { createRequire } from "node:module";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import * as forExpress from "portcullis/express";
import * as forFastify from "portcullis/fastify";
import * as forHono from "portcullis/hono";
import { runtimesDir } from "../../../scripts/lib/runtimes.mjs";

const require = createRequire(join(runtimesDir, "package.json"));
export const load = async (name) => import(pathToFileURL(require.resolve(name)));

/** Asks a server of Node. An array sends a header several times. */
async function askServer(server, path, headers) {
  const { port } = server.address();
  const sent = request({ port, host: "127.0.0.1", path, headers, agent: false });
  sent.end();
  const [response] = await once(sent, "response");
  let text = "";
  for await (const chunk of response) text += chunk;
  return { status: response.statusCode, headers: response.headers, body: text === "" ? undefined : JSON.parse(text) };
}

async function listen(server) {
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    ask: (path, headers) => askServer(server, path, headers),
    stop: () => new Promise((resolve) => server.close(resolve)),
  };
}

const userOf = ({ claims, scopes, issuer }) => ({ user: claims.sub, scopes, issuer: issuer ?? null });

export const APPS = {
  async hono(options, context) {
    const { Hono } = await load("hono");
    const { requireUser, requireScopes } = forHono;
    const app = new Hono();
    app.use("/api/*", requireUser(options));
    app.get("/api/me", (c) => c.json(userOf(c.get("auth"))));
    app.get("/api/admin", requireScopes("admin", { realm: "notes" }), (c) => c.json({ admin: true }));
    app.get("/unguarded", requireScopes("admin"), (c) => c.json({ admin: true }));
    app.get("/public", (c) => c.json({ public: true }));
    app.onError((error, c) => c.json({ error: error.message }, 500));
    return {
      async ask(path, headers = {}) {
        const sent = new Headers();
        for (const [name, value] of Object.entries(headers)) for (const one of [value].flat()) sent.append(name, one);
        const response = await app.request(path, { headers: sent }, {}, context);
        return {
          status: response.status,
          headers: Object.fromEntries(response.headers),
          body: await response.json(),
        };
      },
      stop: async () => {},
    };
  },

  async express(options) {
    const { default: express } = await load("express");
    const { requireUser, requireScopes, sendProblem } = forExpress;
    const app = express();
    app.use("/api", requireUser(options));
    app.get("/api/me", (request, response) => response.json(userOf(request.auth)));
    app.get("/api/admin", requireScopes("admin", { realm: "notes" }), (_, response) => response.json({ admin: true }));
    app.get("/unguarded", requireScopes("admin"), (_, response) => response.json({ admin: true }));
    app.get("/public", (_, response) => response.json({ public: true }));
    app.use(sendProblem);
    app.use((error, _request, response, _next) => response.status(500).json({ error: error.message }));
    return listen(createServer(app));
  },

  async fastify(options) {
    const { default: fastify } = await load("fastify");
    const { authPlugin, requireScopes, sendProblem } = forFastify;
    const app = fastify();
    app.setErrorHandler((error, _request, reply) => reply.code(500).send({ error: error.message }));
    app.register(async (all) => {
      all.setErrorHandler(sendProblem);
      all.register(
        async (api) => {
          await api.register(authPlugin, options);
          api.get("/me", async (request) => userOf(request.auth));
          api.get("/admin", { onRequest: requireScopes("admin", { realm: "notes" }) }, async () => ({ admin: true }));
        },
        { prefix: "/api" },
      );
      all.get("/unguarded", { preHandler: requireScopes("admin") }, async () => ({ admin: true }));
      all.get("/public", async () => ({ public: true }));
    });
    await app.ready();
    const started = await listen(app.server);
    return { ...started, stop: () => app.close() };
  },
};
