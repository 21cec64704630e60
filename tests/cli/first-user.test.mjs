// `npm start` writes its first user and its operator's key without the command line, which would take
// as long to compile as the Worker. The command line would have written the same.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { generateKey, publicKey } from "portcullis";
import { portcullisProgram, userRecord } from "../../scripts/lib/local.mjs";

const PASSWORD = "a long password of the first user";
const run = (words, input) => {
  const { status, stdout, stderr } = spawnSync(portcullisProgram, words, { encoding: "utf8", input });
  assert.equal(status, 0, stderr);
  return JSON.parse(stdout);
};

test("the first user's record is the same as that of `portcullis users add --print`", async () => {
  const written = run(["users", "add", "--print", "admin", "--id", "4294967296"], PASSWORD);
  const now = JSON.parse(written[0].value).tokens_valid_from;
  // Each hash has its own salt, after the parameters.
  const plain = (pairs) =>
    pairs.map(({ key, value }) => ({
      key,
      value: value.startsWith("{") ? JSON.parse(value.replace(/\$[^$"]+\$[^$"]+"/, '"')) : value,
    }));
  assert.deepEqual(plain(await userRecord(PASSWORD, now)), plain(written));
});

test("the operator's key has the members that `portcullis keys operator` writes", () => {
  const folder = mkdtempSync(join(tmpdir(), "portcullis-operator-"));
  try {
    const file = join(folder, "operator.json");
    const set = run(["keys", "operator", "--key", file]);
    const key = generateKey("EdDSA");
    const members = (jwk) =>
      Object.entries(jwk).map(([name, value]) => [name, ["x", "d", "kid"].includes(name) ? value.length : value]);
    assert.deepEqual(members(key), members(JSON.parse(readFileSync(file, "utf8"))));
    assert.deepEqual(members(publicKey(key)), members(set.keys[0]));
  } finally {
    rmSync(folder, { recursive: true });
  }
});
