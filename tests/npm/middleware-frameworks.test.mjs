// The adapters with the real frameworks: one table of behaviors for all three.
import assert from "node:assert/strict";
import { afterEach, describe, test } from "node:test";
import { Verifier, generateKey, publicKey, sign } from "portcullis";
import { AuthError, requireUser as ofExpress } from "portcullis/express";
import { requireUser as ofFastify } from "portcullis/fastify";
import { requireUser as ofHono } from "portcullis/hono";
import { bundlersAndPeers } from "../../scripts/lib/runtimes.mjs";
import { AUDIENCE, ISSUER, JWKS, json, keyOf, world } from "./issuer/support.mjs";
import { APPS, load } from "./middleware/apps.mjs";

const skip = bundlersAndPeers() ? false : "SKIPPED: the frameworks are not here";
const bearer = (token) => ({ authorization: `Bearer ${token}` });
const key = generateKey("EdDSA");
const own = () => new Verifier(publicKey(key), { issuer: ISSUER, audience: AUDIENCE });
const ownToken = (claims, more) => sign({ sub: "own", ...claims }, key, { ...standard, ...more });
const standard = { expiresIn: 60, issuer: ISSUER, audience: AUDIENCE };

for (const [name, start] of Object.entries(APPS)) {
  describe(`${name}, guarded`, { skip }, () => {
    let app;
    afterEach(() => app?.stop());

    /** An application whose verifier is of portcullis/issuer. */
    async function guarded(options = {}, context = undefined) {
      const it = await world();
      app = await start({ verifier: it.verifier, ...options }, context);
      return { ...it, ask: app.ask };
    }

    test("passes on what a right token says", async () => {
      const { ask, token } = await guarded();
      const { status, body } = await ask("/api/me", bearer(await token({ scope: "read write" })));
      assert.deepEqual([status, body], [200, { user: "user", scopes: ["read", "write"], issuer: ISSUER }]);
    });

    test("answers without a token with 401 and a challenge without an error code", async () => {
      const { ask } = await guarded({ realm: 'the "notes"' });
      const { status, headers, body } = await ask("/api/me");
      assert.deepEqual([status, body.code], [401, "token_missing"]);
      assert.equal(headers["www-authenticate"], 'Bearer realm="the \\"notes\\""');
      assert.match(headers["content-type"], /^application\/problem\+json/);
    });

    test("answers to two tokens in one header or in two with 400", async () => {
      const { ask, token } = await guarded();
      const good = await token();
      for (const authorization of [`Bearer ${good}, Bearer ${good}`, [`Bearer ${good}`, `Bearer ${good}`]]) {
        const { status, headers, body } = await ask("/api/me", { authorization });
        assert.deepEqual([status, body.code], [400, "request_malformed"]);
        assert.match(headers["www-authenticate"], /error="invalid_request"/);
      }
    });

    test("answers to a token of another key and to an expired token with 401 and the code", async () => {
      const { ask, token } = await guarded();
      const wrong = {
        token_signature_invalid: await token({}, {}, await keyOf("ES256", "first")),
        token_expired: await token({ exp: 1 }),
        token_malformed: "abc",
        issuer_unknown: await token({ iss: "https://other.example" }),
      };
      for (const [code, each] of Object.entries(wrong)) {
        const { status, headers, body } = await ask("/api/me", bearer(each));
        assert.deepEqual([status, body.status, body.code], [401, 401, code]);
        assert.match(headers["www-authenticate"], /^Bearer realm="api", error="invalid_token"/);
      }
    });

    test("answers with 503 and Retry-After while the keys cannot be had, and recovers", async () => {
      const { ask, token, net, clock } = await guarded();
      const healthy = net.answers[JWKS];
      net.answers[JWKS] = () => json({}, {}, 500);
      const good = bearer(await token());
      const { status, headers, body } = await ask("/api/me", good);
      assert.deepEqual([status, body.code], [503, "keys_unreachable"]);
      assert.match(headers["retry-after"], /^[1-9]\d*$/);
      assert.equal(headers["www-authenticate"], undefined);
      net.answers[JWKS] = healthy;
      await clock.pass(61);
      assert.equal((await ask("/api/me", good)).status, 200);
    });

    test("answers to a missing scope with 403 and the scope, at a route and in the options", async () => {
      const { ask, token } = await guarded({ scopes: ["read"] });
      const reader = bearer(await token({ scp: ["read"] }));
      assert.equal((await ask("/api/me", reader)).status, 200);
      const { status, headers, body } = await ask("/api/admin", reader);
      assert.deepEqual([status, body.code], [403, "insufficient_scope"]);
      assert.match(headers["www-authenticate"], /^Bearer realm="notes", error="insufficient_scope".*scope="admin"$/);
      assert.equal((await ask("/api/admin", bearer(await token({ scope: "read admin" })))).status, 200);
      const none = await ask("/api/me", bearer(await token()));
      assert.equal(none.status, 403);
      assert.match(none.headers["www-authenticate"], /scope="read"$/);
    });

    test("takes a synchronous Verifier, for tokens of one's own", async () => {
      app = await start({ verifier: own() });
      const { status, body } = await app.ask("/api/me", bearer(ownToken({ scope: "read" })));
      assert.deepEqual([status, body], [200, { user: "own", scopes: ["read"], issuer: ISSUER }]);
      const refusals = [
        [{}, 401, "token_missing"],
        [{ authorization: "Basic dTpw" }, 401, "token_missing"],
        [bearer(ownToken({}, { now: 1 })), 401, "token_expired"],
        [bearer(ownToken({}, { audience: "other" })), 401, "token_claim_invalid"],
        [bearer(sign({}, generateKey("EdDSA"), { ...standard, keyId: key.kid })), 401, "token_signature_invalid"],
        [bearer(`${ownToken()} ${ownToken()}`), 400, "request_malformed"],
      ];
      for (const [headers, expected, code] of refusals) {
        const refused = await app.ask("/api/me", headers);
        assert.deepEqual([refused.status, refused.body.code], [expected, code]);
      }
    });

    test("leaves routes outside alone, and does not let requireScopes pass without requireUser", async () => {
      const { ask } = await guarded();
      assert.deepEqual((await ask("/public")).body, { public: true });
      const { status, body } = await ask("/unguarded");
      assert.equal(status, 500);
      assert.match(body.error, /requireScopes needs requireUser/);
    });

    test("reports each failure once, with its message", async () => {
      const failures = [];
      const { ask, token } = await guarded({ onFailure: (failure) => failures.push(failure) });
      await ask("/api/me", bearer(await token({ aud: "other" })));
      await ask("/api/me", bearer(await token()));
      assert.deepEqual(
        failures.map(({ code, claim }) => [code, claim]),
        [["token_claim_invalid", "aud"]],
      );
      assert.ok(failures[0].message.length > 0);
    });

    test("passes on an error that is not a failure to the framework", async () => {
      app = await start({ verifier: { authenticate: () => Promise.reject(new Error("a bug")) } });
      const { status, body } = await app.ask("/api/me", bearer("x"));
      assert.deepEqual([status, body.error], [500, "a bug"]);
      await app.stop();
      const broken = () => {
        throw new Error("a bug");
      };
      app = await start({ verifier: { verify: broken } });
      assert.equal((await app.ask("/api/me", bearer("x"))).status, 500);
    });
  });
}

