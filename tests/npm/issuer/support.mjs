// Fresh keys, tokens, a clock that the test moves, and an issuer that answers as the test says.
import { readFileSync } from "node:fs";
import { issuerCore } from "../../../npm/src/issuer/core.js";
import { issuerOf } from "../../../npm/src/issuer/of.js";
import { lazy } from "../../../npm/src/load/module.js";
import { memoryOf } from "../../../npm/src/memory.js";

const { subtle } = crypto;
const module = new WebAssembly.Module(readFileSync(new URL("../../../npm/wasm/issuer.wasm", import.meta.url)));
const signatures = () => import("../../../npm/src/issuer/signatures/node.js");
export const { createVerifier } = issuerOf(() => module, undefined, signatures);
export const core = issuerCore(memoryOf(lazy(() => module).start));

const encode = (value) => Buffer.from(value).toString("base64url");
const part = (value) => encode(JSON.stringify(value));

const RSA = { modulusLength: 2048, publicExponent: new Uint8Array([1, 0, 1]) };
const hash = (alg) => `SHA-${alg.slice(2)}`;
const CURVES = { ES256: "P-256", ES384: "P-384", ES512: "P-521" };
const generation = (alg) => {
  if (alg in CURVES) return { name: "ECDSA", namedCurve: CURVES[alg] };
  if (alg === "EdDSA") return { name: "Ed25519" };
  return { name: alg.startsWith("PS") ? "RSA-PSS" : "RSASSA-PKCS1-v1_5", hash: hash(alg), ...RSA };
};
const signing = (alg) => {
  if (alg in CURVES) return { name: "ECDSA", hash: hash(alg) };
  if (alg === "EdDSA") return { name: "Ed25519" };
  return { ...generation(alg), saltLength: Number(alg.slice(2)) / 8 };
};

/** A fresh key: its public JWK with `members`, and `sign(claims, header)`. */
export async function keyOf(alg, kid, members = { use: "sig", alg }) {
  const { privateKey, publicKey } = await subtle.generateKey(generation(alg), true, ["sign", "verify"]);
  const { kty, n, e, crv, x, y } = await subtle.exportKey("jwk", publicKey);
  const numbers = Object.entries({ kty, n, e, crv, x, y }).filter(([, value]) => value !== undefined);
  return {
    jwk: { ...(kid !== undefined && { kid }), ...Object.fromEntries(numbers), ...members },
    async sign(claims, header = {}) {
      const full = { alg, ...(kid !== undefined && { kid }), typ: "JWT", ...header };
      const input = `${part(full)}.${part(claims)}`;
      const signature = await subtle.sign(signing(alg), privateKey, Buffer.from(input));
      return `${input}.${encode(new Uint8Array(signature))}`;
    },
  };
}

/** A clock that stands still until the test moves it. */
export function clockAt(now = 1_800_000_000) {
  let elapsed = 1000;
  let wall = now;
  const timers = new Set();
  return {
    now: () => wall,
    elapsed: () => elapsed,
    after(seconds, call) {
      const timer = { at: elapsed + seconds, call };
      timers.add(timer);
      return () => timers.delete(timer);
    },
    /** Moves both clocks, and calls what is due on the way. */
    async pass(seconds) {
      const end = elapsed + seconds;
      for (;;) {
        await settled();
        const [next] = [...timers].filter(({ at }) => at <= end).sort((one, other) => one.at - other.at);
        if (next === undefined) break;
        timers.delete(next);
        wall += Math.max(0, next.at - elapsed);
        elapsed = Math.max(elapsed, next.at);
        next.call();
      }
      wall += end - elapsed;
      elapsed = end;
      await settled();
    },
    /** Sets the wall clock, as NTP or a user does. */
    set: (time) => (wall = time),
    get timers() {
      return timers.size;
    },
  };
}

/** Lets every promise go on that does not wait for a timer. WebCrypto of Node answers from other threads. */
export async function settled() {
  for (let turn = 0; turn < 5; turn += 1) await new Promise((resolve) => setImmediate(resolve));
}

export const json = (body, headers = {}, status = 200) =>
  new Response(typeof body === "string" ? body : JSON.stringify(body), {
    status,
    headers: { "content-type": "application/json", ...headers },
  });

/** An issuer in memory. `answers` has by URL a function that returns a Response; it may be changed at any time. */
export function network(answers) {
  const requests = [];
  const fetch = async (url, init) => {
    requests.push({ url, ...init });
    const answer = answers[url];
    if (answer === undefined) throw new TypeError("fetch failed", { cause: { code: "ENOTFOUND" } });
    return answer(init);
  };
  return { answers, requests, fetch, count: (url) => requests.filter((request) => request.url === url).length };
}

export const ISSUER = "https://id.example";
export const JWKS = "https://id.example/keys";
export const AUDIENCE = "https://api.example";

/** A verifier of one issuer, with a clock, events and a network of its own. */
export async function world({ keys, policy = {}, issuer = {}, headers = {}, clock = clockAt(), alg = "ES256" } = {}) {
  const first = keys?.[0] ?? (await keyOf(alg, "first"));
  const published = { keys: (keys ?? [first]).map(({ jwk }) => jwk) };
  const net = network({ [JWKS]: () => json(published, headers) });
  const events = [];
  const verifier = createVerifier(
    [
      {
        ...{ issuer: ISSUER, keys: { jwksUri: JWKS }, algorithms: [alg], audience: AUDIENCE, token: "access" },
        ...issuer,
      },
    ],
    { fetch: net.fetch, clock, onEvent: (event) => events.push(event), ...policy },
  );
  const claims = (more = {}) => ({
    ...{ iss: ISSUER, aud: AUDIENCE, sub: "user", iat: clock.now(), exp: clock.now() + 86_400 },
    ...more,
  });
  return {
    ...{ verifier, net, events, clock, key: first, published, claims },
    token: (more, header, key = first) => key.sign(claims(more), header),
    publish: (...more) => (published.keys = more.map(({ jwk }) => jwk)),
  };
}
