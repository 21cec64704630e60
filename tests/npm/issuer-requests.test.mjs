// Where a token is taken from, what discovery accepts, and what a caller is told.
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { clerk, cloudflareAccess } from "../../npm/src/issuer/presets/index.js";
import { AUDIENCE, ISSUER, JWKS, clockAt, createVerifier, json, keyOf, network, world } from "./issuer/support.mjs";

const requestWith = (headers) => new Request("https://api.example", { headers });
const code = ({ kind, code }) => [kind, code];

describe("authenticate", () => {
  test("takes a bearer token, whatever the case of the scheme", async () => {
    const { verifier, token } = await world();
    const good = await token();
    for (const scheme of ["Bearer", "bearer", "BEARER "]) {
      const result = await verifier.authenticate(requestWith({ authorization: `${scheme} ${good}` }));
      assert.equal(result.ok, true, scheme);
    }
  });

  test("takes the token of a request of Node", async () => {
    const { verifier, token } = await world();
    const authorization = `Bearer ${await token()}`;
    assert.equal((await verifier.authenticate({ headers: { authorization } })).ok, true);
    assert.equal((await verifier.authenticate({ headers: { authorization: [authorization] } })).ok, true);
    const twice = await verifier.authenticate({ headers: { authorization: [authorization, authorization] } });
    assert.deepEqual(code(twice), ["request", "request_malformed"]);
  });

  test("says that a request has no token", async () => {
    const { verifier, token, net } = await world();
    const good = await token();
    for (const headers of [{}, { authorization: "" }, { authorization: "Basic dTpw" }, { cookie: `token=${good}` }])
      assert.deepEqual(code(await verifier.authenticate(requestWith(headers))), ["request", "token_missing"]);
    assert.equal(net.requests.length, 0);
  });

  test("says that a request has not exactly one token", async () => {
    const { verifier, token } = await world();
    const good = await token();
    for (const authorization of [
      "Bearer",
      "Bearer ",
      `Bearer ${good}, Bearer ${good}`,
      `Bearer ${good} ${good}`,
      `Bearer,${good}`,
    ]) {
      const result = await verifier.authenticate(requestWith({ authorization }));
      assert.deepEqual(code(result), ["request", "request_malformed"], authorization);
    }
  });

  test("accepts a token only from where its issuer puts it", async () => {
    const key = await keyOf("RS256", "1");
    const jwks = { keys: [key.jwk] };
    const clock = clockAt();
    const access = { ...cloudflareAccess({ team: "t", audience: "a" }), keys: { jwks } };
    const browser = {
      ...clerk({ frontendApi: "clerk.example.com", authorizedParties: "https://a.example" }),
      keys: { jwks },
    };
    const verifier = createVerifier([access, browser], { clock });
    const dates = { iat: clock.now(), exp: clock.now() + 60 };
    const ofAccess = await key.sign({
      iss: "https://t.cloudflareaccess.com",
      aud: ["a"],
      type: "app",
      sub: "",
      ...dates,
    });
    const ofClerk = await key.sign({
      iss: "https://clerk.example.com",
      azp: "https://a.example",
      sub: "u",
      sid: "s",
      ...dates,
    });
    const ask = async (headers) => {
      const result = await verifier.authenticate(requestWith(headers));
      return result.ok ? result.issuer : result.code;
    };
    assert.equal(await ask({ "Cf-Access-Jwt-Assertion": ofAccess }), "https://t.cloudflareaccess.com");
    assert.equal(await ask({ authorization: `Bearer ${ofClerk}` }), "https://clerk.example.com");
    assert.equal(await ask({ cookie: `a=b; __session=${ofClerk}; c=d` }), "https://clerk.example.com");
    assert.equal(await ask({ authorization: `Bearer ${ofAccess}` }), "issuer_unknown");
    assert.equal(await ask({ cookie: `__session=${ofAccess}` }), "issuer_unknown");
    assert.equal(await ask({ "Cf-Access-Jwt-Assertion": ofClerk }), "issuer_unknown");
    // The cookie comes with every request of a browser, so a header goes before it.
    assert.equal(
      await ask({ authorization: `Bearer ${ofClerk}`, cookie: "__session=old" }),
      "https://clerk.example.com",
    );
    assert.equal(
      await ask({ "Cf-Access-Jwt-Assertion": ofAccess, authorization: `Bearer ${ofClerk}` }),
      "request_malformed",
    );
    assert.equal(await ask({ cookie: `__session=${ofClerk}; __session=${ofClerk}` }), "request_malformed");
  });
});

