// node bench/constant-time.mjs [millions of calls per line, default 2]: the measurement of
// bench/native/src/bin/constant-time.rs for the WebAssembly of the npm package in Node. Build the package first:
// npm run build -- npm.
import { createHmac } from "node:crypto";
import { Verifier, secretKey } from "../npm/src/node.js";
import { LEAK, QUIET, random, worst } from "./welch.mjs";

const calls = Number(process.argv[2] ?? 2) * 1e6;
const TOKENS = 1024;
const secret = Buffer.alloc(64, 0x5a);

const base64url = (text) => Buffer.from(text).toString("base64url");
const mac = (algorithm, input) =>
  createHmac(`sha${algorithm.slice(2)}`, secret)
    .update(input)
    .digest();

// The signing inputs and their MACs. The claims differ, so that the right bytes look as random as the wrong bytes.
const signed = (algorithm) =>
  Array.from({ length: TOKENS }, () => {
    const claims = `{"exp":1800000000,"jti":"${random().toString(16).padStart(8, "0")}"}`;
    const input = `${base64url(`{"alg":"${algorithm}"}`)}.${base64url(claims)}`;
    return { input, right: mac(algorithm, input) };
  });

// A mask with all bits set in the bytes of the MAC that are wrong.
function mask(wrong, length) {
  const bytes = { first: [0, 1], last: [length - 1, length], all: [0, length] }[wrong];
  return new Uint8Array(length).fill(0xff, ...bytes);
}

// Returns a token with a wrong MAC. The string is new each time, because the address of a string influences the time.
// The two classes run the same code with another mask: a branch would influence the time of the next call.
function spoiled({ input, right }, wrong) {
  const bytes = Buffer.from(right);
  for (let i = 0; i < bytes.length; i += 1) bytes[i] ^= wrong[i] & (1 + (random() % 255));
  return Buffer.from(`${input}.${bytes.toString("base64url")}`).latin1Slice();
}

function ours(algorithm) {
  const verifier = new Verifier(secretKey(secret, algorithm));
  return (token) => {
    try {
      verifier.verify(token);
    } catch (error) {
      if (error.code === "token_signature_invalid") return;
      throw error;
    }
    throw new Error("was accepted");
  };
}

// The control: our verifier, and then a comparison that stops at the first wrong byte.
function control(algorithm) {
  const refuse = ours(algorithm);
  return (token) => {
    refuse(token);
    const dot = token.lastIndexOf(".");
    const right = mac(algorithm, token.slice(0, dot));
    const given = Buffer.from(token.slice(dot + 1), "base64url");
    let at = 0;
    while (at < right.length && given[at] === right[at]) at += 1;
    if (at === right.length) throw new Error("is right");
  };
}

function measure(algorithm, pair, refuse) {
  const tokens = signed(algorithm);
  const masks = pair.map((wrong) => mask(wrong, tokens[0].right.length));
  const timings = [new Float64Array(calls), new Float64Array(calls)];
  const counts = [0, 0];
  for (let call = -calls / 50; call < calls; call += 1) {
    const drawn = random();
    const kind = (drawn >>> 4) & 1;
    const token = spoiled(tokens[(drawn >>> 8) % TOKENS], masks[kind]);
    const start = performance.now();
    refuse(token);
    const took = (performance.now() - start) * 1e6;
    if (call >= 0) {
      timings[kind][counts[kind]] = took;
      counts[kind] += 1;
    }
  }
  return timings.map((all, kind) => all.subarray(0, counts[kind]));
}

for (const [name, algorithm, leaks, refuse] of [
  ["verify, HS256", "HS256", false, ours("HS256")],
  ["verify, HS384", "HS384", false, ours("HS384")],
  ["verify, HS512", "HS512", false, ours("HS512")],
  ["control: stops at wrong byte, HS256", "HS256", true, control("HS256")],
]) {
  for (const pair of [
    ["first", "last"],
    ["last", "all"],
  ]) {
    const { t, difference, mean } = worst(measure(algorithm, pair, refuse));
    const right = leaks ? t > LEAK : t < QUIET;
    if (!right) process.exitCode = 1;
    const verdict = leaks
      ? ["NO LEAK FOUND: the method does not work", "a leak, as expected"]
      : ["LEAK FOUND: investigate", "no leak found"];
    console.log(
      `${name.padEnd(34)} ${pair[0].padStart(5)} or ${pair[1].padEnd(5)} |t| ${t.toFixed(2).padStart(7)} ` +
        `${difference.toFixed(2).padStart(7)} of ${mean.toFixed(0)} ns  ${verdict[Number(right)]}`,
    );
  }
}
