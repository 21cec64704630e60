// node bench/constant-time-signing.mjs [thousands of calls per line, default 200]: the measurement of
// bench/native/src/bin/constant-time-signing.rs for the WebAssembly of the npm package in Node. Build the package first:
// npm run build -- npm.
import { createHash, createPrivateKey } from "node:crypto";
import { Signer } from "../npm/src/node.js";
import { LEAK, QUIET, random, worst } from "./welch.mjs";

const calls = Number(process.argv[2] ?? 200) * 1000;
const POOL = 128;
const ORDER = {
  ES256: 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n,
  EdDSA: 2n ** 252n + 27742317777372353535851937790883648493n,
};

const hash = (name, ...parts) =>
  createHash(name)
    .update(Buffer.concat(parts.map((part) => Buffer.from(part))))
    .digest();
const number = (bytes) => BigInt(`0x${bytes.toString("hex")}`);
const ones = (nonce) => nonce.toString(2).replaceAll("0", "").length;

function power(base, exponent, modulus) {
  let result = 1n;
  for (let rest = exponent, square = base; rest > 0n; rest >>= 1n, square = (square * square) % modulus)
    if (rest & 1n) result = (result * square) % modulus;
  return result;
}

/** A key with a private part of 32 bytes. */
function makeKey(algorithm, secret) {
  // PKCS#8 (RFC 5958), for Ed25519 as in RFC 8410 §7 and for P-256 as in RFC 5915.
  const prefix = {
    ES256: "3041020100301306072a8648ce3d020106082a8648ce3d030107042730250201010420",
    EdDSA: "302e020100300506032b657004220420",
  }[algorithm];
  const der = Buffer.concat([Buffer.from(prefix, "hex"), secret]);
  const jwk = createPrivateKey({ key: der, format: "der", type: "pkcs8" }).export({ format: "jwk" });
  const signer = new Signer({ ...jwk, alg: algorithm });
  const expanded = hash("sha512", secret);
  /** The nonce with which the key signs the claims. */
  const nonce = (claims) => {
    const [header, payload, signature] = signer.sign(claims).split(".");
    const input = `${header}.${payload}`;
    const n = ORDER[algorithm];
    if (algorithm === "EdDSA") return number(hash("sha512", expanded.subarray(32), input).reverse()) % n;
    const bytes = Buffer.from(signature, "base64url");
    const [r, s] = [number(bytes.subarray(0, 32)), number(bytes.subarray(32))];
    return ((number(hash("sha256", input)) + r * number(secret)) * power(s, n - 2n, n)) % n;
  };
  return { signer, nonce };
}

/** Claims of one length. `iat` makes the token independent of the time. */
const claims = () => ({ exp: 1800000000, iat: 1700000000, jti: random().toString(16).padStart(8, "0") });

const fixed = (algorithm) => makeKey(algorithm, Buffer.alloc(32, 0x5a));

function nonces(name, algorithm, suits) {
  const key = fixed(algorithm);
  const draw = (wanted) => {
    const found = [];
    while (found.length < POOL) {
      const drawn = claims();
      const nonce = key.nonce(drawn);
      if (wanted(nonce)) found.push({ key, claims: drawn, nonce });
    }
    return found;
  };
  return { name, classes: [draw(suits), draw(() => true)] };
}

function oneMessage(name, algorithm) {
  const key = fixed(algorithm);
  const one = claims();
  const draw = (next) => Array.from({ length: POOL }, () => ({ key, claims: next() }));
  return { name, classes: [draw(() => one), draw(claims)] };
}

function smallKeys(name) {
  const classes = [[], []];
  for (let place = 0; place < POOL; place += 1) {
    for (const kind of [0, 1]) {
      const secret = hash("sha256", `${random()}`);
      if (kind === 0) secret.fill(0, 0, 28);
      classes[kind].push({ key: makeKey("ES256", secret), claims: claims() });
    }
  }
  return { name, classes };
}

/** The control: work for each bit of the nonce from the highest one. */
function fromTheHighestBit(nonce) {
  let sum = 1n;
  for (const bit of nonce.toString(2)) {
    sum = (sum * sum) % ORDER.ES256;
    if (bit === "1") sum = (sum * 3n) % ORDER.ES256;
  }
  return sum;
}

let sink;
function measure({ classes, leaks }) {
  const timings = [new Float64Array(calls), new Float64Array(calls)];
  const counts = [0, 0];
  for (let call = -calls / 20; call < calls; call += 1) {
    const drawn = random();
    const kind = (drawn >>> 4) & 1;
    const { key, claims, nonce } = classes[kind][(drawn >>> 8) % POOL];
    // A new object with a new string, because their addresses influence the time.
    const fresh = { ...claims, jti: Buffer.from(claims.jti).latin1Slice() };
    const start = performance.now();
    sink = key.signer.sign(fresh);
    if (leaks) sink = fromTheHighestBit(nonce);
    const took = (performance.now() - start) * 1e6;
    if (call >= 0) {
      timings[kind][counts[kind]] = took;
      counts[kind] += 1;
    }
  }
  return timings.map((all, kind) => all.subarray(0, counts[kind]));
}

console.log(`Signing; ${calls} calls per line; the cut with the largest |t|.`);
for (const subject of [
  () => nonces("ES256, nonce below 2^248 or any", "ES256", (nonce) => nonce < 2n ** 248n),
  () => nonces("ES256, nonce with few ones or any", "ES256", (nonce) => ones(nonce) < 110),
  () => oneMessage("ES256, one message or any", "ES256"),
  () => smallKeys("ES256, key below 2^32 or any"),
  () => nonces("EdDSA, nonce below 2^244 or any", "EdDSA", (nonce) => nonce < 2n ** 244n),
  () => nonces("EdDSA, nonce with few ones or any", "EdDSA", (nonce) => ones(nonce) < 110),
  () => oneMessage("EdDSA, one message or any", "EdDSA"),
  () => ({
    ...nonces("control: starts at the highest bit of the nonce", "ES256", (nonce) => nonce < 2n ** 248n),
    leaks: true,
  }),
]) {
  const made = subject();
  const { t, difference, mean } = worst(measure(made));
  const right = made.leaks ? t > LEAK : t < QUIET;
  if (!right) process.exitCode = 1;
  const verdict = made.leaks
    ? ["NO LEAK FOUND: the method does not work", "a leak, as expected"]
    : ["LEAK FOUND: investigate", "no leak found"];
  console.log(
    `${made.name.padEnd(50)} |t| ${t.toFixed(2).padStart(7)} ${difference.toFixed(2).padStart(9)} of ` +
      `${mean.toFixed(0)} ns  ${verdict[Number(right)]}`,
  );
}
if (sink === undefined) throw new Error("nothing was measured");