describe("discovery", () => {
  const DOCUMENT = `${ISSUER}/.well-known/openid-configuration`;
  const issuer = { keys: { discover: true } };
  async function discovering(document, more = {}) {
    const it = await world({ issuer: { ...issuer, ...more } });
    it.net.answers[DOCUMENT] = () => json(document);
    return { ...it, result: await it.verifier.verify(await it.token()) };
  }

  test("finds the keys, and is not repeated for each refresh", async () => {
    const { result, net, clock, verifier, token } = await discovering({ issuer: ISSUER, jwks_uri: JWKS });
    assert.equal(result.ok, true, JSON.stringify(result));
    await clock.pass(601);
    assert.equal((await verifier.verify(await token())).ok, true);
    assert.deepEqual([net.count(DOCUMENT), net.count(JWKS)], [1, 2]);
  });

  test("is repeated when the keys are no longer where they were", async () => {
    const { net, clock, verifier, token } = await discovering({ issuer: ISSUER, jwks_uri: JWKS });
    const moved = `${ISSUER}/moved`;
    net.answers[moved] = net.answers[JWKS];
    net.answers[JWKS] = () => new Response(null, { status: 404 });
    net.answers[DOCUMENT] = () => json({ issuer: ISSUER, jwks_uri: moved });
    await clock.pass(601);
    assert.equal((await verifier.verify(await token())).ok, true, "stale");
    await clock.pass(2);
    await verifier.verify(await token());
    await clock.pass(0);
    assert.equal(net.count(moved), 1);
  });

  for (const [what, document, expected] of [
    ["of another issuer", { issuer: "https://evil.example", jwks_uri: JWKS }, "issuer_mismatch"],
    ["of an issuer with a slash more", { issuer: `${ISSUER}/`, jwks_uri: JWKS }, "issuer_mismatch"],
    ["without an issuer", { jwks_uri: JWKS }, "issuer_mismatch"],
    ["with keys on another host", { issuer: ISSUER, jwks_uri: "https://evil.example/keys" }, "issuer_mismatch"],
    ["with keys on another port", { issuer: ISSUER, jwks_uri: "https://id.example:8443/keys" }, "issuer_mismatch"],
    ["with keys over http", { issuer: ISSUER, jwks_uri: "http://id.example/keys" }, "keys_malformed"],
    ["with keys for a user", { issuer: ISSUER, jwks_uri: "https://u:p@id.example/keys" }, "keys_malformed"],
    ["without keys", { issuer: ISSUER }, "keys_malformed"],
    ["with a number for the keys", { issuer: ISSUER, jwks_uri: 1 }, "keys_malformed"],
    ["that is a list", [], "keys_malformed"],
    ["that is null", "null", "keys_malformed"],
    ["that is not JSON", "{", "keys_malformed"],
    ["of a hundred thousand levels", "[".repeat(100_000), "keys_malformed"],
  ]) {
    test(`rejects a document ${what}`, async () => {
      const { result, net } = await discovering(document);
      assert.deepEqual(code(result), ["keys", expected], result.message);
      assert.equal(net.count(JWKS), 0);
    });
  }

  test("takes keys from a host that the caller allows", async () => {
    const it = await world({ issuer: { keys: { discover: true, hosts: ["keys.example"] } } });
    it.net.answers[DOCUMENT] = () => json({ issuer: ISSUER, jwks_uri: "https://keys.example/jwks" });
    it.net.answers["https://keys.example/jwks"] = it.net.answers[JWKS];
    assert.equal((await it.verifier.verify(await it.token())).ok, true);
  });

  test("shares its 5 seconds with the keys", async () => {
    const it = await world({ issuer });
    const { clock, net } = it;
    const slow = (answer) => () => new Promise((resolve) => clock.after(3, () => resolve(answer())));
    net.answers[DOCUMENT] = slow(() => json({ issuer: ISSUER, jwks_uri: JWKS }));
    net.answers[JWKS] = slow(net.answers[JWKS]);
    const result = it.verifier.verify(await it.token());
    await clock.pass(5);
    assert.deepEqual(code(await result), ["keys", "keys_unreachable"]);
  });
});

