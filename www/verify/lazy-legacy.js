// Verifying a token of itsdangerous. Loaded when the reader has one.

import { verifyLegacy } from "portcullis/legacy";

export { ready } from "portcullis/legacy";

/** Throws the package's TokenError. An empty salt is none, as nobody would choose an empty one. */
export const checkLegacy = (token, secret, algorithm, salt, now) =>
  verifyLegacy(token, secret, { algorithm, now, ...(salt === "" ? {} : { salt }) });
