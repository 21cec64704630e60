// ../password.mjs runs this script in a copy of the peers' harness.
import { readFileSync } from "node:fs";
import { argon2id, createSHA1, createSHA256, createSHA512, pbkdf2, scrypt } from "hash-wasm";
import { median } from "./lib/runner.mjs";

const options = Object.fromEntries(process.argv.slice(2).map((option) => option.replace(/^--/, "").split("=")));
const rounds = Number(options.rounds ?? 9);

const { instance } = await WebAssembly.instantiate(readFileSync(options.wasm));
const { memory, input, check } = instance.exports;
const encoder = new TextEncoder();
/** Parses a stored hash and checks a password against it. */
const ours = (stored, password) => {
  const [hash, clear] = [encoder.encode(stored), encoder.encode(password)];
  const at = input();
  new Uint8Array(memory.buffer).set(hash, at);
  new Uint8Array(memory.buffer).set(clear, at + hash.length);
  return check(hash.length, clear.length) === 1;
};

const password = "correct horse battery staple";
const salt = "abcdefghijklmnop";
const hashed = { password, salt: encoder.encode(salt) };
const werkzeug = (method, hex) => `${method}$${salt}$${hex}`;
const pbkdf2With = (name, iterations, hashFunction, hashLength) => async () =>
  werkzeug(
    `pbkdf2:${name}:${iterations}`,
    await pbkdf2({ ...hashed, iterations, hashFunction: hashFunction(), hashLength, outputType: "hex" }),
  );

/** Each hash: how hash-wasm makes the stored string, and `bar`, the largest allowed ratio of our time to its time. */
const cases = [
  {
    name: "argon2id 19 MiB, t=2, p=1",
    bar: 0.6,
    theirs: () =>
      argon2id({ ...hashed, memorySize: 19456, iterations: 2, parallelism: 1, hashLength: 32, outputType: "encoded" }),
  },
  {
    name: "scrypt 32768:8:1",
    bar: 0.75,
    theirs: async () =>
      werkzeug(
        "scrypt:32768:8:1",
        await scrypt({ ...hashed, costFactor: 32768, blockSize: 8, parallelism: 1, hashLength: 64, outputType: "hex" }),
      ),
  },
  { name: "PBKDF2-SHA256, 600,000", bar: 0.2, theirs: pbkdf2With("sha256", 600_000, createSHA256, 32) },
  { name: "PBKDF2-SHA1, 150,000", theirs: pbkdf2With("sha1", 150_000, createSHA1, 20) },
  { name: "PBKDF2-SHA512, 150,000", theirs: pbkdf2With("sha512", 150_000, createSHA512, 64) },
];

// Check that we accept the hashes of hash-wasm, and no other password.
for (const { name, theirs } of cases) {
  const stored = await theirs();
  if (!ours(stored, password)) throw new Error(`${name}: not the same result`);
  if (ours(stored, `${password}r`)) throw new Error(`${name}: accepts another password`);
}

const timed = async (work) => {
  const start = performance.now();
  const result = await work();
  return [performance.now() - start, result];
};
const samples = cases.map(() => ({ ours: [], theirs: [] }));
for (let round = 0; round < rounds; round += 1) {
  for (const [index, { theirs }] of cases.entries()) {
    const [peer, stored] = await timed(theirs);
    const [own, right] = await timed(() => ours(stored, password));
    if (!right) throw new Error("the check of the right password failed");
    samples[index].theirs.push(peer);
    samples[index].ours.push(own);
  }
}

console.log("| | ours, ms | hash-wasm, ms | ratio | at most |\n|---|---|---|---|---|");
for (const [index, { name, bar }] of cases.entries()) {
  const { ours, theirs } = samples[index];
  const ratio = median(ours.map((own, round) => own / theirs[round]));
  console.log(
    `| ${name} | ${median(ours).toFixed(1)} | ${median(theirs).toFixed(1)} | ${ratio.toFixed(2)} | ${bar ?? ""} |`,
  );
  if (bar && ratio > bar) process.exitCode = 1;
}
