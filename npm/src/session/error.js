/** Why the session could not do what was asked. Never holds a token or a password, nor what the service wrote. */
export class SessionError extends Error {
  constructor(message, { code, status, retryAfter, cause }) {
    super(message, cause === undefined ? undefined : { cause });
    this.code = code;
    if (status !== undefined) this.status = status;
    if (retryAfter !== undefined) this.retryAfter = retryAfter;
  }
}
Object.defineProperty(SessionError.prototype, "name", {
  value: "SessionError",
  configurable: true,
  writable: true,
});

export const sessionEnded = () => new SessionError("there is no session", { code: "session_ended" });
