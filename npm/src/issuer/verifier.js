// Puts the parts together: the module reads the token, a source has the keys, WebCrypto checks the signature.
import { KeysFailure, RequestFailure, TokenFailure, keysResult, requestResult, tokenResult } from "./failure.js";
import { KeySource, keySet } from "./keys/source.js";
import { readIssuers, readPolicy } from "./options.js";
import { tokenOf } from "./request.js";
import { signatureVerifier } from "./webcrypto.js";

// The first refresh that a seek waits for may have started before.
const MOST_SEEKS = 2;

/** The keys of an issuer that are given in the code. */
class GivenKeys {
  #keys;
  constructor(keys) {
    this.#keys = keys;
  }
  isReady = () => true;
  take = () => this.#keys;
  load = async () => {};
  seek = async () => false;
  missing = () => new TokenFailure("token_key_unknown", "the issuer has no key that fits the token's header");
}

function mustBeContext(context) {
  if (context !== undefined && typeof context?.waitUntil !== "function")
    throw new TypeError("the context must have the method waitUntil");
}

/** The result for an error that is a failure. Other errors are the caller's or the package's, and are thrown. */
function resultOf(error, isTokenError) {
  if (error instanceof KeysFailure) return keysResult(error);
  if (error instanceof RequestFailure) return requestResult(error);
  if (error instanceof TokenFailure || isTokenError(error)) return tokenResult(error);
  throw error;
}

/** Checks claims with a Standard Schema. Its messages may contain values, so they are not passed on. */
async function withSchema(schema, claims) {
  const { value, issues } = await schema["~standard"].validate(claims);
  if (issues === undefined) return value;
  const first = issues[0]?.path?.[0];
  const claim = typeof first === "object" ? first?.key : first;
  const name = claim === undefined ? undefined : String(claim);
  throw new TokenFailure(
    "token_claim_invalid",
    name === undefined ? "the claims do not fit the schema" : `the claim "${name}" does not fit the schema`,
    name,
  );
}

/**
 * Returns `createVerifier` for the module's `core`. `isTokenError` recognizes the errors that `core` throws for a
 * token, and `fallback` verifies what the host cannot (webcrypto.js).
 */
export function verifierOf({ core, isTokenError, fallback }) {
  const verifySignature = signatureVerifier(fallback);

  function givenKeys({ place: { jwks } }, index) {
    const text = JSON.stringify(jwks);
    let keys;
    try {
      keys = keySet(core.readKeys(text), text);
    } catch (error) {
      throw new TypeError(`issuers[${index}]: keys.jwks: ${error.message}`, { cause: error });
    }
    if (keys.core.keys.length > 0) return new GivenKeys(keys);
    throw new TypeError(`issuers[${index}]: keys.jwks has no usable key: ${keys.core.leftOut.map(({ why }) => why)}`);
  }

  return function createVerifier(issuers, policy) {
    const options = readPolicy(policy);
    const read = readIssuers(issuers, options);
    const parser = core.readIssuers(read.map((issuer) => issuer.core));
    const sources = read.map((issuer, index) =>
      issuer.place.jwks ? givenKeys(issuer, index) : new KeySource(issuer.place, core.readKeys, options),
    );
    const places = new Map(read.flatMap(({ from }) => [...from]));

    // The keys of the last token, because the next one probably has the same issuer.
    let recent;

    /** Reads a token. Its issuer must be one whose tokens come from this place, if the place is known. */
    function begin(token, from) {
      let pending;
      try {
        pending = parser.begin(token, options.clock.now(), recent);
      } catch (error) {
        // The only check of `iss` is the choice of the issuer.
        if (error?.claim === "iss") throw new TokenFailure("issuer_unknown", error.message, "iss");
        throw error;
      }
      if (from === undefined || read[pending.issuer].from.has(from)) return pending;
      throw new TokenFailure("issuer_unknown", "no issuer has its tokens at this place of the request", "iss");
    }

    /** Returns the issuer's keys and the candidates among them. Waits for keys only if there is no other way. */
    async function keysFor(pending, context) {
      const source = sources[pending.issuer];
      if (!source.isReady(context)) await source.load(context);
      for (let sought = 0; ; sought += 1) {
        const keys = source.take();
        const candidates = pending.candidates(keys.core);
        recent = keys.core;
        if (candidates.length > 0) return { keys, candidates };
        if (sought === MOST_SEEKS || !(await source.seek(pending.keyId, context)))
          throw source.missing(pending.keyId, sought > 0);
      }
    }

    async function verified(token, from, context) {
      const pending = begin(token, from);
      const { keys, candidates } = await keysFor(pending, context);
      const { algorithm, issuer, keyId, signed, signature } = pending;
      let index = candidates[0];
      let isValid = false;
      for (index of candidates) {
        isValid = await verifySignature(algorithm, keys, index, signed, signature);
        if (isValid) break;
      }
      const { header, claims } = pending.finish(isValid, index, keys.core);
      const { refused, schema } = read[issuer];
      for (const [name, value] of refused) {
        if (Object.hasOwn(claims, name) && claims[name] === value)
          throw new TokenFailure("token_claim_invalid", `the claim "${name}" has a value that is refused`, name);
      }
      return {
        ok: true,
        claims: schema === undefined ? claims : await withSchema(schema, claims),
        header,
        issuer: pending.iss,
        alg: algorithm,
        ...(keyId !== undefined && { kid: keyId }),
      };
    }

    return {
      async verify(token, context) {
        if (typeof token !== "string") throw new TypeError("a token must be a string");
        mustBeContext(context);
        try {
          return await verified(token, undefined, context);
        } catch (error) {
          return resultOf(error, isTokenError);
        }
      },

      async authenticate(request, context) {
        if (typeof request?.headers !== "object") throw new TypeError("a request must have headers");
        mustBeContext(context);
        try {
          const { token, from } = tokenOf(request, places);
          return await verified(token, from, context);
        } catch (error) {
          return resultOf(error, isTokenError);
        }
      },

      async warm(context) {
        mustBeContext(context);
        const failures = [];
        for (const source of sources) {
          if (!source.isReady(context)) await source.load(context);
          try {
            source.take();
          } catch (error) {
            failures.push(resultOf(error, isTokenError));
          }
        }
        return failures;
      },
    };
  };
}
