// node fuzz/npm.mjs [seconds, 60]: checks that state that the npm package keeps between tokens never shows. It keeps the header
// and the claims' names, and parses values on demand. So valid and invalid tokens come in random order, with the same
// names and with different names. Each result must be what JSON.parse returns for the parts, and the same each
// time. Build the package first: npm run build -- npm.
import { createHmac } from "node:crypto";
import { existsSync, readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { Verifier, decode, inspect, secretKey } from "../npm/src/node.js";

const here = fileURLToPath(new URL(".", import.meta.url));
const seconds = Number(process.argv[2] ?? 60);
const secret = Buffer.alloc(32, 7);
const header = '{"alg":"HS256","typ":"JWT"}';

const pick = (from) => from[Math.floor(Math.random() * from.length)];
const base64url = (text) => Buffer.from(text).toString("base64url");

function sign(header, payload) {
  const input = `${base64url(header)}.${base64url(payload)}`;
  return `${input}.${createHmac("sha256", secret).update(input).digest("base64url")}`;
}

const files = (target) =>
  ["seeds", "corpus"]
    .map((folder) => join(here, folder, target))
    .filter(existsSync)
    .flatMap((folder) => readdirSync(folder).map((name) => readFileSync(join(folder, name))));

// Names that are special to objects or to the order of their members, of about eight bytes, written with
// escapes and beyond ASCII; and values of every kind.
const NAMES =
  '"" a b exp iat sub __proto__ constructor toString hasOwnProperty length 0 12 1a abcdefgh abcdefghi x\\u0061 é';
const names = NAMES.split(" ").map((name) => (name === '""' ? "" : name));
const values =
  '0 -0 -1 1.5 1e3 999999999999999 9999999999999999 true false null "" "x" "\\n" "é" {} [] [1,{"a":2}] "1"'.split(" ");
const headers = [
  header,
  '{"alg":"HS256"}',
  '{"alg":"HS256","x":{}}',
  '{"alg":"HS256","__proto__":1}',
  '{"alg":"none"}',
];
const registered = new Map(
  Object.entries({ exp: ["1800000000", "1.8e9", "1", "null"], iat: ["1600000000"], sub: ['"1"'] }),
);

// Tokens with the same names in the same order.
function family() {
  const many = pick([0, 1, 1, 2, 2, 3, 3, 4, 15, 16, 17]);
  const own = new Set(Array.from({ length: many }, (_, i) => (many > 4 ? `n${i}` : pick(names))));
  return Array.from({ length: 20 }, () => {
    const members = [...own].map((name) => {
      const value = pick(registered.get(name) ?? values);
      return `"${name}":${pick(["", " "])}${value}`;
    });
    return sign(pick(headers), `{${members.join(",")}${pick(["}", "}", "}", "", ",}"])}`);
  });
}

const found = [
  ...files("compact").map((token) => token.toString("latin1")),
  ...files("header").map((header) => sign(header, '{"exp":1800000000}')),
  ...files("claims").map((claims) => sign(header, claims)),
];
const families = [found, ...Array.from({ length: 300 }, family)];

const verifier = new Verifier(secretKey(secret, "HS256"), { requiredClaims: [] });
const named = new Verifier({ keys: [{ ...secretKey(secret, "HS256"), kid: "a" }] }, { requiredClaims: [] });
const calls = [
  (token) => decode(token),
  (token) => inspect(token, { now: 1_700_000_000 }),
  (token) => verifier.verify(token, { now: 1_600_000_000 }),
  (token) => named.verify(token, { now: 1_600_000_000 }),
];

function outcome(call, token) {
  let read;
  try {
    read = call(token);
  } catch (error) {
    return [error.code, error.claim, error.expiredAt?.getTime(), error.notBefore?.getTime(), error.message].join();
  }
  const parts = token.split(".", 2).map((part) => JSON.parse(Buffer.from(part, "base64url").toString()));
  for (const [i, part] of [read.header, read.claims].entries()) {
    const same = JSON.stringify(part) === JSON.stringify(parts[i]) && Object.getPrototypeOf(part) === Object.prototype;
    if (!same) throw new Error(`what was read is not what the token says: ${token}`);
  }
  return JSON.stringify(read);
}

const known = new Map();
let [done, accepted, tokens] = [0, 0, found];
for (const end = Date.now() + seconds * 1000; Date.now() < end; ) {
  for (let i = 0; i < 1000; i += 1) {
    if (Math.random() < 0.4) tokens = pick([found, pick(families)]);
    const [token, call] = [pick(tokens), pick(calls)];
    const key = `${calls.indexOf(call)} ${token}`;
    const said = outcome(call, token);
    if ((known.get(key) ?? said) !== said) throw new Error(`another time it was another outcome: ${token}`);
    known.set(key, said);
    done += 1;
    if (said.startsWith("{")) accepted += 1;
  }
}
console.log(`${done} calls with ${families.flat().length} tokens, ${accepted} accepted`);
