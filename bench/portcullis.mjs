// Our rows for the table in ../shared/bench/js/competitors.mjs.
const OURS = ["HS256", "HS384", "HS512", "EdDSA", "ES256"];
// Those that verify only.
const VERIFIED = [...OURS, "RS256"];
// Those that issuers sign with. createLocalJWKSet reads a set like `portcullis/issuer`, and checks the same claims.
const ISSUED = ["RS256", "ES256"];
const decodeWith = async (lib) => (token) => {
  const { claims, status } = lib.inspect(token);
  return { payload: claims, expired: status === "expired" };
};
const own = (jwk, alg) => ({ ...jwk, alg, use: undefined, key_ops: undefined });

export const portcullis = [
  {
    name: "portcullis",
    pkg: "portcullis",
    env: ["node", "browser", "workerd"],
    load: () => import("portcullis"),
    sign: async (lib, alg, K) => {
      if (!OURS.includes(alg)) return undefined;
      const signer = new lib.Signer(K.kind === "oct" ? lib.secretKey(K.secret, alg) : own(K.privateJwk, alg));
      return (payload) => signer.sign(payload);
    },
    verify: async (lib, alg, K) => {
      if (!VERIFIED.includes(alg)) return undefined;
      const verifier = new lib.Verifier(K.kind === "oct" ? lib.secretKey(K.secret, alg) : own(K.publicJwk, alg));
      return (token) => verifier.verify(token).claims;
    },
    decode: decodeWith,
  },
  {
    name: "portcullis/issuer",
    pkg: "portcullis",
    env: ["node", "browser", "workerd"],
    load: () => import("portcullis/issuer"),
    verify: async (lib, alg, K) => {
      if (!ISSUED.includes(alg)) return undefined;
      const jwks = { keys: [own(K.publicJwk, alg)] };
      const issuer = { issuer: "https://example.com", audience: "example-api", algorithms: [alg], keys: { jwks } };
      const verifier = lib.createVerifier([{ ...issuer, token: "access" }]);
      return async (token) => {
        const { ok, claims, code } = await verifier.verify(token);
        if (!ok) throw new Error(code);
        return claims;
      };
    },
  },
  {
    name: "jose (createLocalJWKSet)",
    pkg: "jose",
    env: ["node", "browser", "workerd"],
    load: () => import("jose"),
    verify: async (lib, alg, K) => {
      if (!ISSUED.includes(alg)) return undefined;
      const keys = lib.createLocalJWKSet({ keys: [own(K.publicJwk, alg)] });
      const options = { issuer: "https://example.com", audience: "example-api", algorithms: [alg] };
      return async (token) => (await lib.jwtVerify(token, keys, options)).payload;
    },
  },
  {
    name: "portcullis/inspect",
    pkg: "portcullis",
    env: ["node", "browser", "workerd"],
    load: () => import("portcullis/inspect"),
    decode: decodeWith,
  },
];

const use = (entry, name) => `import{${name}}from"${entry}";export{${name}}`;
const all = (entry) => `export*from"${entry}"`;

/** Rows for the table of size.mjs: the imports from each entry. */
export const sizes = [
  {
    name: "portcullis",
    verify: use("portcullis", "verify"),
    sign: use("portcullis", "sign"),
    decode: use("portcullis", "decode"),
    "all of it": all("portcullis"),
    platform: "browser",
  },
  {
    name: "portcullis/inspect",
    inspect: use("portcullis/inspect", "inspect"),
    "all of it": all("portcullis/inspect"),
    platform: "browser",
  },
  {
    name: "portcullis/issuer",
    "one preset": `${all("portcullis/issuer")};${use("portcullis/issuer/presets", "google")}`,
    "all of it": `${all("portcullis/issuer")};${all("portcullis/issuer/presets")}`,
    platform: "browser",
  },
  { name: "portcullis/legacy", "all of it": all("portcullis/legacy"), platform: "browser" },
  {
    name: "portcullis/password",
    verifyPassword: use("portcullis/password", "verifyPassword"),
    "all of it": all("portcullis/password"),
    platform: "browser",
  },
  { name: "portcullis/session", "all of it": all("portcullis/session"), platform: "browser" },
];
