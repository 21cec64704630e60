// Runs the examples of docs/guides/issuers against the mocks of the issuers.
import assert from "node:assert/strict";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { pathToFileURL } from "node:url";
import { createRemoteJWKSet, customFetch, jwtVerify } from "jose";
import * as all from "../../npm/src/issuer/presets/index.js";
import { install } from "./installed.mjs";
import { MOCKS, NOW } from "./issuer/mocks.mjs";
import { createVerifier, json, keyOf, network } from "./issuer/support.mjs";

// By name: a namespace is not for that.
const presets = { ...all };
const PAGES = ["README", "sign-in", "entra-id", "identity-platforms", "workloads", "cloudflare-access"];
const pages = await Promise.all(
  PAGES.map((page) => readFile(new URL(`../../docs/guides/issuers/${page}.md`, import.meta.url), "utf8")),
);
const files = Object.fromEntries(
  [...pages.join("\n").matchAll(/^```js file=(\S+)\n([\s\S]*?)^```$/gm)].map(([, name, code]) => [name, code]),
);

/** An issuer that is no preset's. */
const ISSUER = "https://id.example";
const anyIssuer = {
  discovery: { url: `${ISSUER}/.well-known/openid-configuration`, issuer: ISSUER, jwks_uri: `${ISSUER}/keys` },
  url: `${ISSUER}/keys`,
  claims: { iss: ISSUER, aud: "https://api.example", sub: "1", iat: NOW, exp: NOW + 60 },
};

/** By file: the mock, what the service answers, and the environment. */
const RECIPES = {
  "any-issuer.mjs": [anyIssuer, { hello: "1" }],
  "with-store.mjs": [
    MOCKS.google,
    { hello: "110169484474386276334" },
    { GOOGLE_CLIENT_ID: "123.apps.googleusercontent.com", KEYS: { get: async () => null, put: async () => {} } },
  ],
  "google.mjs": [MOCKS.google, { user: "110169484474386276334" }],
  "apple.mjs": [MOCKS.apple, { user: "001", verified: true }],
  "firebase.mjs": [MOCKS.firebase, { user: "uid" }],
  "entra.mjs": [MOCKS.entra, { tenant: "9188040d-6c67-4c5b-b112-36a304b66dad", user: "user" }],
  "platform.mjs": [MOCKS.auth0, { user: "auth0|1", scopes: ["openid", "profile"] }],
  "github.mjs": [MOCKS.githubActions, { deployed: "octo-org/octo-repo" }],
  "gitlab.mjs": [MOCKS.gitlab, { project: "g/p" }],
  "kubernetes.mjs": [MOCKS.kubernetes, { account: "system:serviceaccount:prod:web" }],
  "access.mjs": [MOCKS.cloudflareAccess, { user: "a@example.com" }],
};

/** The mocks' claims with the times of today. */
function today(claims, offset = 0) {
  const shift = Math.floor(Date.now() / 1000) - NOW + offset;
  const times = ["iat", "exp", "nbf", "auth_time"].filter((name) => name in claims);
  return { ...claims, ...Object.fromEntries(times.map((name) => [name, claims[name] + shift])) };
}

let installed;
const { fetch } = globalThis;
before(async () => {
  installed = await install();
  for (const [name, code] of Object.entries(files)) await writeFile(join(installed.folder, name), code);
});
after(async () => {
  globalThis.fetch = fetch;
  await installed?.remove();
});

test("the guides have exactly these examples", () => {
  assert.deepEqual(Object.keys(files).sort(), Object.keys(RECIPES).sort());
});

