// The operator of a local Worker: a private key on this machine, and its public part in .dev.vars.
import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { inRoot } from "./paths.mjs";
import { PlainError } from "./ui.mjs";

/** Where the command line looks for the key when no option names a file. */
const KEY_FILE = inRoot(".portcullis", "operator.json");
const DEV_VARS = inRoot(".dev.vars");

const hasOperatorKey = () => existsSync(KEY_FILE);

const devVars = () => (existsSync(DEV_VARS) ? readFileSync(DEV_VARS, "utf8") : "");

/** The line of .dev.vars that sets OPERATOR_KEYS, and its value without quotation marks. */
const SETTING = /^[ \t]*(?:export[ \t]+)?OPERATOR_KEYS[ \t]*=[ \t]*(['"`]?)(.*)\1[ \t]*$/m;

/** The public keys that .dev.vars has. */
function publicKeys(text) {
  const found = SETTING.exec(text);
  if (!found || found[2] === "") return [];
  try {
    const { keys } = JSON.parse(found[2]);
    if (Array.isArray(keys)) return keys;
  } catch {} // The message below says what to do.
  throw new PlainError("OPERATOR_KEYS in .dev.vars is not a JWK Set. Delete that line: npm start writes it again.");
}

/** Whether .dev.vars already has the public part of the key on this machine. */
function isComplete(text) {
  if (!hasOperatorKey()) return false;
  try {
    const { kid } = JSON.parse(readFileSync(KEY_FILE, "utf8"));
    return publicKeys(text).some((key) => key.kid === kid);
  } catch (error) {
    if (error instanceof PlainError) throw error;
    return false; // publicPart() reports the problem of the file.
  }
}

/**
 * The public part of the key on this machine. Makes the key if there is none, like `portcullis keys operator`, but
 * without compiling the command line first.
 */
async function publicPart() {
  const { generateKey, publicKey } = await import("portcullis"); // Imported here because it has to be built first.
  if (!hasOperatorKey()) {
    const key = generateKey("EdDSA");
    mkdirSync(dirname(KEY_FILE), { recursive: true, mode: 0o700 });
    writeFileSync(KEY_FILE, `${JSON.stringify(key)}\n`, { mode: 0o600, flag: "wx" });
    return publicKey(key);
  }
  try {
    return publicKey(JSON.parse(readFileSync(KEY_FILE, "utf8")));
  } catch {
    // The error could quote the file, which holds a secret.
    throw new PlainError(".portcullis/operator.json is not a private key. Delete it: npm start makes a new one.");
  }
}

/**
 * Makes the local operator's key if there is none, and adds its public part to OPERATOR_KEYS in .dev.vars. Existing
 * keys stay. wrangler.toml does not change: a deployed Worker must not accept a key that was made for local use.
 * Returns whether anything was written.
 */
export async function ensureOperatorKey() {
  const text = devVars();
  if (isComplete(text)) return false;
  const keys = publicKeys(text);
  const set = JSON.stringify({ keys: [...keys, await publicPart()] });
  const line = `OPERATOR_KEYS='${set}'`;
  const gap = text === "" || text.endsWith("\n") ? "" : "\n";
  const next = SETTING.test(text) ? text.replace(SETTING, () => line) : `${text}${gap}${line}\n`;
  writeFileSync(DEV_VARS, next, { mode: 0o600 });
  chmodSync(DEV_VARS, 0o600); // The mode above only applies to a new file.
  return true;
}
