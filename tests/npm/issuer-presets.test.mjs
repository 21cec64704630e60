// Each preset against a mock of its issuer.
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import * as presets from "../../npm/src/issuer/presets/index.js";
import { MOCKS, NOW, badTokens } from "./issuer/mocks.mjs";
import { clockAt, createVerifier, json, keyOf, network } from "./issuer/support.mjs";

/** Serves the issuer's documents; returns a verifier with the preset, and its key. */
async function serve({
  issuer,
  url,
  alg = "RS256",
  members = { use: "sig", alg },
  headers,
  document,
  more = [],
  discovery,
}) {
  const key = await keyOf(alg, "current", members);
  const next = await keyOf(alg, "next", members);
  const net = network({ [url]: () => json({ ...document, keys: [next.jwk, ...more, key.jwk] }, headers) });
  if (discovery) net.answers[discovery.url] = () => json({ issuer: discovery.issuer, jwks_uri: discovery.jwks_uri });
  return { key, net, verifier: createVerifier([issuer], { fetch: net.fetch, clock: clockAt(NOW) }) };
}

for (const [name, mock] of Object.entries(MOCKS)) {
  describe(name, async () => {
    const { key, net, verifier } = await serve(mock);
    const { claims, header, also = {}, place = "authorization" } = mock;

    test("verifies a token as the issuer documents it", async () => {
      const result = await verifier.verify(await key.sign(claims, header));
      assert.equal(result.ok, true, JSON.stringify(result));
      assert.deepEqual(result.claims, claims);
      assert.deepEqual([result.issuer, result.kid], [claims.iss, "current"]);
      assert.equal(net.count(mock.url), 1);
    });

    test("takes the token from where the issuer puts it", async () => {
      const token = await key.sign(claims, header);
      const headers = { [place]: place === "authorization" ? `Bearer ${token}` : token };
      const result = await verifier.authenticate(new Request("https://api.example", { headers }));
      assert.equal(result.ok, true, JSON.stringify(result));
    });

    for (const [what, change] of Object.entries(also)) {
      test(`verifies a token ${what}`, async () => {
        const result = await verifier.verify(await key.sign({ ...claims, ...change }, header));
        assert.equal(result.ok, true, JSON.stringify(result));
      });
    }

    for (const [what, [wrong, code, wrongHeader]] of Object.entries(badTokens(mock))) {
      test(`rejects a token ${what}`, async () => {
        const result = await verifier.verify(await key.sign(wrong, wrongHeader ?? header));
        assert.deepEqual([result.kind, result.code], ["token", code], JSON.stringify(result));
      });
    }

    test("rejects a token of somebody else's key, of an algorithm that is not the issuer's, and unsigned ones", async () => {
      const evil = await keyOf(mock.alg ?? "RS256", "current");
      assert.equal((await verifier.verify(await evil.sign(claims, header))).code, "token_signature_invalid");
      const other = await keyOf(mock.alg === "ES512" ? "ES256" : "ES512", "current");
      assert.equal((await verifier.verify(await other.sign(claims, header))).code, "token_algorithm_not_allowed");
      const [, payload] = (await key.sign(claims, header)).split(".");
      for (const alg of ["none", "HS256"]) {
        const unsigned = `${Buffer.from(JSON.stringify({ alg })).toString("base64url")}.${payload}.`;
        assert.equal((await verifier.verify(unsigned)).code, "token_algorithm_not_allowed", alg);
      }
    });
  });
}

test("there is a mock for every preset", () => {
  const tested = Object.keys(MOCKS).join(" ");
  for (const name of Object.keys(presets)) assert.ok(tested.includes(name), name);
});

describe("a preset", () => {
  const wrong = (make, message) => assert.throws(make, { name: "TypeError", message });

  test("rejects an option that does not exist", () => {
    for (const [name, preset] of Object.entries(presets)) wrong(() => preset({ audiance: "x" }), new RegExp(name));
    wrong(() => presets.google(), /must be an object/);
  });

  test("rejects a value that would change the address of the keys", () => {
    wrong(() => presets.auth0({ domain: "evil.example/x?", audience: "a" }), /domain/);
    wrong(() => presets.auth0({ domain: "https://example.eu.auth0.com", audience: "a" }), /like "example/);
    wrong(() => presets.firebase({ projectId: "a/../b" }), /projectId/);
    wrong(() => presets.cognito({ userPoolId: "evil.example/_a", clientId: "a" }), /userPoolId/);
    wrong(() => presets.entra({ tenants: "common", audience: "a" }), /tenants/);
    wrong(() => presets.cloudflareAccess({ team: "my-team.evil.example#", audience: "a" }), /team/);
    wrong(() => presets.workos({ clientId: "../x" }), /clientId/);
    wrong(() => presets.keycloak({ url: "https://id.example.com", realm: "a/b", audience: "a" }), /realm/);
    wrong(() => presets.supabase({ url: "https://user@evil.example" }), /url/);
  });

  test("of an issuer that everybody uses wants to know whose tokens are accepted", () => {
    wrong(() => presets.githubActions({ audience: "mine" }), /whose tokens/);
    wrong(() => presets.gitlab({ audience: "mine" }), /whose tokens/);
    wrong(
      () => presets.githubActions({ audience: "https://github.com/octo-org", repositoryId: "1" }),
      /audience of your own/,
    );
  });

  test("lets nobody change the claims that it checks", () => {
    const mine = { userPoolId: "eu-west-1_a", clientId: "c", claimValues: { token_use: ["id", "access"] } };
    wrong(() => presets.cognito(mine), /token_use/);
  });

  test("passes the common options on", async () => {
    const issuer = presets.apple({ audience: "app", leeway: 30, requiredClaims: ["nonce"], claimValues: { a: "b" } });
    assert.deepEqual([issuer.leeway, issuer.requiredClaims, issuer.claimValues], [30, ["nonce"], { a: "b" }]);
  });

  test("without an audience makes no verifier", () => {
    const { supabase, firebase, workos, cognito, clerk, ...others } = presets;
    assert.throws(() => createVerifier([others.google({})]), TypeError);
    assert.throws(() => createVerifier([clerk({ frontendApi: "clerk.example.com" })]), TypeError);
    assert.throws(() => createVerifier([cognito({ userPoolId: "eu-west-1_a" })]), TypeError);
  });
});
