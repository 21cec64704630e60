// Shared by all presets: each checks its options and returns an issuer for `createVerifier`.

// Every preset takes these and passes them on.
const COMMON = ["claims", "claimValues", "from", "leeway", "maxAge", "maxTokenLength", "requiredClaims"];

const fault = (preset, problem) => new TypeError(`${preset}: ${problem}`);

/** Returns the options without a prototype, if there are no others than `names` and the common ones. */
export function options(preset, given, names) {
  if (typeof given !== "object" || given === null) throw fault(preset, "the options must be an object");
  for (const name of Object.keys(given)) {
    if (!names.includes(name) && !COMMON.includes(name)) throw fault(preset, `the option "${name}" does not exist`);
  }
  return { __proto__: null, ...given };
}

/** Returns `value`, which must match `pattern`, because it becomes part of an address. */
export function part(preset, name, value, pattern, example) {
  if (typeof value === "string" && pattern.test(value)) return value;
  throw fault(preset, `the option "${name}" must be like ${JSON.stringify(example)}`);
}

const HOST = /^(?:[a-z0-9](?:[a-z0-9-]*[a-z0-9])?\.)+[a-z0-9-]+(?::\d+)?$/;

/** Returns a host name, given without a scheme. */
export const host = (preset, name, value, example) => part(preset, name, value, HOST, example);

/** Returns an address without a slash at its end. Whether it is https is checked with the keys. */
export function address(preset, name, value, example) {
  return part(preset, name, value, /^https?:\/\/[^\s?#@]+$/, example).replace(/\/+$/, "");
}

/** Returns `value` if it is one of the texts. */
export function choice(preset, name, value, texts) {
  if (texts.includes(value)) return value;
  throw fault(preset, `the option "${name}" must be one of ${texts.join(", ")}`);
}

/** Returns the given claims that bind a token to the caller. Without one of them anybody's token would be accepted. */
export function binding(preset, values) {
  const given = Object.entries(values).filter(([, value]) => value !== undefined);
  if (given.length > 0) return Object.fromEntries(given);
  throw fault(preset, "say whose tokens are accepted: without that, everybody who uses this issuer passes");
}

/** Returns the issuer: the preset's members, and the common options of the caller. */
export function issuerOf(preset, given, { claimValues, requiredClaims = [], ...members }) {
  const issuer = { ...members };
  for (const name of COMMON) if (given[name] !== undefined) issuer[name] = given[name];
  const values = { ...given.claimValues };
  for (const [name, value] of Object.entries(claimValues ?? {})) {
    // The preset's own values make the difference between kinds of tokens.
    if (Object.hasOwn(values, name)) throw fault(preset, `the claim "${name}" is checked by the preset itself`);
    values[name] = value;
  }
  if (Object.keys(values).length > 0) issuer.claimValues = values;
  const required = [...requiredClaims, ...(given.requiredClaims ?? [])];
  if (required.length > 0) issuer.requiredClaims = required;
  return issuer;
}