describe("createVerifier", () => {
  const issuer = {
    issuer: ISSUER,
    keys: { jwksUri: JWKS },
    algorithms: ["RS256"],
    audience: AUDIENCE,
    token: "access",
  };
  const wrong = (issuers, policy) => {
    assert.throws(() => createVerifier(issuers, policy), { name: "TypeError" });
  };

  test("wants issuers, their keys, algorithms, audience and kind of token", () => {
    for (const issuers of [undefined, [], {}, [undefined], "x"]) wrong(issuers);
    for (const name of Object.keys(issuer)) wrong([{ ...issuer, [name]: undefined }]);
    for (const algorithms of [[], ["HS256"], ["none"], ["RS256", "HS512"]]) wrong([{ ...issuer, algorithms }]);
    for (const audience of ["", [], {}, { unchecked: "" }, { unchecked: true }, { claim: "azp" }])
      wrong([{ ...issuer, audience }]);
    wrong([{ ...issuer, token: "refresh" }]);
    wrong([{ ...issuer, leeway: 61 }]);
  });

  test("rejects options that do not exist", () => {
    wrong([{ ...issuer, audiences: "x" }]);
    wrong([issuer], { cache: 1 });
    wrong([issuer], { maxAge: 59 });
    wrong([issuer], { cooldown: 0 });
    wrong([issuer], { timeout: Infinity });
    wrong([issuer], { store: {} });
    wrong([{ ...issuer, claims: { hd: "example.com" } }]);
    for (const from of [[], "bearer", ["Bearer"], [{ header: "a b" }], [{ header: "a", cookie: "b" }], [null]])
      wrong([{ ...issuer, from }]);
  });

  test("takes keys from https addresses only, and from http on loopback if the caller allows it", () => {
    for (const jwksUri of [
      "http://id.example/keys",
      "http://127.0.0.1/",
      "file:///keys",
      "https://u:p@id.example/",
      "/keys",
      1,
    ])
      wrong([{ ...issuer, keys: { jwksUri } }]);
    createVerifier([{ ...issuer, keys: { jwksUri: "http://127.0.0.1:8080/keys" } }], { allowLoopback: true });
    wrong([{ ...issuer, keys: { jwksUri: "http://id.example/keys" } }], { allowLoopback: true });
    wrong([{ ...issuer, keys: { jwksUri: JWKS, discover: true } }]);
    wrong([{ ...issuer, issuer: [ISSUER], keys: { discover: true } }]);
    wrong([{ ...issuer, issuer: "http://id.example", keys: { discover: true } }]);
  });

  test("rejects two issuers of the same name", () => wrong([issuer, issuer]));

  test("makes no request, and takes no time, before the first token", () => {
    const fail = () => assert.fail("called");
    createVerifier([issuer], { fetch: fail, clock: { now: fail, elapsed: fail, after: fail } });
  });

  test("takes given keys, which are never fetched", async () => {
    const key = await keyOf("RS256", "1");
    const { claims, clock } = await world();
    const verifier = createVerifier([{ ...issuer, keys: { jwks: { keys: [key.jwk] } } }], {
      clock,
      fetch: () => assert.fail(),
    });
    assert.equal((await verifier.verify(await key.sign(claims()))).ok, true);
    assert.equal((await verifier.verify(await key.sign(claims(), { kid: "2" }))).code, "token_key_unknown");
    assert.deepEqual(await verifier.warm(), []);
    wrong([{ ...issuer, keys: { jwks: { keys: [{ kty: "oct", k: "AA" }] } } }]);
    wrong([{ ...issuer, keys: { jwks: [] } }]);
  });

  test("keeps the keys of issuers apart, also with the same key ID", async () => {
    const [one, other] = [await keyOf("ES256", "same"), await keyOf("ES256", "same")];
    const net = network({
      "https://a.example/k": () => json({ keys: [one.jwk] }),
      "https://b.example/k": () => json({ keys: [other.jwk] }),
    });
    const of = (name) => ({
      ...issuer,
      issuer: `https://${name}.example`,
      keys: { jwksUri: `https://${name}.example/k` },
      algorithms: ["ES256"],
    });
    const { claims, clock } = await world();
    const verifier = createVerifier([of("a"), of("b")], { fetch: net.fetch, clock });
    const ofA = claims({ iss: "https://a.example" });
    assert.equal((await verifier.verify(await one.sign(ofA))).ok, true);
    assert.equal((await verifier.verify(await other.sign(ofA))).code, "token_signature_invalid");
    assert.equal((await verifier.verify(await other.sign({ ...ofA, iss: "https://b.example" }))).ok, true);
  });
});

