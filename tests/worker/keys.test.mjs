import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, test } from "node:test";
import {
  createLocalJWKSet,
  decodeProtectedHeader,
  exportJWK,
  generateKeyPair,
  generateSecret,
  jwtVerify,
  SignJWT,
} from "jose";
import { assertProblem, foreignToken, getMe, loggedIn, me, now } from "../support/requests.mjs";
import { alice } from "../support/users.mjs";
import { SECRET_KEY, withWorker } from "../support/worker.mjs";

const ISSUER = "https://login.example.test";

async function privateKey(alg, kid) {
  const made = alg.startsWith("HS")
    ? await generateSecret(alg, { extractable: true })
    : (await generateKeyPair(alg, { extractable: true })).privateKey;
  return { ...(await exportJWK(made)), alg, kid };
}

const set = (...keys) => JSON.stringify({ keys });
const withKeys = (keys, use, vars = {}, persist = undefined) =>
  withWorker(
    { users: [alice], persist, vars: { SECRET_KEY: undefined, TOKEN_ISSUER: ISSUER, SIGNING_KEYS: keys, ...vars } },
    use,
  );

async function published(worker) {
  const response = await fetch(`${worker.url}/.well-known/jwks.json`);
  assert.equal(response.status, 200);
  assert.match(response.headers.get("content-type"), /^application\/(jwk-set\+)?json(;|$)/);
  assert.match(response.headers.get("cache-control"), /^public, max-age=\d+/);
  return response.json();
}

const claims = (more) => ({ iss: ISSUER, sub: "1", id: 1, username: "alice", iat: now(), exp: now() + 60, ...more });

