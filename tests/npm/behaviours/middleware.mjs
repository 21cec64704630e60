// toResponse and the adapters of the frameworks in each runtime. Other tests run them with the real frameworks.

const ADAPTERS = {
  hono: ["requireScopes", "requireUser"],
  express: ["AuthError", "requireScopes", "requireUser", "sendProblem"],
  fastify: ["AuthError", "authPlugin", "requireScopes", "requireUser", "sendProblem"],
};

export default ({ issuers, portcullis, equal, deepEqual, ok, key, ...entries }) => {
  const { Verifier, sign } = portcullis;
  const authorization = `Bearer ${sign({ sub: "1", scope: "read" }, key, { expiresIn: 600 })}`;

  /** What a request of Hono with these headers gets: a response, or the variables. */
  async function asked(headers, ...middleware) {
    const variables = {};
    const c = {
      req: { raw: new Request("https://api.example", { headers }) },
      get executionCtx() {
        throw new Error("no context");
      },
      set: (name, value) => (variables[name] = value),
      get: (name) => variables[name],
    };
    for (const each of middleware) {
      const response = await each(c, async () => {});
      if (response !== undefined) return response;
    }
    return variables;
  }

  return {
    "they export their names and nothing else": () => {
      for (const [entry, names] of Object.entries(ADAPTERS)) {
        const exported = Object.keys(entries[entry]).filter((name) => name !== "default");
        deepEqual(exported.sort(), names, entry);
      }
    },

    "a route of Hono is guarded with one line": async () => {
      const { requireUser, requireScopes } = entries.hono;
      const user = requireUser({ verifier: new Verifier(key) });
      const { auth } = await asked({ authorization }, user, requireScopes("read"));
      equal(auth.claims.sub, "1");
      deepEqual(auth.scopes, ["read"]);
      const refused = await asked({}, user);
      deepEqual([refused.status, refused.headers.get("www-authenticate")], [401, 'Bearer realm="api"']);
      equal((await asked({ authorization }, user, requireScopes("write"))).status, 403);
    },

    "a guard of Express and a hook of Fastify refuse with the same error": async () => {
      const options = { verifier: new Verifier(key) };
      const error = await new Promise((resolve) => entries.express.requireUser(options)({ headers: {} }, {}, resolve));
      const thrown = await entries.fastify
        .requireUser(options)({ raw: { headers: {} } })
        .catch((caught) => caught);
      for (const each of [error, thrown]) {
        ok(each instanceof entries.express.AuthError && each instanceof entries.fastify.AuthError);
        deepEqual([each.name, each.status, each.code], ["AuthError", 401, "token_missing"]);
      }
    },

    "toResponse answers to a failure": async () => {
      const keys = { ok: false, kind: "keys", code: "keys_unreachable", message: "", retryAfter: 7 };
      const response = issuers.toResponse(keys);
      deepEqual([response.status, response.headers.get("retry-after")], [503, "7"]);
      equal((await response.json()).code, "keys_unreachable");
    },
  };
};
