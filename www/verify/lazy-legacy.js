// Verifies a token of itsdangerous. Loaded when the reader shows such a token.

import { verifyLegacy } from "portcullis/legacy";

/** Throws the package's TokenError. An empty salt field means that the serializer has no salt of its own. */
export const checkLegacy = (token, secret, algorithm, salt, now) =>
  verifyLegacy(token, secret, { algorithm, now, ...(salt === "" ? {} : { salt }) });