describe("SIGNING_KEYS", () => {
  for (const alg of ["EdDSA", "ES256"]) {
    test(`with ${alg}: jose verifies a token with the keys of /.well-known/jwks.json, which has no private key`, async () => {
      await withKeys(set(await privateKey(alg, "first")), async (worker) => {
        const { token } = await loggedIn(worker, "alice");
        const keys = await published(worker);
        const { payload, protectedHeader } = await jwtVerify(token, createLocalJWKSet(keys), {
          issuer: ISSUER,
          algorithms: [alg],
        });
        assert.equal(payload.sub, "1");
        assert.deepEqual([protectedHeader.alg, protectedHeader.kid], [alg, "first"]);
        assert.equal(keys.keys.length, 1);
        assert.deepEqual([keys.keys[0].kid, keys.keys[0].alg, keys.keys[0].d], ["first", alg, undefined]);
        assert.equal(await me(worker, token), 200);
      });
    });
  }

  for (const alg of ["HS256", "HS384", "HS512"]) {
    test(`with ${alg}: the secret is never published`, async () => {
      const key = await privateKey(alg, "secret");
      await withKeys(set(key), async (worker) => {
        const { token } = await loggedIn(worker, "alice");
        assert.deepEqual(await published(worker), { keys: [] });
        const { protectedHeader } = await jwtVerify(token, Buffer.from(key.k, "base64url"), {
          issuer: ISSUER,
          algorithms: [alg],
        });
        assert.equal(protectedHeader.kid, "secret");
        assert.equal(await me(worker, token), 200);
      });
    });
  }

  test("in a rotation: the first key signs, an old key verifies by its kid until it is removed", async (t) => {
    const [old, next] = [await privateKey("EdDSA", "2026-10"), await privateKey("ES256", "2026-11")];
    const persist = mkdtempSync(join(tmpdir(), "portcullis-"));
    t.after(() => rmSync(persist, { recursive: true }));
    const before = await withKeys(set(old), async (worker) => (await loggedIn(worker, "alice")).token, {}, persist);
    await withKeys(
      set(next, old),
      async (worker) => {
        assert.equal(await me(worker, before), 200);
        const { token } = await loggedIn(worker, "alice");
        assert.equal(decodeProtectedHeader(token).kid, "2026-11");
        assert.deepEqual((await published(worker)).keys.map(({ kid }) => kid).sort(), ["2026-10", "2026-11"]);
      },
      {},
      persist,
    );
    await withKeys(set(next), async (worker) => {
      await assertProblem(await getMe(worker, `Bearer ${before}`), 401, "token_incorrect");
    });
  });

  test("publishes only the public keys of a mixed set", async () => {
    const keys = [await privateKey("HS256", "a"), await privateKey("EdDSA", "b"), await privateKey("ES256", "c")];
    await withKeys(set(...keys), async (worker) => {
      const found = await published(worker);
      assert.deepEqual(found.keys.map(({ kid }) => kid).sort(), ["b", "c"]);
      const text = JSON.stringify(found);
      for (const { d, k } of keys) for (const secret of [d, k]) if (secret) assert.ok(!text.includes(secret));
    });
  });

  test("next to SECRET_KEY: the keys sign, and tokens of SECRET_KEY, which name no key, still verify", async () => {
    const key = await privateKey("EdDSA", "first");
    await withKeys(
      set(key),
      async (worker) => {
        assert.equal(await me(worker, await foreignToken(worker, { iss: ISSUER })), 200);
        const { token } = await loggedIn(worker, "alice");
        assert.deepEqual(decodeProtectedHeader(token).kid, "first");
        assert.equal(await me(worker, token), 200);
      },
      { SECRET_KEY },
    );
  });

  for (const alg of ["HS256", "HS512"]) {
    test(`next to SECRET_KEY with an ${alg} key for it: tokens of SECRET_KEY still verify, and tokens of another secret do not`, async () => {
      const key = await privateKey(alg, "first");
      await withKeys(
        set(key),
        async (worker) => {
          assert.equal(await me(worker, await foreignToken(worker, { iss: ISSUER })), 200);
          const { token } = await loggedIn(worker, "alice");
          assert.deepEqual([decodeProtectedHeader(token).alg, decodeProtectedHeader(token).kid], [alg, "first"]);
          assert.equal(await me(worker, token), 200);
          const stranger = await foreignToken(worker, { iss: ISSUER }, { secret: SECRET_KEY.replace("w", "v") });
          assert.equal(await me(worker, stranger), 401);
        },
        { SECRET_KEY },
      );
    });
  }

  test("verify by kid and algorithm, whatever a token's header claims", async () => {
    const [key, other] = [await privateKey("ES256", "first"), await privateKey("HS256", "second")];
    const stranger = await generateKeyPair("ES256");
    await withKeys(set(key, other), async (worker) => {
      const [jwk] = (await published(worker)).keys;
      const signed = (header, secret) =>
        new SignJWT(claims()).setProtectedHeader({ typ: "JWT", ...header }).sign(secret);
      const bytes = (text) => Buffer.from(text);
      const wrong = {
        "a stranger's key under a known kid": await signed({ alg: "ES256", kid: "first" }, stranger.privateKey),
        "the public key as an HMAC's secret": await signed(
          { alg: "HS256", kid: "first" },
          bytes(JSON.stringify(jwk).padEnd(64)),
        ),
        "x of the public key as an HMAC's secret": await signed(
          { alg: "HS256", kid: "first" },
          Buffer.from(jwk.x, "base64url"),
        ),
        "a kid that nobody knows": await signed({ alg: "HS256", kid: "third" }, Buffer.from(other.k, "base64url")),
        "the kid of another key": await signed({ alg: "HS256", kid: "first" }, Buffer.from(other.k, "base64url")),
        "the secret with another algorithm": await signed(
          { alg: "HS384", kid: "second" },
          Buffer.from(other.k.padEnd(64, "A"), "base64url"),
        ),
        "the former SECRET_KEY, which is not configured": await foreignToken(worker, { iss: ISSUER }),
        "a key in the header": await signed(
          { alg: "ES256", jwk: await exportJWK(stranger.publicKey) },
          stranger.privateKey,
        ),
      };
      for (const [what, token] of Object.entries(wrong)) {
        const response = await getMe(worker, `Bearer ${token}`);
        assert.equal(response.status, 401, what);
        await assertProblem(response, 401, "token_incorrect");
      }
      const right = await signed({ alg: "HS256", kid: "second" }, Buffer.from(other.k, "base64url"));
      assert.equal(await me(worker, right), 200, "so it is not the test that is wrong");
    });
  });
});

test("with SECRET_KEY alone the published set is empty", () =>
  withWorker({ users: [alice] }, async (worker) => assert.deepEqual(await published(worker), { keys: [] })));

test("the log names SIGNING_KEYS that cannot sign without quoting them, and the Worker serves nothing", async () => {
  const key = await privateKey("EdDSA", "first");
  const wrong = {
    "no JSON": "not a set",
    "no set": JSON.stringify([key]),
    "an empty set": set(),
    "a public key first": set({ ...key, d: undefined }),
    "a short secret": set({ kty: "oct", kid: "a", alg: "HS512", k: Buffer.alloc(32, 7).toString("base64url") }),
    "a key that is none": set({ ...key, x: "AAAA" }),
    "no kid": set({ ...key, kid: undefined }),
    "one kid twice": set(key, await privateKey("ES256", "first")),
  };
  for (const [what, keys] of Object.entries(wrong)) {
    await withKeys(keys, async (worker) => {
      await assertProblem(await getMe(worker, "Bearer x.y.z"), 500, "misconfigured");
      const line = await worker.logged(({ message }) => message.includes("SIGNING_KEYS"));
      assert.equal(line.level, "error", what);
      assert.ok(!JSON.stringify(worker.logs).includes(key.d), what);
    });
  }
});
