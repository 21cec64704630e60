// Our entry in the table of ../shared/bench/js/competitors.mjs.
const nowS = () => Math.floor(Date.now() / 1000);
const HS = ["HS256", "HS384", "HS512"];
export const portcullis = {
  name: "portcullis",
  pkg: "portcullis",
  env: ["node", "browser"],
  load: () => import("portcullis"),
  sign: async (lib, alg, K) => {
    if (!HS.includes(alg)) return undefined;
    const signer = new lib.Signer(lib.secretKey(K.secret, alg));
    return (payload) => signer.sign(payload);
  },
  verify: async (lib, alg, K) => {
    if (!HS.includes(alg)) return undefined;
    const verifier = new lib.Verifier(lib.secretKey(K.secret, alg));
    return (token) => verifier.verify(token).claims;
  },
  decode: async (lib) => (token) => {
    const { claims, status } = lib.inspect(token);
    return { payload: claims, expired: status === "expired" };
  },
};
