import { ofAnyCopy } from "../error.js";

/** Why a password or its hash could not be used. Never holds either. */
export const PasswordError = /* @__PURE__ */ ofAnyCopy(
  class PasswordError extends Error {
    constructor(message, { code }) {
      super(message);
      this.code = code;
    }
  },
  "PasswordError",
);
