import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

// The module's memory, which the package does not export.
let memory;
const { Instance } = WebAssembly;
WebAssembly.Instance = class extends Instance {
  constructor(...parts) {
    super(...parts);
    memory = this.exports.memory;
  }
};
const { hashPassword, needsRehash, verifyPassword } = await import("portcullis/password");
// The first call makes the instance.
hashPassword("correct horse");
WebAssembly.Instance = Instance;

const MIB = 1 << 20;
const PASSWORD = "correct horse";
const argon2id = (kib) => `$argon2id$v=19$m=${kib},t=1,p=1$YWJjZGVmZ2hpamtsbW5vcA$${"A".repeat(43)}`;
const scrypt = (n, r) => `scrypt:${n}:${r}:1$abcdefgh$${"00".repeat(64)}`;
const pbkdf2 = (hash, size) => `pbkdf2:${hash}:10$abcdefgh$${"00".repeat(size)}`;

test("hashes of many costs one after the other take no more memory than the largest of them", () => {
  const stored = [
    ...[8, 1024, 3000, 4096, 9000, 19_456, 20_000, 33_000, 47_104, 65_536].map(argon2id),
    ...[
      [1024, 8],
      [16_384, 8],
      [32_768, 8],
      [65_536, 8],
      [2048, 128],
      [2, 1000],
    ].map(([n, r]) => scrypt(n, r)),
    ...[pbkdf2("sha256", 32), pbkdf2("sha512", 64), `sha1$abcdefgh$${"00".repeat(20)}`],
  ];
  // Increasing, decreasing, and then in other orders.
  const steps = stored.map((_, n) => stored.map((_, m) => stored[(m * (n + 1)) % stored.length]));
  for (let n = 0; n < 3; n++) hashPassword(PASSWORD);
  for (const hash of [...stored, ...[...stored].reverse()]) assert.equal(verifyPassword(PASSWORD, hash), false);
  const before = memory.buffer.byteLength;
  assert.ok(before < 64 * MIB + 3 * MIB, `${before} bytes`);
  for (const hash of steps.slice(0, 4).flat()) verifyPassword(PASSWORD, hash);
  hashPassword(PASSWORD);
  assert.equal(memory.buffer.byteLength, before);
});

test("thousands of right and wrong calls do not make the memory grow", () => {
  const calls = [
    () => verifyPassword(PASSWORD, argon2id(8)),
    () => verifyPassword(PASSWORD, scrypt(2, 1)),
    () => needsRehash(argon2id(8)),
    () => needsRehash("x".repeat(1 << 20)),
    () => verifyPassword("x".repeat(1 << 20), argon2id(8)),
    () => verifyPassword("\ud800", argon2id(8)),
    () => hashPassword(1),
  ];
  const use = (times) => {
    for (let n = 0; n < times; n++) {
      for (const call of calls) {
        try {
          call();
        } catch {
          // Some calls are meant to fail.
        }
      }
    }
  };
  use(10);
  const before = memory.buffer.byteLength;
  use(3000);
  assert.equal(memory.buffer.byteLength, before);
});

test("no password stays in the memory, whatever the result", () => {
  const secret = "xyzzy-private-0123456789";
  const stored = [
    argon2id(8),
    argon2id(1024),
    scrypt(16, 8),
    pbkdf2("sha256", 32),
    pbkdf2("sha1", 20),
    `sha256$$${"00".repeat(32)}`,
    "no hash",
    "",
  ];
  for (const [n, hash] of stored.entries()) {
    try {
      verifyPassword(secret, hash);
    } catch (error) {
      assert.equal(error.code, "hash_not_usable");
    }
    assert.equal(Buffer.from(memory.buffer).indexOf(secret), -1, `${n}`);
  }
  hashPassword(secret);
  assert.throws(() => hashPassword(secret.repeat(100)), { code: "password_too_long" });
  // A longer password moves the buffer, and the shorter password must not stay in the old one.
  hashPassword(secret.repeat(40));
  assert.equal(Buffer.from(memory.buffer).indexOf(secret), -1);
});

test("without memory for a hash the call reports that, and a cheaper hash works", async () => {
  const script = `
    import { hashPassword, verifyPassword } from "portcullis/password";
    const codes = [];
    for (const call of [() => hashPassword("x"), () => verifyPassword("x", ${JSON.stringify(argon2id(65_536))}), () => verifyPassword("x", ${JSON.stringify(scrypt(32_768, 8))})]) {
      try {
        codes.push(call());
      } catch (error) {
        codes.push(error.code);
      }
      codes.push(verifyPassword("x", ${JSON.stringify(argon2id(64))}));
    }
    console.log(JSON.stringify(codes));
  `;
  const cwd = fileURLToPath(new URL("../..", import.meta.url));
  const args = ["--wasm-max-mem-pages=128", "--input-type=module", "--eval", script];
  const { stdout } = await promisify(execFile)(process.execPath, args, { cwd });
  assert.deepEqual(JSON.parse(stdout), [
    "memory_exhausted",
    false,
    "memory_exhausted",
    false,
    "memory_exhausted",
    false,
  ]);
});
