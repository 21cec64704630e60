// Our entries in the table of ../shared/bench/js/competitors.mjs.
const OURS = ["HS256", "HS384", "HS512", "EdDSA", "ES256"];
// Those that verify only.
const VERIFIED = [...OURS, "RS256"];
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
    name: "portcullis/inspect",
    pkg: "portcullis",
    env: ["node", "browser", "workerd"],
    load: () => import("portcullis/inspect"),
    decode: decodeWith,
  },
];

const use = (entry, name) => `import{${name}}from"${entry}";export{${name}}`;
const all = (entry) => `export*from"${entry}"`;

/** Rows for the table of size.mjs: what is imported of each entry. */
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
  { name: "portcullis/legacy", "all of it": all("portcullis/legacy"), platform: "browser" },
  {
    name: "portcullis/password",
    verifyPassword: use("portcullis/password", "verifyPassword"),
    "all of it": all("portcullis/password"),
    platform: "browser",
  },
  { name: "portcullis/session", "all of it": all("portcullis/session"), platform: "browser" },
];