describe("verify", () => {
  test("throws for a caller's mistake only", async () => {
    const { verifier } = await world();
    for (const token of [undefined, null, 1, {}, new Uint8Array(3)])
      await assert.rejects(verifier.verify(token), { name: "TypeError", message: "a token must be a string" });
    await assert.rejects(verifier.verify("a.b.c", {}), TypeError);
    await assert.rejects(verifier.authenticate(undefined), TypeError);
    await assert.rejects(verifier.authenticate({}), TypeError);
  });

  test("can be called without its verifier", async () => {
    const { verifier, token } = await world();
    const { verify } = verifier;
    assert.equal((await verify(await token())).ok, true);
  });

  test("tries every key of the same key ID, at most four", async () => {
    const keys = await Promise.all(Array.from({ length: 5 }, () => keyOf("ES256", "same")));
    const { verifier, token } = await world({ keys });
    assert.equal((await verifier.verify(await token({}, {}, keys[3]))).ok, true);
    assert.equal((await verifier.verify(await token({}, {}, keys[4]))).code, "token_signature_invalid");
  });

  const schemaOf = (validate) => ({ "~standard": { version: 1, vendor: "test", validate } });

  test("gives the claims that the schema returns", async () => {
    const claims = schemaOf(async ({ sub }) => ({ value: { user: sub } }));
    const { verifier, token } = await world({ issuer: { claims } });
    assert.deepEqual((await verifier.verify(await token())).claims, { user: "user" });
  });

  test("rejects claims that do not fit the schema, without their values", async () => {
    const issues = [{ message: "got secret-value", path: [{ key: "email" }, "x"] }];
    const { verifier, token } = await world({ issuer: { claims: schemaOf(() => ({ issues })) } });
    const result = await verifier.verify(await token());
    assert.deepEqual(code(result), ["token", "token_claim_invalid"]);
    assert.equal(result.claim, "email");
    assert.doesNotMatch(JSON.stringify(result), /secret/);
  });

  test("does not ask the schema about a token whose signature is wrong", async () => {
    const { verifier, token } = await world({ issuer: { claims: schemaOf(() => assert.fail("asked")) } });
    const evil = await keyOf("ES256", "first");
    assert.equal((await verifier.verify(await token({}, {}, evil))).code, "token_signature_invalid");
  });

  test("ignores keys in the header", async () => {
    const { verifier, token, net } = await world();
    const evil = await keyOf("ES256", "first");
    const header = { jwk: evil.jwk, jku: "https://evil.example/keys", x5u: "https://evil.example/cert" };
    assert.equal((await verifier.verify(await token({}, header, evil))).code, "token_signature_invalid");
    assert.deepEqual(
      net.requests.map(({ url }) => url),
      [JWKS],
    );
  });

  test("rejects a crit that it does not know", async () => {
    const { verifier, token } = await world();
    assert.equal((await verifier.verify(await token({}, { crit: ["exp"] }))).ok, false);
  });
});
