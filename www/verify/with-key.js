// Verifying, with a key.

import { secretKey, verify } from "portcullis";

export { ready } from "portcullis";

/** With a raw secret and its algorithm. Throws the package's TokenError. */
export const checkWithSecret = (token, secret, algorithm, now) => verify(token, secretKey(secret, algorithm), { now });

/** With a JWK or a JWK Set. Throws the package's TokenError. */
export const checkWithKey = (token, key, now) => verify(token, key, { now });
