// The check of signatures where the runtime's WebCrypto lacks an algorithm.
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { signatureVerifier } from "../../npm/src/issuer/webcrypto.js";
import { core, keyOf } from "./issuer/support.mjs";

const bytes = (text) => new Uint8Array(Buffer.from(text, "base64url"));

/** A key as the module has it, and a signature of it. */
async function signed(alg) {
  const key = await keyOf(alg, "1");
  const token = await key.sign({ sub: "1" });
  const at = token.lastIndexOf(".");
  const keys = { core: core.readKeys(JSON.stringify({ keys: [key.jwk] })), imported: new Map() };
  return [alg, keys, 0, Buffer.from(token.slice(0, at)), bytes(token.slice(at + 1))];
}

/** Runs `work` where importing a key fails with an error of this name. */
async function withoutImport(name, work) {
  const { importKey } = crypto.subtle;
  crypto.subtle.importKey = async () => {
    throw new DOMException("not here", name);
  };
  try {
    return await work();
  } finally {
    crypto.subtle.importKey = importKey;
  }
}

describe("signatures", () => {
  test("of an algorithm that the host has need no other module", async () => {
    const verify = signatureVerifier(() => assert.fail("loaded"));
    for (const alg of ["RS256", "PS512", "ES256", "ES384"]) {
      const [, keys, index, input, signature] = await signed(alg);
      assert.equal(await verify(alg, keys, index, input, signature), true);
      signature[9] ^= 1;
      assert.equal(await verify(alg, keys, index, input, signature), false);
    }
  });

  for (const alg of ["ES512", "EdDSA"]) {
    for (const name of ["NotSupportedError", "DataError", "SyntaxError"]) {
      test(`of ${alg} are checked by the other module if importing a key is a ${name}, and the import is not tried again`, async () => {
        const verify = signatureVerifier(() => import("../../npm/src/issuer/signatures/node.js"));
        const given = await signed(alg);
        let tried = 0;
        await withoutImport(name, async () => {
          assert.equal(await verify(...given), true);
          crypto.subtle.importKey = () => tried++;
          given.at(-1)[9] ^= 1;
          assert.equal(await verify(...given), false);
        });
        assert.equal(tried, 0);
      });
    }
  }

  test("of a key that the host refuses are wrong", async () => {
    const verify = signatureVerifier(() => assert.fail("loaded"));
    const given = await signed("RS256");
    assert.equal(await withoutImport("DataError", () => verify(...given)), false);
  });

  test("of every algorithm are checked by the other module where there is no crypto.subtle", async () => {
    const verify = signatureVerifier(() => import("../../npm/src/issuer/signatures/node.js"));
    const before = Object.getOwnPropertyDescriptor(globalThis, "crypto");
    for (const alg of ["RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA"]) {
      const given = await signed(alg);
      Object.defineProperty(globalThis, "crypto", { value: {}, configurable: true });
      try {
        assert.equal(await verify(...given), true, alg);
        given.at(-1)[9] ^= 1;
        assert.equal(await verify(...given), false, alg);
      } finally {
        Object.defineProperty(globalThis, "crypto", before);
      }
    }
  });

  test("are verified with keys that are imported once", async () => {
    const verify = signatureVerifier(() => assert.fail("loaded"));
    const given = await signed("RS256");
    await verify(...given);
    assert.equal(await withoutImport("NotSupportedError", () => verify(...given)), true);
  });
});
