import assert from "node:assert/strict";
import { test } from "node:test";
import { setImmediate as turn } from "node:timers/promises";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";

setFlagsFromString("--expose-gc");
const collect = runInNewContext("gc");

// The module's memory, which the package does not export.
let memory;
const { Instance } = WebAssembly;
WebAssembly.Instance = class extends Instance {
  constructor(...parts) {
    super(...parts);
    memory = Object.values(this.exports).find((value) => value instanceof WebAssembly.Memory);
  }
};
const { Signer, Verifier, decode, inspect, secretKey, sign, verify } = await import("portcullis");
WebAssembly.Instance = Instance;

const key = secretKey("x".repeat(64), "HS512");
const token = sign({ sub: "usr_1" }, key, { expiresIn: 3600 });
const big = sign({ list: "x".repeat(5000) }, key, { expiresIn: 3600 });
const CALLS = 10_000;

function quietly(call) {
  try {
    call();
  } catch {
    // This call is meant to fail.
  }
}

const uses = {
  "verify and sign": () => verify(sign({ sub: "usr_1" }, key, { expiresIn: 60, jwtId: true }), key),
  "decode and inspect": () => [decode(token), inspect(big)],
  "tokens that are refused": () =>
    ["", "a.b.c", `${token}x`, token.slice(0, -2), big.slice(1)].forEach((text) => quietly(() => verify(text, key))),
  "keys and options that are refused": () => {
    quietly(() => verify(token, { ...key, alg: "HS1" }));
    quietly(() => verify(token, key, { issuer: [1] }));
    quietly(() => new Signer({ kty: "oct", k: "x", alg: "HS512" }));
    quietly(() => secretKey("short", "HS512"));
  },
  "headers that change with every token": (
    (n) => () =>
      decode(`${btoa(`{"alg":"HS512","n":${n++}}`).replaceAll("=", "")}.e30.`)
  )(0),
  "a Verifier for many tokens": (
    (verifier) => () =>
      verifier.verify(token)
  )(new Verifier(key)),
};

for (const [what, use] of Object.entries(uses)) {
  test(`${CALLS} calls do not make the memory grow: ${what}`, () => {
    for (let n = 0; n < 200; n++) use();
    const before = memory.buffer.byteLength;
    for (let n = 0; n < CALLS; n++) use();
    assert.equal(memory.buffer.byteLength, before);
  });
}

test("the memory of unused Verifiers and Signers is released", async () => {
  const use = async (count) => {
    for (let n = 0; n < count; n++) {
      new Verifier(key, { issuer: "https://issuer.test", audience: ["a", "b"] });
      new Signer(key, { expiresIn: 60 });
      if (n % 500 === 0) {
        collect();
        await turn();
      }
    }
  };
  await use(1000);
  const before = memory.buffer.byteLength;
  await use(CALLS);
  // Garbage collection is late, so a few hundred may still exist; the test makes many times that number.
  assert.ok(memory.buffer.byteLength - before < 1 << 19, `${memory.buffer.byteLength - before} more bytes`);
});

test("a text that is far too long is not copied into the memory", () => {
  const before = memory.buffer.byteLength;
  for (const text of ["x".repeat(1 << 24), `${"é".repeat(1 << 22)}.a.b`]) {
    for (const call of [decode, inspect, (text) => verify(text, key)]) quietly(() => call(text));
  }
  assert.ok(memory.buffer.byteLength - before < 1 << 20);
});
