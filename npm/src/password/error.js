/** Why a password or its hash could not be used. Never holds either. */
export class PasswordError extends Error {
  constructor(message, { code }) {
    super(message);
    this.code = code;
  }
}
Object.defineProperty(PasswordError.prototype, "name", {
  value: "PasswordError",
  configurable: true,
  writable: true,
});
