// Programs that are split into chunks. The code that two parts share is in a third chunk, in which a bundler may
// order the modules differently from the sources.
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { readdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { promisify } from "node:util";
import { splitters, without } from "./bundles.mjs";
import { install } from "./installed.mjs";

// Two parts that use nearly all exports in different orders; each part also uses a few names alone.
const PARTS = {
  "first.mjs": `
    import { TokenError, secretKey, sign, verify } from "portcullis";
    import { verifyLegacy } from "portcullis/legacy";
    import { hashPassword, needsRehash } from "portcullis/password";
    const key = secretKey("0123456789abcdef0123456789abcdef", "HS256");
    export const token = sign({ sub: "1" }, key, { expiresIn: 60 });
    let legacy;
    try { verifyLegacy(token, "secret"); } catch (error) { legacy = error instanceof TokenError && error.code; }
    export const found = [verify(token, key).claims.sub, legacy, needsRehash(hashPassword("a long enough password"))];`,
  "second.mjs": `
    import { PasswordError, verifyPassword } from "portcullis/password";
    import { TokenError, verifyLegacy } from "portcullis/legacy";
    import { createSession } from "portcullis/session";
    import { secondsLeft } from "portcullis/inspect";
    import { Verifier, decode, generateKey } from "portcullis";
    const codes = [() => decode("x"), () => verifyLegacy("x", "secret"), () => new Verifier(generateKey("ES256")).verify("x"), () => secondsLeft("x")].map((call) => {
      try { call(); } catch (error) { return error instanceof TokenError && error.code; }
    });
    let password;
    try { verifyPassword("x", "x"); } catch (error) { password = error instanceof PasswordError && error.code; }
    export const found = [...codes, password, createSession({ url: "https://login.example" }).status];`,
};
const FOUND = [
  ["1", "token_signature_invalid", false],
  [...Array(4).fill("token_malformed"), "hash_not_usable", "none"],
];

// Either part may load first, and a program may have loaded some of the chunks already.
const PROGRAMS = {
  together: `const parts = await Promise.all([import("./first.mjs"), import("./second.mjs")]);`,
  reversed: `const second = await import("./second.mjs"); const parts = [await import("./first.mjs"), second];`,
  begun: `import { inspect } from "portcullis/inspect"; import { TokenError } from "portcullis";
    const parts = await Promise.all([import("./first.mjs"), import("./second.mjs")]);
    if (inspect(parts[0].token).status !== "current" || typeof TokenError !== "function") throw new Error("inspect");`,
};

describe("a program in chunks", () => {
  let installed;
  before(async () => {
    installed = await install();
    for (const [name, source] of Object.entries(PARTS)) await writeFile(join(installed.folder, name), source);
    for (const [name, source] of Object.entries(PROGRAMS)) {
      await writeFile(
        join(installed.folder, `${name}.mjs`),
        `${source}\nconsole.log(JSON.stringify(parts.map(({ found }) => found)));`,
      );
    }
  });
  after(() => installed?.remove());

  for (const [bundler, split] of Object.entries(splitters)) {
    for (const name of Object.keys(PROGRAMS)) {
      test(`of ${bundler} works, two parts of which need the package: ${name}`, {
        skip: without(bundler),
      }, async () => {
        const out = join(installed.folder, `${bundler}-${name}`);
        await split(installed.folder, `${name}.mjs`, out);
        const files = (await readdir(out, { recursive: true })).filter((file) => file.endsWith(".mjs"));
        assert.ok(files.length >= 4, `${files}: the parts, and what they share`);
        const { stdout } = await promisify(execFile)(process.execPath, [join(out, `${name}.mjs`)]);
        assert.deepEqual(JSON.parse(stdout), FOUND);
      });
    }
  }
});