for (const [name, [mock, answer, env = {}]] of Object.entries(RECIPES)) {
  test(`${name} answers to a right token, and refuses the others`, async () => {
    const { alg = "RS256", members, url, headers, header, discovery, place = "authorization" } = mock;
    const key = await keyOf(alg, "1", members ?? { use: "sig", alg });
    const net = network({ [url]: () => json({ keys: [key.jwk] }, headers) });
    if (discovery) net.answers[discovery.url] = () => json(discovery);
    const healthy = net.answers[url];
    globalThis.fetch = net.fetch;
    const { default: worker } = await import(pathToFileURL(join(installed.folder, name)));
    const waited = [];
    const ask = async (token) => {
      const sent = place === "authorization" ? `Bearer ${token}` : token;
      const request = new Request("https://api.example", { headers: token === undefined ? {} : { [place]: sent } });
      const response = await worker.fetch(request, env, { waitUntil: (promise) => waited.push(promise) });
      return { status: response.status, body: await response.json(), headers: response.headers };
    };
    const good = await key.sign(today(mock.claims), header);

    net.answers[url] = () => json({}, {}, 500);
    const without = await ask(good);
    assert.deepEqual([without.status, without.body.code], [503, "keys_unreachable"]);
    assert.match(without.headers.get("retry-after"), /^[1-9]$/);
    net.answers[url] = healthy;
    await new Promise((resolve) => setTimeout(resolve, 1300));

    assert.deepEqual((await ask(good)).body, answer);
    const { status, body, headers: refused } = await ask(await key.sign(today(mock.claims, -90_000), header));
    assert.deepEqual([status, body.code], [401, "token_expired"]);
    assert.match(refused.get("www-authenticate"), /^Bearer realm="api", error="invalid_token"/);
    const none = await ask();
    assert.deepEqual(
      [none.status, none.body.code, none.headers.get("www-authenticate")],
      [401, "token_missing", 'Bearer realm="api"'],
    );
    if (place === "authorization") assert.equal((await ask(`${good} ${good}`)).status, 400);
    await Promise.all(waited);
  });
}

describe("the table of platforms", () => {
  const page = pages[PAGES.indexOf("identity-platforms")];
  const calls = [...page.matchAll(/^\| [^|]+ \| `(\w+)\((\{.*\})\)` \|/gm)];

  test("has a row for each of nine", () => assert.equal(calls.length, 9));

  for (const [, name, options] of calls) {
    test(`${name}'s row makes the issuer that the mock knows`, () => {
      const issuer = presets[name](new Function(`return ${options};`)());
      assert.deepEqual(issuer, MOCKS[name].issuer);
    });
  }
});

describe("the table for users of jose's createRemoteJWKSet", async () => {
  const page = await readFile(
    new URL("../../docs/guides/migrate-from-another-jwt-library.md", import.meta.url),
    "utf8",
  );
  const [, table] = page.split("| what happens | jose | portcullis/issuer |\n");
  const rows = table
    .split("\n\n")[0]
    .split("\n")
    .slice(1)
    .map((row) => row.split("|").map((cell) => cell.trim().replaceAll("`", "")));

  const jwksUri = "https://id.example/keys";
  const key = await keyOf("RS256", "1");
  const claims = today({ iss: "https://id.example", aud: "api", iat: NOW, exp: NOW + 60 });
  const good = await key.sign(claims);
  const other = await keyOf("RS256", "1");
  const answer = () => json({ keys: [key.jwk] });
  const CASES = {
    "the token is right": [good, answer],
    "the set has no such key": [await key.sign(claims, { kid: "2" }), answer],
    "the issuer does not answer in time": [good, () => new Promise(() => {})],
    "the issuer answers with another status": [good, () => json({}, {}, 500)],
    "the answer is not a JWK Set": [good, () => json([])],
    "the set has two keys of this ID": [good, () => json({ keys: [other.jwk, key.jwk] })],
  };

  test("has exactly these rows", () => {
    assert.deepEqual(
      rows.map(([, what]) => what),
      Object.keys(CASES),
    );
  });

  for (const [, what, theirs, ours] of rows) {
    test(`is right when ${what}`, async () => {
      const [token, answers] = CASES[what];
      const net = network({ [jwksUri]: answers });
      const remote = createRemoteJWKSet(new URL(jwksUri), { timeoutDuration: 100, [customFetch]: net.fetch });
      const options = { issuer: "https://id.example", audience: "api", algorithms: ["RS256"] };
      // jose waits for the signal, which this issuer ignores.
      const late = new Promise((resolve) => setTimeout(resolve, 200, { code: "ERR_JWKS_TIMEOUT" }));
      const { code = "passes" } = await Promise.race([jwtVerify(token, remote, options).catch((error) => error), late]);
      assert.equal(code, theirs);

      const issuer = { issuer: "https://id.example", keys: { jwksUri }, audience: "api", algorithms: ["RS256"] };
      const verifier = createVerifier([{ ...issuer, token: "access" }], { fetch: net.fetch, timeout: 0.1 });
      assert.equal((await verifier.verify(token)).code ?? "passes", ours);
    });
  }
});
