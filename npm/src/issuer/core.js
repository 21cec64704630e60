// The JavaScript side of crates/wasm/src/issuer.rs: tokens and keys of other issuers, as the core sees them.
import { duration, kind, length, list, oneOrMore, readOptions, text } from "../options.js";

const encoder = new TextEncoder();
// The number of no set of keys.
const NO_SET = 0xffff_ffff;

const isObject = (value) => typeof value === "object" && value !== null && !Array.isArray(value);
const asIs = /* @__PURE__ */ kind("given", (value) => value);

const ISSUER = {
  __proto__: null,
  ...{ issuer: asIs, algorithms: oneOrMore, audience: asIs, token: text, leeway: duration, maxAge: duration },
  ...{ maxTokenLength: length, claims: asIs, requiredClaims: list, keyIssuers: list },
};
const TEMPLATE = { __proto__: null, template: text, tenants: oneOrMore };
const UNCHECKED = { __proto__: null, unchecked: text };
const CLAIM = { __proto__: null, claim: text, oneOf: oneOrMore };

function strings(value, name) {
  const found = oneOrMore(value);
  if (found === undefined) throw new TypeError(`${name} must be a string or an array of strings, not an empty one`);
  return found;
}

/** Names, template and tenants: elements 2 to 4. */
function names(issuer) {
  if (!isObject(issuer)) return [strings(issuer, "issuer"), null, null];
  const { template, tenants = [] } = readOptions(issuer, TEMPLATE);
  if (template === undefined) throw new TypeError("issuer.template must be a string");
  return [null, template, tenants[0] === "any" ? null : strings(tenants, "issuer.tenants")];
}

/** Audiences, or `true` for any, and the claim that stands for them: elements 5 and 6. */
function audience(value) {
  if (!isObject(value)) return [strings(value, "audience"), null];
  if (Object.hasOwn(value, "unchecked")) {
    // Leaving the check out needs a reason that readers of the code can judge.
    const { unchecked = "" } = readOptions(value, UNCHECKED);
    if (unchecked.trim() === "") {
      throw new TypeError("audience.unchecked must be the reason why any audience is accepted");
    }
    return [true, null];
  }
  const { claim, oneOf } = readOptions(value, CLAIM);
  if (claim === undefined) throw new TypeError("audience.claim must be the name of a claim");
  return [null, [claim, ...strings(oneOf, "audience.oneOf")]];
}

/** The values that claims must have. */
function claimValues(claims) {
  if (!isObject(claims)) throw new TypeError("claims must be an object of claims' names and values");
  return Object.entries(claims).map(([name, value]) => [name, ...strings(value, `claims.${name}`)]);
}

// The module reads whole numbers only.
const microseconds = (seconds) => (seconds === undefined ? null : Math.round(seconds * 1e6));

/** Translates the options of an issuer into the array that crates/wasm/src/issuer.rs reads. */
function elements(options) {
  const read = readOptions(options, ISSUER);
  if (read.token === undefined) throw new TypeError('token must be "rfc9068", "access" or "id"');
  return [
    ...[strings(read.algorithms, "algorithms"), read.token, ...names(read.issuer), ...audience(read.audience)],
    ...[microseconds(read.leeway), microseconds(read.maxAge), read.maxTokenLength ?? null],
    ...[claimValues(read.claims ?? {}), read.requiredClaims ?? null, read.keyIssuers ?? null],
  ];
}

/** Decodes base64url. `begin` has checked that it is canonical. */
function octets(text) {
  const binary = atob(text.replaceAll("-", "+").replaceAll("_", "/"));
  const bytes = new Uint8Array(binary.length);
  // `Uint8Array.from` takes ten times as long, a fifth of the time of verifying with RS256.
  for (let i = 0; i < binary.length; i += 1) bytes[i] = binary.charCodeAt(i);
  return bytes;
}

