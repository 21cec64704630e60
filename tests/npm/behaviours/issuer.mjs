// `portcullis/issuer` in each runtime, with an issuer in the same program. Other tests cover the keys' cache and the
// presets in all circumstances.

const STORES = ["cacheApiStore", "kvStore", "memoryStore"];
const NAMES = ["ModuleError", "createVerifier", "ready", "requireScopes", "toResponse", ...STORES];
const ISSUER = "https://accounts.google.com";
const RSA = { modulusLength: 2048, publicExponent: new Uint8Array([1, 0, 1]) };
const ALGORITHMS = {
  RS256: { name: "RSASSA-PKCS1-v1_5", hash: "SHA-256", ...RSA },
  RS512: { name: "RSASSA-PKCS1-v1_5", hash: "SHA-512", ...RSA },
  PS256: { name: "RSA-PSS", hash: "SHA-256", saltLength: 32, ...RSA },
  PS384: { name: "RSA-PSS", hash: "SHA-384", saltLength: 48, ...RSA },
  ES256: { name: "ECDSA", namedCurve: "P-256", hash: "SHA-256" },
  ES384: { name: "ECDSA", namedCurve: "P-384", hash: "SHA-384" },
};

const encode = (bytes) =>
  btoa(String.fromCharCode(...bytes))
    .replaceAll("+", "-")
    .replaceAll("/", "_")
    .replaceAll("=", "");
const part = (value) => encode(new TextEncoder().encode(JSON.stringify(value)));

async function keyOf(alg) {
  const { subtle } = crypto;
  const { publicKey, privateKey } = await subtle.generateKey(ALGORITHMS[alg], true, ["sign", "verify"]);
  const jwk = { ...(await subtle.exportKey("jwk", publicKey)), kid: "1", use: "sig", alg };
  return {
    jwk,
    async sign(claims) {
      const input = `${part({ alg, kid: "1", typ: "JWT" })}.${part(claims)}`;
      const signature = await subtle.sign(ALGORITHMS[alg], privateKey, new TextEncoder().encode(input));
      return `${input}.${encode(new Uint8Array(signature))}`;
    },
  };
}

export default ({ issuers, presets, equal, deepEqual, ok }) => {
  const now = () => Math.floor(Date.now() / 1000);
  const claims = () => ({ iss: ISSUER, aud: "app", sub: "1", iat: now(), exp: now() + 600 });

  /** A verifier of one issuer whose keys come from `answer`. */
  function verifierOf(algorithm, answer) {
    let count = 0;
    const fetch = async () => (count++, answer());
    const issuer = { ...presets.google({ audience: "app" }), algorithms: [algorithm] };
    return { verifier: issuers.createVerifier([issuer], { fetch }), count: () => count };
  }
  const published = (key) => () => Response.json({ keys: [key.jwk] });

  const behaviours = {
    "it exports the contract's names and nothing else": () => {
      const names = Object.keys(issuers).filter((name) => name !== "default");
      deepEqual(names.sort(), [...NAMES].sort());
      equal(typeof presets.entra, "function");
    },

    "many first verifications fetch the keys once": async () => {
      const key = await keyOf("ES256");
      const { verifier, count } = verifierOf("ES256", published(key));
      const token = await key.sign(claims());
      const results = await Promise.all(Array.from({ length: 50 }, () => verifier.verify(token)));
      ok(results.every((result) => result.ok));
      equal(count(), 1);
    },

    "a request's token is verified": async () => {
      const key = await keyOf("ES256");
      const { verifier } = verifierOf("ES256", published(key));
      const given = claims();
      const headers = { authorization: `Bearer ${await key.sign(given)}` };
      const result = await verifier.authenticate(new Request("https://api.example", { headers }));
      deepEqual(result.claims, given);
      const { kind, code } = await verifier.authenticate(new Request("https://api.example"));
      deepEqual([kind, code], ["request", "token_missing"]);
    },

    "a key server that fails, and one that redirects, are no fault of the token": async () => {
      const key = await keyOf("ES256");
      const token = await key.sign(claims());
      for (const answer of [
        () => new Response(null, { status: 500 }),
        () => new Response(null, { status: 302, headers: { location: "https://evil.example" } }),
        () => Promise.reject(new TypeError("no network")),
      ]) {
        const { kind, code, retryAfter } = await verifierOf("ES256", answer).verifier.verify(token);
        deepEqual([kind, code], ["keys", "keys_unreachable"]);
        ok(retryAfter >= 1);
      }
    },

    "an answer without end is cut off": async () => {
      const pull = (controller) => controller.enqueue(new Uint8Array(60_000));
      const headers = { "content-type": "application/json" };
      const endless = () => new Response(new ReadableStream({ pull }), { headers });
      const token = await (await keyOf("ES256")).sign(claims());
      equal((await verifierOf("ES256", endless).verifier.verify(token)).code, "keys_malformed");
    },
  };

  for (const algorithm of Object.keys(ALGORITHMS)) {
    behaviours[`${algorithm}: a right token passes, and a changed one does not`] = async () => {
      const key = await keyOf(algorithm);
      const { verifier } = verifierOf(algorithm, published(key));
      const given = claims();
      const token = await key.sign(given);
      deepEqual((await verifier.verify(token)).claims, given);
      const [header, , signature] = token.split(".");
      const changed = `${header}.${part({ ...given, sub: "2" })}.${signature}`;
      const { kind, code } = await verifier.verify(changed);
      deepEqual([kind, code], ["token", "token_signature_invalid"]);
    };
  }
  return behaviours;
};