describe("requireUser", () => {
  test("refuses a missing verifier, a key in its place, and an unknown option", () => {
    for (const requireUser of [ofHono, ofExpress, ofFastify]) {
      assert.throws(() => requireUser(), /the option "verifier" is missing/);
      assert.throws(() => requireUser({ verifier: publicKey(key) }), /must be a verifier of portcullis\/issuer/);
      assert.throws(() => requireUser({ verifier: own(), scope: "read" }), /the option "scope" does not exist/);
      assert.throws(() => requireUser({ verifier: own(), scopes: [] }), /the option "scopes" must be/);
    }
  });
});

describe("hono, on a runtime with a context", { skip }, () => {
  test("gives the context to the verifier, so that keys are renewed after the response", async () => {
    const seen = [];
    const context = { waitUntil() {}, passThroughOnException() {} };
    const authenticate = async (_request, given) => {
      seen.push(given);
      return { ok: true, claims: {}, header: {} };
    };
    for (const each of [context, undefined]) {
      const app = await APPS.hono({ verifier: { authenticate } }, each);
      assert.equal((await app.ask("/api/me")).status, 200);
    }
    assert.deepEqual(seen, [context, undefined]);
  });
});

describe("without a handler of one's own", { skip }, () => {
  const answered = async (headers, ask) => {
    const { status, headers: got } = await ask("/me", headers);
    return [status, got.get("www-authenticate")];
  };
  const CHALLENGE = 'Bearer realm="api"';

  test("Express answers with the right status and headers", async () => {
    const { default: express } = await load("express");
    const app = express()
      .set("env", "test")
      .use(ofExpress({ verifier: own() }));
    const server = app.listen(0, "127.0.0.1");
    await new Promise((resolve) => server.once("listening", resolve));
    try {
      const origin = `http://127.0.0.1:${server.address().port}`;
      assert.deepEqual(await answered({}, (path, headers) => fetch(origin + path, { headers })), [401, CHALLENGE]);
    } finally {
      server.close();
      server.closeAllConnections();
    }
  });

  test("Fastify answers with the right status, headers and code, also for a hook of one route", async () => {
    const { default: fastify } = await load("fastify");
    const app = fastify();
    app.get("/me", { preHandler: ofFastify({ verifier: own() }) }, async (request) => request.auth.claims.sub);
    const response = await app.inject("/me");
    assert.deepEqual([response.statusCode, response.headers["www-authenticate"]], [401, CHALLENGE]);
    assert.equal(response.json().code, "token_missing");
    const right = await app.inject({ url: "/me", headers: bearer(ownToken()) });
    assert.deepEqual([right.statusCode, right.body], [200, "own"]);
    await app.close();
  });

  test("an error handler gets an AuthError with status, code, headers, problem and failure", async () => {
    const error = await new Promise((resolve) => ofExpress({ verifier: own() })({ headers: {} }, {}, resolve));
    assert.ok(error instanceof AuthError && error instanceof Error);
    assert.deepEqual(
      [error.name, error.status, error.statusCode, error.code],
      ["AuthError", 401, 401, "token_missing"],
    );
    assert.equal(error.headers["www-authenticate"], CHALLENGE);
    assert.equal(error.message, error.problem.detail);
    assert.equal(error.failure.kind, "request");
  });
});
