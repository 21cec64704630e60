// The responses of toResponse to each failure, and the scopes of a token.
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { requireScopes, toResponse } from "portcullis/issuer";
import { world } from "./issuer/support.mjs";

const failure = (kind, code, more) => ({ ok: false, kind, code, message: "SECRET", ...more });
const challenge = (...args) => toResponse(...args).headers.get("www-authenticate");

describe("toResponse", () => {
  test("answers to a request without a token with 401 and no error code", async () => {
    const response = toResponse(failure("request", "token_missing"));
    assert.equal(response.status, 401);
    assert.equal(response.headers.get("www-authenticate"), 'Bearer realm="api"');
    assert.equal(response.headers.get("content-type"), "application/problem+json");
    assert.equal(response.headers.get("cache-control"), "no-store");
    assert.deepEqual(await response.json(), {
      type: "urn:problem-type:portcullis:token_missing",
      title: "Unauthorized",
      status: 401,
      detail: "the request has no token; send the header Authorization with Bearer and the token",
      code: "token_missing",
    });
  });

  test("answers to a request with several tokens with 400 and invalid_request", () => {
    const response = toResponse(failure("request", "request_malformed"));
    assert.equal(response.status, 400);
    assert.match(response.headers.get("www-authenticate"), /^Bearer realm="api", error="invalid_request", /);
  });

  test("answers to every wrong token with 401, invalid_token and its code", async () => {
    for (const code of ["token_expired", "token_not_yet_valid", "token_signature_invalid", "issuer_unknown"]) {
      const response = toResponse(failure("token", code));
      assert.equal(response.status, 401);
      assert.match(response.headers.get("www-authenticate"), /^Bearer realm="api", error="invalid_token", /);
      assert.equal((await response.json()).code, code);
    }
  });

  test("answers to missing keys with 503 and whole seconds in Retry-After, at least one", () => {
    for (const [retryAfter, header] of Object.entries({ 0: "1", 0.2: "1", 1.5: "2", 60: "60" })) {
      const response = toResponse(failure("keys", "keys_unreachable", { retryAfter: Number(retryAfter) }));
      assert.equal(response.status, 503);
      assert.equal(response.headers.get("retry-after"), header);
      assert.equal(response.headers.get("www-authenticate"), null);
    }
  });

  test("answers to a missing scope with 403, insufficient_scope and the scopes", () => {
    const response = toResponse(failure("scope", "insufficient_scope", { scopes: ["notes:read", "notes:write"] }));
    assert.equal(response.status, 403);
    const header = response.headers.get("www-authenticate");
    assert.match(header, /^Bearer realm="api", error="insufficient_scope", .*, scope="notes:read notes:write"$/);
  });

  test("names the realm with its quotes escaped, and the scopes of the options", () => {
    const none = failure("request", "token_missing");
    assert.equal(challenge(none, { realm: 'a "b" \\ c' }), 'Bearer realm="a \\"b\\" \\\\ c"');
    assert.equal(challenge(none, { scopes: ["read", "write"] }), 'Bearer realm="api", scope="read write"');
    assert.equal(challenge(none, { scopes: "read" }), 'Bearer realm="api", scope="read"');
  });

  test("refuses options that would break the header, and results that are not failures", () => {
    const none = failure("request", "token_missing");
    for (const options of [
      { realm: "a\r\nset-cookie: b" },
      { realm: "é" },
      { realm: "" },
      { scopes: [] },
      { scopes: 'a"' },
      { scopes: ["a b"] },
      { scopes: [1] },
      { reallm: "a" },
    ])
      assert.throws(() => toResponse(none, options), TypeError, JSON.stringify(options));
    assert.throws(() => toResponse({ ok: true, claims: {} }), /this is not a failure/);
  });

  test("sends nothing of the token and no message of a failure", async () => {
    const { verifier, token, net } = await world({ issuer: { claimValues: { plan: "gold" } } });
    const tokens = [
      await token({ plan: "SECRET" }),
      await token({ aud: "SECRET" }),
      await token({ iss: "SECRET" }),
      await token({ exp: 1, plan: "gold" }),
      await token({ plan: "gold" }, { kid: "SECRET" }),
      `${await token({ plan: "gold" })}SECRET`,
    ];
    for (const each of tokens) {
      const result = await verifier.authenticate({ headers: { authorization: `Bearer ${each}` } });
      assert.equal(result.ok, false);
      const response = toResponse(result);
      const text = JSON.stringify([...response.headers]) + (await response.text());
      assert.doesNotMatch(text, /SECRET|gold|plan/);
      for (const part of each.split(".")) assert.ok(!text.includes(part));
    }
    assert.ok(net.requests.length <= 2);
    const own = toResponse(failure("token", "token_claim_invalid", { claim: "SECRET" }));
    assert.doesNotMatch((await own.text()) + own.headers.get("www-authenticate"), /SECRET/);
  });
});

describe("requireScopes", () => {
  const verified = (claims) => ({ ok: true, claims });
  const outcome = (claims, scopes) => requireScopes(verified(claims), scopes).ok;

  test("reads the scopes of scope and scp, as a text or a list", () => {
    for (const claims of [
      { scope: "read write" },
      { scope: ["read", "write"] },
      { scp: "read write" },
      { scp: ["write", "read"] },
    ]) {
      assert.equal(outcome(claims, "read"), true);
      assert.equal(outcome(claims, ["read", "write"]), true);
      assert.equal(outcome(claims, ["read", "admin"]), false);
    }
  });

  test("grants nothing for a part of a scope, for another type, or for the claim scp beside scope", () => {
    for (const claims of [{}, { scope: "reader" }, { scope: { read: true } }, { scope: 1 }, { scope: [["read"]] }])
      assert.equal(outcome(claims, "read"), false, JSON.stringify(claims));
    assert.equal(outcome({ scope: "other", scp: "read" }, "read"), false);
    assert.equal(outcome(Object.create({ scope: "read" }), "read"), false);
  });

  test("returns another failure as it is", () => {
    const expired = failure("token", "token_expired");
    assert.equal(requireScopes(expired, "read"), expired);
  });

  test("refuses to check no scope", () => {
    for (const scopes of [[], undefined, "", "a b"])
      assert.throws(() => requireScopes(verified({}), scopes), TypeError);
  });
});
