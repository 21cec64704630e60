// Verifies signatures with the host's WebCrypto, which is faster than the module. Keys come checked from the module.

const hash = (alg) => `SHA-${alg.slice(2)}`;
const rsa = (name) => (alg) => ({ name, hash: hash(alg), saltLength: Number(alg.slice(2)) / 8 });
// The name of the curve comes with the key. The module has checked that it is the algorithm's.
const ecdsa = (alg, { crv }) => ({ name: "ECDSA", hash: hash(alg), namedCurve: crv });
const FAMILIES = {
  __proto__: null,
  RS: rsa("RSASSA-PKCS1-v1_5"),
  PS: rsa("RSA-PSS"),
  ES: ecdsa,
  Ed: () => ({ name: "Ed25519" }),
};

// Algorithms that WebCrypto lacks in some runtimes.
const OPTIONAL = ["ES512", "EdDSA", "Ed25519"];

/** Returns the members that make the public key. WebCrypto refuses some keys because of other members. */
const publicMembers = ({ kty, n, e, crv, x, y }) => (kty === "RSA" ? { kty, n, e } : { kty, crv, x, ...(y && { y }) });

/**
 * Returns `verify(alg, keys, index, signed, signature)`, which tells whether a signature is right. `fallback()`
 * resolves to the module that checks the signatures of an algorithm that the host lacks.
 */
export function signatureVerifier(fallback) {
  const lacking = new Set();

  async function withHost(alg, { core, imported }, index, signed, signature) {
    const { subtle } = globalThis.crypto;
    const { jwk } = core.keys[index];
    const parameters = FAMILIES[alg.slice(0, 2)](alg, jwk);
    const id = `${alg} ${index}`;
    let key = imported.get(id);
    if (key === undefined) {
      key = await subtle.importKey("jwk", publicMembers(jwk), parameters, false, ["verify"]);
      // The key is kept, not the promise: another request must not wait for a promise of this one.
      imported.set(id, key);
    }
    return subtle.verify(parameters, key, signature, signed);
  }

  return async function verifySignature(alg, keys, index, signed, signature) {
    // Browsers have `subtle` only on pages with https or on localhost.
    if (globalThis.crypto?.subtle !== undefined && !lacking.has(alg)) {
      try {
        return await withHost(alg, keys, index, signed, signature);
      } catch (error) {
        if (!OPTIONAL.includes(alg)) {
          // A key that the module accepts and the host does not: it verifies nothing.
          if (error?.name === "DataError" || error?.name === "OperationError") return false;
          throw error;
        }
        lacking.add(alg);
      }
    }
    const { checkSignature } = await fallback();
    return checkSignature(alg, keys.core.keys[index].jwk, signed, signature);
  };
}
