import { ofAnyCopy } from "../error.js";

/** Says why a password or its hash is not usable. It never contains the password or the hash. */
export const PasswordError = /* @__PURE__ */ ofAnyCopy(
  class PasswordError extends Error {
    constructor(message, { code }) {
      super(message);
      this.code = code;
    }
  },
  "PasswordError",
);
