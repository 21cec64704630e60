// Verifies a token with a key.

import { secretKey, verify } from "portcullis";

/** Verifies with a raw secret and its algorithm. Throws the package's TokenError. */
export const checkWithSecret = (token, secret, algorithm, now) => verify(token, secretKey(secret, algorithm), { now });

/** Verifies with a JWK or a JWK Set. Throws the package's TokenError. */
export const checkWithKey = (token, key, now) => verify(token, key, { now });