/** Returns `readIssuers` and `readKeys`, for the memory of the module's instance. */
export function issuerCore(memory) {
  const { fail, text: textOf, write, writeToken } = memory;
  // workerd has no registry before its compatibility date 2025-05-05. There, replaced keys stay in the module.
  const freed = typeof FinalizationRegistry === "function" ? new FinalizationRegistry((free) => free()) : undefined;

  /** Frees what the module holds for `owner` when `owner` is no longer reachable. */
  function hold(owner, free) {
    freed?.register(owner, free);
    return owner;
  }

  /** Reads the token that was just written: its issuer, and the candidates in `keys`, if there are any. */
  function read({ handle }, length, now, keys) {
    const issuer = memory.wasm.begin(handle, keys?.handle ?? NO_SET, length, now);
    if (issuer < 0) fail();
    return { issuer, ...JSON.parse(textOf()) };
  }

  /** A token whose issuer is known and whose signature is not verified. */
  class Pending {
    // Keeps the verifier in the module: its number would otherwise be given to another one.
    #core;
    #token;
    #now;
    // The candidates among these keys.
    #keys;
    #candidates;

    constructor(core, token, now, keys, { issuer, iss, alg, kid, candidates }) {
      [this.#core, this.#token, this.#now, this.#keys, this.#candidates] = [core, token, now, keys, candidates];
      [this.issuer, this.iss, this.algorithm, this.keyId] = [issuer, iss, alg, kid];
    }

    /** Writes the token again: another call has used the memory since. */
    #write() {
      return writeToken(this.#token, this.#core.longest);
    }

    /** The positions in `keys.keys`, the set of the token's issuer, of the keys that may have signed the token. */
    candidates(keys) {
      return keys === this.#keys ? this.#candidates : read(this.#core, this.#write(), this.#now, keys).candidates;
    }

    /** The bytes that are signed. */
    get signed() {
      return encoder.encode(this.#token.slice(0, this.#token.lastIndexOf(".")));
    }

    /** The bytes of the signature. */
    get signature() {
      return octets(this.#token.slice(this.#token.lastIndexOf(".") + 1));
    }

    /** Returns header and claims if the signature, checked with `keys.keys[key]`, is valid and the claims are. */
    finish(isValid, key, keys) {
      // Only `true` is valid, whatever else a caller passes.
      const valid = isValid === true;
      if (!memory.wasm.finish(this.#core.handle, keys.handle, key, valid, this.#write(), this.#now)) fail();
      const [header, claims] = JSON.parse(textOf());
      return { header, claims };
    }
  }

  /** Reads the options of issuers, which presets or callers have made. Throws a TypeError that says what to do. */
  function readIssuers(issuers) {
    if (!Array.isArray(issuers)) throw new TypeError("issuers must be an array");
    const all = issuers.map((issuer, i) => {
      try {
        return elements(issuer);
      } catch (error) {
        throw new TypeError(`issuers[${i}]: ${error.message}`, { cause: error });
      }
    });
    const length = write(JSON.stringify(all));
    const verifier = memory.wasm.readIssuers(length);
    if (verifier < 0) fail();
    const longest = memory.wasm.longest(verifier);
    const core = {
      handle: verifier,
      longest,

      /**
       * Reads a token at the time `now`, in seconds. Throws a TokenError. If the token belongs to the issuer of `keys`,
       * the candidates among them are found in the same call.
       */
      begin(token, now, keys) {
        return new Pending(core, token, now, keys, read(core, writeToken(token, longest), now, keys));
      },
    };
    return hold(core, () => memory.wasm.freeIssuers(verifier));
  }

  /** Reads the text of a JWK Set. Throws a TokenError if it is none; a bad key is left out. */
  function readKeys(json) {
    const length = write(json);
    const handle = memory.wasm.readKeys(length);
    if (handle < 0) fail();
    return hold({ handle, ...JSON.parse(textOf()) }, () => memory.wasm.freeKeys(handle));
  }

  return { readIssuers, readKeys };
}
